"""`genaikeys access decide`: cases in, answers out."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from genaikeys.errors import KitError

__all__ = ["decide"]


def decide(
    file: Annotated[str, typer.Argument(help="Cases as JSON lines; - for stdin.")] = "-",
) -> None:
    """Decide cases: JSON lines in, one answer a line out, each as soon as its case is read.

    A case holds compartments, policies, groups and a request; docs/policy-cases.md has the form. Exit code 1
    if a line is no case: it is answered "error" and named on stderr, and the others are decided all the same.
    """
    from genaikeys.cli.output import say
    from genaikeys.iam.cases import run

    label = "stdin" if file == "-" else file
    malformed = False
    with _opened(file) as cases:
        for ruling in run(_lines(cases, label)):
            sys.stdout.write(f"{json.dumps(ruling.answer, ensure_ascii=False)}\n")
            sys.stdout.flush()
            if ruling.malformed:
                malformed = True
                say(f"{label}: {ruling.answer['reason']}")
    if malformed:
        raise typer.Exit(1)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            cases = stack.enter_context(Path(file).open("rb"))
        except OSError as problem:
            raise _unreadable(file, problem) from None
        yield cases


def _lines(cases: BinaryIO, label: str) -> Iterator[bytes]:
    try:
        yield from cases
    except OSError as problem:
        raise _unreadable(label, problem) from None


def _unreadable(label: str, problem: OSError) -> KitError:
    return KitError(
        f"{label} can't be read: {problem.strerror or problem}",
        next_step="Name a file with one case a line, or - for stdin.",
    )

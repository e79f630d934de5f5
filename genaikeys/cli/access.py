"""`genaikeys access`: who can call what, and how a change alters it; no cloud is asked, no engine started."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.access_decide import decide
from genaikeys.cli.access_explain import explain
from genaikeys.errors import KitError

if TYPE_CHECKING:
    from genaikeys.access.model import Access, Difference
    from genaikeys.access.revisions import Revision

__all__ = ["verbs"]

verbs = typer.Typer(
    help="Say who can call what, and review how a change alters it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How to write."""

    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    JSON = "json"
    SARIF = "sarif"
    HTML = "html"


StacksOption = Annotated[list[str] | None, typer.Option("--stack", help="A stack; default: all.")]
WithOption = Annotated[
    list[Path] | None,
    typer.Option("--with", metavar="FILE", help="Further statements of the tenancy: policies add up."),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="Where to write; default: standard output.")
]


@verbs.command()
def show(
    revision: Annotated[
        str | None, typer.Argument(help="A revision or a folder; default: the working tree.")
    ] = None,
    stack: StacksOption = None,
    further: WithOption = None,
    form: Annotated[Format, typer.Option("--format", help="terminal, json or html.")] = Format.TERMINAL,
    output: OutputOption = None,
) -> None:
    """Show who can call which model where, and who can read which secret.

    Unknown is what the policies or the catalogue leave open.
    """
    from genaikeys.access.review import show as accesses

    if form not in (Format.TERMINAL, Format.JSON, Format.HTML):
        raise KitError(f"There is no format {form} of show.", why="It has terminal, json and html.")
    found = accesses(_revision(revision), stack or (), further or ())
    _write(_shown(form, found), output)


@verbs.command()
def diff(
    before: Annotated[str, typer.Argument(help="A revision or a folder.")] = "HEAD",
    after: Annotated[
        str | None, typer.Argument(help="A revision or a folder; default: the working tree.")
    ] = None,
    stack: StacksOption = None,
    further: WithOption = None,
    form: Annotated[
        Format, typer.Option("--format", help="terminal, markdown, json, sarif or html.")
    ] = Format.TERMINAL,
    output: OutputOption = None,
) -> None:
    """Compare who can call what in two revisions: only what changed, and a verdict.

    Exit code 0 where access stays or narrows, 2 where it broadens or that can't be known.
    """
    from genaikeys.access.model import Verdict
    from genaikeys.access.review import overall, review

    differences, accesses = review(_revision(before), _revision(after), stack or (), further or ())
    _write(_compared(form, differences, accesses), output)
    if overall(differences) in (Verdict.BROADENS, Verdict.UNKNOWN):
        raise typer.Exit(2)


verbs.command()(explain)
verbs.command()(decide)


def _revision(named: str | None) -> "Revision":
    from genaikeys.access import revisions
    from genaikeys.cli.home import project_root

    if named is None:
        return revisions.folder(project_root(), "the working tree")
    return revisions.open_revision(named, project_root())


def _shown(form: Format, accesses: "Sequence[Access]") -> str:
    if form is Format.JSON:
        from genaikeys.access import plain

        return _json(plain.accesses(accesses))
    if form is Format.HTML:
        from genaikeys.access import html

        return html.page((), accesses)
    from genaikeys.access import terminal

    return terminal.accesses(accesses)


def _compared(form: Format, differences: "Sequence[Difference]", accesses: "Sequence[Access]") -> str:
    if form is Format.JSON:
        from genaikeys.access import plain

        return _json(plain.differences(differences))
    if form is Format.MARKDOWN:
        from genaikeys.access import markdown

        return markdown.comment(differences)
    if form is Format.SARIF:
        from genaikeys.access import sarif

        return _json(sarif.log(differences))
    if form is Format.HTML:
        from genaikeys.access import html

        return html.page(differences, accesses)
    from genaikeys.access import terminal

    return terminal.differences(differences)


def _json(value: object) -> str:
    import json

    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n"


def _write(text: str, output: Path | None) -> None:
    """To standard output, or to a file: whole or not at all."""
    import sys
    import tempfile

    if output is None:
        sys.stdout.write(text)
        return
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=output.parent, prefix=f".{output.name}.", delete=False
        ) as fresh:
            fresh.write(text)
        written = Path(fresh.name)
        written.chmod(0o644)
        written.replace(output)
    except OSError as problem:
        raise KitError(f"{output} can't be written: {problem.strerror}.") from None

"""What a stack needs each night: recovery, what is due, then a look for drift and for models that retire."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genaikeys.errors import KitError
from genaikeys.recover import Pulumi
from genaikeys.scan.shape import hidden

__all__ = ["Concern", "night", "report"]

_SHOWN = 40
"""Last lines of a command that a report repeats."""
_CHANGES = 7
"""How `pulumi preview --expect-no-changes` ends where there are changes (tried with engine 3.259)."""
_ATTENTION = 2
"""How a verb ends where something wants attention."""
_QUIET = ("same", "read", "refresh")


@dataclass(frozen=True, slots=True)
class Concern:
    """Something of a night that a person should look at.

    Attributes:
        headline: What it is.
        lines: What was said of it.
        next_step: What to do.
    """

    headline: str
    lines: tuple[str, ...]
    next_step: str


def night(pulumi: Pulumi, root: Path) -> Iterator[Concern]:
    """Do one stack's night; what one part of it meets doesn't keep the others from being done.

    Args:
        pulumi: On the stack.
        root: The checkout.

    Yields:
        What a person should look at, in order; nothing where all is well.
    """
    stack = pulumi.stack
    kit = (sys.executable, "-m", "genaikeys")
    code, lines = _shown((*kit, "recover", stack, "--yes"), root)
    if code != 0:
        yield Concern("A killed run could not be recovered", lines, f"genaikeys recover {stack} --dry-run")
    _say(f"Applying what is due in {stack} ...")
    ended = pulumi.ended("up", "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs")
    said = _lines(ended)
    _say("\n".join(said))
    if ended.returncode != 0:
        yield Concern("What is due could not be applied", said, f"genaikeys status --stack {stack}")
    yield from _drift(pulumi)
    code, lines = _shown((*kit, "models", "check", stack), root)
    if code != 0:
        headline = "Models retire" if code == _ATTENTION else "Models could not be checked"
        yield Concern(headline, lines, f"genaikeys models check {stack}")


def _drift(pulumi: Pulumi) -> Iterator[Concern]:
    _say(f"Looking for drift in {pulumi.stack} ...")
    ended = pulumi.ended("preview", "--refresh", "--expect-no-changes", "--json", "--non-interactive")
    if ended.returncode == 0:
        return
    try:
        found: dict[str, Any] = json.loads(ended.stdout)
        lines = tuple(_changes(found))
    except ValueError:
        found, lines = {}, ()
    if ended.returncode == _CHANGES and lines:
        _say("\n".join(lines))
        yield Concern(
            "OCI is not as the stack was applied",
            lines,
            f"put it right with make apply STACK={pulumi.stack}, or say it in stacks/",
        )
        return
    said = tuple(_errors(found)) or _lines(ended)
    _say("\n".join(said))
    yield Concern("Drift could not be looked for", said, f"pulumi preview --refresh --stack {pulumi.stack}")


def _changes(found: dict[str, Any]) -> Iterator[str]:
    steps = [step for step in found.get("steps") or () if step["op"] not in _QUIET]
    for step in sorted(steps, key=lambda step: str(step["urn"])):
        *_, kind, name = str(step["urn"]).split("::")
        what = ", ".join(sorted(step.get("detailedDiff") or step.get("diffReasons") or ()))
        yield f"{step['op']} {kind.rpartition('$')[2]} {name}{': ' if what else ''}{what}"


def _errors(found: dict[str, Any]) -> Iterator[str]:
    for each in found.get("diagnostics") or ():
        if each.get("severity") == "error":
            yield from str(each.get("message", "")).strip().splitlines()


def report(stack: str, mark: str, concerns: Sequence[Concern]) -> str:
    """Write it as the text of an issue; empty where there is nothing to say.

    Args:
        stack: The stack.
        mark: The issue's marker.
        concerns: What a person should look at.
    """
    if not concerns:
        return ""
    parts = [mark, f"The last night of stack `{stack}` wants somebody to look:", ""]
    for each in concerns:
        shown = "\n".join(hidden(line).replace("```", "'''") for line in each.lines[-_SHOWN:])
        parts += [f"### {each.headline}", "", "```text", shown, "```", "", f"Next: `{each.next_step}`", ""]
    parts.append("This issue follows each night, and is closed by the first one that finds all well.")
    return "\n".join(parts) + "\n"


def _shown(command: Sequence[str], root: Path) -> tuple[int, tuple[str, ...]]:
    """Run a verb, its talk in the log, and keep it."""
    try:
        ended = subprocess.run(
            command, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as problem:
        raise KitError(f"{command[0]} can't be run: {problem}.") from None
    lines = _lines(ended)
    _say("\n".join(lines))
    return ended.returncode, lines


def _lines(ended: "subprocess.CompletedProcess[str]") -> tuple[str, ...]:
    return tuple(line.rstrip() for line in f"{ended.stdout}{ended.stderr}".splitlines() if line.strip())


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()

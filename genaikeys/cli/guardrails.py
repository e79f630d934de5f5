"""`genaikeys guardrails`: the rules of the policy pack, on what a preview printed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.errors import KitError

if TYPE_CHECKING:
    from policies.guardrails.values import Finding

__all__ = ["guardrails"]

_STOPPED = 2


def guardrails(
    file: Annotated[str, typer.Argument(help="What the preview printed; - for standard input.")],
    project: Annotated[
        Path | None,
        typer.Option(
            envvar="GENAIKEYS_PROJECT",
            show_envvar=False,
            help="Folder of the project that is judged; default: this checkout.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Hold what `pulumi preview --json --show-sames` printed to the rules of policies/guardrails.

    The same rules run in the engine, with `--policy-pack policies/guardrails`. Exit code 2 where one that is
    mandatory is broken.
    """
    from genaikeys.access import revisions
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import data, say, table
    from genaikeys.scan.shape import hidden
    from policies.guardrails import judge, preview
    from policies.guardrails.rules import ALL
    from policies.guardrails.stack import stack_of

    shown = preview.read(*_read(file))
    folder = project or project_root()
    stack = stack_of(shown.stack, revisions.folder(folder, str(folder)), ALL)
    found = judge.judge(shown.before, shown.after, stack)
    mandatory = sum(each.level == "mandatory" for each in found)
    if as_json:
        records = [_record(each) for each in found]
        data({"stack": shown.stack, "resources": len(shown.before), "findings": records})
    elif found:
        rows = [(each.level, each.rule, hidden(each.resource.name), each.message) for each in found]
        table(("LEVEL", "RULE", "RESOURCE", "FOUND"), rows)
    say(
        f"{len(shown.before)} resources of stack {shown.stack}, {len(ALL)} rules: {mandatory} mandatory "
        f"findings, {len(found) - mandatory} advisory ones."
    )
    if mandatory:
        raise typer.Exit(_STOPPED)


def _read(file: str) -> tuple[str, str]:
    """The text, and what to call it."""
    try:
        if file == "-":
            return sys.stdin.buffer.read().decode(), "standard input"
        return Path(file).read_text("utf-8"), file
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is not UTF-8"
        raise KitError(f"{file} can't be read: {why}.") from None


def _record(finding: "Finding") -> dict[str, str]:
    from genaikeys.scan.shape import hidden

    return {
        "level": finding.level,
        "rule": finding.rule,
        "urn": hidden(finding.resource.urn),
        "message": finding.message,
    }

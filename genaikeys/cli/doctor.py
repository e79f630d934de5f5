"""`genaikeys doctor`: what would stop a stack halfway."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genaikeys.doctor import Finding

__all__ = ["doctor"]

_NEEDS_ATTENTION = 2


def doctor(
    stack: StackOption = None,
    deployer: Annotated[
        str,
        typer.Option(
            help="Whose permissions count: 'group NAME' or 'dynamic-group NAME'; default: the caller."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for what would stop a stack halfway, before its first change; nothing is changed.

    Exit code 2 where anything isn't fine; unknown isn't.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import data, say, table
    from genaikeys.doctor import examine
    from genaikeys.oci import Oci

    settings = stacks.settings_of(stacks.choose(stack))
    say(f"Looking at what {settings.stack} needs ...")
    found = examine(settings, Oci(settings.auth), deployer)
    if as_json:
        data({"stack": settings.stack, "findings": [_record(each) for each in found]})
    else:
        table(
            ("CHECK", "WHERE", "OUTCOME", "FOUND"),
            [(each.check, each.where or "-", each.outcome.value, each.found) for each in found],
        )
        for each in _open(found):
            say(_told(each))
    if _open(found):
        raise typer.Exit(_NEEDS_ATTENTION)
    if not as_json:
        say(f"{len(found)} checks, all fine: nothing known would stop {settings.stack}.")


def _open(found: "Sequence[Finding]") -> "list[Finding]":
    from genaikeys.doctor import Outcome

    return [each for each in found if each.outcome is not Outcome.OK]


def _told(each: "Finding") -> str:
    where = f" ({each.where})" if each.where else ""
    lines = [
        f"{each.check}{where}: {each.outcome.value}: {each.found}.",
        f"  {each.why}",
        f"  Fix: {each.fix}",
    ]
    return "\n".join(line for line in lines if line.strip() not in ("", "Fix:"))


def _record(each: "Finding") -> dict[str, object]:
    return {
        "check": each.check,
        "where": each.where or None,
        "outcome": each.outcome.value,
        "found": each.found,
        "why": each.why or None,
        "fix": each.fix or None,
    }

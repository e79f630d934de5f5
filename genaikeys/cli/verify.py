"""`genaikeys verify`: reads each secret from the Vault and calls each model on each API with it."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from genaikeys.verify.run import Checked

__all__ = ["verify"]


def verify(
    stack: StackOption = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Call each model with each key, and compare.

    Reads each secret from the Vault. Exit code 1 where a call that should work doesn't, or the reverse.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import data, say, table

    settings = stacks.settings_of(stacks.choose(stack))
    from genaikeys.oci import Oci
    from genaikeys.verify.run import run

    checked = run(settings, Oci(settings.auth), say)
    if as_json:
        data({"cells": [_cell(each) for each in checked]})
    else:
        rows = [
            [each.cell.key, each.cell.region, each.cell.model, each.cell.api, _result(each), each.reason]
            for each in checked
        ]
        table(["KEY", "REGION", "MODEL", "API", "RESULT", "WHY NOT"], rows)
    wrong = sum(1 for each in checked if not each.met)
    say(
        f"{len(checked)} calls, {wrong} not as expected."
        if wrong
        else f"{len(checked)} calls, all as expected."
    )
    if wrong:
        raise typer.Exit(1)


def _cell(checked: "Checked") -> dict[str, str]:
    cell = checked.cell
    return {
        "key": cell.key,
        "region": cell.region,
        "model": cell.model,
        "api": cell.api,
        "expected": str(cell.expected),
        "observed": checked.observed,
        "reason": checked.reason,
    }


def _result(checked: "Checked") -> str:
    if checked.cell.expected == "unknown":
        return f"{checked.observed} (unknown)"
    return checked.observed if checked.met else f"{checked.observed}, expected {checked.cell.expected}"

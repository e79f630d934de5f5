"""`genaikeys status`: what OCI has for each key and region of a stack."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from datetime import datetime

    from genaikeys.inventory import Placed

__all__ = ["status"]

_HEADERS = ("KEY", "REGION", "SLOT", "STATE", "IN USE", "EXPIRES", "LAST USED", "VERSION", "VAULT SECRET")


def status(
    stack: StackOption = None, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Show each key and region: slots, Vault secret, expiry.

    Asks OCI, never Pulumi's state. Exit code 1 where something is missing.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import data, say, table

    settings = stacks.settings_of(stacks.choose(stack))
    from genaikeys.inventory import inventory
    from genaikeys.oci import Oci

    say(f"Asking OCI about {len(settings.placements())} keys ...")
    placed = inventory(settings, Oci(settings.auth))
    if as_json:
        data({"keys": [_entry(each) for each in placed]})
    else:
        table(_HEADERS, [row for each in placed for row in _rows(each)])
    problems = [f"{each.key} in {each.region}: {each.problem}" for each in placed if each.problem]
    for problem in problems:
        say(f"{problem.rstrip('.')}.")
    if problems:
        raise typer.Exit(1)


def _entry(placed: "Placed") -> dict[str, object]:
    return {
        "key": placed.key,
        "region": placed.region,
        "apiKeyId": placed.api_key.id if placed.api_key else None,
        "lifecycleState": placed.api_key.state if placed.api_key else None,
        "vaultSecretId": placed.vault_secret_id,
        "slotInUse": placed.slot_in_use,
        "secretVersion": placed.secret_version,
        "versionLabel": placed.label,
        "slots": [
            {
                "name": slot.name,
                "state": slot.state,
                "timeExpiry": _time(slot.time_expiry),
                "timeLastUsed": _time(slot.time_last_used),
            }
            for slot in placed.slots
        ],
        "problem": placed.problem,
    }


def _rows(placed: "Placed") -> list[list[str]]:
    version = "-" if placed.secret_version is None else str(placed.secret_version)
    rest = [version, placed.vault_secret_id or "-"]
    if not placed.slots:
        return [[placed.key, placed.region, "-", "-", "-", "-", "-", *rest]]
    return [
        [
            placed.key,
            placed.region,
            slot.name,
            slot.state,
            "yes" if slot.name == placed.slot_in_use else "no",
            _time(slot.time_expiry) or "-",
            _time(slot.time_last_used) or "never",
            *rest,
        ]
        for slot in placed.slots
    ]


def _time(moment: "datetime | None") -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None

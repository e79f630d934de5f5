"""`genaikeys status`: how each key of a stack is, in each region."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from genaikeys.oci import Oci, Slot
    from genaikeys.settings import Placement, Settings
    from genaikeys.status import View

__all__ = ["status"]

_HEADERS = (
    *("KEY", "REGION", "HEALTH", "IN USE", "AGE", "EXPIRES", "LAST USED", "ROTATION", "RETIREMENT", "SCOPE"),
    "VAULT SECRET",
)
_NEEDS_ATTENTION = 2
_PAUSE = 5.0
"""Seconds between two looks of ``--watch``."""
_CLEAR = "\x1b[2J\x1b[H"


def status(
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="One key; default: all.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="One region; default: all.")] = None,
    stack: StackOption = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Tell what was done, and what is ahead.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Look again every few seconds, until Ctrl-C.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how each key is, and what happens next.

    Asks OCI, never Pulumi's state. Exit code 1 where something is missing, 2 where something needs attention.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import say

    settings = stacks.settings_of(stacks.choose(stack))
    from genaikeys.oci import Oci

    oci = Oci(settings.auth)
    if watch:
        _watch(settings, oci, key, region, timeline=timeline)
    say(f"Asking OCI about {len(_wanted(settings, key, region))} keys ...")
    views = _views(settings, oci, key, region)
    if as_json:
        from genaikeys.cli.output import data

        data({"keys": [_entry(each) for each in views]})
    else:
        _print(views, timeline=timeline)
    for line in _talk(views):
        say(line)
    _end(views)


def _wanted(settings: "Settings", key: str | None, region: str | None) -> "Sequence[Placement]":
    from genaikeys.errors import KitError

    found = [
        each for each in settings.placements() if key in (None, each.key) and region in (None, each.region)
    ]
    if not found:
        places = ", ".join(f"{each.key} in {each.region}" for each in settings.placements())
        raise KitError(
            f"The stack {settings.stack} has no {key or 'key'}{f' in {region}' if region else ''}",
            why=f"It has {places}.",
        )
    return found


def _views(settings: "Settings", oci: "Oci", key: str | None, region: str | None) -> "list[View]":
    from genaikeys.inventory import inventory
    from genaikeys.rotation.wishes import wishes_of
    from genaikeys.status import view

    wanted = _wanted(settings, key, region)
    return [
        view(placed, wishes_of(settings, placement), _scope(settings, placement.key))
        for placement, placed in zip(wanted, inventory(settings, oci, wanted), strict=True)
    ]


def _scope(settings: "Settings", key: str) -> str:
    return settings.compartments[settings.keys[key].compartment].policy_scope


def _print(views: "list[View]", *, timeline: bool) -> None:
    from genaikeys.cli.output import table
    from genaikeys.status.view import cells

    table(_HEADERS, [cells(each) for each in views])
    if timeline:
        for each in views:
            typer.echo(f"\n{each.placed.key} in {each.placed.region}")
            for line in _timeline(each):
                typer.echo(f"  {line}")


def _timeline(each: "View") -> list[str]:
    from genaikeys.status import timeline
    from genaikeys.status.spans import ahead

    if each.placed.world is None or each.ahead is None:
        return [each.next]
    now = each.ahead.now
    return [
        f"{event.time:%Y-%m-%d %H:%M}  {event.what}"
        + (f" ({ahead(event.time, now)})" if event.is_ahead else "")
        for event in timeline(each.placed.world, each.ahead)
    ]


def _talk(views: "list[View]") -> list[str]:
    """A line for each key that is not simply well."""
    from genaikeys.status import Health

    lines = []
    for each in views:
        where = f"{each.placed.key} in {each.placed.region}"
        if each.health is Health.PROBLEM:
            lines.append(f"{where}: {each.next.rstrip('.')}.")
        elif each.health is not Health.OK:
            lines.append(f"{where}: {each.health}: {each.next.rstrip('.')}.")
    return lines


def _end(views: "list[View]") -> None:
    from genaikeys.status import Health

    if any(each.health is Health.PROBLEM for each in views):
        raise typer.Exit(1)
    if not all(each.health.is_well for each in views):
        raise typer.Exit(_NEEDS_ATTENTION)


def _watch(settings: "Settings", oci: "Oci", key: str | None, region: str | None, *, timeline: bool) -> None:
    """Show it anew every few seconds: in place on a terminal, elsewhere where something has changed."""
    import io
    import sys
    import time
    from contextlib import redirect_stdout

    before = ""
    while True:
        views = _views(settings, oci, key, region)
        if sys.stdout.isatty():
            sys.stdout.write(_CLEAR)
            _print(views, timeline=timeline)
            typer.echo("\n".join(["", *_talk(views)]))
        else:
            block = io.StringIO()
            with redirect_stdout(block):
                _print(views, timeline=timeline)
            text = "\n".join([block.getvalue(), *_talk(views)])
            if text != before:
                typer.echo(text)
            before = text
        sys.stdout.flush()
        time.sleep(_PAUSE)


def _entry(each: "View") -> dict[str, object]:
    placed, seen, world = each.placed, each.ahead, each.placed.world
    return {
        "key": placed.key,
        "region": placed.region,
        "health": str(each.health),
        "next": each.next,
        "apiKeyId": placed.api_key.id if placed.api_key else None,
        "lifecycleState": placed.api_key.state if placed.api_key else None,
        "policyScope": each.policy_scope,
        "vaultSecretId": placed.vault_secret_id,
        "vaultSecretName": world.secret.name if world else None,
        "slotInUse": placed.slot_in_use,
        "secretVersion": placed.secret_version,
        "versionLabel": placed.label,
        "rotatedAt": _time(world.current.time_created) if world and world.current else None,
        "publishedAt": _time(world.published_at) if world else None,
        "expires": _time(seen.expires) if seen else None,
        "rotationDue": _time(seen.rotation_due) if seen else None,
        "retirementDue": _time(seen.retirement_due) if seen else None,
        "heldSince": world.held_since if world else None,
        "otherSlotUsed": each.other_used.name if each.other_used else None,
        "slots": [_slot(slot) for slot in placed.slots],
        "timeline": _events(each),
        "problem": placed.problem,
    }


def _slot(slot: "Slot") -> dict[str, object]:
    return {
        "name": slot.name,
        "state": slot.state,
        "timeExpiry": _time(slot.time_expiry),
        "timeLastUsed": _time(slot.time_last_used),
    }


def _events(each: "View") -> list[dict[str, object]]:
    from genaikeys.status import timeline

    if each.placed.world is None or each.ahead is None:
        return []
    return [
        {"time": _time(event.time), "what": event.what, "isAhead": event.is_ahead}
        for event in timeline(each.placed.world, each.ahead)
    ]


def _time(moment: "datetime | None") -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None

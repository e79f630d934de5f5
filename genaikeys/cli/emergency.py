"""`genaikeys rotate | suspend | resume | revoke KEY`: what can't wait for a review, without Pulumi."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from genaikeys.emergency import Answer, Order
    from genaikeys.settings import Settings

__all__ = ["add_to"]

_NEEDS_ATTENTION = 2

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="Name of the key in the stack.")]
RegionOption = Annotated[str | None, typer.Option("--region", help="One region; default: all of the key's.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Put these verbs under `genaikeys`."""
    for verb in (rotate, suspend, resume, revoke):
        app.command()(verb)


def rotate(
    key: KeyArgument,
    region: RegionOption = None,
    stack: StackOption = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Publish the other slot's value, now.

    The value before goes on working for the stack's grace. Put off, with exit code 2, while callers may still
    use the other slot.
    """
    from genaikeys.emergency import Deed, Order

    _obey(Order(Deed.ROTATE), key, region, stack, dry_run=dry_run, yes=yes, as_json=as_json)


def suspend(
    key: KeyArgument,
    region: RegionOption = None,
    stack: StackOption = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make a key stop working, until it is resumed.

    `pulumi up` leaves it suspended. Nothing is lost: the same values work again when it is resumed.
    """
    from genaikeys.cli.output import say
    from genaikeys.emergency import Deed, Order

    settings = _obey(Order(Deed.SUSPEND), key, region, stack, dry_run=dry_run, yes=yes, as_json=as_json)
    if not dry_run and not settings.keys[key].suspended:
        say(f"`pulumi preview` shows it as a change until keys.{key}.suspended is true in the stack file.")


def resume(
    key: KeyArgument,
    region: RegionOption = None,
    stack: StackOption = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make a suspended key work again.

    Readers' value works as before.
    """
    from genaikeys.cli.output import say
    from genaikeys.emergency import Deed, Order

    settings = _obey(Order(Deed.RESUME), key, region, stack, dry_run=dry_run, yes=yes, as_json=as_json)
    if not dry_run and settings.keys[key].suspended:
        say(f"The stack says keys.{key}.suspended: true, so the next `pulumi up` suspends it again.")


def revoke(
    key: KeyArgument,
    region: RegionOption = None,
    stack: StackOption = None,
    slot: Annotated[
        str | None, typer.Option("--slot", help="The slot whose value leaked; default: the one in use.")
    ] = None,
    permanent: Annotated[
        bool, typer.Option("--permanent", help="Revoke the slot for good: ends rotation; replaces the key.")
    ] = False,
    wait: Annotated[
        int, typer.Option("--wait", min=0, help="Seconds for callers to read the next value first.")
    ] = 15,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make a leaked value worthless.

    Publishes the other slot's value, then renews the leaked one. Callers that read the Vault every few
    seconds don't notice. The slot stays usable, unless --permanent.
    """
    from datetime import timedelta

    from genaikeys.cli.output import say
    from genaikeys.emergency import Deed, Order

    order = Order(Deed.REVOKE, slot, permanent, timedelta(seconds=wait))
    settings = _obey(order, key, region, stack, dry_run=dry_run, yes=yes, as_json=as_json)
    if permanent and not dry_run:
        say("Rotation of this key has ended: one slot is left, and its value expires.")
        if settings.keys[key].replaceable:
            say(
                "`pulumi up` replaces the key and publishes the new one in the same Vault secret; "
                "from its deletion until then, some seconds, callers fail."
            )
        else:
            say(
                f"To replace it, set keys.{key}.replaceable: true in the stack file and run `pulumi up`: "
                "the new key is published in the same Vault secret."
            )


def _obey(
    order: "Order",
    key: str,
    region: str | None,
    stack: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> "Settings":
    from genaikeys.cli import stacks
    from genaikeys.cli.output import say

    settings = stacks.settings_of(stacks.choose(stack))
    from genaikeys import emergency
    from genaikeys.oci import Oci

    oci = Oci(settings.auth)
    found = emergency.places(settings, oci, key, region, order)
    if dry_run or not yes:
        foreseen = [emergency.foresee(place) for place in found]
        if dry_run:
            _report(foreseen, as_json=as_json)
            _end(foreseen)
            return settings
        _ask(foreseen, order)
    answers = emergency.carry_out(found, oci, say)
    _report(answers, as_json=as_json)
    _end(answers)
    return settings


def _ask(foreseen: list["Answer"], order: "Order") -> None:
    """Ask a person at a terminal whether to go on; where there is none, refuse what can't be undone.

    Raises:
        KitError: The answer is no, or there is nobody to ask about what can't be undone.
    """
    import sys

    from genaikeys.cli.output import say
    from genaikeys.emergency import Deed
    from genaikeys.errors import KitError

    is_final = order.deed is Deed.REVOKE
    if not sys.stdin.isatty():
        if is_final:
            raise KitError(
                "A leaked value that is dead can't be brought back, and nobody is here to be asked.",
                next_step="Say --yes to go on, or --dry-run to see what would be done.",
            )
        return
    for answer in foreseen:
        for line in _lines(answer):
            say(line)
    if is_final:
        spent = ", and its slot is unusable for good" if order.is_permanent else ""
        say(f"This can't be undone: the leaked value is dead{spent}.")
    if not typer.confirm("Go on?", err=True):
        raise KitError("Nothing was changed.")


def _report(answers: list["Answer"], *, as_json: bool) -> None:
    from genaikeys.cli.output import data

    if as_json:
        data({"keys": [_entry(answer) for answer in answers]})
        return
    for answer in answers:
        for line in _lines(answer):
            typer.echo(line)


def _lines(answer: "Answer") -> list[str]:
    where = f"{answer.place.key} in {answer.place.region}"
    lines = [f"{where}: {step}" for step in answer.steps]
    if answer.put_off:
        lines.append(f"{where}: {answer.put_off}")
    if answer.problem is None and not lines:
        lines.append(f"{where}: nothing to do")
    return lines


def _entry(answer: "Answer") -> dict[str, object]:
    world = answer.world
    slots = world.key.slots if world else ()
    return {
        "key": answer.place.key,
        "region": answer.place.region,
        "steps": list(answer.steps),
        "putOff": answer.put_off,
        "problem": str(answer.problem) if answer.problem else None,
        "slotInUse": world.slot_in_use.name if world and world.slot_in_use else None,
        "secretVersion": world.current.number if world and world.current else None,
        "slots": [{"name": slot.name, "state": slot.state} for slot in slots],
    }


def _end(answers: list["Answer"]) -> None:
    """End with 1 where something went wrong, or with 2 where something was put off."""
    from genaikeys.cli.output import say

    problems = [answer for answer in answers if answer.problem is not None]
    for answer in problems:
        say(f"{answer.place.key} in {answer.place.region}: {answer.problem}")
    if problems:
        raise typer.Exit(1)
    if any(answer.put_off for answer in answers):
        raise typer.Exit(_NEEDS_ATTENTION)

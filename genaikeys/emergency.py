"""What a person in a hurry asks for: rotate, suspend, resume or revoke a key, now and without Pulumi.

Keys and secrets are found by their tags, and the steps are the plugin's own: whatever is cut off here is
finished by the next `pulumi up`, and the other way round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial

from genaikeys.errors import KitError
from genaikeys.inventory import Placed, inventory
from genaikeys.oci import Oci
from genaikeys.parallel import workers
from genaikeys.rotation import Leak, Wishes, World, imagined, observe, run, settled
from genaikeys.rotation.step import PutOff, Refuse
from genaikeys.rotation.wishes import wishes_of
from genaikeys.settings import Settings

__all__ = ["Answer", "Deed", "Order", "Place", "carry_out", "foresee", "places"]

_AT_ONCE = 8
"""Regions that are worked on side by side."""


class Deed(StrEnum):
    """What is asked for."""

    ROTATE = "rotate"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"


@dataclass(frozen=True)
class Order:
    """What is asked for, with what only a revocation has.

    Attributes:
        deed: Of the four.
        slot: Slot that holds the leaked value; None: the one that readers have.
        is_permanent: Whether the slot is revoked for good.
        moving_time: How long callers have to read the other value before the leaked one dies.
    """

    deed: Deed
    slot: str | None = None
    is_permanent: bool = False
    moving_time: timedelta = timedelta(seconds=15)


@dataclass(frozen=True)
class Place:
    """A key in a region, as it is now, and what is wished of it."""

    key: str
    region: str
    world: World
    wishes: Wishes


@dataclass(frozen=True)
class Answer:
    """What came of an order, or would come of it.

    Attributes:
        place: Where.
        steps: What was done, or would be, a line each.
        put_off: Why it was left for later, or None.
        problem: What went wrong, or None; the other regions are not held up by it.
        world: As it is now, or would be; None after a problem.
    """

    place: Place
    steps: tuple[str, ...]
    put_off: str | None = None
    problem: KitError | None = None
    world: World | None = None


def places(settings: Settings, oci: Oci, key: str, region: str | None, order: Order) -> list[Place]:
    """Find a key in each of its regions, or in one.

    Args:
        settings: The stack.
        oci: Whom to ask.
        key: Name of the key in the stack.
        region: Region identifier, or None for all of the key's.
        order: What is asked for.

    Raises:
        KitError: The stack has no such key there, or something of it can't be found.
    """
    known = [each for each in settings.placements() if each.key == key]
    if not known:
        raise KitError(
            f"The stack {settings.stack} has no key {key!r}",
            why=f"It has {', '.join(settings.keys)}.",
            next_step="Name one of these.",
        )
    wanted = [each for each in known if region in (None, each.region)]
    if not wanted:
        raise KitError(
            f"The key {key} is not in {region}",
            why=f"It is in {', '.join(each.region for each in known)}.",
            next_step="Name one of these, or leave --region out for all.",
        )
    found = {(each.key, each.region): each for each in inventory(settings, oci, wanted)}
    with workers(_AT_ONCE) as pool:
        return list(
            pool.map(
                lambda each: _place(found[each.key, each.region], wishes_of(settings, each), oci, order),
                wanted,
            )
        )


def _place(placed: Placed, wishes: Wishes, oci: Oci, order: Order) -> Place:
    if placed.api_key is None or placed.vault_secret_id is None:
        raise KitError(
            f"{placed.key} in {placed.region}: {placed.problem}",
            next_step="Check --stack and the caller's policies; `genaikeys status` shows what there is.",
        )
    secret = settled(oci, placed.region, placed.vault_secret_id)
    world = observe(oci, placed.region, placed.api_key.id, secret)
    return Place(placed.key, placed.region, world, _ordered(order, world, wishes, placed))


def _ordered(order: Order, world: World, wishes: Wishes, placed: Placed) -> Wishes:
    """The stack's wishes with the order on top."""
    # CURRENT's trigger is carried over, so that the next `pulumi up` does not rotate again.
    trigger = world.label.trigger if world.label else wishes.trigger_digest
    plain = replace(wishes, trigger_digest=trigger, by_hand=True)
    if order.deed is Deed.SUSPEND:
        return replace(plain, hold=True)
    if order.deed is Deed.RESUME:
        return replace(plain, hold=False, suspended=False)
    if order.deed is Deed.REVOKE:
        return replace(plain, leak=_leak(order, world, placed), moving_time=order.moving_time)
    if world.is_suspended or world.held_since or wishes.suspended:
        raise KitError(
            f"{placed.key} in {placed.region} is suspended, so no new value could be tried",
            next_step="Resume it first: `genaikeys resume`; or revoke the value in use: `genaikeys revoke`.",
        )
    if world.label is None or world.current is None:
        raise KitError(
            f"{placed.key} in {placed.region}: nothing of the kit's is published yet",
            next_step="Run `pulumi up`: it publishes the first value, or puts the kit's own back.",
        )
    return replace(plain, rotate_from=world.current.number)


def _leak(order: Order, world: World, placed: Placed) -> Leak:
    owed = world.owed
    if owed is not None and order.slot in (None, owed.slot):
        return replace(owed, is_permanent=order.is_permanent or owed.is_permanent)
    name = order.slot or (world.label.slot if world.label else None)
    slot = world.key.slot(name) if name else None
    if slot is None:
        raise KitError(
            f"{placed.key} in {placed.region}: "
            + (f"the key has no slot {name!r}" if name else "no value of the kit's is in use there"),
            why=f"Its slots are {', '.join(each.name for each in world.key.slots)}.",
            next_step="Name the slot that holds the leaked value with --slot.",
        )
    return Leak.of(slot, is_permanent=order.is_permanent)


def foresee(place: Place) -> Answer:
    """Tell what would be done, and change nothing."""
    steps, later, end = imagined(place.world, place.wishes)
    lines = tuple(str(step) for step in steps)
    if isinstance(end, Refuse):
        return Answer(place, lines, problem=KitError(end.what, next_step=end.next_step))
    return Answer(place, lines, put_off=end.reason if isinstance(end, PutOff) else None, world=later)


def carry_out(found: Sequence[Place], oci: Oci, tell: Callable[[str], None]) -> list[Answer]:
    """Do what is wished of each place, side by side.

    Args:
        found: The places.
        oci: Who calls.
        tell: Called with a line before each wait of some seconds.

    Returns:
        One answer a place, in their order; what goes wrong in one is its answer's problem.
    """
    with workers(_AT_ONCE) as pool:
        return list(pool.map(partial(_carried_out, oci=oci, tell=tell), found))


def _carried_out(place: Place, *, oci: Oci, tell: Callable[[str], None]) -> Answer:
    where = f"{place.key} in {place.region}"
    try:
        outcome = run(
            oci,
            place.region,
            place.world.key.id,
            place.world.secret.id,
            place.wishes,
            tell=lambda line: tell(f"{where}: {line}"),
        )
    except KitError as problem:
        return Answer(place, (), problem=problem)
    return Answer(place, outcome.done, put_off=outcome.put_off, world=outcome.world)

"""When a key's value is rotated, and its old slot retired."""

from datetime import UTC, datetime

from genaikeys import schedule
from genaikeys.oci.keys import Slot
from genaikeys.rotation.world import Wishes, World

__all__ = ["LONG_AGO", "free_from", "has_callers", "is_used_lately", "retirement_due", "rotation_due"]

LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""Before anybody used anything."""


def rotation_due(world: World, wishes: Wishes) -> datetime | None:
    """When the value in use is to be followed by the other slot's; None before the first publication.

    After the wished period, and a week before it expires at the latest: a value made under an older wish may
    live shorter than today's.
    """
    current, slot = world.current, world.slot_in_use
    if current is None or slot is None:
        return None
    return min(current.time_created + wishes.period, slot.time_expiry - schedule.LAST_CALL)


def retirement_due(world: World, wishes: Wishes) -> datetime | None:
    """When the slot beside the one in use is deactivated; None where it doesn't work anyway."""
    idle, published_at = world.idle_slot, world.published_at
    if idle is None or published_at is None or idle.state != "ACTIVE":
        return None
    quiet = idle.time_last_used + wishes.grace if idle.time_last_used else published_at
    return max(published_at + wishes.grace, quiet)


def free_from(idle: Slot, world: World, wishes: Wishes) -> datetime:
    """From when the idle slot may be renewed without cutting a caller off; long ago where nobody needs it."""
    moments = [LONG_AGO]
    if idle.time_last_used is not None:
        moments.append(idle.time_last_used + wishes.grace)
    if world.published_at is not None and world.label_of(world.staged("PREVIOUS")) is not None:
        moments.append(world.published_at + wishes.grace)
    return max(moments)


def has_callers(idle: Slot, world: World, wishes: Wishes) -> bool:
    """Whether the grace of the value before is running: its callers need not have read the next one yet."""
    label, before = world.label, world.label_of(world.staged("PREVIOUS"))
    if label is None or label.mark or before is None or before.slot != idle.name:
        return False
    return world.published_at is not None and world.now < world.published_at + wishes.grace


def is_used_lately(slot: Slot, world: World, wishes: Wishes) -> bool:
    """Whether somebody used a slot within the grace."""
    return slot.time_last_used is not None and world.now - slot.time_last_used < wishes.grace

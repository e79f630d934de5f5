"""What happens next with a key: short, for a table, and in full where somebody should look."""

from collections.abc import Iterator
from datetime import datetime

from genaikeys.durations import short
from genaikeys.oci import Slot
from genaikeys.rotation import Forecast, Wishes, World
from genaikeys.rotation.due import free_from, is_used_lately
from genaikeys.rotation.step import Done, PutOff, Refuse
from genaikeys.status.health import Health
from genaikeys.status.spans import ago, ahead, day

__all__ = ["attention", "following", "other_used"]


def following(health: Health, world: World, seen: Forecast, wishes: Wishes) -> str:
    """What happens next, short enough for a table.

    Args:
        health: How the key is.
        world: What OCI has.
        seen: What becomes of it.
        wishes: What the stack wishes.
    """
    if isinstance(seen.step, Refuse):
        return "nothing until a person acts"
    if health is Health.HELD:
        return f"suspended by hand since {(world.held_since or '')[:10]}: `genaikeys resume` ends it"
    if not isinstance(seen.step, Done | PutOff):
        return f"run `pulumi up`: {str(seen.step).partition(':')[0]}"
    if health is Health.SUSPENDED:
        return "nothing until the stack no longer says suspended"
    if health is Health.ATTENTION and seen.expires is not None:
        return f"replace the key before {day(seen.expires)}: {_idle_name(world)} is revoked"
    if isinstance(seen.step, PutOff):
        return _put_off(seen.step, world, seen, wishes)
    return _coming(world, seen, wishes)


def attention(health: Health, world: World, seen: Forecast) -> str | None:
    """What a person should know and do, in full; None where nobody has to do anything."""
    if health.is_well:
        return None
    step = seen.step
    if isinstance(step, Refuse):
        return f"{step.what}. {step.next_step}"
    up = None if isinstance(step, Done | PutOff) else f"the next `pulumi up` will {step}"
    if health is Health.HELD:
        held = f"suspended by hand since {world.held_since}: no slot works until a person resumes it with "
        return "; ".join([f"{held}`genaikeys resume`", *([up] if up else [])])
    if up is not None:
        return up
    reason = [step.reason] if isinstance(step, PutOff) else []
    if health is Health.EXPIRING and seen.expires is not None:
        rotates = seen.rotation_due
        reason = [
            f"the value in use expires {ahead(seen.expires, seen.now)}, {day(seen.expires)}",
            *(reason or ([f"rotation {ahead(rotates, seen.now)}, {day(rotates)}"] if rotates else [])),
        ]
    return "; ".join(reason)


def other_used(world: World, wishes: Wishes) -> Slot | None:
    """The slot beside the one in use, where somebody used it within the grace."""
    idle = world.idle_slot
    return idle if idle is not None and is_used_lately(idle, world, wishes) else None


def _put_off(step: PutOff, world: World, seen: Forecast, wishes: Wishes) -> str:
    """What waits, until when at the earliest, and for whom."""
    what, idle = step.reason.partition(":")[0], world.idle_slot
    if idle is None:
        return what
    why = f"{idle.name} is in its grace of {short(wishes.grace)}"
    if idle.time_last_used is not None and is_used_lately(idle, world, wishes):
        why = f"{idle.name} was used {ago(idle.time_last_used, seen.now)} ago"
    return f"{what} until {day(free_from(idle, world, wishes))}: {why}"


def _coming(world: World, seen: Forecast, wishes: Wishes) -> str:
    """The next thing that time brings about, and who was used of late that isn't in use."""
    coming = sorted(_dates(world, seen))
    if not coming:
        return "nothing"
    moment, what = coming[0]
    used = other_used(world, wishes)
    if used is None or used.time_last_used is None:
        return f"nothing until {what} on {day(moment)}"
    name = "" if what.startswith(used.name) else f"{used.name} "
    return f"nothing until {what} on {day(moment)} ({name}used {ago(used.time_last_used, seen.now)} ago)"


def _dates(world: World, seen: Forecast) -> Iterator[tuple[datetime, str]]:
    if seen.retirement_due is not None:
        yield seen.retirement_due, f"{_idle_name(world)} retires"
    if seen.rotation_due is not None:
        yield seen.rotation_due, "rotation"


def _idle_name(world: World) -> str:
    return world.idle_slot.name if world.idle_slot else "the other slot"

"""Which slot is renewed and published next, and whether that may be now."""

from datetime import datetime

from genaikeys import schedule
from genaikeys.durations import short
from genaikeys.oci.keys import Slot
from genaikeys.rotation.due import LONG_AGO, free_from, is_used_lately
from genaikeys.rotation.step import PutOff, Refuse, Renew, Step
from genaikeys.rotation.world import Wishes, World

__all__ = ["MOST_VERSIONS", "another", "first", "other", "room"]

MOST_VERSIONS = 30
"""Versions that a Vault secret holds at most (OCI documentation, "Vault limits", by report)."""


def first(world: World, wishes: Wishes) -> Step:
    """First publication or adoption: the least recently used slot, never one that is in use."""
    slots = [slot for name in wishes.slot_names if (slot := world.key.slot(name)) and slot.state != "REVOKED"]
    if not slots:
        return Refuse(
            f"{world.key.id} has none of the slots {', '.join(wishes.slot_names)}, or they are revoked",
            "Correct keyNames, or replace the key.",
        )
    oldest = min(slots, key=_last_used)
    if is_used_lately(oldest, world, wishes):
        return Refuse(
            f"Both slots of {world.key.id} were used within {short(wishes.grace)}: "
            "renewing either would cut a caller off",
            "Move the callers of one slot to the other, wait for the grace, then run the command again.",
        )
    return room(world) or Renew(oldest.name, "first publication")


def other(world: World, wishes: Wishes, reason: str) -> Step:
    """Rotate to the slot that CURRENT doesn't hold, unless somebody may still use that one."""
    idle, in_use = world.idle_slot, world.slot_in_use
    if idle is None or in_use is None or idle.state == "REVOKED":
        return Refuse(
            f"{world.key.id} has no second slot to rotate to",
            "A revoked slot stays so for good: replace the key.",
        )
    until = free_from(idle, world, wishes)
    if world.now >= until:
        return room(world) or Renew(idle.name, reason)
    why = f"{reason}, but {idle.name} is still within its grace until {until:%Y-%m-%dT%H:%M:%SZ}"
    if in_use.state == "ACTIVE" and in_use.time_expiry - world.now > schedule.LAST_CALL:
        return PutOff(f"rotation put off: {why}")
    return Refuse(
        f"Rotation can wait no longer: {why}, and {in_use.name} expires within {schedule.LAST_CALL.days} "
        "days or works no more",
        f"Move the callers of {idle.name} to the value in Vault, then run the command again.",
    )


def another(world: World, wishes: Wishes, reason: str) -> Step:
    """Publish a slot that nobody uses, whatever readers have."""
    return other(world, wishes, reason) if world.label else first(world, wishes)


def room(world: World) -> Refuse | None:
    """Refuse to renew a slot whose value would find no room in Vault; None where there is room."""
    if len(world.versions) < MOST_VERSIONS:
        return None
    leaving = sum(version.is_leaving for version in world.versions)
    return Refuse(
        f"The Vault secret {world.secret.id} has {len(world.versions)} versions, {leaving} of them on their "
        f"way out; Vault holds {MOST_VERSIONS}",
        "Find out who else writes to it, and wait until the deletion of the old ones is over; or schedule "
        "more deletions with `oci vault secret schedule-secret-version-deletion`.",
    )


def _last_used(slot: Slot) -> datetime:
    return slot.time_last_used or LONG_AGO

"""What was done to a key's value and what is ahead: from labels, tags and OCI's own times, and no log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from genaikeys.oci.keys import Slot
from genaikeys.oci.vault import Version
from genaikeys.rotation import Forecast, World
from genaikeys.rotation.labels import Label

__all__ = ["Event", "timeline"]


@dataclass(frozen=True)
class Event:
    """Something that happened, or will.

    Attributes:
        time: When.
        what: What, as half a sentence.
        is_ahead: Whether it is still to come.
    """

    time: datetime
    what: str
    is_ahead: bool = False


def timeline(world: World, seen: Forecast) -> list[Event]:
    """Tell what was done to a key's value and what is ahead, oldest first.

    OCI keeps one time of each kind a slot, so of several activations only the last is known.
    """
    past = [
        Event(world.key.time_created, "the key was created"),
        *(_of_version(version, world) for version in world.versions),
        *(event for slot in world.key.slots for event in _of_slot(slot)),
        *_of_tags(world),
    ]
    coming = [
        Event(moment, what, is_ahead=True)
        for moment, what in (
            (
                seen.retirement_due,
                f"{world.idle_slot.name if world.idle_slot else 'the other slot'} is retired",
            ),
            (seen.rotation_due, "rotation is due"),
            (seen.expires, "the value in use expires, if it isn't rotated before"),
        )
        if moment is not None
    ]
    return sorted(past, key=lambda each: each.time) + sorted(coming, key=lambda each: each.time)


def _of_version(version: Version, world: World) -> Event:
    label = Label.read(version.label)
    stages = ", ".join(sorted(version.stages - {"LATEST"})).lower()
    if label is None:
        what = "a placeholder" if version.number == 1 else "somebody else's content"
        return Event(version.time_created, f"version {version.number} was written: {what} ({stages})")
    owner = label.slot if world.label_of(version) else f"{label.slot} of an earlier key"
    reason = {"r": ", because the other slot's value leaked", "p": ", to revoke the other slot for good"}
    why = reason[label.mark[0]] if label.mark else ""
    return Event(
        version.time_created,
        f"version {version.number} was written: a value of {owner}, {label.fingerprint}{why} ({stages})",
    )


def _of_slot(slot: Slot) -> Iterator[Event]:
    for moment, what in (
        (slot.time_activated, "was activated"),
        (slot.time_deactivated, "was deactivated"),
        (slot.time_revoked, "was revoked for good"),
        (slot.time_last_used, "was used last"),
    ):
        if moment is not None:
            yield Event(moment, f"{slot.name} {what}")


def _of_tags(world: World) -> Iterator[Event]:
    current, published_at = world.current, world.published_at
    if current is not None and published_at is not None and published_at > current.time_created:
        yield Event(published_at, f"version {current.number} became the current one")
    if world.held_since is not None:
        try:
            yield Event(datetime.fromisoformat(world.held_since), "a person suspended the key")
        except ValueError:
            return

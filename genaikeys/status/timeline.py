"""What was done to a key's value and what is ahead: from labels, tags and OCI's own times, and no log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from genaikeys.oci.keys import Slot
from genaikeys.oci.vault import Version
from genaikeys.rotation import Forecast, World
from genaikeys.rotation.labels import Label, trigger_digest

__all__ = ["Event", "Kind", "timeline"]

_NO_TRIGGER = trigger_digest(None)
_MARKS = {"r": ", because the other slot's value leaked", "p": ", to revoke the other slot for good"}


class Kind(StrEnum):
    """What sort of event it is, for programs."""

    CREATED = "created"
    WRITTEN = "written"
    PUBLISHED = "published"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    REVOKED = "revoked"
    USED = "used"
    HELD = "held"
    RETIREMENT = "retirement"
    ROTATION = "rotation"
    EXPIRY = "expiry"


@dataclass(frozen=True)
class Event:
    """Something that happened, or will.

    Attributes:
        time: When.
        kind: What sort of event.
        what: What, as half a sentence.
        is_ahead: Whether it is still to come.
    """

    time: datetime
    kind: Kind
    what: str
    is_ahead: bool = False


def timeline(world: World, seen: Forecast) -> list[Event]:
    """Tell what was done to a key's value and what is ahead, oldest first.

    OCI keeps one time of each kind a slot, so of several activations only the last is known.
    """
    past = [
        Event(world.key.time_created, Kind.CREATED, "the key was created"),
        *(_of_version(version, world) for version in world.versions),
        *(event for slot in world.key.slots for event in _of_slot(slot, world)),
        *_of_tags(world),
    ]
    idle = world.idle_slot.name if world.idle_slot else "the other slot"
    coming = [
        Event(moment, kind, what, is_ahead=True)
        for moment, kind, what in (
            (seen.retirement_due, Kind.RETIREMENT, f"{idle} retires, if nobody uses it any more"),
            (seen.rotation_due, Kind.ROTATION, f"rotation: {idle} is renewed and published"),
            (seen.expires, Kind.EXPIRY, "the value in use expires, if it isn't rotated before"),
        )
        if moment is not None
    ]
    return sorted(past, key=lambda each: each.time) + sorted(coming, key=lambda each: each.time)


def _of_version(version: Version, world: World) -> Event:
    label, number = Label.read(version.label), version.number
    stages = ", ".join(sorted(version.stages - {"LATEST"})).lower()
    end = f" ({stages})" if stages else ""
    if label is None:
        what = "a placeholder" if number == 1 else "somebody else's content"
        return Event(version.time_created, Kind.WRITTEN, f"version {number} was written: {what}{end}")
    before = _before(version, label, world)
    which = f"{label.slot}'s value " + (f"of version {before} again" if before else label.fingerprint)
    owner = "" if world.label_of(version) else ", of an earlier key"
    trigger = "" if label.trigger == _NO_TRIGGER else f", for the trigger {label.trigger}"
    mark = _MARKS[label.mark[0]] if label.mark else ""
    return Event(
        version.time_created,
        Kind.WRITTEN,
        f"version {number} was written: {which}{owner}{trigger}{mark}{end}",
    )


def _before(version: Version, label: Label, world: World) -> int | None:
    """Number of the first version that held the same value, where that is an earlier one."""
    for earlier in world.versions:
        if earlier.number >= version.number:
            return None
        own = Label.read(earlier.label)
        if own is not None and (own.slot, own.fingerprint) == (label.slot, label.fingerprint):
            return earlier.number
    return None


def _of_slot(slot: Slot, world: World) -> Iterator[Event]:
    for moment, kind, what in (
        (slot.time_activated, Kind.ACTIVATED, "was activated"),
        (slot.time_deactivated, Kind.DEACTIVATED, "was deactivated"),
        (slot.time_revoked, Kind.REVOKED, "was revoked for good"),
        (slot.time_last_used, Kind.USED, "was used last"),
    ):
        # Its creation says that a new slot works.
        if moment is not None and not (kind is Kind.ACTIVATED and moment <= world.key.time_created):
            yield Event(moment, kind, f"{slot.name} {what}")


def _of_tags(world: World) -> Iterator[Event]:
    current, published_at = world.current, world.published_at
    if current is not None and published_at is not None and published_at > current.time_created:
        yield Event(published_at, Kind.PUBLISHED, f"version {current.number} became the current one")
    if world.held_since is not None:
        try:
            since = datetime.fromisoformat(world.held_since)
        except ValueError:  # somebody else wrote the tag
            return
        yield Event(
            since if since.tzinfo else since.replace(tzinfo=UTC), Kind.HELD, "a person suspended the key"
        )

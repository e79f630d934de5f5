"""A run in thought: the steps that it would make where everything goes well. For ``--dry-run`` and tests."""

from dataclasses import replace
from datetime import datetime

from genaikeys import schedule, tags
from genaikeys.oci.keys import Slot
from genaikeys.oci.vault import Version
from genaikeys.rotation.labels import Label
from genaikeys.rotation.next_step import next_step
from genaikeys.rotation.step import (
    Activate,
    Change,
    Deactivate,
    Discard,
    Done,
    Hold,
    Overtake,
    Probe,
    Promote,
    Prune,
    PutOff,
    Refuse,
    Release,
    Renew,
    Republish,
    Revoke,
)
from genaikeys.rotation.world import Learned, Verdict, Wishes, World

__all__ = ["after", "imagined"]

MOST_STEPS = 60
_UNKNOWN = "0" * 16
"""Fingerprint of a value that nobody has made yet."""
_STATES = {Activate: "ACTIVE", Deactivate: "INACTIVE", Revoke: "REVOKED"}


def imagined(world: World, wishes: Wishes) -> tuple[list[Change], World, PutOff | Refuse | Done]:
    """Run in thought.

    Returns:
        The changes in order, the world after them, and how it ended.
    """
    learned = Learned()
    steps: list[Change] = []
    for _ in range(MOST_STEPS):
        step = next_step(world, wishes, learned)
        if isinstance(step, Done | PutOff | Refuse):
            return steps, world, step
        steps.append(step)
        if isinstance(step, Probe):
            learned.verdicts[step.version] = Verdict.WORKS
        elif isinstance(step, Overtake):
            learned.overtaken.add(step.fingerprint)
        else:
            world = after(step, world, wishes)
    raise AssertionError(f"no end after {MOST_STEPS} steps: {'; '.join(map(str, steps[-5:]))}")


def after(step: Change, world: World, wishes: Wishes) -> World:
    """The world after a step that goes well. A probe leaves it as it is."""
    match step:
        case Activate(slot) | Deactivate(slot) | Revoke(slot):
            return _with_slot(world, slot, state=_STATES[type(step)])
        case Discard(slot):
            return _renewed(world, slot, world.now + wishes.expiry + schedule.STAGGER)
        case Hold():
            return _tagged(world, tags.HELD, world.now.isoformat())
        case Release():
            return _tagged(world, tags.HELD, None)
        case Renew(slot, _, mark):
            renewed = _renewed(world, slot, world.now + wishes.expiry)
            return _staged(renewed, Label(slot, _UNKNOWN, wishes.trigger_digest, mark))
        case Republish(_, label):
            return _staged(world, label)
        case Promote(number, label):
            told = _tagged(world, tags.PUBLISHED, f"{label.fingerprint} {world.now.isoformat()}")
            return replace(told, versions=tuple(_promoted(world.versions, number)))
        case Prune(number):
            return replace(
                world,
                versions=tuple(
                    replace(version, is_leaving=version.is_leaving or version.number == number)
                    for version in world.versions
                ),
            )
    return world


def _with_slot(world: World, name: str, *, state: str, expiry: datetime | None = None) -> World:
    slots = tuple(
        replace(slot, state=state, time_expiry=expiry or slot.time_expiry) if slot.name == name else slot
        for slot in world.key.slots
    )
    return replace(world, key=replace(world.key, slots=slots))


def _renewed(world: World, name: str, expiry: datetime) -> World:
    slot: Slot | None = world.key.slot(name)
    state = slot.state if slot and slot.state == "INACTIVE" else "ACTIVE"
    return _with_slot(world, name, state=state, expiry=expiry)


def _tagged(world: World, name: str, value: str | None) -> World:
    others = {each: text for each, text in world.key.freeform_tags.items() if each != name}
    tagged = others if value is None else {**others, name: value}
    return replace(world, key=replace(world.key, freeform_tags=tagged))


def _staged(world: World, label: Label) -> World:
    older = [_without(version, "PENDING", "LATEST") for version in world.versions]
    number = 1 + max((version.number for version in older), default=0)
    new = Version(number, str(label), frozenset({"PENDING", "LATEST"}), world.now, is_leaving=False)
    return replace(world, versions=(*older, new))


def _promoted(versions: tuple[Version, ...], number: int) -> list[Version]:
    following = []
    for version in versions:
        if version.number == number:
            following.append(replace(version, stages=(version.stages & {"LATEST"}) | {"CURRENT"}))
        elif "CURRENT" in version.stages:
            following.append(replace(version, stages=(version.stages - {"CURRENT"}) | {"PREVIOUS"}))
        else:
            following.append(_without(version, "PREVIOUS"))
    return following


def _without(version: Version, *stages: str) -> Version:
    left = version.stages - set(stages)
    is_old = not left & {"CURRENT", "PENDING", "PREVIOUS"}
    return replace(version, stages=left | {"DEPRECATED"} if is_old else left)

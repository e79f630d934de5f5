"""The one decision: from what the world looks like to what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from genaikeys.oci.keys import Slot
from genaikeys.oci.vault import Version
from genaikeys.rotation.labels import Label
from genaikeys.rotation.world import Learned, Verdict, Wishes, World

__all__ = [
    "Activate",
    "Deactivate",
    "Done",
    "Probe",
    "Promote",
    "Prune",
    "PutOff",
    "Refuse",
    "Renew",
    "Step",
    "next_step",
]

MOST_RENEWALS = 3
"""Renewals in one run whose value never works."""
MOST_OLD_VERSIONS = 10
"""DEPRECATED versions that are kept; Vault holds 30 in all (OCI documentation, "Vault limits", by report)."""
LAST_CALL = timedelta(days=7)
"""How long before CURRENT expires a rotation is put off no more."""


@dataclass(frozen=True)
class Done:
    """Everything is as wished."""


@dataclass(frozen=True)
class Renew:
    """Give a slot a new value and stage it in Vault."""

    slot: str
    reason: str


@dataclass(frozen=True)
class Activate:
    """Make a slot work."""

    slot: str


@dataclass(frozen=True)
class Deactivate:
    """Make a slot stop working, for now."""

    slot: str


@dataclass(frozen=True)
class Probe:
    """Call a model with a version's value."""

    version: int


@dataclass(frozen=True)
class Promote:
    """Make a version CURRENT."""

    version: int
    label: Label


@dataclass(frozen=True)
class Prune:
    """Let an old version go."""

    version: int


@dataclass(frozen=True)
class PutOff:
    """Change nothing now; say why, and when it will be done."""

    reason: str


@dataclass(frozen=True)
class Refuse:
    """Nothing can be done without a person.

    Attributes:
        what: What is wrong.
        next_step: What to do about it.
    """

    what: str
    next_step: str


Step = Done | Renew | Activate | Deactivate | Probe | Promote | Prune | PutOff | Refuse


def next_step(world: World, wishes: Wishes, learned: Learned) -> Step:
    """What to do next.

    Called again after each step with the world read anew, it ends in `Done`, `PutOff` or `Refuse`. It never
    renews the slot that CURRENT holds, so readers always have a value that works.
    """
    if world.key.state not in ("ACTIVE", "INACTIVE", "UPDATING", "CREATING"):
        return Refuse(
            f"The API key {world.key.id} is {world.key.state}",
            "Run `pulumi refresh`, then `pulumi up`: a key that is gone is made again.",
        )
    if wishes.suspended:
        working = next((slot for slot in world.key.slots if slot.state == "ACTIVE"), None)
        return Deactivate(working.name) if working else Done()
    return _staged(world, wishes, learned) or _published(world, wishes, learned)


def _staged(world: World, wishes: Wishes, learned: Learned) -> Step | None:
    """What to do with a PENDING version; None where there is none."""
    pending = world.pending
    if pending is None:
        return None
    label = Label.read(pending.label)
    if label is None:
        return Refuse(
            f"Version {pending.number} of {world.secret.id} is PENDING and not the kit's",
            "Find out who wrote it; promote it or write CURRENT over it, then run the command again.",
        )
    if label == world.label:
        return None  # CURRENT is a copy of it: where promotion by number is refused the original stays.
    slot = world.key.slot(label.slot)
    if slot is None:
        return Refuse(
            f"Version {pending.number} of {world.secret.id} is labelled for the slot {label.slot}, "
            f"which {world.key.id} lacks",
            "Check that apiKeyId and vaultSecretId belong together.",
        )
    return _tried(slot, pending, label, world, wishes, learned)


def _tried(
    slot: Slot, pending: Version, label: Label, world: World, wishes: Wishes, learned: Learned
) -> Step:
    """What to do with a PENDING version of the kit's: try it, then promote it or renew its slot."""
    if slot.state == "INACTIVE":
        return Activate(slot.name)
    verdict = learned.verdict(pending)
    if verdict is None and wishes.probe_models and slot.state == "ACTIVE":
        return Probe(pending.number)
    if verdict is Verdict.WORKS or not wishes.probe_models:
        return Promote(pending.number, label)
    if verdict is Verdict.SILENT:
        return Refuse(
            f"No model in {', '.join(wishes.probe_models)} answered in a way that tells whether the new "
            f"value of {slot.name} works; what readers get was not changed",
            "Run the command again when the region answers, or name other models in probe.models.",
        )
    if learned.renewals >= MOST_RENEWALS:
        return _never_worked(slot, world)
    if world.label is not None and world.label.slot == slot.name:
        return _other(world, wishes, "the value staged before is refused")
    return Renew(slot.name, "the value staged before is refused")


def _published(world: World, wishes: Wishes, learned: Learned) -> Step:
    """What to do while nothing is staged."""
    if learned.renewals >= MOST_RENEWALS:
        return _never_worked(world.key.slots[0], world)
    label = world.label
    if label is None:
        return _first(world, wishes)
    if label.trigger != wishes.trigger_digest:
        return _other(world, wishes, "another trigger")
    slot = world.slot_in_use
    current = world.current
    if slot is None or current is None:
        return Refuse(
            f"The CURRENT version of {world.secret.id} is labelled for the slot {label.slot}, "
            f"which {world.key.id} lacks",
            "Check that apiKeyId and vaultSecretId belong together.",
        )
    if slot.state == "INACTIVE":
        return Activate(slot.name)
    if slot.state != "ACTIVE":
        return _other(world, wishes, f"the slot in use is {slot.state}")
    if wishes.is_probe_due and wishes.probe_models:
        verdict = learned.verdict(current)
        if verdict is None:
            return Probe(current.number)
        if verdict is Verdict.REFUSED:
            return Refuse(
                f"The value in use (version {current.number} of {world.secret.id}) is refused with 401",
                "Check the policy that lets this key call; or change trigger: that publishes the other slot.",
            )
    return _surplus(world) or Done()


def _first(world: World, wishes: Wishes) -> Step:
    """First publication or adoption: the least recently used slot, never one that is in use."""
    slots = [slot for name in wishes.slot_names if (slot := world.key.slot(name)) and slot.state != "REVOKED"]
    if not slots:
        return Refuse(
            f"{world.key.id} has none of the slots {', '.join(wishes.slot_names)}, or they are revoked",
            "Correct keyNames, or replace the key.",
        )
    never = [slot for slot in slots if slot.time_last_used is None]
    if never:
        return Renew(never[0].name, "first publication")
    oldest = min(slots, key=_last_used)
    if _is_used_lately(oldest, world, wishes):
        return Refuse(
            f"Both slots of {world.key.id} were used within {wishes.grace}: "
            "renewing either would cut a caller off",
            "Move the callers of one slot to the other, wait for the grace, then run the command again.",
        )
    return Renew(oldest.name, "first publication")


def _other(world: World, wishes: Wishes, reason: str) -> Step:
    """Rotate to the slot that CURRENT doesn't hold, unless somebody still uses that one."""
    held = world.label.slot if world.label else ""
    idle = next(
        (slot for name in wishes.slot_names if name != held and (slot := world.key.slot(name)) is not None),
        None,
    )
    if idle is None or idle.state == "REVOKED":
        return Refuse(
            f"{world.key.id} has no second slot to rotate to",
            "A revoked slot stays so for good: replace the key.",
        )
    in_use, current = world.slot_in_use, world.current
    is_fresh = current is not None and world.now - current.time_created < wishes.grace and _had_a_life(world)
    if not (is_fresh or _is_used_lately(idle, world, wishes)):
        return Renew(idle.name, reason)
    until = max(
        current.time_created + wishes.grace if is_fresh and current else world.now,
        _last_used(idle) + wishes.grace if idle.time_last_used else world.now,
    )
    why = f"{reason}, but {idle.name} is still within its grace until {until:%Y-%m-%dT%H:%M:%SZ}"
    if in_use is not None and in_use.state == "ACTIVE" and in_use.time_expiry - world.now > LAST_CALL:
        return PutOff(f"rotation put off: {why}")
    return Refuse(
        f"Rotation can wait no longer: {why}, and {held} expires within {LAST_CALL.days} days "
        "or works no more",
        f"Move the callers of {idle.name} to the value in Vault, then run the command again.",
    )


def _had_a_life(world: World) -> bool:
    """Whether a value was published before the CURRENT one, whose callers the grace is for."""
    before = world.staged("PREVIOUS")
    return before is not None and Label.read(before.label) is not None


def _is_used_lately(slot: Slot, world: World, wishes: Wishes) -> bool:
    return slot.time_last_used is not None and world.now - slot.time_last_used < wishes.grace


def _last_used(slot: Slot) -> datetime:
    return slot.time_last_used or slot.time_expiry


def _surplus(world: World) -> Step | None:
    """The oldest of too many old versions, or None."""
    old: list[Version] = [
        version for version in world.versions if "DEPRECATED" in version.stages and not version.is_leaving
    ]
    return Prune(old[0].number) if len(old) > MOST_OLD_VERSIONS else None


def _never_worked(slot: Slot, world: World) -> Refuse:
    return Refuse(
        f"{slot.name} of {world.key.id} was renewed {MOST_RENEWALS} times and each value was refused with "
        "401, or never arrived; what readers get was not changed",
        "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
        "before it may never work): check the policy, then run the command again.",
    )

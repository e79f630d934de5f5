"""A version that is staged: try it, then promote it or renew its slot."""

from genaikeys.oci.keys import Slot
from genaikeys.oci.vault import Version
from genaikeys.rotation import turn
from genaikeys.rotation.labels import Label
from genaikeys.rotation.step import Activate, Probe, Promote, Refuse, Renew, Step
from genaikeys.rotation.world import Learned, Verdict, Wishes, World

__all__ = ["MOST_RENEWALS", "never_worked", "silent", "step"]

MOST_RENEWALS = 3
"""Renewals in one run whose value never works."""


def step(world: World, wishes: Wishes, learned: Learned) -> Step | None:
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
    if world.label_of(pending) is None:
        return None  # It was staged for the key before this one, which is gone with all its values.
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
    if slot.state == "INACTIVE":
        return Activate(slot.name)
    verdict = learned.verdict(pending)
    if verdict is None and wishes.probe_models and slot.state == "ACTIVE":
        return Probe(pending.number)
    if slot.state == "ACTIVE" and (verdict is Verdict.WORKS or not wishes.probe_models):
        return Promote(pending.number, label)
    if verdict is Verdict.SILENT:
        return silent(slot.name, wishes)
    if learned.renewals >= MOST_RENEWALS:
        return never_worked(slot.name, world)
    if slot.state == "REVOKED":
        return turn.other(world, wishes, "the value staged before is refused")
    return Renew(slot.name, "the value staged before is refused", label.mark)


def silent(slot: str, wishes: Wishes) -> Refuse:
    """No model says whether a value works."""
    return Refuse(
        f"No model in {', '.join(wishes.probe_models)} answered in a way that tells whether the new "
        f"value of {slot} works; what readers get was not changed",
        "Run the command again when the region answers, or name other models in probe.models.",
    )


def never_worked(slot: str, world: World) -> Refuse:
    """Too many values of a slot were refused."""
    return Refuse(
        f"{slot} of {world.key.id} was renewed {MOST_RENEWALS} times and each value was refused with "
        "401, or never arrived; what readers get was not changed",
        "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
        "before it may never work): check the policy, then run the command again.",
    )

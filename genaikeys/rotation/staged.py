"""A version that is staged: try it, then promote it or renew its slot."""

from genaikeys.oci.keys import Slot
from genaikeys.oci.vault import Version
from genaikeys.rotation import turn
from genaikeys.rotation.labels import Label
from genaikeys.rotation.step import Activate, Probe, Promote, Refuse, Renew, Step
from genaikeys.rotation.world import Learned, Verdict, Wishes, World

__all__ = ["silent", "step"]


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
    slot = world.key.slot(label.slot) if world.label_of(pending) else None
    if slot is None:
        return None  # It was staged for the key before this one, or for another, and is no value of this one.
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
    # The value of the slot in use is staged again to say more in its label; that slot is never renewed.
    if slot.state == "REVOKED" or slot == world.slot_in_use:
        return turn.another(world, wishes, "the value staged before is refused")
    return Renew(slot.name, "the value staged before is refused", label.mark)


def silent(slot: str, wishes: Wishes) -> Refuse:
    """No model says whether a value works."""
    return Refuse(
        f"No model in {', '.join(wishes.probe_models)} answered in a way that tells whether the new "
        f"value of {slot} works; what readers get was not changed",
        "Run the command again when the region answers, or name other models in probe.models.",
    )

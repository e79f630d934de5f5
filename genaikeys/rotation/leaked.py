"""A value that has leaked: give readers the other slot's, then make the leaked one worthless."""

from genaikeys.rotation import staged, turn
from genaikeys.rotation.due import free_from
from genaikeys.rotation.labels import Label
from genaikeys.rotation.step import Discard, Refuse, Renew, Republish, Revoke, Step
from genaikeys.rotation.world import Leak, Learned, Wishes, World

__all__ = ["step"]


def step(leak: Leak, world: World, wishes: Wishes, learned: Learned) -> Step:
    """What to do next about a leaked value that may still work.

    The mark in the label of the version that takes its place keeps what is still to be done: whoever runs
    next, the plugin included, goes on from there. No grace is waited for.
    """
    label = world.label
    if label is None or label.slot != leak.slot:
        if world.is_announced and (following := staged.step(world, wishes, learned)):
            return following  # Readers may get it any moment, so it is not to die before they have another.
        return Revoke(leak.slot) if leak.is_permanent else Discard(leak.slot)
    pending = world.pending
    waiting = world.label_of(pending)
    if pending is not None and waiting is not None and waiting.slot != leak.slot:
        if waiting.mark != leak.mark:
            return Republish(pending.number, _marked(waiting, leak, wishes))
        following = staged.step(world, wishes, learned)
        if following is not None:
            return following
    idle = world.idle_slot
    if idle is None or idle.state == "REVOKED":
        return Refuse(
            f"{world.key.id} has no second slot to publish in place of {leak.slot}",
            "Replace the key: `pulumi up --replace` with its URN; `genaikeys suspend` stops the leaked "
            "value until then.",
        )
    kept = _kept(idle.name, world)
    if kept is not None and idle.state == "ACTIVE" and world.now < free_from(idle, world, wishes):
        return Republish(kept[0], _marked(kept[1], leak, wishes))
    return turn.room(world) or Renew(idle.name, f"the value of {leak.slot} has leaked", leak.mark)


def _kept(slot: str, world: World) -> tuple[int, Label] | None:
    """The version before CURRENT, where it holds a slot's value: its callers may still use it."""
    before = world.staged("PREVIOUS")
    label = world.label_of(before)
    if before is None or label is None or label.slot != slot or before.is_leaving:
        return None
    if world.label is None or world.label.mark:  # the value before was done away with
        return None
    return before.number, label


def _marked(label: Label, leak: Leak, wishes: Wishes) -> Label:
    return Label(label.slot, label.fingerprint, wishes.trigger_digest, leak.mark)

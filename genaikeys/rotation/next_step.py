"""The one decision: from what the world looks like to what to do next."""

from genaikeys.durations import short
from genaikeys.rotation import leaked, staged, turn
from genaikeys.rotation.due import has_callers, is_used_lately, retirement_due, rotation_due
from genaikeys.rotation.labels import Label
from genaikeys.rotation.step import (
    Activate,
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
    Revoke,
    Step,
)
from genaikeys.rotation.world import Learned, Verdict, Wishes, World

__all__ = ["MOST_OLD_VERSIONS", "MOST_RENEWALS", "next_step"]

MOST_RENEWALS = 3
"""Renewals in one run whose value never works."""

MOST_OLD_VERSIONS = 10
"""DEPRECATED versions that are kept; Vault holds 30 in all (OCI documentation, "Vault limits", by report)."""


def next_step(world: World, wishes: Wishes, learned: Learned) -> Step:
    """What to do next.

    Called again after each step with the world read anew, it ends in `Done`, `PutOff` or `Refuse`. It never
    renews the slot that CURRENT holds, so readers always have a value that works.
    """
    step = _decided(world, wishes, learned)
    if isinstance(step, Renew) and learned.renewals >= MOST_RENEWALS:
        return _never_worked(step.slot, world)
    ends_a_value = isinstance(step, Renew | Discard | Revoke | Deactivate)
    if ends_a_value and world.promised and world.promised not in learned.overtaken:
        return Overtake(world.promised)
    return step


def _never_worked(slot: str, world: World) -> Refuse:
    """Too many values of a slot were refused."""
    return Refuse(
        f"{slot} of {world.key.id} was renewed {MOST_RENEWALS} times and each value was refused with "
        "401, or never arrived; what readers get was not changed",
        "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
        "before it may never work): check the policy, then run the command again.",
    )


def _decided(world: World, wishes: Wishes, learned: Learned) -> Step:
    if world.key.state not in ("ACTIVE", "INACTIVE", "UPDATING", "CREATING"):
        return Refuse(
            f"The API key {world.key.id} is {world.key.state}",
            "Run `pulumi refresh`, then `pulumi up`: a key that is gone is made again.",
        )
    if wishes.hold is not None and wishes.hold is not (world.held_since is not None):
        return Hold() if wishes.hold else Release()
    leak = world.alive(wishes.leak) or world.owed
    is_resting = wishes.suspended or world.held_since is not None
    if is_resting and leak is None:
        return _resting(world, wishes)
    if world.secret.state != "ACTIVE":
        return Refuse(
            f"The Vault secret {world.secret.id} is {world.secret.state}: readers get nothing",
            f"Bring it back with `oci vault secret cancel-secret-deletion --secret-id {world.secret.id}`, "
            "then run the command again.",
        )
    if leak is not None:
        return leaked.step(leak, world, wishes, learned)
    return staged.step(world, wishes, learned) or _published(world, wishes, learned)


def _resting(world: World, wishes: Wishes) -> Step:
    working = next((slot for slot in world.key.slots if slot.state == "ACTIVE"), None)
    if working is not None:
        return Deactivate(working.name, "the key is suspended")
    if wishes.suspended or wishes.hold or wishes.by_hand:
        return Done()
    return PutOff(
        f"suspended by hand since {world.held_since}: no slot works until a person resumes it with "
        "`genaikeys resume`"
    )


def _published(world: World, wishes: Wishes, learned: Learned) -> Step:
    """What to do while nothing is staged."""
    if world.published is None:
        return _strange(world) or turn.first(world, wishes)
    if world.published != world.current:
        return _displaced(world, wishes, learned)
    return _mended(world, wishes) or _tried_again(world, wishes, learned) or _moved_on(world, wishes)


def _strange(world: World) -> Refuse | None:
    """Refuse to publish in a secret that serves another key; None where it doesn't."""
    current = world.current
    label = Label.read(current.label) if current else None
    if current is None or label is None or current.time_created < world.key.time_created:
        return None
    return Refuse(
        f"The CURRENT version of {world.secret.id} is labelled for the slot {label.slot}, "
        f"which {world.key.id} lacks",
        "Check that apiKeyId and vaultSecretId belong together.",
    )


def _mended(world: World, wishes: Wishes) -> Step | None:
    """Make the slots work that callers have values of; None where they do."""
    slot, idle = world.slot_in_use, world.idle_slot
    if slot is None:
        return None
    if slot.state == "INACTIVE":
        return Activate(slot.name)
    if slot.state != "ACTIVE":
        return turn.other(world, wishes, f"the slot in use is {slot.state}")
    if idle is not None and idle.state == "INACTIVE" and has_callers(idle, world, wishes):
        return Activate(idle.name)
    return None


def _tried_again(world: World, wishes: Wishes, learned: Learned) -> Step | None:
    """Try the value in use where that is wished; None where it isn't, or where it works."""
    current = world.current
    if current is None or not (wishes.is_probe_due and wishes.probe_models):
        return None
    verdict = learned.verdict(current)
    if verdict is None:
        return Probe(current.number)
    if verdict is Verdict.REFUSED:
        return Refuse(
            f"The value in use (version {current.number} of {world.secret.id}) is refused with 401",
            "Check the policy that lets this key call; or change trigger: that publishes the other slot.",
        )
    if verdict is Verdict.NARROW:
        return _widened(world, wishes)
    return None


def _widened(world: World, wishes: Wishes) -> Step:
    """Publish a value that was made after the grant: one made before may never work for it."""
    added = ", ".join(wishes.added_models)
    step = turn.other(world, wishes, f"the value in use is refused for what was added ({added})")
    if isinstance(step, PutOff):
        return PutOff(f"{step.reason}. `genaikeys rotate` publishes a value for it then")
    return step


def _moved_on(world: World, wishes: Wishes) -> Step:
    """What a person asks for, then what the stack and the clock do."""
    if wishes.by_hand:
        return _asked_for(world, wishes) or Done()
    return _asked_for(world, wishes) or _due(world, wishes) or _surplus(world) or _retired(world, wishes)


def _displaced(world: World, wishes: Wishes, learned: Learned) -> Step:
    """Put the newest value of the kit's back, where somebody else made another version CURRENT."""
    kept = world.published
    label = world.label_of(kept)
    slot = world.key.slot(label.slot) if label else None
    if kept is None or label is None or slot is None:
        return turn.first(world, wishes)
    if slot.state == "INACTIVE":
        return Activate(slot.name)
    verdict = learned.verdict(kept)
    if slot.state == "ACTIVE":
        if verdict is None and wishes.probe_models:
            return Probe(kept.number)
        if verdict in (Verdict.WORKS, Verdict.NARROW) or not wishes.probe_models:
            return Promote(kept.number, label)
        if verdict is Verdict.SILENT:
            return staged.silent(slot.name, wishes)
    reason = "somebody else changed the current version, and the value before is refused"
    return turn.another(world, wishes, reason)


def _asked_for(world: World, wishes: Wishes) -> Step | None:
    """The rotation that a person asks for, or None."""
    if world.current is not None and wishes.rotate_from == world.current.number:
        return turn.other(world, wishes, "asked for by hand")
    return None


def _due(world: World, wishes: Wishes) -> Step | None:
    """The rotation that another trigger or the clock asks for, or None."""
    label, due = world.label, rotation_due(world, wishes)
    if label is None:
        return None
    if label.trigger != wishes.trigger_digest:
        return turn.other(world, wishes, "another trigger")
    if due is not None and world.now >= due:
        return turn.other(world, wishes, f"due since {due:%Y-%m-%dT%H:%M:%SZ}")
    return None


def _retired(world: World, wishes: Wishes) -> Step:
    """What becomes of the slot beside the one in use, once its grace is over."""
    idle, published_at, due = world.idle_slot, world.published_at, retirement_due(world, wishes)
    if idle is not None and idle.state == "REVOKED" and world.slot_in_use is not None:
        return PutOff(
            f"{idle.name} is revoked, which ends rotation: replace the key before {world.slot_in_use.name} "
            f"expires at {world.slot_in_use.time_expiry:%Y-%m-%dT%H:%M:%SZ}"
        )
    if idle is None or published_at is None or due is None:
        return Done()
    if world.now >= due:
        return Deactivate(idle.name, f"its grace of {short(wishes.grace)} is over")
    if world.now >= published_at + wishes.grace and is_used_lately(idle, world, wishes):
        return PutOff(
            f"retirement put off: {idle.name} was used at {idle.time_last_used:%Y-%m-%dT%H:%M:%SZ}; it is "
            f"deactivated once nobody has used it for {short(wishes.grace)}, {due:%Y-%m-%dT%H:%M:%SZ} at "
            "the earliest. `genaikeys revoke` with its name in --slot ends it now"
        )
    return Done()


def _surplus(world: World) -> Step | None:
    """The oldest of too many old versions, or None."""
    old = [version for version in world.versions if "DEPRECATED" in version.stages and not version.is_leaving]
    return Prune(old[0].number) if len(old) > MOST_OLD_VERSIONS else None

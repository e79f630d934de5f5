"""Carrying a step out. Every change carries the etag of the read that decided it."""

from datetime import timedelta

from genaikeys.errors import KitError
from genaikeys.oci import LostAnswer, Oci, OciError, Secret
from genaikeys.oci.keys import Key
from genaikeys.rotation.labels import Label
from genaikeys.rotation.next_step import Activate, Deactivate, Probe, Promote, Prune, Renew
from genaikeys.rotation.probe import probe
from genaikeys.rotation.world import Learned, Verdict, Wishes, World

__all__ = ["Change", "carry_out"]

Change = Activate | Deactivate | Probe | Promote | Prune | Renew

WRITES = 4
"""How often a value in hand is offered to Vault before it counts as lost."""


def carry_out(step: Change, world: World, wishes: Wishes, learned: Learned, *, oci: Oci, region: str) -> None:
    """Do one step and note in ``learned`` what was done and found.

    Raises:
        KitError: It can't be done; whatever was done stays, and the next run goes on from there.
        OciError: As KitError; 412 means that the world has changed since it was read.
    """
    keys, vault = oci.keys(region), oci.vault_secrets(region)
    if isinstance(step, Activate):
        keys.set_state(world.key, step.slot, "ACTIVE")
        learned.done.append(f"activated {step.slot}")
    elif isinstance(step, Deactivate):
        keys.set_state(world.key, step.slot, "INACTIVE")
        learned.done.append(f"deactivated {step.slot}")
    elif isinstance(step, Prune):
        vault.schedule_version_deletion(world.secret, step.version)
        learned.done.append(f"scheduled the deletion of version {step.version}")
    elif isinstance(step, Probe):
        value = vault.read(world.secret.id, step.version)
        verdict = probe(value, region, wishes.probe_models, patience=wishes.probe_wait.total_seconds())
        learned.verdicts[step.version] = verdict
        learned.renewals += verdict is Verdict.REFUSED
    elif isinstance(step, Promote):
        _promote(step, world, learned, oci=oci, region=region)
    else:
        _renew(step, world, wishes, learned, oci=oci, region=region)


def _promote(step: Promote, world: World, learned: Learned, *, oci: Oci, region: str) -> None:
    vault = oci.vault_secrets(region)
    try:
        vault.promote(world.secret, step.version)
    except OciError as refusal:
        if refusal.status not in (400, 409):
            raise
        # Where Vault promotes by content only: the same value again, as CURRENT, in the second spelling.
        value = vault.read(world.secret.id, step.version)
        secret = vault.get(world.secret.id)
        vault.write(secret, value, label=step.label.as_copy, stage="CURRENT")
    learned.done.append(f"published {step.label.slot} as the current version")


def _renew(step: Renew, world: World, wishes: Wishes, learned: Learned, *, oci: Oci, region: str) -> None:
    try:
        key, value = _renewed(step.slot, world.key, wishes, oci=oci, region=region)
    except LostAnswer:
        learned.renewals += 1
        learned.done.append(f"renewed {step.slot} ({step.reason}), but the answer was lost")
        return
    learned.done.append(f"renewed {step.slot} ({step.reason})")
    slot = key.slot(step.slot)
    if slot is not None and slot.state == "INACTIVE":
        oci.keys(region).set_state(key, step.slot, "ACTIVE")
        learned.done.append(f"activated {step.slot}")
    label = Label(step.slot, value.fingerprint, wishes.trigger_digest)
    _stage(value, label, world, wishes, learned, oci=oci, region=region)


def _renewed(name: str, key: Key, wishes: Wishes, *, oci: Oci, region: str) -> tuple[Key, Secret]:
    """Renew a slot; where an inactive one may not be renewed, activate it first."""
    keys = oci.keys(region)
    expiry = (oci.now() + wishes.expiry).replace(microsecond=0)
    if (expiry.minute, expiry.second) == (0, 0):
        # Values made at creation end on the hour: that is how a key that was never renewed is told.
        expiry += timedelta(seconds=1)
    try:
        return keys.renew(key, name, expiry)
    except OciError as refusal:
        slot = key.slot(name)
        if refusal.status not in (400, 409) or slot is None or slot.state != "INACTIVE":
            raise
    return keys.renew(keys.set_state(key, name, "ACTIVE"), name, expiry)


def _stage(
    value: Secret, label: Label, world: World, wishes: Wishes, learned: Learned, *, oci: Oci, region: str
) -> None:
    """Write a fresh value to Vault as PENDING: it exists nowhere else, so no failure is passed over."""
    vault = oci.vault_secrets(region)
    problem: OciError | None = None
    secret, versions = world.secret, world.versions
    for write in range(WRITES):
        try:
            if write:
                secret, versions = vault.get(secret.id), vault.versions(secret.id)
            if any(version.label in (str(label), label.as_copy) for version in versions):
                return
            vault.write(secret, value, label=str(label), stage="PENDING")
            return
        except OciError as refusal:
            problem = refusal
            if refusal.status == 412 or refusal.is_passing:
                continue
            if refusal.status in (400, 409) and world.pending is not None:
                _replace_staged(value, label, world, wishes, learned, oci=oci, region=region)
                return
            break
    learned.renewals += 1
    raise KitError(
        f"The new value of {label.slot} could not be written to Vault; what readers get was not changed",
        why=str(problem),
        next_step="Put right what Vault refuses, then run the command again: the slot is renewed again.",
    )


def _replace_staged(
    value: Secret, label: Label, world: World, wishes: Wishes, learned: Learned, *, oci: Oci, region: str
) -> None:
    """Where Vault takes no second PENDING version: try the value first, then write it as CURRENT."""
    verdict = probe(value, region, wishes.probe_models, patience=wishes.probe_wait.total_seconds())
    if verdict is not Verdict.WORKS:
        learned.renewals += 1
        return
    vault = oci.vault_secrets(region)
    vault.write(vault.get(world.secret.id), value, label=label.as_copy, stage="CURRENT")
    learned.done.append(f"published {label.slot} as the current version")

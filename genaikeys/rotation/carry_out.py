"""Carrying a step out. Every change carries the etag of the read that decided it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from genaikeys import schedule, tags
from genaikeys.errors import KitError
from genaikeys.oci import Keys, LostAnswer, Oci, OciError, Secret, VaultSecret, VaultSecrets
from genaikeys.oci.keys import Key
from genaikeys.rotation.labels import Label
from genaikeys.rotation.probe import probe
from genaikeys.rotation.step import (
    Activate,
    Change,
    Deactivate,
    Discard,
    Hold,
    Overtake,
    Probe,
    Promote,
    Prune,
    Release,
    Renew,
    Republish,
    Revoke,
)
from genaikeys.rotation.world import Learned, Verdict, Wishes, World
from genaikeys.waiting import looks

__all__ = ["carry_out"]

WRITING = 8.0
"""Seconds for which a value in hand is offered to Vault before it counts as lost."""
LOST = 3
"""How often the answer to a renewal may be lost whose value nobody needs."""
VERSION_LEAVES = timedelta(days=1, hours=1)
"""How long a version that is let go stays; a day is the least (OCI Python SDK 2.189.0, vault)."""


def carry_out(step: Change, world: World, wishes: Wishes, learned: Learned, *, oci: Oci, region: str) -> None:
    """Do one step and note in ``learned`` what was done and found.

    Raises:
        KitError: It can't be done; whatever was done stays, and the next run goes on from there.
        OciError: As KitError; 412 means that the world has changed since it was read.
    """
    _Run(world, wishes, learned, oci, region).do(step)


@dataclass(frozen=True)
class _Run:
    """One step's surroundings."""

    world: World
    wishes: Wishes
    learned: Learned
    oci: Oci
    region: str

    @property
    def keys(self) -> Keys:
        return self.oci.keys(self.region)

    @property
    def vault(self) -> VaultSecrets:
        return self.oci.vault_secrets(self.region)

    def do(self, step: Change) -> None:
        deeds: dict[type, Callable[..., None]] = {
            Activate: self._set_state,
            Deactivate: self._set_state,
            Revoke: self._set_state,
            Discard: self._discard,
            Hold: self._hold,
            Overtake: self._overtake,
            Release: self._release,
            Prune: self._prune,
            Probe: self._probe,
            Promote: self._promote,
            Renew: self._renew,
            Republish: self._republish,
        }
        deeds[type(step)](step)

    def _tell(self, line: str) -> None:
        self.learned.done.append(line)

    def _set_state(self, step: Activate | Deactivate | Revoke) -> None:
        state, word = {
            Activate: ("ACTIVE", "activated"),
            Deactivate: ("INACTIVE", "deactivated"),
            Revoke: ("REVOKED", "revoked"),
        }[type(step)]
        self.keys.set_state(self.world.key, step.slot, state)
        reason = f": {step.reason}" if isinstance(step, Deactivate) else ""
        self._tell(f"{word} {step.slot}{reason}")

    def _hold(self, step: Hold) -> None:
        self.keys.tag(self.world.key, tags.HELD, self.oci.now().isoformat(timespec="seconds"))
        self._tell("noted on the key that it is suspended by hand")

    def _release(self, step: Release) -> None:
        self.keys.tag(self.world.key, tags.HELD, None)
        self._tell("took away the note that the key is suspended by hand")

    def _overtake(self, step: Overtake) -> None:
        self.vault.touch(self.world.secret)
        self.learned.overtaken.add(step.fingerprint)

    def _prune(self, step: Prune) -> None:
        when = self.oci.now() + VERSION_LEAVES
        try:
            self.vault.schedule_version_deletion(self.world.secret, step.version, when)
        except OciError as refusal:
            if refusal.status != 409:  # that one says that it is on its way out already
                raise
        self._tell(f"scheduled the deletion of version {step.version}")

    def _probe(self, step: Probe) -> None:
        verdict = self._tried(self.vault.read(self.world.secret.id, step.version))
        self.learned.verdicts[step.version] = verdict
        pending = self.world.pending
        if verdict.is_refusal and pending and pending.number == step.version:
            self.learned.renewals += 1

    def _tried(self, value: Secret) -> Verdict:
        wishes = self.wishes
        patience = wishes.probe_wait.total_seconds()
        return probe(value, self.region, wishes.probe_models, added=wishes.added_models, patience=patience)

    def _promote(self, step: Promote) -> None:
        self._announce(step.label, self.world.key)
        try:
            self.vault.promote(self.world.secret, step.version)
        except OciError as refusal:
            if refusal.status not in (400, 409):
                raise
            # Where Vault promotes by content only: the same value again, as CURRENT, in the second spelling.
            value = self.vault.read(self.world.secret.id, step.version)
            self._write_current(value, step.label, self.world.secret)
            return
        self._tell(f"published {step.label.slot} as the current version")

    def _announce(self, label: Label, key: Key) -> None:
        """Note on the key what readers are about to get; from now on its etag is another."""
        when = self.oci.now().isoformat(timespec="seconds")
        self.keys.tag(key, tags.PUBLISHED, f"{label.fingerprint} {when}")

    def _write_current(self, value: Secret, label: Label, secret: VaultSecret) -> None:
        try:
            self.vault.write(secret, value, label=label.as_copy, stage="CURRENT")
        except OciError as refusal:
            # 400 on our own label: a version under it is there already, from a write whose answer was lost.
            if refusal.status != 400 or not self._holds(label.as_copy):
                raise
        self._tell(f"published {label.slot} as the current version")

    def _holds(self, name: str) -> bool:
        return any(version.label == name for version in self.vault.versions(self.world.secret.id))

    def _renew(self, step: Renew) -> None:
        try:
            key, value = self._renewed(step.slot, self.wishes.expiry, self.world.key)
        except LostAnswer:
            self.learned.renewals += 1
            self._tell(f"renewed {step.slot} ({step.reason}), but the answer was lost")
            return
        self._tell(f"renewed {step.slot} ({step.reason})")
        label = Label(step.slot, value.fingerprint, self.wishes.trigger_digest, step.mark)
        self._stage(value, label, key)

    def _republish(self, step: Republish) -> None:
        self._stage(self.vault.read(self.world.secret.id, step.version), step.label, self.world.key)
        self._tell(f"staged the value of {step.label.slot} again, from version {step.version}")

    def _discard(self, step: Discard) -> None:
        world, leak = self.world, self.world.alive(self.wishes.leak) or self.world.owed
        for left in reversed(range(LOST)):
            try:
                self._renewed(step.slot, self.wishes.expiry + schedule.STAGGER, world.key)
                break
            except LostAnswer:
                world = replace(world, key=self.keys.get(world.key.id))
                if world.alive(leak) is None:
                    break  # it was done all the same
                if not left:
                    raise
        self._tell(f"renewed {step.slot} and discarded the value: the one before is dead")

    def _renewed(self, name: str, life: timedelta, key: Key) -> tuple[Key, Secret]:
        """Renew a slot; where an inactive one may not be renewed, activate it first."""
        slot = key.slot(name)
        expiry = _another((self.oci.now() + life).replace(microsecond=0), slot.time_expiry if slot else None)
        try:
            return self.keys.renew(key, name, expiry)
        except OciError as refusal:
            if refusal.status not in (400, 409) or slot is None:
                raise
            if slot.state in ("EXPIRED", "REVOKED"):
                raise KitError(
                    f"{name} of {key.id} is {slot.state}, and OCI does not renew it",
                    why=str(refusal),
                    next_step="Replace the key: `pulumi up --replace` with its URN publishes another one in "
                    "the same Vault secret.",
                ) from None
            if slot.state != "INACTIVE":
                raise
        active = self.keys.set_state(key, name, "ACTIVE")
        self._tell(f"activated {name}, because OCI renews no inactive slot")
        return self.keys.renew(active, name, expiry)

    def _stage(self, value: Secret, label: Label, key: Key) -> None:
        """Write a value to Vault as PENDING: a fresh one exists nowhere else, so no failure is passed over.

        Args:
            value: What to write.
            label: The version's label.
            key: The key as it is since the value was made.
        """
        problem: OciError | None = None
        secret, versions = self.world.secret, self.world.versions
        for write, _ in enumerate(looks(WRITING)):
            try:
                if write:
                    secret, versions = self.vault.get(secret.id), self.vault.versions(secret.id)
                if any(version.label in (str(label), label.as_copy) for version in versions):
                    return
                self.vault.write(secret, value, label=str(label), stage="PENDING")
                return
            except OciError as refusal:
                problem = refusal
                if refusal.status == 412 and self.keys.get(key.id).etag != key.etag:
                    self._tell(f"left the new value of {label.slot}: another run overtook this one")
                    return
                if refusal.status == 412 or refusal.is_passing:
                    continue
                if refusal.status in (400, 409) and self.world.staged("PENDING") is not None:
                    self._replace_staged(value, label, key, secret)
                    return
                break
        self.learned.renewals += 1
        raise KitError(
            f"The new value of {label.slot} could not be written to Vault; what readers get was not changed",
            why=str(problem),
            next_step="Put right what Vault refuses, then run the command again: the slot is renewed again.",
        )

    def _replace_staged(self, value: Secret, label: Label, key: Key, secret: VaultSecret) -> None:
        """Where Vault takes no second PENDING version: try the value first, then write it as CURRENT."""
        slot = key.slot(label.slot)
        if slot is not None and slot.state == "INACTIVE":
            key = self.keys.set_state(key, slot.name, "ACTIVE")
            self._tell(f"activated {slot.name}")
        if self.wishes.probe_models and self._tried(value) is not Verdict.WORKS:
            self.learned.renewals += 1
            return
        self._announce(label, key)
        self._write_current(value, label, secret)


def _another(expiry: datetime, before: datetime | None) -> datetime:
    """The expiry, or a moment after it, so that no two values of a slot end at the same second.

    Values made at creation end on the hour: that is how a key that was never renewed is told.
    """
    while (expiry.minute, expiry.second) == (0, 0) or expiry == before:
        expiry += timedelta(seconds=1)
    return expiry

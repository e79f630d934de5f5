"""What the world looks like, and what is wished of it. Plain values; nothing here calls anything."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from genaikeys import schedule, tags
from genaikeys.oci.keys import Key, Slot
from genaikeys.oci.vault import VaultSecret, Version
from genaikeys.rotation.labels import Label, expiry_digest, trigger_digest

__all__ = ["Leak", "Learned", "Verdict", "Wishes", "World"]


class Verdict(StrEnum):
    """What a probe says of a secret."""

    WORKS = "works"
    REFUSED = "refused"
    NARROW = "narrow"
    """It works, and is refused for a model that was added."""
    SILENT = "silent"
    """No model gave an answer that speaks of the secret."""

    @property
    def is_refusal(self) -> bool:
        """Whether a 401 said it, which may pass, and which another value may not get."""
        return self in (Verdict.REFUSED, Verdict.NARROW)


@dataclass(frozen=True)
class Leak:
    """A value that must die.

    Attributes:
        slot: Name of the slot that holds it.
        expiry: Digest of the value's expiry, by which it is told from the next one.
        is_permanent: Whether the slot is to be revoked for good rather than renewed.
    """

    slot: str
    expiry: str
    is_permanent: bool = False

    @classmethod
    def of(cls, slot: Slot, *, is_permanent: bool = False) -> "Leak":
        """The value that a slot holds now."""
        return cls(slot.name, expiry_digest(slot.time_expiry), is_permanent)

    @property
    def mark(self) -> str:
        """As it stands in the label of the version that takes its place."""
        return ("p" if self.is_permanent else "r") + self.expiry


@dataclass(frozen=True)
class Wishes:
    """What a stack, or a person in a hurry, says about one key's secret.

    Attributes:
        slot_names: The key's slots, in the stack's order.
        grace: How long the slot before the one in use is left alone after a rotation.
        expiry: How long a renewed value is to live.
        every: How often it is rotated; None: as seldom as ``expiry`` allows.
        trigger_digest: Of any text; another one rotates.
        suspended: Whether no slot may work.
        probe_models: Models to try a fresh value with; empty: it is not tried.
        probe_wait: How long a value may go on being refused before it is renewed.
        is_probe_due: Whether the value in use is to be tried too.
        added_models: Models that were granted just now; what readers get has to work with each of them.
        rotate_from: Number of the CURRENT version that is to be followed by another, or None.
        leak: A value that must die, or None.
        hold: True holds the key suspended until a person resumes it, False resumes it, None leaves that.
        by_hand: Whether only what a person asked for is done, and nothing that the clock asks for.
        moving_time: How long callers have to read the next value before a leaked one dies.
    """

    slot_names: tuple[str, ...]
    grace: timedelta
    expiry: timedelta
    every: timedelta | None = None
    trigger_digest: str = trigger_digest(None)
    suspended: bool = False
    probe_models: tuple[str, ...] = ()
    probe_wait: timedelta = timedelta(seconds=15)
    is_probe_due: bool = False
    added_models: tuple[str, ...] = ()
    rotate_from: int | None = None
    leak: Leak | None = None
    hold: bool | None = None
    by_hand: bool = False
    moving_time: timedelta = timedelta(seconds=15)

    @property
    def period(self) -> timedelta:
        """How often the value is rotated."""
        return schedule.period(self.every, self.expiry)


@dataclass(frozen=True)
class World:
    """A key, the Vault secret that its value is published in, and the time.

    Attributes:
        key: As read just now.
        secret: As read just now.
        versions: The secret's versions, oldest first.
        now: By OCI's clock.
    """

    key: Key
    secret: VaultSecret
    versions: tuple[Version, ...]
    now: datetime

    @classmethod
    def seen(cls, key: Key, secret: VaultSecret, versions: tuple[Version, ...], told: datetime) -> "World":
        """The world as it was read, at a time that OCI told in whole seconds.

        What is read has been made, though it may bear a fraction of a second more than was told.
        """
        made = (key.time_created, *(version.time_created for version in versions))
        return cls(key, secret, versions, max(told, *made))

    def staged(self, stage: str) -> Version | None:
        """The newest version in a stage, or None."""
        return next((version for version in reversed(self.versions) if stage in version.stages), None)

    def label_of(self, version: Version | None) -> Label | None:
        """Label of a version; None where it isn't the kit's and this key's."""
        if version is None or version.time_created < self.key.time_created:
            return None
        label = Label.read(version.label)
        return label if label is not None and self.key.slot(label.slot) else None

    @property
    def current(self) -> Version | None:
        """The version that readers get."""
        return self.staged("CURRENT")

    @property
    def label(self) -> Label | None:
        """Label of the CURRENT version; None while that isn't the kit's and this key's."""
        return self.label_of(self.current)

    @property
    def pending(self) -> Version | None:
        """The version that waits for its promotion; None where a later one was published.

        Where promotion by number is refused, and a second PENDING version too, old ones stay for good. And
        another value that is staged for the slot in use comes from a run that another one overtook: the slot
        was renewed since, or readers would have it.
        """
        pending, published, label = self.staged("PENDING"), self.published, self.label
        if pending is None or (published is not None and published.number > pending.number):
            return None
        waiting = self.label_of(pending)
        is_overtaken = (
            label is not None
            and waiting is not None
            and waiting.slot == label.slot
            and waiting.fingerprint != label.fingerprint
        )
        return None if is_overtaken else pending

    @property
    def is_announced(self) -> bool:
        """Whether a run that knew it to work was about to publish what waits: it may do so yet."""
        label = self.label_of(self.pending)
        return label is not None and label.fingerprint == self._announced[0]

    @property
    def promised(self) -> str:
        """Fingerprint of a value that is announced and nowhere to be seen; empty where there is none.

        A run that could not stage it is about to write it as CURRENT, or was killed before.
        """
        fingerprint, _ = self._announced
        labels = [Label.read(version.label) for version in self.versions]
        return "" if any(label and label.fingerprint == fingerprint for label in labels) else fingerprint

    @property
    def _announced(self) -> tuple[str, str]:
        """Fingerprint of the value that was last published or about to be, and when; empty for none."""
        fingerprint, _, when = self.key.freeform_tags.get(tags.PUBLISHED, "").partition(" ")
        return fingerprint, when

    @property
    def published(self) -> Version | None:
        """The newest version of the kit's that isn't staged any more: the one that CURRENT should be."""
        return next(
            (
                version
                for version in reversed(self.versions)
                if self.label_of(version) and "PENDING" not in version.stages and not version.is_leaving
            ),
            None,
        )

    @property
    def published_at(self) -> datetime | None:
        """When the value that readers get was published; None before the first publication."""
        label, current = self.label, self.current
        if label is None or current is None:
            return None
        fingerprint, when = self._announced
        if fingerprint == label.fingerprint:
            try:
                return max(datetime.fromisoformat(when), current.time_created)
            except (ValueError, TypeError):
                return current.time_created
        return current.time_created

    @property
    def slot_in_use(self) -> Slot | None:
        """The slot whose value readers get, or None before the first publication."""
        return self.key.slot(self.label.slot) if self.label else None

    @property
    def idle_slot(self) -> Slot | None:
        """The slot beside the one in use, or None before the first publication."""
        label = self.label
        if label is None:
            return None
        return next((slot for slot in self.key.slots if slot.name != label.slot), None)

    @property
    def held_since(self) -> str | None:
        """Since when a person holds the key suspended, or None."""
        return self.key.freeform_tags.get(tags.HELD)

    @property
    def is_suspended(self) -> bool:
        """Whether no slot works, and the one that readers have rests."""
        if any(slot.state == "ACTIVE" for slot in self.key.slots):
            return False
        in_use = self.slot_in_use
        watched = (in_use,) if in_use else self.key.slots
        return any(slot.state == "INACTIVE" for slot in watched)

    @property
    def owed(self) -> Leak | None:
        """The leaked value that an earlier run began to do away with, or None."""
        label, idle = self.label, self.idle_slot
        if label is None or idle is None or not label.mark:
            return None
        return self.alive(Leak(idle.name, label.mark[1:], label.mark[0] == "p"))

    def alive(self, leak: Leak | None) -> Leak | None:
        """The same leak as long as its value may still work, else None."""
        slot = self.key.slot(leak.slot) if leak else None
        if leak is None or slot is None or slot.state in ("REVOKED", "EXPIRED", "DELETED"):
            return None
        return leak if leak.expiry == expiry_digest(slot.time_expiry) else None


@dataclass
class Learned:
    """What one run has found out or done so far, and the world can't tell.

    Attributes:
        verdicts: What the probe said, by version number.
        renewals: How many renewals gave a value that was refused or never arrived.
        done: One line for each change made.
        overtaken: Fingerprints of promised values that nobody can publish any more.
    """

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    renewals: int = 0
    done: list[str] = field(default_factory=list)
    overtaken: set[str] = field(default_factory=set)

    def verdict(self, version: Version) -> Verdict | None:
        """What the probe said of a version in this run, or None."""
        return self.verdicts.get(version.number)

"""What the world looks like, and what is wished of it. Plain values; nothing here calls anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from genaikeys.oci.keys import Key, Slot
from genaikeys.oci.vault import VaultSecret, Version
from genaikeys.rotation.labels import Label, trigger_digest

__all__ = ["Learned", "Verdict", "Wishes", "World"]


class Verdict(StrEnum):
    """What a probe says of a secret."""

    WORKS = "works"
    REFUSED = "refused"
    SILENT = "silent"
    """No model gave an answer that speaks of the secret."""


@dataclass(frozen=True)
class Wishes:
    """What a stack says about one key's secret.

    Attributes:
        slot_names: The key's slots, in the stack's order.
        grace: How long the slot before the one in use is left alone after a rotation.
        expiry: How long a renewed value is to live.
        trigger: Any text; another one rotates. None is the empty one.
        suspended: Whether no slot may work.
        probe_models: Models to try a fresh value with; empty: it is not tried.
        probe_wait: How long a value may go on being refused before it is renewed.
        is_probe_due: Whether the value in use is to be tried too.
    """

    slot_names: tuple[str, ...]
    grace: timedelta
    expiry: timedelta
    trigger: str | None = None
    suspended: bool = False
    probe_models: tuple[str, ...] = ()
    probe_wait: timedelta = timedelta(seconds=15)
    is_probe_due: bool = False

    @property
    def trigger_digest(self) -> str:
        """As it stands in labels."""
        return trigger_digest(self.trigger)


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

    def staged(self, stage: str) -> Version | None:
        """The newest version in a stage, or None."""
        return next((version for version in reversed(self.versions) if stage in version.stages), None)

    @property
    def current(self) -> Version | None:
        """The version that readers get."""
        return self.staged("CURRENT")

    @property
    def pending(self) -> Version | None:
        """The version that waits for its promotion."""
        return self.staged("PENDING")

    @property
    def label(self) -> Label | None:
        """Label of the CURRENT version; None while that isn't the kit's and this key's."""
        current = self.current
        if current is None or current.time_created < self.key.time_created:
            return None
        return Label.read(current.label)

    @property
    def is_suspended(self) -> bool:
        """Whether slots rest and none works; those that expired or were revoked don't count."""
        states = {slot.state for slot in self.key.slots}
        return "INACTIVE" in states and "ACTIVE" not in states

    @property
    def slot_in_use(self) -> Slot | None:
        """The slot whose value readers get, or None before the first publication."""
        return self.key.slot(self.label.slot) if self.label else None


@dataclass
class Learned:
    """What one run has found out or done so far, and the world can't tell.

    Attributes:
        verdicts: What the probe said, by version number.
        renewals: How many renewals gave a value that was refused or never arrived.
        done: One line for each change made.
    """

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    renewals: int = 0
    done: list[str] = field(default_factory=list)

    def verdict(self, version: Version) -> Verdict | None:
        """What the probe said of a version in this run, or None."""
        known: Mapping[int, Verdict] = self.verdicts
        return known.get(version.number)

"""Labels of Vault versions: the kit's memory of which slot a version holds, and for which trigger."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Label", "expiry_digest", "trigger_digest"]

_SHAPE = re.compile(
    r"(?P<slot>.+)\.(?P<fingerprint>[0-9a-f]{16})\.(?P<trigger>[0-9a-f]{8})"
    r"(?:\.(?P<mark>[rp][0-9a-f]{8}))?(?P<copy>\.c)?"
)


@dataclass(frozen=True)
class Label:
    """``<slot>.<fingerprint>.<trigger digest>[.<mark>][.c]``, the last for content written as CURRENT.

    Attributes:
        slot: Name of the slot whose value the version holds.
        fingerprint: Of the value, see `genaikeys.oci.Secret`.
        trigger: Digest of the trigger that it was made for, see `trigger_digest`.
        mark: Empty, or that the value of the key's other slot has leaked and must die: ``r`` for a renewal,
            ``p`` for a revocation, which is permanent, and the digest of the expiry that the leaked value
            had. As long as the other slot has that expiry, it is still to be done.
    """

    slot: str
    fingerprint: str
    trigger: str
    mark: str = ""

    @classmethod
    def read(cls, text: str) -> "Label | None":
        """The label behind a version's name, or None where the name is not of the kit's shape."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            return None
        return cls(found["slot"], found["fingerprint"], found["trigger"], found["mark"] or "")

    def __str__(self) -> str:
        return ".".join(part for part in (self.slot, self.fingerprint, self.trigger, self.mark) if part)

    @property
    def as_copy(self) -> str:
        """The second spelling, for content that is written as CURRENT: labels are unique in a secret."""
        return f"{self}.c"


def trigger_digest(trigger: str | None) -> str:
    """Eight hexadecimal digits of a trigger's SHA-256; no trigger is the empty one."""
    return _short(trigger or "")


def expiry_digest(moment: datetime) -> str:
    """Eight hexadecimal digits that tell the value of a slot from the one after: each has another expiry."""
    return _short(moment.isoformat())


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]

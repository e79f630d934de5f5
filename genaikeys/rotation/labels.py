"""Labels of Vault versions: the kit's memory of which slot a version holds, and for which trigger."""

import hashlib
import re
from dataclasses import dataclass

__all__ = ["Label", "trigger_digest"]

_SHAPE = re.compile(r"(?P<slot>.+)\.(?P<fingerprint>[0-9a-f]{16})\.(?P<trigger>[0-9a-f]{8})(?P<copy>\.c)?")


@dataclass(frozen=True)
class Label:
    """``<slot>.<fingerprint>.<trigger digest>``, followed by ``.c`` where the content was written as CURRENT.

    Attributes:
        slot: Name of the slot whose value the version holds.
        fingerprint: Of the value, see `genaikeys.oci.Secret`.
        trigger: Digest of the trigger that it was made for, see `trigger_digest`.
    """

    slot: str
    fingerprint: str
    trigger: str

    @classmethod
    def read(cls, text: str) -> "Label | None":
        """The label behind a version's name, or None where the name is not of the kit's shape."""
        found = _SHAPE.fullmatch(text)
        return None if found is None else cls(found["slot"], found["fingerprint"], found["trigger"])

    def __str__(self) -> str:
        return f"{self.slot}.{self.fingerprint}.{self.trigger}"

    @property
    def as_copy(self) -> str:
        """The second spelling, for content that is written as CURRENT: labels are unique in a secret."""
        return f"{self}.c"


def trigger_digest(trigger: str | None) -> str:
    """Eight hexadecimal digits of a trigger's SHA-256; no trigger is the empty one."""
    return hashlib.sha256((trigger or "").encode()).hexdigest()[:8]

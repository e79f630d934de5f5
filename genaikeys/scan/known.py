"""The values that the kit published, known by their fingerprints alone, and whether they still work."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from genaikeys.oci import Key, Version
from genaikeys.rotation.labels import Label, expiry_digest
from genaikeys.scan.shape import PREFIX

__all__ = ["Published", "fingerprint", "match", "of_versions"]

_SHORTEST = 16
"""Letters after ``sk-`` from which on a token is compared; no value that was ever seen is shorter."""


@dataclass(frozen=True)
class Published:
    """A value that the kit wrote into a Vault secret.

    Attributes:
        key: Name of the key in the stack.
        region: Region identifier.
        slot: Name of the slot whose value it is, or was.
        version: Number of the Vault secret's version.
        is_alive: Whether OCI may still accept it.
        status: Why, in a few words.
    """

    key: str
    region: str
    slot: str
    version: int
    is_alive: bool
    status: str


def fingerprint(value: bytes) -> str:
    """First 16 hexadecimal digits of a value's SHA-256, as in the labels (`genaikeys.oci.Secret`)."""
    return hashlib.sha256(value).hexdigest()[:16]


def match(text: bytes, known: Mapping[str, Published]) -> str | None:
    """Fingerprint of the published value that a text begins with, wherever it ends; None where none does."""
    if not known or len(text) < len(PREFIX) + _SHORTEST:
        return None
    digest = hashlib.sha256(text[: len(PREFIX) + _SHORTEST - 1])
    for end in range(len(PREFIX) + _SHORTEST, len(text) + 1):
        digest.update(text[end - 1 : end])
        found = digest.hexdigest()[:16]
        if found in known:
            return found
    return None


def of_versions(
    name: str, region: str, api_key: Key | None, versions: Sequence[Version]
) -> dict[str, Published]:
    """What the labels of one Vault secret tell.

    Args:
        name: Name of the key in the stack.
        region: Region identifier.
        api_key: The key as OCI has it, or None where it is gone.
        versions: All of the secret's versions.
    """
    labelled = [(version, label) for version in versions if (label := Label.read(version.label))]
    found = {}
    for version, label in labelled:
        later = [(each, other) for each, other in labelled if each.number > version.number]
        is_alive, status = _status(api_key, version, label, later)
        found[label.fingerprint] = Published(name, region, label.slot, version.number, is_alive, status)
    return found


def _status(
    api_key: Key | None, version: Version, label: Label, later: Iterable[tuple[Version, Label]]
) -> tuple[bool, str]:
    following = [other for _, other in later if other.fingerprint != label.fingerprint]
    if any(other.slot == label.slot for other in following):
        return False, "dead: its slot was renewed"
    slot = api_key.slot(label.slot) if api_key is not None else None
    if api_key is None or slot is None:
        return True, "perhaps alive: its API key wasn't found"
    marks = [other.mark[1:] for other in following if other.mark]
    if marks and expiry_digest(slot.time_expiry) not in marks:
        return False, "dead: revoked"
    if slot.state in ("REVOKED", "EXPIRED", "DELETED"):
        return False, f"dead: its slot is {slot.state}"
    if slot.state == "INACTIVE":
        return True, "asleep: its slot is INACTIVE, and works again once it is activated"
    if "CURRENT" in version.stages:
        return True, "alive: in use"
    if "PENDING" in version.stages:
        return True, "alive: not in use yet"
    return True, "alive: no longer in use, not retired yet"

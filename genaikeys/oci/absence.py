"""Is it gone? OCI answers 404 for "gone" and for "you may not look", so absence has to be proven.

What proves it: a life-cycle state of DELETED, or a list that works and lacks it. A 404 proves nothing, nor
does any other refusal.
"""

from dataclasses import dataclass
from typing import Literal

from genaikeys.oci.client import Clients
from genaikeys.oci.errors import OciError
from genaikeys.oci.kinds import Kind, Place, Row, listed, read

__all__ = ["Presence", "presence"]

_GONE = ("DELETED",)
_LEAVING = ("SCHEDULING_DELETION", "PENDING_DELETION", "DELETING")


@dataclass(frozen=True)
class Presence:
    """What is known about a resource.

    Attributes:
        verdict: ``here``; ``leaving``: its deletion is scheduled or under way; ``gone``, which is proven;
            ``unknown``, which must never be taken for gone.
        evidence: How we know, or why we don't, as a sentence.
        row: The resource as it was seen, or None.
    """

    verdict: Literal["here", "leaving", "gone", "unknown"]
    evidence: str
    row: Row | None = None


def presence(clients: Clients, kind: Kind, place: Place, ocid: str) -> Presence:
    """Look whether a resource is there.

    Args:
        clients: Who calls.
        kind: What it is.
        place: Where it was when it was last seen.
        ocid: Its OCID.

    Returns:
        What is known; a refusal of OCI is `unknown`, never an exception.
    """
    try:
        return _by_state(read(clients, kind, place, ocid), "OCI shows it")
    except OciError as refusal:
        if refusal.status != 404:
            return Presence("unknown", _undecided(refusal))
    try:
        rows = listed(clients, kind, place)
    except OciError as refusal:
        if refusal.status != 404:
            return Presence("unknown", _undecided(refusal))
        return Presence(
            "unknown",
            f"OCI answers 404 to reading it and to listing its {place}, which it says for gone and for "
            f"forbidden alike. To tell, the caller needs: {kind.look} in {place.spoken}.",
        )
    found = next((row for row in rows if row.id == ocid), None)
    if found is None:
        return Presence("gone", f"The list of {place} works and lacks it.")
    if found.state in (*_GONE, *_LEAVING):
        return _by_state(found, f"The list of {place} shows it")
    return Presence(
        "unknown",
        f"The list of {place} shows it as {found.state}, but reading it is refused. "
        f"The caller needs: {kind.read} in {place.spoken}.",
        found,
    )


def _undecided(refusal: OciError) -> str:
    return f"Nobody can tell: {refusal.what}. {refusal.why or ''}".rstrip()


def _by_state(row: Row, source: str) -> Presence:
    if row.state in _GONE:
        return Presence("gone", f"{source} as {row.state}.", row)
    if row.state in _LEAVING:
        until = f" until {row.time_of_deletion:%Y-%m-%d %H:%M} UTC" if row.time_of_deletion else ""
        return Presence("leaving", f"{source} as {row.state}{until}.", row)
    return Presence("here", f"{source} as {row.state}.", row)

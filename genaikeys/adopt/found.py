"""A key made by hand, as OCI has it; what speaks against taking it over is said here."""

from dataclasses import dataclass
from datetime import datetime

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.inventory import compartment_ids
from genaikeys.oci import Key, Oci, OciError
from genaikeys.settings import Settings

__all__ = ["Found", "look"]

_USABLE = ("ACTIVE", "INACTIVE", "CREATING", "UPDATING")
_INSTEAD = (
    "Add a key to the stack in its place, run `pulumi up`, move the callers to its value in Vault, then "
    "delete this one."
)


@dataclass(frozen=True)
class Found:
    """A key that may be taken over.

    Attributes:
        key: As OCI has it.
        region: Region identifier.
        compartment: Name of its compartment in the stack, or None where the stack lacks it.
        compartment_name: Name of its compartment in OCI.
        now: By OCI's clock.
    """

    key: Key
    region: str
    compartment: str | None
    compartment_name: str
    now: datetime


def look(ocid: str, settings: Settings, oci: Oci) -> Found:
    """Look at a key.

    Args:
        ocid: Its OCID.
        settings: The stack that is to take it over.
        oci: Whom to ask.

    Raises:
        KitError: It can't be seen, or can't be taken over.
    """
    region = _region(ocid, settings)
    taken = next((name for name, key in settings.keys.items() if ocid in key.adopts.values()), None)
    if taken is not None:
        raise KitError(
            f"The stack {settings.stack} takes {ocid} over already, as {taken}.",
            next_step=f"Run: pulumi up --stack {settings.stack}",
        )
    key = _seen(ocid, region, oci)
    _check(key, settings)
    ids = compartment_ids(settings, oci)
    name = next((name for name, there in ids.items() if there == key.compartment_id), None)
    return Found(
        key=key,
        region=region,
        compartment=name,
        compartment_name=name or oci.see_compartment(settings.home_region, key.compartment_id)["name"],
        now=oci.now(),
    )


def _region(ocid: str, settings: Settings) -> str:
    """The region inside an OCID; it stands there by its identifier, or by its three letters."""
    parts = ocid.split(".")
    if len(parts) != 5 or parts[:2] != ["ocid1", "generativeaiapikey"] or not parts[4]:
        raise KitError(
            f"{ocid!r} is not the OCID of an API key.",
            why="It looks like ocid1.generativeaiapikey.oc1.us-chicago-1.<unique>.",
            next_step="Copy it from the key's page in the console.",
        )
    for region in settings.catalogue.regions.values():
        if parts[3] in (region.identifier, region.key.lower()):
            return region.identifier
    raise KitError(
        f"{ocid} is of the region {parts[3]}, which the catalogue lacks.",
        why=f"It has {', '.join(settings.catalogue.regions)}.",
    )


def _seen(ocid: str, region: str, oci: Oci) -> Key:
    try:
        return oci.keys(region).get(ocid)
    except OciError as refusal:
        if refusal.status != 404:
            raise
        raise KitError(
            f"There is no API key {ocid}, or you may not look at it: OCI doesn't say which.",
            next_step="Check the OCID, and that you have `manage generative-ai-apikey` in its compartment.",
        ) from None


def _check(key: Key, settings: Settings) -> None:
    names = ", ".join(slot.name for slot in key.slots)
    spent = [slot.name for slot in key.slots if slot.state in ("REVOKED", "DELETED")]
    if key.state not in _USABLE:
        raise KitError(f"The API key {key.id} is {key.state}: there is nothing to take over.")
    if owner := key.freeform_tags.get(tags.RESOURCE):
        raise _owned(key, owner, settings)
    if len(key.slots) != 2:
        raise KitError(
            f"The API key {key.id} has one slot, {names}: it can't be rotated.",
            why="Rotation renews the slot that nobody uses while the other goes on working, and OCI adds no "
            "slot to a key that exists.",
            next_step=_INSTEAD,
        )
    if spent:
        raise KitError(
            f"The API key {key.id} has a slot that is spent for good: {', '.join(spent)}.",
            why="Rotation needs two slots, and a revoked one stays so.",
            next_step=_INSTEAD,
        )


def _owned(key: Key, owner: str, settings: Settings) -> KitError:
    mine = {
        tags.digest(settings.owner, settings.project, settings.stack, f"{each.key}-{each.region}"): each
        for each in settings.placements()
    }.get(owner)
    if mine is not None:
        return KitError(f"The API key {key.id} is this stack's already: {mine.key} in {mine.region}.")
    return KitError(
        f"The API key {key.id} belongs to another stack, or to another owner's.",
        why=f"Its tag {tags.RESOURCE} says so. Two stacks that look after one key undo each other's work.",
        next_step="Take it out there first: its entry in the stack file, and `pulumi state delete`. Then "
        "remove the tag.",
    )

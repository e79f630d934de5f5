"""A key made by hand that an `ApiKey` takes over instead of making one: which it may, and which not."""

from collections.abc import Iterator
from typing import Any

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.oci import Key, OciError
from provider.resource import Context, Values
from provider.values import Unknown

__all__ = ["failures", "missed", "named"]

_GOING = ("DELETED", "DELETING")


def failures(inputs: Values) -> Iterator[tuple[str, str]]:
    """What is wrong with the input `adopts` by itself."""
    key_id, region = inputs.get("adopts"), inputs.get("region")
    if not isinstance(key_id, str):
        return
    parts = key_id.split(".")
    if len(parts) != 5 or parts[:2] != ["ocid1", "generativeaiapikey"]:
        yield "adopts", f"must be the OCID of an API key; got {key_id!r}"
    elif isinstance(region, str) and "-" in parts[3] and parts[3] != region:
        yield "adopts", f"is of the region {parts[3]}, and this key is in {region}"


def missed(olds: Values, news: Values, outputs: Values) -> KitError | None:
    """Why a key can't be taken over any more, or None: the resource has another one already."""
    wanted, there = news.get("adopts"), outputs.get("apiKeyId")
    if wanted in (None, there, olds.get("adopts")) or isinstance(wanted, Unknown) or not there:
        return None
    return KitError(
        f"The API key {wanted} can't be taken over: this resource is {there} already",
        why="A key is taken over in place of making one, so only where there is none yet.",
        next_step=f"Take {wanted} out of adopts; to have both, give it an entry of its own.",
    )


def named(inputs: Values, digest: str, context: Context) -> Key | None:
    """The key that `adopts` names, once nothing speaks against taking it over.

    Args:
        inputs: What is wished; what a preview doesn't know yet isn't held against the key.
        digest: Value of the tag by which this resource's keys are found.
        context: Who calls OCI.

    Returns:
        The key; None where it was taken over before and deleted since, so that another is to be made.

    Raises:
        KitError: It can't be seen, or it may not be taken over.
    """
    keys = context.oci.keys(inputs["region"])
    key_id = str(inputs["adopts"])
    try:
        key = keys.get(key_id)
    except OciError as refusal:
        if refusal.status != 404:
            raise
        raise KitError(
            f"The API key {key_id}, which is to be taken over, can't be seen",
            why="OCI answers 404 for what is gone and for what the caller may not look at.",
            next_step="Check the OCID, and give the caller `manage generative-ai-apikey` in the key's "
            "compartment. If the key is gone, take it out of adopts: another one is made.",
        ) from None
    owner = key.freeform_tags.get(tags.RESOURCE)
    if key.state in _GOING and owner == digest:
        return None
    reason, next_step = _against(key, inputs, digest) or (None, None)
    if reason is None:
        other = _other(key, inputs, digest, keys)
        if other is None:
            return key
        reason = f"this resource has another one already, {other.id}"
        next_step = "Take the OCID out of adopts; or delete that one, if nobody uses it."
    raise KitError(f"The API key {key_id} can't be taken over: {reason}", next_step=next_step)


def _against(key: Key, inputs: Values, digest: str) -> tuple[str, str] | None:
    """A reason not to take a key over, with the next step; None where there is none."""
    owner = key.freeform_tags.get(tags.RESOURCE)
    compartment, slots = inputs["compartmentId"], [slot.name for slot in key.slots]
    if key.state in (*_GOING, "FAILED"):
        return f"it is {key.state}", "Take it out of adopts: another one is made."
    if owner not in (None, digest):
        return (
            "it belongs to another stack, or to another key of this one",
            f"Take it out there first, with `pulumi state delete`, and remove its tag {tags.RESOURCE}.",
        )
    if not isinstance(compartment, Unknown) and key.compartment_id != compartment:
        return (
            f"it is in the compartment {key.compartment_id}, and this key is to be in {compartment}",
            "Name its own compartment: moving it could take the statements away by which it is used.",
        )
    if sorted(slots) != sorted(inputs["keyNames"]):
        return (
            f"its slots are {', '.join(slots)}, and not {', '.join(inputs['keyNames'])}",
            f"Give the key its own slots in the stack: slots: [{', '.join(slots)}]"
            if len(slots) == 2
            else "Rotation needs two slots: make a new key, and move the callers to it.",
        )
    return None


def _other(key: Key, inputs: Values, digest: str, keys: Any) -> Key | None:
    """Another key with this resource's tag, or None."""
    if isinstance(inputs["compartmentId"], Unknown):
        return None
    found: list[Key] = keys.find(inputs["compartmentId"], digest)
    return next((one for one in found if one.id != key.id and one.state not in _GOING), None)

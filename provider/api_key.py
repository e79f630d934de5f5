"""``genaikeys:index:ApiKey``: a key whose values are discarded when it is created."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.oci import Key, Keys, OciError
from genaikeys.waiting import looks
from provider import adoption
from provider.inputs import duration, problems
from provider.resource import Change, Checked, Context, PartlyMade, Seen, Urn, Values
from provider.values import UNKNOWN, Unknown

__all__ = ["ApiKeyResource"]

_REPLACING = ("region", "keyNames")
_CHANGING = ("compartmentId", "displayName", "description", "freeformTags", "definedTags")
_READY = ("ACTIVE", "INACTIVE")
_LEAVING = ("DELETED", "DELETING", "FAILED")
_READY_WITHIN = 120.0
"""Seconds for a new key to become ready, or for a deleted one to go."""
_DECISIONS = 5
"""How often a key that others change meanwhile is read and decided again."""
_LAG = 15.0
"""Seconds for which a list may lack a key that a retry token made."""


class ApiKeyResource:
    """Creates, reads, changes and deletes API keys. Nothing here ever holds a secret value."""

    type = "genaikeys:index:ApiKey"

    def check(self, urn: Urn, olds: Mapping[str, Any], news: Values) -> Checked:
        """Types, durations, and no replacement of a key that isn't `replaceable`."""
        failures = list(
            problems(
                news,
                required={
                    "region": str,
                    "compartmentId": str,
                    "displayName": str,
                    "keyNames": list,
                    "expiry": str,
                },
                optional={
                    "description": str,
                    "freeformTags": dict,
                    "definedTags": dict,
                    "owner": str,
                    "replaceable": bool,
                    "adopts": str,
                },
                durations=("expiry",),
            )
        )
        failures += adoption.failures(news)
        if olds and news.get("replaceable") is not True:
            failures += [
                (
                    name,
                    (
                        f"can't change from {olds[name]!r} to {news.get(name)!r}: it would delete the key "
                        "and its values in use. Set replaceable: true if that is what you want"
                    ),
                )
                for name in _REPLACING
                if name in olds and not isinstance(news.get(name), Unknown) and _differs(name, olds, news)
            ]
        return Checked(news, tuple(failures))

    def diff(self, olds: Values, news: Values, outputs: Values) -> Change:
        """Changed inputs, and a key that is not as it should be.

        Raises:
            KitError: Another key is to be taken over than the one that is there.
        """
        updates = [
            name
            for name in (*_CHANGING, "expiry", "owner", "replaceable")
            if olds.get(name) != news.get(name)
        ]
        wrong = (
            *(("lifecycleState",) if outputs.get("lifecycleState") not in _READY else ()),
            *(("attention",) if outputs.get("attention") else ()),
        )
        # A revoked slot stays so for good, and with it rotation is over: only another key has two.
        spent = ("revokedSlots",) if outputs.get("revokedSlots") and news.get("replaceable") is True else ()
        replaces = (*(name for name in _REPLACING if _differs(name, olds, news)), *spent)
        if not replaces and (problem := adoption.missed(olds, news, outputs)):
            raise problem
        return Change(updates=(*updates, *wrong), replaces=replaces, from_outputs=(*wrong, *spent))

    def foresee(self, urn: Urn, inputs: Values, context: Context) -> tuple[str, Values]:
        """A new key is unknown; one that is taken over is known, and what speaks against it too.

        Raises:
            KitError: It may not be taken over.
        """
        is_known = not any(isinstance(inputs.get(name), Unknown) for name in ("adopts", "region", "keyNames"))
        if inputs.get("adopts") and is_known:
            key = adoption.named(inputs, _digest(urn, inputs), context)
            if key is not None:
                context.tell(f"adopts {key.id}, made by hand: its values stay as they are")
                return key.id, {**inputs, **_outputs(key)}
        return "", self.preview(inputs, {})

    def preview(self, inputs: Values, outputs: Values) -> Values:
        """An update keeps its key."""
        return {
            **inputs,
            "apiKeyId": outputs.get("apiKeyId", UNKNOWN),
            "lifecycleState": outputs.get("lifecycleState", UNKNOWN),
            "timeCreated": outputs.get("timeCreated", UNKNOWN),
            "revokedSlots": outputs.get("revokedSlots", []),
            "attention": [],
        }

    def create(self, urn: Urn, inputs: Values, context: Context) -> tuple[str, Values]:
        """Take over the key that `adopts` names, or the orphan of a create whose answer was lost.

        Where there is neither, create a key and discard its values.

        Raises:
            KitError: A key with this resource's tag is in use, and `adopts` doesn't name it: taking it over
                could end in its deletion. Or the key that it names may not be taken over.
            PartlyMade: The key exists but is not ready.
        """
        if inputs.get("adopts") and (key := self._taken_over(urn, inputs, context)):
            return key.id, self._settled(key, inputs, context)
        for _ in looks(_LAG):
            try:
                key = self._adopted_or_made(urn, inputs, context)
            except OciError as refusal:
                # The token made a key that a lagging list doesn't show yet: look again.
                if refusal.code != "InvalidatedRetryToken":
                    raise
                continue
            return key.id, self._settled(key, inputs, context)
        raise KitError(
            f"The API key {inputs['displayName']} was made before, but {inputs['region']} doesn't list it "
            f"after {_LAG:.0f} seconds",
            next_step="Run `pulumi up` again.",
        )

    def _taken_over(self, urn: Urn, inputs: Values, context: Context) -> Key | None:
        """The key that `adopts` names, tagged; None where it was that once, and is deleted."""
        for left in reversed(range(_DECISIONS)):
            key = adoption.named(inputs, _digest(urn, inputs), context)
            if key is None:
                context.warn(f"{inputs['adopts']}, which this key was, is deleted: making another one")
                return None
            try:
                key = self._changed(key, urn, inputs, context)
            except OciError as refusal:
                # Somebody else changed it meanwhile, maybe another stack that takes it over: look again.
                if refusal.status != 412 or not left:
                    raise
                continue
            context.tell(f"adopted {key.id}: its values stay as they are")
            return key
        raise AssertionError  # the last try returns or raises

    def _adopted_or_made(self, urn: Urn, inputs: Values, context: Context) -> Key:
        keys = context.oci.keys(inputs["region"])
        digest = _digest(urn, inputs)
        tagged = keys.find(inputs["compartmentId"], digest)
        # A list may lag behind a deletion, so what it shows is read once more.
        seen = [keys.get(key.id) for key in tagged if key.state not in _LEAVING]
        living = [key for key in seen if key.state not in _LEAVING]
        used = [key for key in living if not key.was_never_used]
        if used:
            raise _in_use(used[0])
        if living:
            context.tell(f"adopting {living[0].id}, made by a run that was cut off")
            return self._reconciled(living[0], urn, inputs, context)
        return self._made(urn, inputs, digest, tagged, context)

    def read(self, urn: Urn, id: str, inputs: Values, context: Context) -> Seen:  # noqa: A002
        """The key as it is; gone only where a list that works proves it.

        Raises:
            OciError: It can't be seen, which proves nothing.
        """
        region = inputs.get("region") or _region_of(id)
        keys = context.oci.keys(region)
        try:
            key = keys.get(id)
        except OciError as refusal:
            if refusal.status != 404:
                raise
            if "compartmentId" in inputs and keys.is_absent(id, inputs["compartmentId"]):
                return Seen()
            raise _unseen(id) from None
        key = _when_it_stays(key, keys)
        if key.state == "DELETED":
            return Seen()
        found = {**_imported(key, region), **inputs, **_readable(key, inputs)}
        is_marked = key.freeform_tags.get(tags.RESOURCE) == _digest(urn, inputs)
        attention = (
            [] if is_marked else [f"the tag {tags.RESOURCE}, by which the key is found, is not this one's"]
        )
        return Seen(id, found, {**_outputs(key), "attention": attention})

    def update(self, urn: Urn, id: str, olds: Values, news: Values, context: Context) -> Values:  # noqa: A002
        """Move and change the key until it is as wished.

        Raises:
            KitError: The key has failed, so that only another one will do.
        """
        key = context.oci.keys(news["region"]).get(id)
        return self._settled(self._reconciled(key, urn, news, context), news, context)

    def delete(self, urn: Urn, id: str, inputs: Values, context: Context) -> None:  # noqa: A002
        """Delete the key and prove that it is gone.

        Raises:
            OciError: It can't be deleted, or nobody can tell whether it is gone.
        """
        keys = context.oci.keys(inputs["region"])
        asked = False
        for _ in looks(_READY_WITHIN):
            try:
                key = keys.get(id)
                if key.state == "DELETED":
                    return
                if key.state != "DELETING" and not asked:
                    keys.delete(key)
                    asked = True
            except OciError as refusal:
                if refusal.status == 404 and keys.is_absent(id, inputs["compartmentId"]):
                    return
                if refusal.status == 404 and not asked:
                    raise _unseen(id) from None
                if refusal.status not in (404, 412):
                    raise
        raise KitError(
            f"The API key {id} is not gone {_READY_WITHIN:.0f} seconds after its deletion was asked for",
            next_step="Run the command again: deleting twice does no harm.",
        )

    def _made(self, urn: Urn, inputs: Values, digest: str, tagged: list[Key], context: Context) -> Key:
        # Whole hours, so that a create repeated under one retry token asks for the same.
        hour = context.oci.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        expiry = hour + duration(inputs, "expiry")
        return context.oci.keys(inputs["region"]).create(
            compartment_id=inputs["compartmentId"],
            display_name=inputs["displayName"],
            description=inputs.get("description") or "",
            slot_names=tuple(inputs["keyNames"]),
            time_expiry=expiry,
            freeform_tags={
                **inputs.get("freeformTags", {}),
                tags.RESOURCE: digest,
                tags.EXPIRY: expiry.isoformat(),
            },
            defined_tags=inputs.get("definedTags", {}),
            retry_token=_token(urn, inputs, tagged),
        )

    def _reconciled(self, key: Key, urn: Urn, inputs: Values, context: Context) -> Key:
        """The key as wished; where somebody else changed it meanwhile, it is read and decided again."""
        for _ in range(_DECISIONS - 1):
            try:
                return self._changed(key, urn, inputs, context)
            except OciError as refusal:
                if refusal.status != 412:
                    raise
                key = context.oci.keys(inputs["region"]).get(key.id)
        return self._changed(key, urn, inputs, context)

    def _changed(self, key: Key, urn: Urn, inputs: Values, context: Context) -> Key:
        keys = context.oci.keys(inputs["region"])
        if key.state == "FAILED":
            raise KitError(
                f"The API key {key.id} is FAILED: {key.details or 'OCI gives no reason'}",
                next_step="Delete it with `pulumi destroy --target`, then run `pulumi up`.",
            )
        if key.compartment_id != inputs["compartmentId"]:
            keys.move(key, inputs["compartmentId"])
            key = _when_ready(key.id, inputs, context)
        wanted_tags = {
            **inputs.get("freeformTags", {}),
            tags.RESOURCE: _digest(urn, inputs),
            **{
                name: value
                for name, value in key.freeform_tags.items()
                if name in tags.OURS and name != tags.RESOURCE
            },
        }
        defined = inputs.get("definedTags")
        if (
            key.display_name != inputs["displayName"]
            or key.description != (inputs.get("description") or "")
            or key.freeform_tags != wanted_tags
            or (defined is not None and key.defined_tags != defined)
        ):
            key = keys.update(
                key,
                display_name=inputs["displayName"],
                description=inputs.get("description") or "",
                freeform_tags=wanted_tags,
                defined_tags=defined,
            )
        return key

    def _settled(self, key: Key, inputs: Values, context: Context) -> Values:
        try:
            key = _when_ready(key.id, inputs, context)
        except KitError as problem:
            raise PartlyMade(problem, id=key.id, inputs=inputs, outputs={**inputs, **_outputs(key)}) from None
        return {**inputs, **_outputs(key)}


def _when_it_stays(key: Key, keys: Keys) -> Key:
    """A key that is being deleted, once it is gone: until then nothing about it can be changed."""
    for _ in looks(_READY_WITHIN):
        if key.state != "DELETING":
            break
        key = keys.get(key.id)
    return key


def _when_ready(key_id: str, inputs: Values, context: Context) -> Key:
    keys = context.oci.keys(inputs["region"])
    for _ in looks(_READY_WITHIN):
        key = keys.get(key_id)
        if key.state in _READY:
            return key
        if key.state in _LEAVING:
            break
    key = keys.get(key_id)
    raise KitError(
        f"The API key {key_id} is {key.state} instead of ACTIVE",
        why=key.details or None,
        next_step="Run `pulumi up` again; if it stays so, delete the key and run `pulumi up` again.",
    )


def _differs(name: str, olds: Mapping[str, Any], news: Values) -> bool:
    """Whether a replacing input is another one: the order of a key's slots is none of its properties."""
    old, new = olds.get(name), news.get(name)
    if isinstance(old, list) and isinstance(new, list) and not any(isinstance(each, Unknown) for each in new):
        return sorted(old) != sorted(new)
    return bool(old != new)


def _digest(urn: Urn, inputs: Values) -> str:
    return tags.digest(inputs.get("owner") or urn.project, urn.project, urn.stack, urn.name)


def _token(urn: Urn, inputs: Values, tagged: list[Key]) -> str:
    """The same create is the same request; a create after a deletion is another."""
    text = json.dumps([urn.text, inputs, sorted(key.id for key in tagged)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _region_of(key_id: str) -> str:
    """Region inside an OCID, ``ocid1.generativeaiapikey.<realm>.<region>.<unique>``."""
    parts = key_id.split(".")
    if len(parts) != 5 or parts[:2] != ["ocid1", "generativeaiapikey"]:
        raise KitError(
            f"{key_id!r} is not the OCID of an API key",
            why="It looks like ocid1.generativeaiapikey.oc1.us-chicago-1.<unique>.",
            next_step="Copy the OCID from the key's page in the console.",
        )
    return parts[3]


def _outputs(key: Key) -> Values:
    return {
        "apiKeyId": key.id,
        "lifecycleState": key.state,
        "timeCreated": key.time_created.isoformat(),
        "revokedSlots": [slot.name for slot in key.slots if slot.state == "REVOKED"],
        "attention": [],
    }


def _readable(key: Key, inputs: Values) -> Values:
    """What the world says of the inputs: tags that others add count as drift, but for OCI's own defaults."""
    found: Values = {"compartmentId": key.compartment_id, "displayName": key.display_name}
    if key.description or "description" in inputs:
        found["description"] = key.description
    others = {name: value for name, value in key.freeform_tags.items() if name not in tags.OURS}
    if others or "freeformTags" in inputs:
        found["freeformTags"] = others
    if "definedTags" in inputs:
        found["definedTags"] = {space: dict(pairs) for space, pairs in key.defined_tags.items()}
    return found


def _imported(key: Key, region: str) -> Values:
    sent = key.freeform_tags.get(tags.EXPIRY)
    ends = datetime.fromisoformat(sent) if sent else max(slot.time_expiry for slot in key.slots)
    days = max(1, round((ends - key.time_created) / timedelta(days=1)))
    return {"region": region, "keyNames": [slot.name for slot in key.slots], "expiry": f"{days}d"}


def _in_use(key: Key) -> KitError:
    return KitError(
        f"The API key {key.id} carries this resource's tag and is in use",
        why="Taking it over by itself could end in the deletion of a live key.",
        next_step="If the stack's state was lost: genaikeys recover STACK. "
        f"Else, to take it over, add to its key in the stack: adopts: {{{_region_of(key.id)}: {key.id}}}",
    )


def _unseen(key_id: str) -> KitError:
    return KitError(
        f"The API key {key_id} can't be seen, and no list that works proves that it is gone",
        why="OCI answers 404 for what is gone and for what the caller may not look at.",
        next_step="Give the caller `manage generative-ai-apikey` in the key's compartment, then run "
        "the command again.",
    )

"""Property values: as Pulumi holds them, as OCI's wire spells them, and when two of them are the same.

Spelling of tags and of whole numbers as text: terraform-provider-oci 8.28.0, internal/tfresource.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

Bag = dict[str, Any]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that a preview can't know (Pulumi SDK 3.272, pulumi.runtime.rpc.UNKNOWN)."""

_TEXT = frozenset({"createdTime", "currentVersionNumber", "inactiveState"})
_EXACT = frozenset({"freeformTags", "metadata"})


def whole(value: object) -> object:
    """The same value with 32.0 as 32: protobuf knows only floating numbers, OCI wants whole ones."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: whole(part) for name, part in value.items()}
    if isinstance(value, list):
        return [whole(part) for part in value]
    return value


def to_wire(name: str, value: object) -> object:
    """A property as OCI's request spells it.

    Defined tags are `{"Namespace.key": value}` in Pulumi and `{"Namespace": {"key": value}}` on the wire; a
    delivery policy is JSON text in Pulumi and an object on the wire.
    """
    if name in ("definedTags", "systemTags") and isinstance(value, Mapping):
        nested: dict[str, Bag] = {}
        for flat, tag in value.items():
            namespace, _, key = flat.partition(".")
            nested.setdefault(namespace, {})[key] = tag
        return nested
    if name == "deliveryPolicy" and isinstance(value, str):
        return json.loads(value)
    return value


def from_wire(name: str, value: object) -> object:
    """A property from the body of OCI's answer."""
    if name in ("definedTags", "systemTags") and isinstance(value, Mapping):
        return {
            f"{namespace}.{key}": tag
            for namespace, tags in value.items()
            if isinstance(tags, Mapping)
            for key, tag in tags.items()
        }
    if name == "deliveryPolicy" and isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True)
    if name in _TEXT:
        return str(value)
    return value


def same(name: str, given: object, live: object) -> bool:
    """Whether a live value is what was asked for.

    What OCI adds inside an object (absent curve ids, tags that defaults put there) is no difference;
    free-form tags and metadata are compared whole, because there an addition is somebody's change.
    """
    if name in _EXACT:
        return bool(given == live)
    if name == "deliveryPolicy" and isinstance(given, str) and isinstance(live, str):
        return bool(json.loads(given) == json.loads(live))
    if isinstance(given, dict) and isinstance(live, dict):
        return all(same("", value, live.get(key)) for key, value in given.items())
    if isinstance(given, list) and isinstance(live, list):
        return len(given) == len(live) and all(same("", a, b) for a, b in zip(given, live, strict=True))
    return bool(given == live)


def texts(value: object) -> list[str]:
    """Every text inside a value."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) and value else []


def short_digest(*parts: bytes | str) -> str:
    """Seven hex digits: enough to tell generated names apart."""
    joined = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(joined).hexdigest()[:7]

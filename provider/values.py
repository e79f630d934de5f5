"""Between protocol messages and plain values; nothing else in this package knows protobuf's structs."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

__all__ = ["UNKNOWN", "Unknown", "plain", "struct"]

_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine spells an unknown value of whatever type (pulumi/runtime/rpc.py, UNKNOWN; SDK 3.272.0)."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature of the protocol, not a secret


class Unknown:
    """A value that isn't known in a preview."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = Unknown()
"""The one unknown value."""


def plain(message: struct_pb2.Struct) -> dict[str, Any]:
    """A struct as a dictionary: `UNKNOWN` for what isn't known, whole numbers as int, no secret marks."""
    return {name: _plain(value) for name, value in json_format.MessageToDict(message).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return UNKNOWN if value == _SENTINEL else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _plain(value.get("value"))
        return {name: _plain(item) for name, item in value.items()}
    return value


def struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """A dictionary as a struct; None is left out."""
    message = struct_pb2.Struct()
    message.update({name: _spelt(value) for name, value in values.items() if value is not None})
    return message


def _spelt(value: Any) -> Any:
    if isinstance(value, Unknown):
        return _SENTINEL
    if isinstance(value, Mapping):
        return {name: _spelt(item) for name, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_spelt(item) for item in value]
    return value

"""Reading a request: its body, its query, the times in them, and the page of a list that it asks for.

What the emulator does not model is refused with the reason, never ignored.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.services.refusals import invalid
from emulator.wire import Answer, Call

Doc = dict[str, Any]

DEFAULT_PAGE = 1000
"""Items on a page when the caller names no limit."""

_SPOKEN = {
    str: "text",
    dict: "an object",
    list: "a list",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
}


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, the form that OCI answers."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(field: str, text: object) -> datetime:
    """The instant that an RFC 3339 text names.

    Raises:
        Refusal: 400 where the text is none, or lacks a zone.
    """
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise invalid(
            f"{field} must be an RFC 3339 time with a zone, such as 2027-01-02T03:04:05Z; got {text!r}"
        )
    return found.astimezone(UTC)


def body(call: Call, required: Mapping[str, type], optional: Mapping[str, type] | None = None) -> Doc:
    """The fields of a JSON body that are given.

    Null counts as not given, for the Go SDK sends it where a mandatory field has no value; so does an empty
    list or object in a field that is not modelled.

    Args:
        call: Request.
        required: Type of each field that must be there.
        optional: Type of each field that may be; tags are always allowed.

    Raises:
        Refusal: 400 for a field that is absent, of the wrong type, or not modelled.
    """
    allowed = {"freeformTags": dict, "definedTags": dict, **required, **(optional or {})}
    given = {
        name: value
        for name, value in call.json().items()
        if value is not None and (name in allowed or value not in ([], {}))
    }
    for name, value in given.items():
        if name not in allowed:
            raise invalid(f"the local OCI does not model the field {name} of {call.operation}")
        wanted = allowed[name]
        if not _is(value, wanted):
            raise invalid(f"{name} of {call.operation} must be {_SPOKEN[wanted]}; got {value!r}")
    for name in required:
        if name not in given or given[name] == "":
            raise invalid(f"{name} of {call.operation} is required", "MissingParameter")
    tags = given.get("freeformTags", {})
    if not all(isinstance(value, str) for value in tags.values()):
        raise invalid(f"freeformTags of {call.operation} must map text to text")
    return given


def _is(value: object, wanted: type) -> bool:
    """Whether a JSON value is of a type: whole numbers are numbers, true and false are not."""
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, (int, float) if wanted is float else wanted)


def within(fields: Mapping[str, Any], *names: str) -> Doc:
    """Those of the named fields that are given."""
    return {name: fields[name] for name in names if name in fields}


def base64_bytes(field: str, text: str) -> bytes:
    """The bytes behind a base64 text."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid(f"{field} must be base64") from None


def query(call: Call, name: str) -> str | None:
    """The single value of a query parameter, or None where it is not given."""
    values = call.query.get(name)
    return values[0] if values else None


def needed(call: Call, name: str) -> str:
    """The single value of a query parameter that must be there."""
    value = query(call, name)
    if not value:
        raise invalid(f"the query parameter {name} is required", "MissingParameter")
    return value


def only_queries(call: Call, *known: str) -> None:
    """Refuse query parameters that the emulator does not model, rather than ignore them."""
    for name in call.query:
        if name not in (*known, "page", "limit"):
            raise invalid(f"the local OCI does not model the query parameter {name} of {call.operation}")


def page(call: Call, items: Iterable[Any], *, is_collection: bool = False) -> Answer:
    """One page of a list: a bare array, or {"items": [...]} in generative AI.

    ``opc-next-page`` is sent only while there is more: clients loop for ever on one that does not end.
    """
    rows = list(items)
    start_at = _number(call, "page", 0)
    size = max(1, _number(call, "limit", DEFAULT_PAGE))
    part = rows[start_at : start_at + size]
    more = start_at + size < len(rows)
    return Answer(
        body={"items": part} if is_collection else part,
        headers={"opc-next-page": str(start_at + size)} if more else {},
    )


def ordered(call: Call, items: list[Doc], fields: Mapping[str, str], default: str) -> list[Doc]:
    """A list in the order of ``sortBy`` and ``sortOrder``.

    Args:
        call: Request with the two query parameters.
        items: Documents to sort.
        fields: Field that each allowed ``sortBy`` names.
        default: ``sortBy`` where the caller gives none. Times go newest first, names A to Z, unless told
            otherwise.

    Raises:
        Refusal: 400 for an order that the operation does not know.
    """
    by = query(call, "sortBy") or default
    field = next((field for name, field in fields.items() if name.lower() == by.lower()), None)
    if field is None:
        raise invalid(f"sortBy must be one of {', '.join(fields)}; got {by!r}")
    order = (query(call, "sortOrder") or ("DESC" if field.startswith("time") else "ASC")).upper()
    if order not in ("ASC", "DESC"):
        raise invalid(f"sortOrder must be ASC or DESC; got {order!r}")
    return sorted(items, key=lambda doc: str(doc.get(field, "")).lower(), reverse=order == "DESC")


def _number(call: Call, name: str, default: int) -> int:
    text = query(call, name)
    if text is None:
        return default
    if not text.isdecimal():
        raise invalid(f"{name} must be a whole number; got {text!r}")
    return int(text)

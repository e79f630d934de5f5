"""Faults on purpose: which requests they meet, and what they do to them.

A fault meets requests by patterns of method (whole), host and path (anywhere in it), lets ``skip`` of them go
by, then acts on ``count`` of them. Faults act in the order in which they were set; one that ends a request
(status, reset) leaves nothing to those after it. They live as long as the process.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

__all__ = ["Fault", "FaultError", "Faults", "drop"]

ACTIONS = ("status", "delay", "reset", "truncate", "drop-field", "stuck", "clock-skew", "hold")
_ENDING = ("status", "reset")
_TIMED = ("status", "delay", "reset", "hold")
"""Actions that take place before or after the handling; the others change the answer."""

_NEEDS = {
    "status": ("status",),
    "delay": ("seconds",),
    "drop-field": ("field",),
    "stuck": ("state",),
    "clock-skew": ("seconds",),
}
_CODES = {
    400: "InvalidParameter",
    401: "NotAuthenticated",
    403: "NotAllowed",
    404: "NotAuthorizedOrNotFound",
    409: "IncorrectState",
    412: "NoEtagMatch",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}
"""Usual code of each status (API Errors, docs.oracle.com/iaas/Content/API/References/apierrors.htm)."""


class FaultError(ValueError):
    """A fault that can't be set; the text is for people."""


@dataclass
class Fault:
    """One fault.

    Attributes:
        id: Name that it is cleared and released by.
        given: Fields as they were given, checked.
        matched: Requests that its patterns met so far.
        applied: Requests that it acted on so far.
        waiting: Requests that it holds.
    """

    id: str
    given: dict[str, Any]
    matched: int = 0
    applied: int = 0
    waiting: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def action(self) -> str:
        """What it does."""
        return str(self.given["action"])

    @property
    def is_late(self) -> bool:
        """Whether it acts after the request was handled."""
        return self.action not in _TIMED or self.given["when"] == "after"

    def shown(self) -> dict[str, Any]:
        """As it is listed."""
        return {"id": self.id, **self.given, "applied": self.applied, "held": len(self.waiting)}

    def takes(self, method: str, host: str, path: str) -> bool:
        """Whether it acts on this request; counts it either way."""
        given = self.given
        if "method" in given and not re.fullmatch(given["method"], method, re.IGNORECASE):
            return False
        if any(
            name in given and not re.search(given[name], text)
            for name, text in (("host", host), ("path", path))
        ):
            return False
        if given["count"] is not None and self.applied >= given["count"]:
            return False
        self.matched += 1
        if self.matched <= given["skip"]:
            return False
        self.applied += 1
        return True

    def release(self) -> None:
        """Let the requests go on that it holds."""
        for each in self.waiting:
            if not each.done():
                each.set_result(None)

    async def pause(self) -> None:
        """Hold or delay a request, whatever becomes of its client meanwhile."""
        if self.action == "delay":
            await asyncio.sleep(self.given["seconds"])
        elif self.action == "hold":
            going = asyncio.get_running_loop().create_future()
            self.waiting.add(going)
            try:
                await going
            finally:
                self.waiting.discard(going)

    def error(self) -> tuple[int, str, str, dict[str, str]]:
        """Status, code, message and headers of the answer of a ``status`` fault."""
        status = int(self.given["status"])
        return (
            status,
            str(self.given.get("code", _CODES.get(status, "InternalServerError"))),
            str(self.given.get("message", f"A fault on purpose ({self.id}).")),
            {name.lower(): text for name, text in self.given.get("headers", {}).items()},
        )


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._number = 0

    def add(self, given: Mapping[str, Any]) -> Fault:
        """Set a fault.

        Raises:
            FaultError: It is not a fault; says which field, and what may stand there.
        """
        checked = _checked({name: value for name, value in given.items() if value is not None})
        self._number += 1
        fault = Fault(f"fault-{self._number}", checked)
        self._faults[fault.id] = fault
        return fault

    def all(self) -> list[Fault]:
        """Every fault, in the order in which they were set."""
        return list(self._faults.values())

    def get(self, ident: str) -> Fault | None:
        """The fault of that id, or None."""
        return self._faults.get(ident)

    def clear(self, ident: str | None = None) -> None:
        """Remove a fault, or all; what they hold goes on."""
        for each in [ident] if ident is not None else list(self._faults):
            self._faults.pop(each).release()

    def take(self, method: str, host: str, path: str) -> list[Fault]:
        """The faults that act on a request, in order: first those before its handling, then those after."""
        taken: list[Fault] = []
        for late in (False, True):
            for fault in self._faults.values():
                if fault.is_late is late and fault.takes(method, host, path):
                    taken.append(fault)
                    if fault.action in _ENDING:
                        return taken
        return taken


def drop(document: object, path: str) -> None:
    """Remove a field (``a.b`` for one inside another) from a JSON value and from everything in its lists."""
    name, _, rest = path.partition(".")
    if isinstance(document, list):
        for each in document:
            drop(each, path)
    elif isinstance(document, dict):
        if rest:
            drop(document.get(name), rest)
        else:
            document.pop(name, None)


def _pattern(value: object) -> bool:
    try:
        re.compile(str(value))
    except re.error:
        return False
    return isinstance(value, str)


def _whole(value: object, least: int, most: int = 10**9) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _headers(value: object) -> bool:
    """Whether these are headers that HTTP can carry."""
    return isinstance(value, dict) and all(
        re.fullmatch(r"[A-Za-z0-9-]+", name)
        and isinstance(text, str)
        and text.isascii()
        and text.isprintable()
        for name, text in value.items()
    )


_FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "action": (lambda value: value in ACTIONS, f"one of {', '.join(ACTIONS)}"),
    "when": (lambda value: value in ("before", "after"), "before or after"),
    "method": (_pattern, "a regular expression"),
    "host": (_pattern, "a regular expression"),
    "path": (_pattern, "a regular expression"),
    "count": (lambda value: _whole(value, 1), "a whole number, 1 or more"),
    "skip": (lambda value: _whole(value, 0), "a whole number, 0 or more"),
    "status": (lambda value: _whole(value, 200, 599), "an HTTP status, 200 to 599"),
    "code": (_text, "a text"),
    "message": (_text, "a text"),
    "headers": (_headers, "an object of header names and texts"),
    "seconds": (_number, "a number"),
    "field": (_text, "the name of a field, with dots for fields inside others"),
    "state": (_text, "a lifecycle state"),
}


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name not in _FIELDS:
            raise FaultError(f"a fault has no field {name!r}; it has {', '.join(_FIELDS)}")
        fits, wanted = _FIELDS[name]
        if not fits(value):
            raise FaultError(f"{name} of a fault must be {wanted}; got {value!r}")
    if "action" not in given:
        raise FaultError(f"action of a fault is required: {_FIELDS['action'][1]}")
    for name in _NEEDS.get(given["action"], ()):
        if name not in given:
            raise FaultError(f"{name} of a {given['action']} fault is required: {_FIELDS[name][1]}")
    if given["action"] == "delay" and given["seconds"] < 0:
        raise FaultError(f"seconds of a delay fault must be 0 or more; got {given['seconds']!r}")
    if given["action"] == "status" and given["status"] == HTTPStatus.NO_CONTENT:
        raise FaultError("status of a fault must be one that has a body; got 204")
    return {"when": "before", "skip": 0, "count": None, **given}

"""The admin address: what a running local OCI can be told, and what it tells of itself, as JSON over HTTP.

Only for this machine: the Host header must name loopback, so that no page in a browser can reach it under a
name of its own.
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulator import instances, principals
from emulator.faults import Fault, FaultError, Faults
from emulator.journal import Journal
from emulator.services import mail
from emulator.switches import SWITCHES, Numbers, SwitchError
from emulator.wire import Answer, Call, Refusal, World

__all__ = ["Admin"]

PREFIX = "/_local"
_DEFAULT_PAGE = 1000


class Admin:
    """Answers requests to the admin address.

    Args:
        world: What it shows and changes.
        journal: Requests so far.
        faults: Faults that are set.
        home: Folder of the home.
        port: Port of the front.
        stop: Ends the process a moment later.
    """

    def __init__(
        self,
        world: World,
        journal: Journal,
        faults: Faults,
        home: Path,
        port: int,
        stop: Callable[[], None],
    ) -> None:
        self._world = world
        self._journal = journal
        self._faults = faults
        self._stop = stop
        self._home, self._port = home, port
        self._health = {
            "ready": True,
            "pid": os.getpid(),
            "home": str(home),
            "port": port,
            "startedAt": _text(datetime.now(UTC)),
        }

    def answer(self, call: Call) -> Answer:
        """Answer a request whose path begins with /_local.

        Raises:
            Refusal: 400 or 404, with a message for people.
        """
        name, *rest = call.path.removeprefix(PREFIX).strip("/").split("/")
        match (call.method, name, rest):
            case ("GET", "health", []):
                return Answer(self._health)
            case ("GET", "clock", []):
                return self._clock()
            case ("POST", "clock", []):
                return self._move_clock(call.json())
            case ("GET", "journal", []):
                return self._read_journal(call.query)
            case (_, "faults", _):
                return self._answer_faults(call, rest)
            case (_, "switches", _):
                return self._answer_switches(call, rest)
            case ("GET", "mail", []):
                return Answer({"mails": mail.posted(self._world.store)})
            case ("POST", "stop", []):
                self._stop()
                return Answer({"stopping": True}, headers={"connection": "close"})
        return self._answer_principals(call, name, rest)

    def _answer_principals(self, call: Call, name: str, rest: list[str]) -> Answer:
        match (call.method, name, rest):
            case ("POST", "principals", []):
                place = principals.Place(self._home, self._port)
                return Answer(principals.hand_out(self._world, place, call.json()))
            case ("GET", "instances", [ident, "opc", "v2", *path]):
                return instances.metadata(call, ident, tuple(path))
        raise _unknown(call)

    def _clock(self) -> Answer:
        clock = self._world.clock
        return Answer({"now": _text(clock.now()), "offsetSeconds": clock.offset})

    def _move_clock(self, body: dict[str, Any]) -> Answer:
        match body:
            case {"to": str(moment)} if len(body) == 1:
                self._move(_moment(moment) - self._world.clock.now().timestamp())
            case {"by": int() | float() as seconds} if len(body) == 1:
                self._move(float(seconds))
            case _:
                raise _invalid('the clock takes {"to": TIME} or {"by": SECONDS}; got ' + repr(body))
        return self._clock()

    def _move(self, seconds: float) -> None:
        try:
            self._world.clock.move_by(seconds)
        except (OverflowError, ValueError):
            raise _invalid(
                f"the clock can't be moved by {seconds:g} seconds: it would leave the calendar"
            ) from None

    def _read_journal(self, query: Mapping[str, list[str]]) -> Answer:
        after, limit = (
            _count(query, name, default) for name, default in (("after", 0), ("limit", _DEFAULT_PAGE))
        )
        return Answer({"requests": self._journal.after(after, limit)})

    def _answer_faults(self, call: Call, rest: list[str]) -> Answer:
        match (call.method, rest):
            case ("GET", []):
                return Answer({"faults": [fault.shown() for fault in self._faults.all()]})
            case ("POST", []):
                try:
                    return Answer({"id": self._faults.add(call.json()).id})
                except FaultError as problem:
                    raise _invalid(str(problem)) from None
            case ("DELETE", []):
                self._faults.clear()
                return Answer({})
            case ("DELETE", [ident]):
                self._faults.clear(self._fault(ident).id)
                return Answer({})
            case ("POST", [ident, "release"]):
                fault = self._fault(ident)
                fault.release()
                return Answer(fault.shown())
        raise _unknown(call)

    def _fault(self, ident: str) -> Fault:
        fault = self._faults.get(ident)
        if fault is None:
            known = ", ".join(each.id for each in self._faults.all()) or "none"
            raise Refusal(404, "NotFound", f"there is no fault {ident!r}; set are: {known}")
        return fault

    def _answer_switches(self, call: Call, rest: list[str]) -> Answer:
        match (call.method, rest):
            case ("GET", []):
                return Answer({"switches": [self._switch(name) for name in SWITCHES]})
            case ("PUT", [name]):
                body = call.json()
                if set(body) != {"value"}:
                    raise _invalid('a switch takes {"value": VALUE}; got ' + repr(body))
                try:
                    self._world.switches.set(name, body["value"])
                except SwitchError as problem:
                    raise _invalid(str(problem)) from None
                return Answer(self._switch(name))
        raise _unknown(call)

    def _switch(self, name: str) -> dict[str, Any]:
        switch = SWITCHES[name]
        values = switch.values
        return {
            "name": name,
            "value": self._world.switches.get(name),
            "default": switch.default,
            "values": str(values) if isinstance(values, Numbers) else list(values),
            "description": switch.description,
        }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _moment(text: str) -> float:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _invalid(f"{text!r} is no time; write 2026-03-01 or 2026-03-01T09:30:00Z") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _count(query: Mapping[str, list[str]], name: str, default: int) -> int:
    text = query.get(name, [str(default)])[0]
    if not text.isdecimal() or len(text) > 15:
        raise _invalid(f"{name} must be a whole number; got {text!r}")
    return int(text)


def _invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameter", message)


def _unknown(call: Call) -> Refusal:
    return Refusal(404, "NotFound", f"the admin address has no {call.method} {call.path}")

"""The journal: every request, who sent it, what was decided and why. Never a body, a query or a header."""

import json
from datetime import datetime
from typing import Any

from emulator.database import Database
from emulator.wire import Answer, Asked, Call
from genaikeys.iam import Answer as Verdict
from genaikeys.iam import print_statement

__all__ = ["KEPT", "Journal"]

KEPT = 20_000
"""Requests that the journal keeps; older ones fall out."""

_SWEEP = 500
"""Requests between two sweeps, so that not every request pays for one."""

_FIRST_ERROR = 400


class Journal:
    """The journal of a home; outlives the process."""

    def __init__(self, database: Database) -> None:
        self._connection = database.connection

    def note(
        self, call: Call, time: datetime, answer: Answer | None, *, reason: str | None, fault: str | None
    ) -> None:
        """Write down a request and what became of it.

        Args:
            call: Request, judged or not.
            time: Virtual time.
            answer: What is answered; None where the client is cut off.
            reason: Why it didn't come to a decision, in words of the local OCI's own.
            fault: Id of the first fault that acted on it.
        """
        asked = _decisive(call.asked)
        principal = asked.principal if asked else call.principal
        decision = asked.decision if asked else None
        self._add(
            time,
            service=call.service,
            region=call.region,
            method=call.method,
            host=call.host,
            path=call.path,
            operation=call.operation or None,
            principal={"type": principal.type, "id": principal.id} if principal else None,
            permissions=list(dict.fromkeys(each.permission for each in call.asked)),
            decision=str(decision.answer) if decision else None,
            deciding=print_statement(decision.statement) if decision and decision.statement else None,
            reason=_why(asked) if asked else reason,
            status=answer.status if answer else None,
            code=_code(answer),
            fault=fault,
        )

    def note_refused_host(self, authority: str, time: datetime) -> None:
        """Write down that a connection to a host outside was refused.

        Args:
            authority: Host and port of the CONNECT.
            time: Virtual time.
        """
        self._add(
            time,
            service="",
            region="",
            method="CONNECT",
            host=authority,
            path="",
            operation=None,
            principal=None,
            permissions=[],
            decision=None,
            deciding=None,
            reason="not a host of the local OCI: nothing leaves this machine",
            status=403,
            code=None,
            fault=None,
        )

    def after(self, number: int, limit: int) -> list[dict[str, Any]]:
        """The entries after an id, oldest first, each with its id."""
        rows = self._connection.execute(
            "SELECT id, entry FROM journal WHERE id > ? ORDER BY id LIMIT ?", (number, limit)
        )
        return [{"id": row[0], **json.loads(row[1])} for row in rows]

    def _add(self, time: datetime, **entry: object) -> None:
        stamp = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        cursor = self._connection.execute(
            "INSERT INTO journal (entry) VALUES (?)",
            (json.dumps({"time": stamp, **entry}, separators=(",", ":")),),
        )
        number = int(cursor.lastrowid or 0)
        if number % _SWEEP == 0:
            self._connection.execute("DELETE FROM journal WHERE id <= ?", (number - KEPT,))


def _decisive(asked: list[Asked]) -> Asked | None:
    """The first permission that was not granted, or else the last that was."""
    refused = (each for each in asked if each.decision.answer is not Verdict.YES)
    return next(refused, asked[-1] if asked else None)


def _why(asked: Asked) -> str:
    if asked.age is None:
        return asked.decision.reason
    return f"by the statements of {asked.age:.0f} s ago, when the secret was made: {asked.decision.reason}"


def _code(answer: Answer | None) -> str | None:
    if answer is None or answer.status < _FIRST_ERROR or not isinstance(answer.body, dict):
        return None
    code = answer.body.get("code")
    return None if code is None else str(code)

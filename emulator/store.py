"""Documents of the services: JSON objects by kind and id, and answers remembered for retry tokens."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from emulator.clock import Clock
from emulator.database import Database

__all__ = ["Store"]

_TOKEN_LIFE = timedelta(hours=24)
"""How long OCI remembers a retry token (CreateApiKey, OCI Python SDK 2.189.0, generative_ai)."""


class Store:
    """Documents in a database. What is read is a copy: a change is stored by `put` only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._writes: Counter[str] = Counter()

    def put(self, kind: str, doc: Mapping[str, Any]) -> None:
        """Store a document under its ``id``; one that exists is replaced and keeps its place in order."""
        self._database.connection.execute(
            "INSERT INTO documents (kind, id, body) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, doc["id"], json.dumps(doc, separators=(",", ":"))),
        )
        self._writes[kind] += 1

    def get(self, kind: str, ident: str) -> dict[str, Any] | None:
        """The document of that kind and id, or None."""
        row = self._database.connection.execute(
            "SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, ident)
        ).fetchone()
        return None if row is None else _object(row[0])

    def find(self, kind: str, **equals: str | float | bool | None) -> list[dict[str, Any]]:
        """The documents of a kind whose top-level fields have these values, oldest first.

        A field that a document lacks is None.
        """
        wanted = "".join(" AND json_extract(body, ?) IS ?" for _ in equals)
        values = [part for name, value in equals.items() for part in (f'$."{name}"', value)]
        rows = self._database.connection.execute(
            f"SELECT body FROM documents WHERE kind = ?{wanted} ORDER BY number",  # noqa: S608 only ? varies
            (kind, *values),
        )
        return [_object(row[0]) for row in rows]

    def delete(self, kind: str, ident: str) -> None:
        """Remove a document, if it is there."""
        self._database.connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, ident))
        self._writes[kind] += 1

    def revision(self, kind: str) -> tuple[int, int]:
        """A value that changes whenever documents of this kind may have changed."""
        return self._writes[kind], self._database.rollbacks

    def remember(self, token_key: str, answer: Mapping[str, Any]) -> None:
        """Keep an answer for 24 hours of virtual time."""
        now = self._clock.now()
        self._database.connection.execute("DELETE FROM answers WHERE until <= ?", (now.isoformat(),))
        self._database.connection.execute(
            "INSERT INTO answers (token, until, answer) VALUES (?, ?, ?)"
            " ON CONFLICT (token) DO UPDATE SET until = excluded.until, answer = excluded.answer",
            (token_key, (now + _TOKEN_LIFE).isoformat(), json.dumps(answer)),
        )

    def recall(self, token_key: str) -> dict[str, Any] | None:
        """The answer kept under a token, or None where there is none, or none any more."""
        row = self._database.connection.execute(
            "SELECT answer FROM answers WHERE token = ? AND until > ?",
            (token_key, self._clock.now().isoformat()),
        ).fetchone()
        return None if row is None else _object(row[0])


def _object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found

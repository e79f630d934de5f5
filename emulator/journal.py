"""The journal: every request, who sent it, what was decided and why. Never a body, a query or a header."""

import json
from typing import Any

from emulator.database import Database

__all__ = ["KEPT", "Journal"]

KEPT = 20_000
"""Requests that the journal keeps; older ones fall out."""

_SWEEP = 500
"""Requests between two sweeps, so that not every request pays for one."""


class Journal:
    """The journal of a home; outlives the process."""

    def __init__(self, database: Database) -> None:
        self._connection = database.connection

    def add(self, entry: dict[str, Any]) -> int:
        """Write an entry and return its id, which counts up."""
        cursor = self._connection.execute(
            "INSERT INTO journal (entry) VALUES (?)", (json.dumps(entry, separators=(",", ":")),)
        )
        number = int(cursor.lastrowid or 0)
        if number % _SWEEP == 0:
            self._connection.execute("DELETE FROM journal WHERE id <= ?", (number - KEPT,))
        return number

    def after(self, number: int, limit: int) -> list[dict[str, Any]]:
        """The entries after an id, oldest first, each with its id."""
        rows = self._connection.execute(
            "SELECT id, entry FROM journal WHERE id > ? ORDER BY id LIMIT ?", (number, limit)
        )
        return [{"id": row[0], **json.loads(row[1])} for row in rows]

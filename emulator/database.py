"""The file that all state of a home lies in: one SQLite database, one transaction a request."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Database"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
);
CREATE TABLE IF NOT EXISTS answers (token TEXT PRIMARY KEY, until TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS journal (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Database:
    """An open database, for one thread.

    Attributes:
        connection: SQLite's own connection; each statement commits by itself outside a transaction.
        rollbacks: How many transactions were taken back; caches of what was read must not outlive one.

    Raises:
        sqlite3.DatabaseError: The file is not a database.
    """

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=True)
        # A killed process loses nothing with NORMAL; only a power cut may cost the last requests.
        self.connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)
        self.rollbacks = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that is written inside, or nothing of it when an exception leaves."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            self.rollbacks += 1
            raise
        self.connection.execute("COMMIT")

    def kept(self, name: str) -> str | None:
        """A setting that outlives the process, or None where it was never set."""
        row = self.connection.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, name: str, value: str) -> None:
        """Set a setting that outlives the process."""
        self.connection.execute(
            "INSERT INTO kept (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

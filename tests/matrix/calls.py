"""The remote calls that each verb makes, in order, and the table of them that is committed.

`python -m tests.matrix.calls` writes the table.
"""

from typing import Any

import yaml

from tests.local import CHECKOUT
from tests.tables import counted

__all__ = ["CALLS", "TABLE", "table"]

TABLE = CHECKOUT / "tests" / "results" / "kills-plugin.md"
CALLS: dict[str, list[str]] = yaml.safe_load(
    (CHECKOUT / "tests" / "matrix" / "calls.yaml").read_text(encoding="utf-8")
)


def table() -> str:
    """Verb by verb: its calls, and how many cells that makes."""
    rows: list[tuple[Any, ...]] = [
        (name, len(calls), 2 * len(calls), 2 * len(calls), counted(calls)) for name, calls in CALLS.items()
    ]
    cells = sum(row[2] for row in rows)
    lines = [
        "Written by `python -m tests.matrix.calls`; tests/matrix/test_kills.py cuts off each of these",
        "calls and holds every row to what it saw.",
        "",
        "# Killed before and after each remote call",
        "",
        f"{cells} cells, {cells} recovered by the next run: one key, nothing staged, readers have a value",
        "that works, callers of the value before it too where they have a grace, no change in a preview.",
        "",
        "| Verb | Calls | Cells | Recovered | In order |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")

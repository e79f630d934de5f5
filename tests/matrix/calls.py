"""The remote calls that each verb makes, in order, and the table of what came of cutting them off."""

import fcntl
from dataclasses import dataclass

import yaml

from tests.local import CHECKOUT
from tests.tables import counted

__all__ = ["CALLS", "TABLE", "Cut", "record", "recorded"]

TABLE = CHECKOUT / "tests" / "results" / "kills-plugin.md"
CALLS: dict[str, list[str]] = yaml.safe_load(
    (CHECKOUT / "tests" / "matrix" / "calls.yaml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Cut:
    """A verb that was killed before and after each of its calls.

    Attributes:
        calls: The calls, in order, as they were met.
        wrong: What was wrong after the next run, by the place of the kill; empty where all was recovered.
    """

    calls: list[str]
    wrong: dict[str, list[str]]

    @property
    def cells(self) -> int:
        """How often it was killed."""
        return 2 * len(self.calls)

    @property
    def recovered(self) -> int:
        """How often the next run finished the work."""
        return self.cells - len(self.wrong)


def recorded() -> dict[str, list[str]]:
    """The rows of the committed table by verb, each as its cells."""
    lines = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return {row[0]: row for row in cells if row[0] in CALLS}


def record(name: str, cut: Cut) -> None:
    """Put a verb's row into the table; the others stay what they were measured to be."""
    with TABLE.open("a") as table:
        fcntl.flock(table, fcntl.LOCK_EX)  # several verbs may be cut off at once
        row = [name, len(cut.calls), cut.cells, cut.recovered, counted(cut.calls)]
        rows = {**recorded(), name: [str(each) for each in row]}
        TABLE.write_text(_text([rows[each] for each in CALLS if each in rows]), encoding="utf-8")


def _text(rows: list[list[str]]) -> str:
    cells, recovered = (sum(int(row[column]) for row in rows) for column in (2, 3))
    lines = [
        "Written by `pytest -m full tests/matrix/test_kills.py`, each row from what it saw.",
        "",
        "# Killed before and after each remote call",
        "",
        f"{cells} cells, {recovered} recovered by the next run: one key, nothing staged, readers have",
        "a value that works, callers of the one before too where they have a grace, no change in a preview.",
        "",
        "| Verb | Calls | Cells | Recovered | In order |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines) + "\n"

"""Callers that read the Vault now and then notice nothing of rotations and of a revocation."""

import os
import re
from pathlib import Path

import pytest

from tests.load.callers import Callers
from tests.load.course import Course, kits, usual
from tests.load.plot import picture
from tests.local import CHECKOUT
from tests.matrix.cell import Cell
from tests.matrix.verbs import VERBS
from tests.provider.plugin import Plugin
from tests.provider.stage import Stage

pytestmark = pytest.mark.slow

TABLE = CHECKOUT / "tests" / "results" / "load.md"
PLOT = CHECKOUT / "docs" / "rotation-load.svg"
PAGE = CHECKOUT / "docs" / "load.md"


@pytest.fixture
def published(stage: Stage, plugin: Plugin, tmp_path: Path) -> "list[Cell]":
    """Two keys, each with a value in its Vault secret."""
    found = []
    for name in ("kits", "usual"):
        cell = Cell(stage, f"{name}-{os.getpid()}-{len(stage.key_ids())}", tmp_path / name)
        VERBS["rotate"].before(cell, plugin)
        found.append(cell)
    return found


def test_callers_notice_nothing_of_a_rotation_and_a_revocation(published: list[Cell]) -> None:
    """Six callers that read the Vault every second: none of their calls fails; the usual way fails some."""
    mine = kits(Callers(published[0], 6, 1.0, 0.25), rotations=1, pause=3, wait=4)
    theirs = usual(Callers(published[1], 6, 1.0, 0.25), rotations=1, pause=3)

    assert [each for each in mine.made if each.problem] == []
    assert len(mine.made) > 100
    assert theirs.failed > 0
    assert {each.problem for each in theirs.made if each.problem} == {"AuthenticationError 401"}


@pytest.mark.full
def test_twenty_callers_notice_nothing_of_three_rotations_and_a_revocation(published: list[Cell]) -> None:
    """Twenty callers, three rotations, one revocation; the table and the picture are committed."""
    mine = kits(Callers(published[0], 20, 3.0, 0.5), rotations=3, pause=8, wait=10)
    theirs = usual(Callers(published[1], 20, 3.0, 0.5), rotations=3, pause=8)
    PLOT.write_text(picture([("genaikeys", mine), ("renew, then store", theirs)]), encoding="utf-8")
    TABLE.write_text(_table(mine, theirs), encoding="utf-8")

    assert mine.failed == 0
    assert theirs.failed > 0


def test_page_quotes_the_table() -> None:
    """The figures of docs/load.md are those of the last whole run."""
    rows = re.findall(r"^\| .*", TABLE.read_text(encoding="utf-8"), re.MULTILINE)

    assert [row for row in rows if row not in PAGE.read_text(encoding="utf-8")] == []


def _table(mine: Course, theirs: Course) -> str:
    lines = [
        "Written by `make test-full` (tests/load/test_load.py); docs/load.md quotes it.",
        "",
        "# Calls while a key is rotated",
        "",
        f"Once, on {os.cpu_count()} cores that also run the callers and the local OCI.",
        "",
        "| Way | Done | Seconds | Calls | Calls a second | Failed |",
        "|---|---|---|---|---|---|",
        *(
            f"| {way} | {done} | {course.seconds:.0f} | {len(course.made):,} | "
            f"{len(course.made) / course.seconds:.0f} | {course.failed} |"
            for way, done, course in (
                ("`genaikeys rotate`, `genaikeys revoke`", "3 rotations, 1 revocation", mine),
                ("renew the one secret, then store it", "3 rotations", theirs),
            )
        ),
    ]
    return "\n".join(lines) + "\n"

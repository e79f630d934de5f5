"""The page about secrets quotes the committed tables, figure by figure."""

import pytest

from tests.canary.surfaces import SURFACES
from tests.canary.tables import RESULTS
from tests.local import CHECKOUT

_PAGE = CHECKOUT / "docs" / "secrets.md"


@pytest.mark.parametrize("name", ["canary", "baseline"])
def test_page_quotes_the_table(name: str) -> None:
    """Each table of the last whole run stands in docs/secrets.md, line by line."""
    result = (RESULTS / f"{name}.md").read_text(encoding="utf-8")
    tables = [part for part in result.split("\n\n") if part.startswith("| ")]

    assert tables
    assert [each for each in tables if each.strip() not in _PAGE.read_text(encoding="utf-8")] == []


def test_committed_table_is_clean_and_whole() -> None:
    """Every surface is in it, with no hit, and with its control found."""
    rows = [
        [cell.strip() for cell in line.strip("| \n").split("|")]
        for line in (RESULTS / "canary.md").read_text(encoding="utf-8").splitlines()
        if line.count("|") == 8
    ][2:]

    assert [row[0] for row in rows] == list(SURFACES)
    assert {row[5] for row in rows} == {"0"}
    assert all(int(row[6].split()[0]) > 0 for row in rows)

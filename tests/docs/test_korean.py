"""The README in Korean says what the README says: what can be compared without reading Korean is the same.

A translation goes stale in silence. So whoever changes commands, names, links or headings of one is told to
look at the other.
"""

import re
from datetime import date

import pytest

from genaikeys.catalogue import load
from tests.docs.links import headings, links
from tests.local import CHECKOUT

ENGLISH = (CHECKOUT / "README.md").read_text(encoding="utf-8")
KOREAN = (CHECKOUT / "README.ko.md").read_text(encoding="utf-8")
_OWN = "\n## 글을 읽고 오신 분께\n"
"""The heading of what only readers of the article are told; it comes last."""
_DAY = date(2026, 11, 28)
"""The day that the section for the article's readers speaks of."""
_SHARED = KOREAN.partition(_OWN)[0]
_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def _prose(text: str) -> str:
    return _BLOCK.sub("", text)


def _code(text: str) -> list[str]:
    """Everything in back-ticks; in another language a sentence has another order."""
    return sorted(re.findall(r"`([^`\n]+)`", _prose(text)))


def _rows(text: str) -> list[list[str]]:
    """Code and links of each row of a table, in order."""
    rows = [line for line in _prose(text).splitlines() if line.startswith("|")]
    return [sorted([*re.findall(r"`([^`]+)`", row), *re.findall(r"\]\(([^)]+)\)", row)]) for row in rows]


def test_blocks_are_the_same() -> None:
    """Commands, the stack file and the picture, letter by letter."""
    assert _BLOCK.findall(_SHARED) == _BLOCK.findall(ENGLISH)


def test_headings_are_as_many_and_as_deep() -> None:
    """In the same order."""
    assert [level for level, _ in headings(_SHARED)] == [level for level, _ in headings(ENGLISH)]


def test_code_is_the_same() -> None:
    """Names, files and commands in running text."""
    assert _code(_SHARED) == _code(ENGLISH)


def test_tables_are_the_same_in_code_and_links() -> None:
    """Row by row."""
    assert _rows(_SHARED) == _rows(ENGLISH)


def test_links_are_the_same() -> None:
    """But for the one that leads to the other language."""
    assert sorted({*links(_SHARED)} - {("README.md", "")}) == sorted(
        {*links(ENGLISH)} - {("README.ko.md", "")}
    )


def test_each_links_the_other() -> None:
    """On the line below the title."""
    assert [text.splitlines()[2] for text in (ENGLISH, KOREAN)] == [
        "[한국어](README.ko.md)",
        "[English](README.md)",
    ]


def test_own_section_is_there() -> None:
    """What of the article still holds, and what doesn't, at the end."""
    assert KOREAN.count(_OWN) == 1
    assert "`xai.grok-4`" in KOREAN.partition(_OWN)[2]


def test_models_of_the_article_are_told_as_the_catalogue_has_them() -> None:
    """Those of the row that says that they work no more have retired; those of the next haven't."""
    models = load().models
    rows = [line for line in KOREAN.partition(_OWN)[2].splitlines() if "`xai." in line or "`meta." in line]
    dead, alive = (
        [models[name] for name in re.findall(r"`((?:xai|openai|meta)\.[^`]+)`", row)] for row in rows
    )

    assert {each.is_retired(_DAY) for each in dead} == {True}
    assert {each.is_retired(_DAY) for each in alive} == {False}


@pytest.mark.parametrize("text", [ENGLISH, _SHARED], ids=["english", "korean"])
def test_there_is_something_to_compare(text: str) -> None:
    """Else two empty lists would be equal."""
    assert len(_code(text)) > 20
    assert sum(map(len, _rows(text))) > 30

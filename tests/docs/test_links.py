"""Links between the Markdown files lead somewhere, and each page of the documentation is found."""

import re
from pathlib import Path

import pytest

from tests.docs.links import anchors, links, pages
from tests.local import CHECKOUT

_TESTED = re.compile(r"`(test_\w+)`[^|`]*?\[[^\]]+\]\(([^)]+\.py)\)")


def _text(page: Path) -> str:
    return (CHECKOUT / page).read_text(encoding="utf-8")


def _target(page: Path, path: str) -> Path:
    """What a link of a page names, as seen from the root."""
    return ((CHECKOUT / page).parent / path).resolve().relative_to(CHECKOUT) if path else page


@pytest.mark.parametrize("page", pages(), ids=str)
def test_links_of_the_page_lead_somewhere(page: Path) -> None:
    """Each relative link names a file or folder of the repository, and each anchor one of its headings."""
    missing = []
    for path, anchor in links(_text(page)):
        target = _target(page, path)
        if not (CHECKOUT / target).exists() or (anchor and anchor not in anchors(_text(target))):
            missing.append(f"{path}#{anchor}" if anchor else path)

    assert missing == []


def test_every_page_is_found_from_the_readme() -> None:
    """By links of Markdown files alone."""
    found, new = set[Path](), {Path("README.md")}
    while new:
        found |= new
        named = {_target(page, path) for page in new for path, _ in links(_text(page))}
        new = {page for page in named - found if page.suffix == ".md" and (CHECKOUT / page).exists()}

    assert {page for page in pages() if page.parts[0] == "docs"} - found == set()


def test_tests_that_a_page_names_are_there() -> None:
    """A claim of the documentation that names its test names one that exists, in the file that it links."""
    named = {
        (name, _target(page, path))
        for page in pages()
        if page.parts[0] == "docs"
        for name, path in _TESTED.findall(_text(page))
    }

    assert len(named) > 10
    assert {each for each in named if f"def {each[0]}(" not in _text(each[1])} == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Why `x` (and not y)?\n", {"why-x-and-not-y"}),
        ("## A\n## A\n", {"a", "a-1"}),
        ("```sh\n# no heading\n```\n# 두 줄\n", {"두-줄"}),
        ("# [Kit](other.md), still\n", {"kit-still"}),
    ],
)
def test_anchor_of_a_heading(text: str, found: set[str]) -> None:
    """Lower case, blanks as dashes, no punctuation; numbered where it comes again."""
    assert anchors(text) == found

"""Headings and links of Markdown files, as GitHub makes anchors of them."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.local import CHECKOUT

__all__ = ["anchors", "headings", "links", "pages"]

_FENCE = re.compile(r"^```.*?^```\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    """Every Markdown file of the repository, as seen from its root."""
    found = (page.relative_to(CHECKOUT) for page in CHECKOUT.rglob("*.md"))
    return sorted(page for page in found if not any(part.startswith((".", "build")) for part in page.parts))


def headings(text: str) -> list[tuple[int, str]]:
    """Level and text of each heading, in order."""
    return [(len(marks), title) for marks, title in _HEADING.findall(_FENCE.sub("", text))]


def anchors(text: str) -> set[str]:
    """What may stand behind `#` in a link to a page of that text."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for _, title in headings(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def links(text: str) -> Iterator[tuple[str, str]]:
    """Path and anchor of each link that stays in the repository; either may be empty."""
    for link in _LINK.findall(re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))):
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            yield path, anchor

"""The page about snippets, held to the kinds that there are."""

import re

from genaikeys.snippet import KINDS
from tests.local import CHECKOUT


def test_page_has_each_kind() -> None:
    """In the first column of its table."""
    page = (CHECKOUT / "docs" / "snippets.md").read_text(encoding="utf-8")
    table = page[page.index("| `--kind` |") :].split("\n\n")[0].splitlines()[2:]
    told = [name for row in table for name in re.findall(r"`([\w-]+)`", row.split(" | ")[0])]

    assert told == list(KINDS)

"""What docs/guardrails.md says of rules and keys is what there is."""

import re

from policies.guardrails import held
from tests.docs.guardrails import PAGE, with_generated


def test_manuals_in_the_page_are_those_of_the_rules() -> None:
    """The generated part is up to date; ``python -m tests.docs.guardrails`` writes it."""
    page = PAGE.read_text(encoding="utf-8")

    assert page == with_generated(page)


def test_page_has_each_key_of_an_entry() -> None:
    """And none that isn't there."""
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("| Key | Means |") :].split("\n\n", 1)[0]

    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == {*held.Entry.model_fields, "levels"}

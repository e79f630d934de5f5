"""The page about a stack's keys, held to the schema."""

import re

from genaikeys.settings.document import KeyDocument, StackDocument
from tests.local import CHECKOUT

PAGE = (CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8")


def _first_column(heading: str) -> set[str]:
    """Names in the first column of the table under a header."""
    rows = PAGE[PAGE.index(heading) :].split("\n\n", 1)[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])}


def test_page_has_each_key_of_a_stack() -> None:
    """And none that isn't there."""
    assert _first_column("| Key | Default |") == {
        str(field.alias) for field in StackDocument.model_fields.values()
    }


def test_page_has_each_field_of_a_key() -> None:
    """The same."""
    assert _first_column("| Field | Default |") == {
        str(field.alias) for field in KeyDocument.model_fields.values()
    }

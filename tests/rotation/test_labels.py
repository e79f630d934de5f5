"""Labels of Vault versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.rotation.labels import Label, trigger_digest


@given(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,40}", fullmatch=True),
    st.text("0123456789abcdef", min_size=16, max_size=16),
    st.text(max_size=20),
)
def test_label_is_read_back_from_either_spelling(slot: str, fingerprint: str, trigger: str) -> None:
    """A label printed either way reads back as the same label."""
    label = Label(slot, fingerprint, trigger_digest(trigger))

    assert label == Label.read(str(label)) == Label.read(label.as_copy)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mine",
        "key-one.abc.e3b0c442",
        "key-one.aaaaaaaaaaaaaaaa.e3b0c44",
        ".aaaaaaaaaaaaaaaa.e3b0c442.c.c",
    ],
)
def test_label_of_another_shape_is_nobodys(text: str) -> None:
    """A version name that is not of the kit's shape is no label."""
    assert Label.read(text) is None


def test_trigger_digest_of_none_is_that_of_the_empty_text() -> None:
    """A stack without a trigger and one with an empty trigger ask for the same."""
    assert trigger_digest(None) == trigger_digest("") == "e3b0c442"

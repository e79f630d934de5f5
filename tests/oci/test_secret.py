"""A secret in memory prints as dots."""

import pickle

import pytest

from genaikeys.oci import Secret

VALUE = "-".join(("test", "value", "made", "here"))


@pytest.mark.parametrize("spell", [str, repr, "{}".format, "{!r}".format, "{:>20}".format, "%s".__mod__])
def test_secret_prints_as_dots(spell: object) -> None:
    """However it is printed, the value isn't."""
    shown = spell(Secret(VALUE))  # type: ignore[operator]  # each is a function of one argument

    assert "••••" in shown
    assert VALUE not in shown


def test_secret_prints_as_dots_inside_others() -> None:
    """Containers and exceptions print it as dots, too."""
    assert VALUE not in repr({"a": [Secret(VALUE)]})
    assert VALUE not in str(ValueError(Secret(VALUE)))


def test_secret_is_not_written_to_disk() -> None:
    """Pickling is refused."""
    with pytest.raises(TypeError, match="a secret is not written to disk"):
        pickle.dumps(Secret(VALUE))


def test_fingerprint_tells_values_apart() -> None:
    """Equal values have equal fingerprints of 16 digits, others don't."""
    assert Secret(VALUE).fingerprint == Secret(VALUE).fingerprint != Secret("x").fingerprint
    assert len(Secret(VALUE).fingerprint) == 16

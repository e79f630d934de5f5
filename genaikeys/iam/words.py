"""Which texts are words of the policy language, and how a name is written."""

import re

_WORD = re.compile(r"[A-Za-z0-9_.-]+")
_COMPARTMENT = re.compile(r"ocid1\.(?:compartment|tenancy)\.[A-Za-z0-9_.-]*")
_OCID = re.compile(r"ocid1\.[A-Za-z0-9_.-]+")
_KEY_WORDS = frozenset(("id", "where", "with"))
_VARIABLE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")


def is_compartment_ocid(text: str) -> bool:
    """Whether a text is the OCID of a compartment or of the tenancy, which is the root compartment."""
    return _COMPARTMENT.fullmatch(text) is not None


def is_ocid(text: str) -> bool:
    """Whether a text is an OCID."""
    return _OCID.fullmatch(text) is not None


def is_variable(text: str) -> bool:
    """Whether a text is a variable: words joined by dots."""
    return _VARIABLE.fullmatch(text) is not None


def is_reference(text: str) -> bool:
    """Whether a text names a variable where a value stands: one of the request or the target."""
    return is_variable(text) and text.lower().startswith(("request.", "target."))


def is_quotable(text: str) -> bool:
    """Whether a text can stand between single quotes."""
    return "'" not in text


def name(text: str) -> str:
    """A name as it is written: between quotes only where it must be.

    ``id`` is a key word where a name would stand, ``where`` and ``with`` may follow the word ``tenancy``.
    """
    return text if _WORD.fullmatch(text) and text.lower() not in _KEY_WORDS else f"'{text}'"


def need(holds: bool, what: str, given: object) -> None:
    """Refuse what can't be written.

    Raises:
        ValueError: It doesn't hold.
    """
    if not holds:
        raise ValueError(f"{given!r} is not {what}")

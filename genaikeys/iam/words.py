"""Which texts are words of the policy language, and how a name is written."""

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_LETTERS = _LOWER + _LOWER.upper()
OF_WORDS = frozenset(f"{_LETTERS}0123456789_.-")
"""Characters of words."""
_OF_RESOURCES = frozenset(f"{_LOWER}0123456789_-")
_OF_PERMISSIONS = frozenset(f"{_LOWER.upper()}0123456789_")
VERBS = ("inspect", "read", "use", "manage")
"""From the least to the most; each includes those before it (Oracle, Identity, "Verbs")."""
_KEY_WORDS = frozenset(("id", "where", "with"))


def is_word(text: str) -> bool:
    """Whether a text is a word: letters, digits, ``_``, ``.`` and ``-``."""
    return bool(text) and OF_WORDS.issuperset(text)


def is_ocid(text: str) -> bool:
    """Whether a text is an OCID."""
    return text.startswith("ocid1.") and len(text) > len("ocid1.") and OF_WORDS.issuperset(text)


def is_compartment_ocid(text: str) -> bool:
    """Whether a text is the OCID of a compartment or of the tenancy, which is the root compartment."""
    return text.startswith(("ocid1.compartment.", "ocid1.tenancy.")) and OF_WORDS.issuperset(text)


def is_variable(text: str) -> bool:
    """Whether a text is a variable: words joined by dots."""
    inner = "." in text and ".." not in text and text[0] != "." and text[-1] != "."
    return inner and OF_WORDS.issuperset(text)


def is_reference(text: str) -> bool:
    """Whether a text names a variable where a value stands: one of the request or the target."""
    return text.lower().startswith(("request.", "target.")) and is_variable(text)


def is_resource(text: str) -> bool:
    """Whether a text may be a resource type, in lower case."""
    return text[:1] in _OF_RESOURCES and text[0] in _LOWER and _OF_RESOURCES.issuperset(text)


def is_permission(text: str) -> bool:
    """Whether a text may be a permission, in upper case."""
    return text[:1].isalpha() and _OF_PERMISSIONS.issuperset(text)


def is_quotable(text: str) -> bool:
    """Whether a text can stand between single quotes."""
    return "'" not in text


def name(text: str) -> str:
    """A name as it is written: between quotes only where it must be.

    ``id`` is a key word where a name would stand, ``where`` and ``with`` may follow the word ``tenancy``; an
    OCID would be taken for one.
    """
    plain = is_word(text) and text.lower() not in _KEY_WORDS and not text.startswith("ocid1.")
    return text if plain else f"'{text}'"


def need(holds: bool, what: str, given: object) -> None:
    """Refuse what can't be written.

    Raises:
        ValueError: It doesn't hold.
    """
    if not holds:
        raise ValueError(f"{given!r} is not {what}")

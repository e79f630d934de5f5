"""A secret value that can't be printed by accident."""

import hashlib

__all__ = ["Secret"]


class Secret:
    """A secret in memory: it prints as dots, wherever it is printed.

    Args:
        value: The plain value.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The plain value, for the one call that needs it."""
        return self._value

    @property
    def fingerprint(self) -> str:
        """First 16 hexadecimal digits of the value's SHA-256: tells values apart and gives none away."""
        return hashlib.sha256(self._value.encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        return "Secret(••••••••)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written to disk")

"""When a statement holds: tests of variables, joined by ``all`` and ``any``."""

from genaikeys.iam.immutable import Immutable
from genaikeys.iam.words import is_quotable, is_reference, is_variable, need

DEEPEST = 32
"""How deep conditions may nest. Ours: OCI prints no limit, and a reader of untrusted text needs one."""
SINGLE = ("=", "!=")
LISTS = ("in", "not in")
MOMENTS = ("before", "after")
OPERATORS = (*SINGLE, *LISTS, *MOMENTS, "between")
"""What a variable can be tested with (Oracle, Identity, "Conditions", "Scoping Policy by Time" and, for
``in``, Generative AI, "Adding Key Permissions"; read 2026-11-23)."""


class Pattern(Immutable):
    """A text with wildcards, without the slashes around it: ``*`` stands for any characters.

    Raises:
        ValueError: It can't be written.
    """

    text: str

    def __post_init__(self) -> None:
        holds = bool(self.text) and not any(character in "/'\\\r\n=(,#" for character in self.text)
        need(holds, "a pattern", self.text)


class Variable(Immutable):
    """Another variable in the place of a value, such as ``target.user.id``.

    Raises:
        ValueError: It is no variable of the request or the target.
    """

    name: str

    def __post_init__(self) -> None:
        need(is_reference(self.name), "a variable of the request or the target", self.name)


Value = str | Pattern | Variable


class Comparison(Immutable):
    """One test of a variable.

    Attributes:
        variable: Such as ``request.principal.type``, as written.
        operator: One of `OPERATORS`.
        values: One value; for ``in`` and ``not in`` at least one, for ``between`` two. Times are texts.

    Raises:
        ValueError: One of them can't be written.
    """

    variable: str
    operator: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        need(is_variable(self.variable), "a variable", self.variable)
        operator, count = self.operator, len(self.values)
        need(operator in OPERATORS, "an operator", operator)
        enough = count >= 1 if operator in LISTS else count == (2 if operator == "between" else 1)
        need(enough, f"what {operator} takes", self.values)
        texts = [value for value in self.values if isinstance(value, str)]
        need(is_quotable("".join(texts)), "free of quotes", self.values)
        plain = len(texts) == count
        need(plain or operator in SINGLE or operator in LISTS, f"what {operator} takes", self.values)


class Both(Immutable):
    """All parts must hold (``ALL``).

    Raises:
        ValueError: There are no parts.
    """

    parts: tuple["Condition", ...]

    def __post_init__(self) -> None:
        need(bool(self.parts), "a list of conditions", self.parts)


class Either(Immutable):
    """At least one part must hold (``ANY``).

    Raises:
        ValueError: There are no parts.
    """

    parts: tuple["Condition", ...]

    def __post_init__(self) -> None:
        need(bool(self.parts), "a list of conditions", self.parts)


Condition = Comparison | Both | Either


def depth(condition: Condition) -> int:
    """How many ``all`` and ``any`` stand around the innermost test; counts to one more than `DEEPEST`."""
    deepest, level = 0, [condition]
    while deepest <= DEEPEST:
        level = [part for each in level if not isinstance(each, Comparison) for part in each.parts]
        if not level:
            return deepest
        deepest += 1
    return deepest

"""A statement as a value: what is allowed, to whom, where, and under which condition.

What can't be written as a statement can't be made: each class refuses it, so that every value prints, and
reads back as itself.
"""

from dataclasses import dataclass

from genaikeys.iam.permissions import VERBS, table

_OF_WORDS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
_OF_NAMES = _OF_WORDS | {"."}
DEEPEST = 32
"""How deep conditions may nest. Ours: OCI prints no limit, and a reader of untrusted text needs one."""


def is_name(text: str) -> bool:
    """Whether a text is a name of a group or compartment that stands without quotes.

    ``id`` is a key word where a name would stand.
    """
    return _is_word(text) and text.lower() != "id"


def is_compartment_ocid(text: str) -> bool:
    """Whether a text is the OCID of a compartment or of the tenancy, which is the root compartment."""
    return _is_word(text) and text.startswith(("ocid1.compartment.", "ocid1.tenancy."))


def is_variable(text: str) -> bool:
    """Whether a text is a variable: words joined by dots."""
    words = text.split(".")
    return len(words) > 1 and all(words) and _OF_WORDS.issuperset("".join(words))


def _is_word(text: str) -> bool:
    return bool(text) and _OF_NAMES.issuperset(text)


def _need(holds: bool, what: str, given: object) -> None:
    if not holds:
        raise ValueError(f"{given!r} is not {what}")


@dataclass(frozen=True, slots=True)
class AnyUser:
    """Every principal, of whatever type."""


@dataclass(frozen=True, slots=True)
class Group:
    """The users of a group.

    Raises:
        ValueError: The name can't stand without quotes.
    """

    name: str

    def __post_init__(self) -> None:
        _need(is_name(self.name), "the name of a group", self.name)


@dataclass(frozen=True, slots=True)
class DynamicGroup:
    """The resources of a dynamic group.

    Raises:
        ValueError: The name can't stand without quotes.
    """

    name: str

    def __post_init__(self) -> None:
        _need(is_name(self.name), "the name of a dynamic group", self.name)


Subject = AnyUser | Group | DynamicGroup


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The whole tenancy."""


@dataclass(frozen=True, slots=True)
class CompartmentPath:
    """A compartment by name, or by names from the outer to the inner one.

    Attributes:
        names: At least one name, resolved from where the policy is attached.

    Raises:
        ValueError: There is no name, or one that can't stand without quotes.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        holds = bool(self.names) and all(_is_word(name) for name in self.names)
        # A path may lead through a compartment called id; alone it would read as the key word.
        _need(holds and (len(self.names) > 1 or is_name(self.names[0])), "a path of names", self.names)


@dataclass(frozen=True, slots=True)
class CompartmentId:
    """A compartment by OCID (``ocid1.compartment...``; the tenancy's is ``ocid1.tenancy...``).

    Raises:
        ValueError: It is something else.
    """

    ocid: str

    def __post_init__(self) -> None:
        _need(is_compartment_ocid(self.ocid), "the OCID of a compartment", self.ocid)


Location = Tenancy | CompartmentPath | CompartmentId


@dataclass(frozen=True, slots=True)
class Comparison:
    """One test of a variable.

    Attributes:
        variable: Such as ``request.principal.type``, as written.
        operator: ``=``, ``!=`` or ``in``.
        values: One value, or for ``in`` at least one.

    Raises:
        ValueError: One of them can't be written.
    """

    variable: str
    operator: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        _need(is_variable(self.variable), "a variable", self.variable)
        _need(self.operator in ("=", "!=", "in"), "an operator", self.operator)
        enough = len(self.values) == 1 or (self.operator == "in" and bool(self.values))
        _need(enough, f"what {self.operator} takes", self.values)
        _need(not any("'" in value for value in self.values), "free of quotes", self.values)


@dataclass(frozen=True, slots=True)
class Both:
    """All parts must hold (``ALL``).

    Raises:
        ValueError: There are no parts.
    """

    parts: tuple["Condition", ...]

    def __post_init__(self) -> None:
        _need(bool(self.parts), "a list of conditions", self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part must hold (``ANY``).

    Raises:
        ValueError: There are no parts.
    """

    parts: tuple["Condition", ...]

    def __post_init__(self) -> None:
        _need(bool(self.parts), "a list of conditions", self.parts)


Condition = Comparison | Both | Either


@dataclass(frozen=True, slots=True)
class Statement:
    """An ``allow`` statement.

    Attributes:
        subject: Who.
        verb: ``inspect``, ``read``, ``use`` or ``manage``.
        resource: A resource type, a family or ``all-resources`` of the table of permissions, in lower case.
        location: Where.
        condition: When, or None for always.

    Raises:
        ValueError: The verb or the resource type is unknown, or conditions nest too deep.
    """

    subject: Subject
    verb: str
    resource: str
    location: Location
    condition: Condition | None = None

    def __post_init__(self) -> None:
        _need(self.verb in VERBS, "a verb", self.verb)
        _need(table().knows(self.resource), "a resource type of the table of permissions", self.resource)
        _need(
            self.condition is None or _shallow(self.condition, DEEPEST),
            f"a condition that nests at most {DEEPEST} deep",
            type(self.condition).__name__,
        )


def _shallow(condition: Condition, left: int) -> bool:
    if isinstance(condition, Comparison):
        return True
    return left > 0 and all(_shallow(part, left - 1) for part in condition.parts)

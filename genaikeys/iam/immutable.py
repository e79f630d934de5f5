"""Immutable values with named fields, such as dataclasses make, without what those cost at every start.

Importing `dataclasses` takes longer than reading hundreds of statements, and making each class half a
millisecond more; every start of the command and of the local OCI would pay for it.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import ClassVar, TypeVar, dataclass_transform

    Kind = TypeVar("Kind", bound="Immutable")
else:

    def dataclass_transform(**_):  # noqa: ANN003, ANN201, D103 - only type checkers look at it
        return lambda kind: kind


_set = object.__setattr__


@dataclass_transform(frozen_default=True)
class ImmutableType(type):
    """Makes a slot of each annotated field."""

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, object], **_: object
    ) -> "ImmutableType":
        """Make a class of values."""
        annotations = namespace.get("__annotations__", {})
        fields = tuple(annotations) if isinstance(annotations, dict) else ()
        defaults = {field: namespace.pop(field) for field in fields if field in namespace}
        slots = fields if bases else ("_hash",)
        contents = {**namespace, "__slots__": slots, "__match_args__": fields, "_defaults": defaults}
        made = super().__new__(mcs, name, bases, contents)
        # What sets a slot, found once: each value made asks for all of them.
        type.__setattr__(made, "_setters", tuple(made.__dict__[field].__set__ for field in fields))
        return made


class Immutable(metaclass=ImmutableType):
    """A value: equal to another of its class with equal fields.

    A subclass annotates its fields, in the order in which they are given; a field with a default may be left
    out. ``__post_init__`` refuses what can't be.
    """

    if TYPE_CHECKING:
        __match_args__: ClassVar[tuple[str, ...]]
        _defaults: ClassVar[dict[str, object]]
        _setters: ClassVar[tuple[Callable[[object, object], None], ...]]

    def __init__(self, *given: object, **named: object) -> None:
        setters = self._setters
        if named or len(given) != len(setters):
            given = self._complete(given, named)
        for put, value in zip(setters, given):  # noqa: B905 - as many as fields; asking again takes time
            put(self, value)
        self.__post_init__()

    def __post_init__(self) -> None:
        """Refuse what can't be.

        Raises:
            ValueError: It can't be.
        """

    def _complete(self, given: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
        fields = self.__match_args__
        values = {**self._defaults, **dict(zip(fields, given, strict=False)), **named}
        twice = set(fields[: len(given)]) & set(named)
        if len(given) > len(fields) or twice or set(values) != set(fields):
            raise TypeError(f"{type(self).__name__} takes {', '.join(fields) or 'nothing'}")
        return tuple(values[field] for field in fields)

    def _values(self) -> "Iterator[object]":
        return (getattr(self, field) for field in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        for field in self.__match_args__:  # noqa: SIM110 - all() of a generator takes twice as long
            if getattr(self, field) != getattr(other, field):
                return False
        return True

    def __hash__(self) -> int:
        try:
            return self._hash  # type: ignore[attr-defined, no-any-return]
        except AttributeError:
            found = hash((type(self), *self._values()))
            _set(self, "_hash", found)
            return found

    def __repr__(self) -> str:
        fields = ", ".join(f"{field}={getattr(self, field)!r}" for field in self.__match_args__)
        return f"{type(self).__name__}({fields})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} can't be changed: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} can't be changed: {name}")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), tuple(self._values())


def replaced(value: "Kind", **changes: object) -> "Kind":
    """The same value with some fields changed.

    Raises:
        TypeError: There is no such field.
        ValueError: What it becomes can't be.
    """
    fields = {field: getattr(value, field) for field in value.__match_args__}
    return type(value)(**{**fields, **changes})

"""Reading a JSON object strictly: what is missing, unknown or of the wrong kind is named with its place."""

_KINDS: dict[type, str] = {
    str: "a text",
    dict: "an object",
    list: "a list",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}


class CaseError(ValueError):
    """A line that is not a case.

    Attributes:
        field: Where, such as ``request.principal.id``; empty for the line itself.
        problem: What is wrong there, and what would be right.
        name: The case's name, where the line has one.
    """

    def __init__(self, field: str, problem: str, name: str | None = None) -> None:
        super().__init__(f"{field}: {problem}" if field else problem)
        self.field = field
        self.problem = problem
        self.name = name


class Fields:
    """An object of the JSON text, and where it stands."""

    def __init__(self, given: dict[str, object], place: str) -> None:
        self._given = given
        self._place = place

    def at(self, name: str) -> str:
        """Where a field stands."""
        return f"{self._place}.{name}" if self._place else name

    def names(self) -> list[str]:
        """Names of all fields."""
        return list(self._given)

    def only(self, *known: str) -> None:
        """Refuse every other field."""
        for name in self._given:
            if name not in known:
                raise CaseError(self.at(name), f"unknown field; known are {', '.join(known)}")

    def text(self, name: str) -> str:
        """A text."""
        return _text(self._get(name), self.at(name))

    def maybe(self, name: str, *, must_be_there: bool = False) -> str | None:
        """A text or null; missing is null, too, unless it must be there."""
        given = self._get(name) if must_be_there else self._given.get(name)
        return None if given is None else _text(given, self.at(name), "a text or null")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        given = self._list(name)
        return tuple(_text(each, f"{self.at(name)}[{index}]") for index, each in enumerate(given))

    def inner(self, name: str, missing: dict[str, object] | None = None) -> "Fields":
        """An object; where it may be missing, what stands for it."""
        given = self._get(name) if missing is None else self._given.get(name, missing)
        return _object(given, self.at(name))

    def objects(self, name: str) -> "list[Fields]":
        """A list of objects."""
        given = self._list(name)
        return [_object(each, f"{self.at(name)}[{index}]") for index, each in enumerate(given)]

    def _get(self, name: str) -> object:
        if name not in self._given:
            raise CaseError(self.at(name), "missing")
        return self._given[name]

    def _list(self, name: str) -> list[object]:
        given = self._get(name)
        if not isinstance(given, list):
            raise CaseError(self.at(name), f"expected a list, got {kind(given)}")
        return given


def _text(given: object, place: str, expected: str = "a text") -> str:
    if not isinstance(given, str):
        raise CaseError(place, f"expected {expected}, got {kind(given)}")
    return given


def _object(given: object, place: str) -> Fields:
    if not isinstance(given, dict):
        raise CaseError(place, f"expected an object, got {kind(given)}")
    return Fields(given, place)


def kind(given: object) -> str:
    """What a value of JSON is, in words."""
    return _KINDS[type(given)]

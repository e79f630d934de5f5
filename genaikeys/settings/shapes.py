"""From a raw stack config to a `StackDocument`: every shape error is collected.

Pydantic stops at a field that fails, and with it at everything that depends on the whole document. So what
fails is reported, cut out, and the rest read again: the later checks then still see all the good parts, and
a person gets all the problems at once.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from genaikeys import yamltext
from genaikeys.settings import wording
from genaikeys.settings.document import StackDocument
from genaikeys.settings.problems import Path, Problem, quoted

__all__ = ["Shaped", "at", "read"]

_EMPTY: Mapping[str, object] = {}
_PLACEHOLDERS = {"compartments": {"none": {}}, "keys": {"none": {"compartment": "none"}}}
"""What stands in for a required block that is missing or unusable, so that the rest can be read."""


class Shaped:
    """The readable part of a stack.

    Attributes:
        document: The stack's keys; blocks that are missing or unusable are empty.
        raw: What was given, texts that hold JSON read, by key without the project's name.
        problems: Everything that couldn't be read.
    """

    def __init__(self, document: StackDocument, raw: Mapping[str, Any], problems: list[Problem]) -> None:
        self.document = document
        self.raw = raw
        self.problems = problems


def read(raw: Mapping[str, Any], project: str) -> Shaped:
    """Read the project's keys.

    Args:
        raw: Values by key, the project's name already cut off. A text that begins with a brace or a bracket
        is
            JSON, as the engine hands it over. `{}` means absent.
        project: The project's name, to put in front of keys in problems.
    """
    known = wording.known_keys()
    given: dict[str, Any] = {}
    unusable: dict[str, Problem] = {}
    for name, value in raw.items():
        path = (f"{project}:{name}",)
        try:
            value = _from_json(value)
        except ValueError as error:
            unusable[name] = Problem(
                path=path, what=f"{quoted(value)} is not JSON: {error}", allowed="YAML or JSON"
            )
            continue
        if isinstance(value, dict) and set(value) == {"secure"}:
            unusable[name] = Problem(
                path=path,
                what="is encrypted; settings hold no secrets",
                allowed="the value in plain text: pulumi config set without --secret",
            )
        elif (value is not None and value != _EMPTY) or name not in known:
            given[name] = value
    document, problems = _document(given, project)
    absent_too = {problem.path for problem in unusable.values()}
    return Shaped(document, given, [*unusable.values(), *(p for p in problems if p.path not in absent_too)])


def _from_json(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            read = json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"{error.msg}, at character {error.pos + 1}") from None
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if too_much := yamltext.excess(read):
            raise ValueError(too_much)
        return read
    return value


def _document(given: Mapping[str, Any], project: str) -> tuple[StackDocument, list[Problem]]:
    readable: dict[str, Any] = copy.deepcopy(dict(given))
    problems: list[Problem] = []
    blank: dict[str, object] = {}
    while True:
        try:
            document = StackDocument.model_validate(readable)
        except ValidationError as error:
            details = error.errors(include_url=False)
        else:
            return document.model_copy(update=blank), problems
        places = [_place(detail, given) for detail in details]
        if not problems:  # what later rounds meet is what this one's cuts left behind
            problems = [
                wording.problem(detail, place, _value(given, place), (f"{project}:{place[0]}", *place[1:]))
                for detail, place in zip(details, places, strict=True)
            ]
        # Highest list index first, so that cutting one item out doesn't renumber the others.
        for detail, place in sorted(
            zip(details, places, strict=True), key=lambda pair: _order(pair[1]), reverse=True
        ):
            _remove(readable, place[:-1] if detail["type"] == "missing" else place)
        for name, placeholder in _PLACEHOLDERS.items():
            if not readable.get(name):
                readable[name], blank[name] = placeholder, {}


def _place(detail: ErrorDetails, given: Mapping[str, Any]) -> Path:
    """Where in the document as given: no marks for keys, no index into a text that stands for a list."""
    value: Any = given
    place: list[str | int] = []
    for part in detail["loc"]:
        if part == "[key]" or (isinstance(part, int) and not isinstance(value, list)):
            break
        place.append(part)
        value = at(value, part)
    return tuple(place)


def at(value: Any, part: str | int) -> Any:  # noqa: ANN401 - a raw document
    """Take one step into a raw document; None where there is nothing."""
    if isinstance(value, dict):
        return next((held for key, held in value.items() if str(key) == str(part)), None)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _value(value: Any, place: Path) -> Any:  # noqa: ANN401 - a raw document
    for part in place:
        value = at(value, part)
    return value


def _order(place: Path) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (0, part) for part in place)


def _remove(value: Any, place: Path) -> None:  # noqa: ANN401 - a raw document
    value = _value(value, place[:-1])
    if place and isinstance(value, dict):
        for key in [key for key in value if str(key) == str(place[-1])]:
            del value[key]
    elif place and isinstance(value, list) and isinstance(place[-1], int) and place[-1] < len(value):
        del value[place[-1]]

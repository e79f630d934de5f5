"""From a raw stack config to a `StackDocument`: every shape error is collected.

Pydantic stops at a field that fails, and with it at everything that depends on the whole document. So what
fails is reported, cut out, and the rest read again: the later checks then still see all the good parts, and
a person gets all the problems at once.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from genaikeys.settings.document import StackDocument
from genaikeys.settings.problems import Path, Problem, nearest, quoted

__all__ = ["Shaped", "at", "known_keys", "read"]

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
    problems: list[Problem] = []
    given = {}
    for name, value in raw.items():
        try:
            value = _from_json(value)
        except ValueError as error:
            problems.append(
                Problem(path=(f"{project}:{name}",), what=f"{quoted(value)} is not JSON: {error}")
            )
            continue
        if isinstance(value, dict) and set(value) == {"secure"}:
            problems.append(
                Problem(
                    path=(f"{project}:{name}",),
                    what="is encrypted; settings hold no secrets",
                    allowed="the value in plain text: pulumi config set without --secret",
                )
            )
        elif value != _EMPTY:
            given[name] = value
    document, shape_problems = _document(given, project)
    return Shaped(document, given, problems + shape_problems)


def _from_json(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except json.JSONDecodeError as error:
            raise ValueError(f"{error.msg}, at character {error.pos + 1}") from None
        except RecursionError:
            raise ValueError("nested too deeply") from None
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
                _problem(detail, place, given, project) for detail, place in zip(details, places, strict=True)
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


def _order(place: Path) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (0, part) for part in place)


def _remove(value: Any, place: Path) -> None:  # noqa: ANN401 - a raw document
    for part in place[:-1]:
        value = at(value, part)
    if place and isinstance(value, dict):
        for key in [key for key in value if str(key) == str(place[-1])]:
            del value[key]
    elif place and isinstance(value, list) and isinstance(place[-1], int) and place[-1] < len(value):
        del value[place[-1]]


def _problem(detail: ErrorDetails, place: Path, given: Mapping[str, Any], project: str) -> Problem:
    value: Any = given
    for part in place:
        value = at(value, part)
    is_key = "[key]" in detail["loc"]
    what, allowed, likely = _words(detail, quoted(place[-1] if is_key else value), value, place)
    return Problem(path=(f"{project}:{place[0]}", *place[1:]), what=what, allowed=allowed, nearest=likely)


def _words(
    detail: ErrorDetails, shown: str, value: object, place: Path
) -> tuple[str, str | None, str | None]:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind in {"shape", "duration"}:
        what = context.get("what", f"{shown} {detail['msg']}")
        return what, context["allowed"], context.get("nearest")
    if kind == "missing":
        return "absent, and required", _about(place), None
    if kind == "extra_forbidden":
        keys = list(_keys(_model(place[:-1])))
        return f"unknown key, given {shown}", ", ".join(keys), nearest(place[-1], keys)
    if kind == "literal_error":
        words = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return f"{shown} is not one of the words", ", ".join(words), nearest(value, words)
    if kind == "model_type":
        return f"{shown} is not a mapping", f"a mapping with {', '.join(_keys(_model(place)))}", None
    return f"{shown} {_SHORTCOMINGS[kind].format(**context)}", None, None


_SHORTCOMINGS = {
    "bool_type": "is neither true nor false",
    "dict_type": "is not a mapping of names",
    "list_type": "is neither text nor a list of texts",
    "string_too_long": "has more than {max_length} characters",
    "string_too_short": "is empty",
    "string_type": "is not text",
    "too_short": "is empty",
}


def known_keys() -> tuple[str, ...]:
    """The project's config keys, without the project's name."""
    return _keys(StackDocument)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _about(place: Path) -> str | None:
    fields = _model(place[:-1]).model_fields.items()
    return next(info.description for name, info in fields if (info.alias or name) == place[-1])


def _model(place: Path) -> type[BaseModel]:
    """The model that describes the mapping at a place."""
    model: type[BaseModel] = StackDocument
    parts = list(place)
    while parts:
        wanted = parts.pop(0)
        info = next(info for name, info in model.model_fields.items() if (info.alias or name) == wanted)
        model, is_mapping = _held(info)
        if is_mapping and parts:
            parts.pop(0)
    return model


def _held(info: FieldInfo) -> tuple[type[BaseModel], bool]:
    annotations = [info.annotation]
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return annotation, any(get_origin(held) is dict for held in annotations)
        annotations += get_args(annotation)
    raise LookupError(f"{info.alias} holds no mapping")

"""Words for what pydantic found: what was given, what is allowed, what was probably meant."""

from collections.abc import Mapping
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from genaikeys.settings.document import CompartmentDocument, StackDocument
from genaikeys.settings.problems import Path, Problem, listed, nearest, quoted

__all__ = ["known_keys", "problem"]

_SHORTCOMINGS: Mapping[str, str] = {
    "bool_type": "is neither true nor false",
    "dict_type": "is not a mapping of names",
    "list_type": "is neither text nor a list of texts",
    "missing": "absent, and required",
    "string_too_long": "has more than {max_length} characters",
    "string_too_short": "is empty",
    "string_type": "is not text",
    "too_short": "is empty",
}
"""By pydantic's name of the error."""


def problem(detail: ErrorDetails, place: Path, value: object, path: Path) -> Problem:
    """Put one of pydantic's errors into words.

    Args:
        detail: The error.
        place: Where the value stands, from the document's top.
        value: What was given there.
        path: The same place with the full config key, for people.
    """
    context = detail.get("ctx", {})
    kind = detail["type"]
    shown = quoted(place[-1] if "[key]" in detail["loc"] else value)
    if kind == "shape":
        what = context.get("what", f"{shown} {detail['msg']}")
        return Problem(path=path, what=what, allowed=context["allowed"], nearest=context.get("nearest"))
    if kind == "extra_forbidden":
        keys = _keys(_field(place[:-1])[1] or StackDocument)
        likely = nearest(place[-1], keys) or _of_the_compartment(place)
        return Problem(path=path, what=f"unknown key, given {shown}", allowed=", ".join(keys), nearest=likely)
    if kind == "literal_error":
        words = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        likely = listed(value, words) or nearest(value, words)
        return Problem(
            path=path, what=f"{shown} is not one of the words", allowed=", ".join(words), nearest=likely
        )
    info, model = _field(place)
    if kind == "dict_type" and model is not None:
        allowed = f"names, each with a mapping of {', '.join(_keys(model))}"
        return Problem(path=path, what=f"{shown} is not a mapping of names", allowed=allowed)
    if kind == "model_type" and model is not None:
        allowed = f"a mapping with {', '.join(_keys(model))}"
        return Problem(path=path, what=f"{shown} is not a mapping", allowed=allowed)
    shortcoming = _SHORTCOMINGS[kind].format(**context)
    what = shortcoming if kind == "missing" else f"{shown} {shortcoming}"
    about = (info.description or "").removesuffix(".") if info else None
    return Problem(path=path, what=what, allowed=about or None)


def _of_the_compartment(place: Path) -> str | None:
    """Policies add up, so that scope and grant are a compartment's and not a key's."""
    if place[0] == "keys" and len(place) == 3 and place[-1] in _keys(CompartmentDocument):
        return f"{place[-1]} of the key's compartment, under compartments"
    return None


def known_keys() -> tuple[str, ...]:
    """The project's config keys, without the project's name."""
    return _keys(StackDocument)


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _field(place: Path) -> tuple[FieldInfo | None, type[BaseModel] | None]:
    """The innermost field that a place lies in, and the model of the mapping that stands at the place."""
    info: FieldInfo | None = None
    model: type[BaseModel] | None = StackDocument
    named = False
    for part in place:
        if named or model is None:
            named = False  # a name of a mapping, or an index: no field of its own
            continue
        fields = model.model_fields.items()
        info = next((info for name, info in fields if (info.alias or name) == part), None)
        model, named = _held(info) if info else (None, False)
    return info, model


def _held(info: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The model in a field's annotation, and whether it is the value of a mapping."""
    annotations = [info.annotation]
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return annotation, any(get_origin(held) is dict for held in annotations)
        annotations += get_args(annotation)
    return None, False

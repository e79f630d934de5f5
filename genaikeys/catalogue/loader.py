"""Reads the three tables into frozen rows."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from genaikeys import yamltext
from genaikeys.catalogue.rows import Access, Catalogue, Model, NotOffered, Region, Set, Status
from genaikeys.errors import KitError

__all__ = ["FILES", "CatalogueError", "load", "read"]

Row = TypeVar("Row")


class CatalogueError(KitError):
    """A table is broken; the message names table, row and field."""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected text")
    return value


def _amount(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("expected a whole number from 1")
    return value


def _flag(word: str) -> bool:
    if word not in {"yes", "no"}:
        raise ValueError("expected yes or no")
    return word == "yes"


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("expected a list of names")
    if len(set(value)) < len(value):
        raise ValueError("a name is there twice")
    return tuple(value)


def _names(value: object) -> frozenset[str]:
    return frozenset(_texts(value))


FILES = ("regions.yaml", "models.yaml", "sets.yaml")
"""The tables."""
_READERS: Mapping[str, Callable[[Any], object]] = {
    "access": Access,
    "aliases": _texts,
    "api_key": Status,
    "api_keys": Status,
    "chat": Status,
    "context": _amount,
    "date": date.fromisoformat,
    "dedicated": _names,
    "deprecated": date.fromisoformat,
    "max_output_tokens": _amount,
    "members": _texts,
    "not_before": date.fromisoformat,
    "on_demand": _names,
    "on_demand_unknown": _names,
    "released": date.fromisoformat,
    "replacements": _texts,
    "responses": Status,
    "retired": date.fromisoformat,
    "retired_certain": _flag,
}
"""Of every other field: text."""
_PLACES = ("on_demand", "on_demand_unknown", "dedicated")
"""Fields of a model that name regions."""


@cache
def load() -> Catalogue:
    """Read the catalogue that ships with the kit; the same object every time.

    Raises:
        CatalogueError: A table isn't YAML or a row doesn't fit; only after somebody edited it.
    """
    folder = Path(__file__).parent
    return read({name: (folder / name).read_text("utf-8") for name in FILES})


def read(texts: Mapping[str, str]) -> Catalogue:
    """Read a catalogue from the text of its tables.

    Args:
        texts: The text of each of `FILES`.

    Raises:
        CatalogueError: A table is missing, isn't YAML or a row doesn't fit.
    """
    for name in FILES:
        if name not in texts:
            raise CatalogueError(f"{name} is missing")
    tables = {name: _table(name, texts[name]) for name in FILES}
    try:
        regions, models, sets = (tables[name] for name in FILES)
        made = Catalogue(
            regions=_rows(Region, "regions.yaml", regions["regions"], "identifier"),
            home_regions=_homes(regions["home_regions"]),
            models=_rows(Model, "models.yaml", models["models"], "name"),
            region_sets=_rows(Set, "sets.yaml", sets["regions"], "name"),
            model_sets=_rows(Set, "sets.yaml", sets["models"], "name"),
            not_offered=tuple(
                _row(NotOffered, "models.yaml", row["pattern"], row) for row in models["not_offered"]
            ),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise CatalogueError(f"a table lacks what it must have: {error}") from None
    _check_names(made)
    return made


def _homes(raw: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        _text(raw["source"]), date.fromisoformat(raw["date"])
        return _texts(raw["identifiers"])
    except ValueError as error:
        raise CatalogueError(f"regions.yaml: home_regions: {error}") from None


def _check_names(made: Catalogue) -> None:
    """Rows name each other; a name that isn't there would silently grant nothing."""
    tables: dict[str, Mapping[str, object]] = dict.fromkeys(_PLACES, made.regions)
    named = [
        (f"models.yaml: {model.name}: {field}", getattr(model, field), rows)
        for model in made.models.values()
        for field, rows in {**tables, "replacements": made.models}.items()
    ]
    for sets, rows in ((made.region_sets, made.regions), (made.model_sets, made.models)):
        named += [(f"sets.yaml: {each.name}: members", each.members, rows) for each in sets.values()]
    for where, names, known in named:
        if strange := [name for name in names if name not in known]:
            raise CatalogueError(f"{where}: {', '.join(sorted(strange))}: no row has that name")


def _table(name: str, text: str) -> Any:  # noqa: ANN401 - shaped by the rows it is read into
    try:
        return yamltext.read(text, name=name)
    except yamltext.YamlError as error:
        raise CatalogueError(str(error)) from None


def _rows(kind: type[Row], table: str, raw: Mapping[str, Any], key: str) -> Mapping[str, Row]:
    return MappingProxyType(
        {name: _row(kind, table, name, {key: name, **fields}) for name, fields in raw.items()}
    )


def _row(kind: type[Row], table: str, name: str, fields: Mapping[str, Any]) -> Row:
    fields_of = dataclasses.fields(kind)  # type: ignore[arg-type]  # rows are dataclasses
    known = {field.name: field for field in fields_of if field.name != "is_endpoint"}  # that is a stack's
    if strange := [field for field in fields if field not in known]:
        raise CatalogueError(f"{table}: {name}: {', '.join(strange)}: unknown; known: {', '.join(known)}")
    needed = [field.name for field in known.values() if field.default is dataclasses.MISSING]
    if missing := [field for field in needed if field not in fields]:
        raise CatalogueError(f"{table}: {name}: {', '.join(missing)}: absent, and required")
    read: dict[str, object] = {}
    for field, value in fields.items():
        try:
            read[field] = _READERS.get(field, _text)(value)
        except (TypeError, ValueError) as error:
            raise CatalogueError(f"{table}: {name}: {field}: {value!r}: {error}") from None
    return kind(**read)

"""Reads the three tables into frozen rows."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from genaikeys import yamltext
from genaikeys.catalogue.rows import Access, Catalogue, Model, NotOffered, Region, Set, Status

__all__ = ["FILES", "CatalogueError", "load", "read"]

Row = TypeVar("Row")


class CatalogueError(ValueError):
    """A table is broken; the message names table, row and field."""


def _flag(word: str) -> bool:
    if word not in {"yes", "no"}:
        raise ValueError("expected yes or no")
    return word == "yes"


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("expected a list of names")
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
    "date": date.fromisoformat,
    "dedicated": _names,
    "deprecated": date.fromisoformat,
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
        return Catalogue(
            regions=_rows(Region, "regions.yaml", regions["regions"], "identifier"),
            home_regions=tuple(regions["home_regions"]["identifiers"]),
            models=_rows(Model, "models.yaml", models["models"], "name"),
            region_sets=_rows(Set, "sets.yaml", sets["regions"], "name"),
            model_sets=_rows(Set, "sets.yaml", sets["models"], "name"),
            not_offered=tuple(
                _row(NotOffered, "models.yaml", row["pattern"], row) for row in models["not_offered"]
            ),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise CatalogueError(f"a table lacks what it must have: {error}") from None


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
    read: dict[str, object] = {}
    for field, value in fields.items():
        try:
            read[field] = _READERS[field](value) if field in _READERS else value
        except (TypeError, ValueError) as error:
            raise CatalogueError(f"{table}: {name}: {field}: {value!r}: {error}") from None
    try:
        return kind(**read)
    except TypeError as error:
        raise CatalogueError(f"{table}: {name}: {error}") from None

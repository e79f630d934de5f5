"""What changes alike, put together, so that a person reads a few lines instead of hundreds.

Alike is what the same statement decides, or its copy for another region: a key has an OCID in each region, so
a statement that names one stands once a region.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from genaikeys.access.model import CellChange, OtherChange, ReaderChange, Ruling
from genaikeys.access.scene import OTHER_MODEL
from genaikeys.iam import Answer

__all__ = [
    "Group",
    "OtherGroup",
    "ReaderGroup",
    "grouped",
    "grouped_others",
    "grouped_readers",
    "regionless",
    "words",
]

_REGION = re.compile(r"(?<= in )[a-z0-9-]+(?=>')")
"""The region in a logical name, such as `<key chatbot in us-chicago-1>`."""

_MOST_NAMED, _FIRST = 8, 3
"""Of more models than that only the first are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cells of one principal and API that change alike.

    Attributes:
        principal: Who.
        api: On which API.
        models: Which models.
        regions: In which regions; in each the same models.
        before: The ruling in the first of them; None where there was no such key.
        after: The ruling in the first of them; None where there is no such key.
        offered: How many of the cells the catalogue says can be called today.
    """

    principal: str
    api: str
    models: tuple[str, ...]
    regions: tuple[str, ...]
    before: Ruling | None
    after: Ruling | None
    offered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderGroup:
    """A reader of a key's secrets, where that changes alike; the rulings are those of the first region."""

    reader: str
    key: str
    regions: tuple[str, ...]
    before: Ruling | None
    after: Ruling | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGroup:
    """What a statement grants beyond the matrix, and so do its copies for other regions.

    Attributes:
        first: The first of them.
        regions: The regions that they name; none where the statement names no key and no secret.
    """

    first: OtherChange
    regions: tuple[str, ...]


def grouped(changes: Iterable[CellChange]) -> list[Group]:
    """Put changes together, in the order in which they come."""
    rows: dict[tuple[object, ...], list[CellChange]] = {}
    for change in changes:
        alike = (change.principal, change.api, _decided(change.before), _decided(change.after))
        rows.setdefault((change.region, *alike), []).append(change)
    groups: dict[tuple[object, ...], list[CellChange]] = {}
    for (_, *rest), cells in rows.items():
        groups.setdefault((*rest, tuple(cell.model for cell in cells)), []).extend(cells)
    return [
        Group(
            principal=cells[0].principal,
            api=cells[0].api,
            models=tuple(dict.fromkeys(cell.model for cell in cells)),
            regions=tuple(dict.fromkeys(cell.region for cell in cells)),
            before=cells[0].before,
            after=cells[0].after,
            offered=sum(cell.offered is Answer.YES for cell in cells),
        )
        for cells in groups.values()
    ]


def grouped_readers(changes: Iterable[ReaderChange]) -> list[ReaderGroup]:
    """Put readers together, in the order in which they come."""
    groups: dict[tuple[object, ...], list[ReaderChange]] = {}
    for change in changes:
        alike = (change.reader, change.key, _decided(change.before), _decided(change.after))
        groups.setdefault(alike, []).append(change)
    return [
        ReaderGroup(
            reader=alike[0].reader,
            key=alike[0].key,
            regions=tuple(dict.fromkeys(change.region for change in alike)),
            before=alike[0].before,
            after=alike[0].after,
        )
        for alike in groups.values()
    ]


def grouped_others(changes: Iterable[OtherChange]) -> list[OtherGroup]:
    """Put together what statements grant that differ in the region of a key or secret alone."""
    groups: dict[tuple[object, ...], list[OtherChange]] = {}
    for change in changes:
        texts = (change.condition or "", change.statement)
        alike = (change.gained, change.subject, change.permissions, change.location, *map(regionless, texts))
        groups.setdefault(alike, []).append(change)
    return [
        OtherGroup(
            first=alike[0],
            regions=tuple(
                dict.fromkeys(
                    region for change in alike for region in _REGION.findall(change.condition or "")
                )
            ),
        )
        for alike in groups.values()
    ]


@lru_cache(maxsize=4096)
def regionless(statement: str) -> str:
    """A statement as its copies for other regions have it."""
    return _REGION.sub("", statement)


def words(models: tuple[str, ...]) -> str:
    """Models as people read them; of many the first and how many more."""
    known = [model for model in models if model != OTHER_MODEL]
    named = ", ".join(known)
    if len(known) > _MOST_NAMED:
        named = f"{', '.join(known[:_FIRST])} and {len(known) - _FIRST} more"
    if len(known) == len(models):
        return named
    return f"{named}; and {OTHER_MODEL}" if known else OTHER_MODEL


def _decided(ruling: Ruling | None) -> tuple[str, str | None] | None:
    """What is answered, and by which statement."""
    if ruling is None:
        return None
    return str(ruling.answer), None if ruling.statement is None else regionless(ruling.statement)

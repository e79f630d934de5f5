"""Cells that change alike, put together, so that a person reads a few lines instead of hundreds."""

from collections.abc import Iterable
from dataclasses import dataclass

from genaikeys.access.model import CellChange, Ruling
from genaikeys.access.scene import OTHER_MODEL
from genaikeys.iam import Answer

__all__ = ["Group", "grouped", "words"]

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


def grouped(changes: Iterable[CellChange]) -> list[Group]:
    """Put changes together, in the order in which they come."""
    rows: dict[tuple[str, str, str, str | None, str | None], list[CellChange]] = {}
    for change in changes:
        key = (change.principal, change.region, change.api, _answer(change.before), _answer(change.after))
        rows.setdefault(key, []).append(change)
    alike: dict[tuple[str, str, tuple[str, ...], str | None, str | None], list[CellChange]] = {}
    for (principal, _, api, before, after), cells in rows.items():
        models = tuple(cell.model for cell in cells)
        alike.setdefault((principal, api, models, before, after), []).extend(cells)
    return [
        Group(
            principal=principal,
            api=api,
            models=models,
            regions=tuple(dict.fromkeys(cell.region for cell in cells)),
            before=cells[0].before,
            after=cells[0].after,
            offered=sum(cell.offered is Answer.YES for cell in cells),
        )
        for (principal, api, models, _, _), cells in alike.items()
    ]


def words(models: tuple[str, ...]) -> str:
    """Models as people read them; of many the first and how many more."""
    known = [model for model in models if model != OTHER_MODEL]
    named = ", ".join(known)
    if len(known) > _MOST_NAMED:
        named = f"{', '.join(known[:_FIRST])} and {len(known) - _FIRST} more"
    if len(known) == len(models):
        return named
    return f"{named}; and {OTHER_MODEL}" if known else OTHER_MODEL


def _answer(ruling: Ruling | None) -> str | None:
    return None if ruling is None else str(ruling.answer)

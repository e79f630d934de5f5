"""The access matrix as a picture: rows, columns and a sign in each square, before anything is drawn."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from genaikeys.access.groups import Group
from genaikeys.access.model import Access, Cell, CellChange, Ruling, Verdict
from genaikeys.iam import Answer

__all__ = ["Mark", "Picture", "Row", "Rows", "Sign", "Square", "draw", "effect", "sign"]


class Sign(StrEnum):
    """What a square shows: whether somebody can call a model.

    ``GRANTED`` is a call that the policies grant and the catalogue says can't be had; it is a yes on the day
    on which the model is offered. ``ABSENT`` is a key that isn't there.
    """

    YES = "yes"
    UNKNOWN = "unknown"
    GRANTED = "granted, not on offer"
    NO = "no"
    ABSENT = "no such key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a square changed.

    Attributes:
        was: What it showed before.
        effect: What the change does.
        group: Number of the group of changes that tells of it, counted from 1.
    """

    was: Sign
    effect: Verdict
    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One square: a model on an API, for the principal and region of its row."""

    sign: Sign
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One region of a principal; a square for each model and, within it, each API."""

    region: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one principal."""

    principal: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A matrix to draw.

    Only models that somebody can call, or perhaps can, have columns, and only who can call one of them has
    rows; what changed is always shown.

    Attributes:
        models: Columns, each as wide as there are APIs.
        apis: The APIs, in the order of their squares.
        principals: The rows, by principal.
        waiting: Models without a column that are granted, but on offer in no region.
        refused: Models without a column that are granted to nobody.
        idle: Principals without a row, each with its regions.
    """

    models: tuple[str, ...]
    apis: tuple[str, ...]
    principals: tuple[Rows, ...]
    waiting: tuple[str, ...]
    refused: tuple[str, ...]
    idle: tuple[tuple[str, tuple[str, ...]], ...]


def sign(granted: Answer, offered: Answer) -> Sign:
    """Weigh what the policies and the catalogue say of a call."""
    if granted is Answer.YES and offered is Answer.NO:
        return Sign.GRANTED
    if Answer.NO in (granted, offered):
        return Sign.NO
    return Sign.YES if granted is offered is Answer.YES else Sign.UNKNOWN


def effect(before: Ruling | None, after: Ruling | None) -> Verdict:
    """What a changed ruling does: less narrows; more broadens, or may."""
    rank = (Answer.NO, Answer.UNKNOWN, Answer.YES)
    old, new = (Answer.NO if each is None else each.answer for each in (before, after))
    if old is new:
        return Verdict.NONE
    if rank.index(new) < rank.index(old):
        return Verdict.NARROWS
    return Verdict.BROADENS if new is Answer.YES else Verdict.UNKNOWN


_Place = tuple[str, str]
_Call = tuple[str, str]


def draw(access: Access, changes: tuple[CellChange, ...] = (), groups: tuple[Group, ...] = ()) -> Picture:
    """Lay out a matrix.

    Args:
        access: The matrix, after the change if there is one.
        changes: Cells that changed; those of keys that are gone have rows, too.
        groups: The same, put together; marks name them.
    """
    found: dict[_Place, dict[_Call, Cell]] = {}
    for cell in access.cells:
        found.setdefault((cell.principal, cell.region), {})[cell.model, cell.api] = cell
    marks = _marks(changes, groups)
    for place in marks:
        found.setdefault(place, {})
    told: tuple[Cell | CellChange, ...] = (*access.cells, *changes)
    models = tuple(dict.fromkeys(each.model for each in told))
    apis = tuple(dict.fromkeys(each.api for each in told))
    empty: dict[_Call, Mark] = {}
    lines = {
        place: {
            (model, api): _square(cells.get((model, api)), marks.get(place, empty).get((model, api)))
            for model in models
            for api in apis
        }
        for place, cells in found.items()
    }
    columns = _models(lines, _TELLING)
    waiting = _models(lines, {Sign.GRANTED}) - columns
    rows = {
        place: tuple(square for (model, _), square in line.items() if model in columns)
        for place, line in lines.items()
    }
    idle = dict.fromkeys(place for place, squares in rows.items() if all(map(_is_blank, squares)))
    return Picture(
        models=tuple(model for model in models if model in columns),
        apis=apis,
        principals=tuple(
            Rows(
                principal=principal,
                rows=tuple(Row(region=each, squares=rows[principal, each]) for each in regions),
            )
            for principal, regions in _by_principal(place for place in rows if place not in idle)
        ),
        waiting=tuple(model for model in models if model in waiting),
        refused=tuple(model for model in models if model not in columns | waiting),
        idle=_by_principal(idle),
    )


_TELLING = frozenset({Sign.YES, Sign.UNKNOWN})
_BLANK = frozenset({Sign.NO, Sign.ABSENT})


def _models(lines: Mapping[_Place, Mapping[_Call, Square]], signs: Collection[Sign]) -> set[str]:
    """Models with one of these signs, or with a mark."""
    return {
        model
        for line in lines.values()
        for (model, _), square in line.items()
        if square.mark is not None or square.sign in signs
    }


def _is_blank(square: Square) -> bool:
    return square.mark is None and square.sign in _BLANK


def _by_principal(places: Iterable[_Place]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    regions: dict[str, list[str]] = {}
    for principal, region in places:
        regions.setdefault(principal, []).append(region)
    return tuple((principal, tuple(each)) for principal, each in regions.items())


def _marks(changes: tuple[CellChange, ...], groups: tuple[Group, ...]) -> dict[_Place, dict[_Call, Mark]]:
    numbers = {
        (group.principal, region, model, group.api): number
        for number, group in enumerate(groups, 1)
        for region in group.regions
        for model in group.models
    }
    found: dict[_Place, dict[_Call, Mark]] = {}
    for change in changes:
        was = Sign.ABSENT if change.before is None else sign(change.before.answer, change.offered)
        found.setdefault((change.principal, change.region), {})[change.model, change.api] = Mark(
            was=was,
            effect=effect(change.before, change.after),
            group=numbers[change.principal, change.region, change.model, change.api],
        )
    return found


_PLAIN = {each: Square(sign=each) for each in Sign}


def _square(cell: Cell | None, mark: Mark | None) -> Square:
    shown = Sign.ABSENT if cell is None else sign(cell.granted.answer, cell.offered)
    return _PLAIN[shown] if mark is None else Square(sign=shown, mark=mark)

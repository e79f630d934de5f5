"""The table and the timelines as lines of text, in pieces that a terminal may colour."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genaikeys.status.health import Health
from genaikeys.status.spans import ago, ahead
from genaikeys.status.timeline import timeline
from genaikeys.status.view import View

__all__ = ["Line", "Piece", "plain", "table_of", "timeline_of"]

_HEADERS = (
    *("KEY", "REGION", "HEALTH", "IN USE", "AGE", "EXPIRES", "USED", "ROTATES", "RETIRES", "SCOPE"),
    *("VAULT SECRET", "NEXT"),
)
_HEALTH = _HEADERS.index("HEALTH")
_LEAVING = ("NEXT", "VAULT SECRET", "SCOPE", "RETIRES", "ROTATES", "AGE", "USED")
"""Columns that move below their row where the line is too short, in this order."""
_GAP = "  "
_TIED = "\N{NO-BREAK SPACE}"
_STYLES = {
    Health.OK: "green",
    Health.WAITING: "cyan",
    Health.SUSPENDED: "cyan",
    Health.ATTENTION: "bold red",
    Health.PROBLEM: "bold red",
}


@dataclass(frozen=True)
class Piece:
    """A part of a line, with how a terminal shows it: a style of Rich, or nothing."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]


def plain(line: Line) -> str:
    """A line without its styles."""
    return "".join(piece.text for piece in line).rstrip()


def table_of(views: Sequence[View], width: int | None = None) -> list[Line]:
    """One line for each key and region, under headers.

    Args:
        views: The keys.
        width: Letters a line has room for; what doesn't fit stands on lines of its own below its row. None:
            as many as it takes.
    """
    rows = [_cells(each) for each in views]
    widths = [max(len(cell) for cell in column) for column in zip(_HEADERS, *rows, strict=True)]
    kept = _fitting(widths, width)
    lines: list[Line] = [tuple(_row(_HEADERS, widths, kept, "bold", "bold"))]
    for each, row in zip(views, rows, strict=True):
        lines.append(tuple(_row(row, widths, kept, "", _STYLES.get(each.health, "yellow"))))
        lines += [(Piece(text, "dim"),) for text in _below(row, kept, width)]
    return lines


def timeline_of(view: View) -> list[Line]:
    """What was done to a key, a line that is now, and what is ahead."""
    placed = view.placed
    heading = (Piece(f"{placed.key} in {placed.region}", "bold"),)
    if placed.world is None or view.ahead is None:
        return [heading, (Piece(f"  {view.attention or view.next}"),)]
    now = view.ahead.now
    lines: list[Line] = [heading]
    is_told = False
    for event in timeline(placed.world, view.ahead):
        if event.is_ahead and not is_told:
            lines.append((Piece(f"  {now:%Y-%m-%d %H:%M}  now", "bold"),))
            is_told = True
        when = ahead(event.time, now) if event.is_ahead else f"{ago(event.time, now)} ago"
        if event.is_ahead and event.time <= now:
            when = "due"
        start = Piece(f"  {event.time:%Y-%m-%d %H:%M}  {when:<8}  ", "cyan" if event.is_ahead else "dim")
        lines.append((start, Piece(event.what)))
    return lines


def _cells(view: View) -> tuple[str, ...]:
    placed, seen, world = view.placed, view.ahead, view.placed.world
    start, scope = (placed.key, placed.region, str(view.health)), view.policy_scope
    if seen is None or world is None:
        return (*start, *["-"] * 6, scope, "-", view.next)
    slot, now = world.slot_in_use, seen.now
    used = "-"
    if slot is not None:
        used = f"{ago(slot.time_last_used, now)} ago" if slot.time_last_used else "never"
    version = "" if placed.secret_version is None else f" v{placed.secret_version}"
    return (
        *start,
        slot.name if slot else "-",
        ago(view.value_since, now) if view.value_since else "-",
        ahead(seen.expires, now) if seen.expires else "-",
        used,
        ahead(seen.rotation_due, now) if seen.rotation_due else "-",
        ahead(seen.retirement_due, now) if seen.retirement_due else "-",
        scope,
        f"{world.secret.name}{version}",
        view.next,
    )


def _fitting(widths: Sequence[int], width: int | None) -> list[int]:
    """Indices of the columns that a line has room for."""
    kept = list(range(len(widths)))
    for name in _LEAVING:
        if width is None or sum(widths[at] for at in kept) + len(_GAP) * (len(kept) - 1) <= width:
            break
        kept.remove(_HEADERS.index(name))
    return kept


def _row(
    row: Sequence[str], widths: Sequence[int], kept: Sequence[int], style: str, health: str
) -> Iterator[Piece]:
    for at in kept:
        gap = "" if at == kept[-1] else _GAP
        padded = row[at] if at == len(widths) - 1 else row[at].ljust(widths[at])
        yield Piece(f"{padded}{gap}", health if at == _HEALTH else style)


def _below(row: Sequence[str], kept: Sequence[int], width: int | None) -> list[str]:
    """What has no room in a row: the next thing first, each with its header."""
    left = [at for at in reversed(range(len(row))) if at not in kept and row[at] != "-"]
    told = [f"{_HEADERS[at].lower()}: {row[at]}" for at in left]
    # A line ends after an item, and inside one only where it is a sentence.
    items = [
        text if at == len(row) - 1 else text.replace(" ", _TIED) for at, text in zip(left, told, strict=True)
    ]
    if width is None:
        return []
    lines = textwrap.wrap(
        "; ".join(items),
        width,
        initial_indent=_GAP,
        subsequent_indent=_GAP,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_TIED, " ") for line in lines]

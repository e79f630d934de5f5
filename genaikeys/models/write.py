"""Writes a proposal into the text of the table of models; comments, notes, order and layout stay."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from itertools import groupby

from genaikeys import yamledit
from genaikeys.catalogue import Model
from genaikeys.models.refresh import Change, Proposal, Value

__all__ = ["SOURCE", "written"]

SOURCE = "OCI: ListModelDiscovery"
"""Source of what was taken over."""
_WIDTH = 120
_INDENT = 4
_ORDER = tuple(field.name for field in fields(Model))
"""The fields of a row, as the table has them."""


def written(text: str, proposal: Proposal, today: date) -> str:
    """The table with the proposal in it.

    Args:
        text: Of models.yaml.
        proposal: What to change.
        today: Becomes the date of each row that changes.

    Raises:
        yamledit.EditError: The layout leaves no place for a change.
    """
    for model, changes in groupby(proposal.changes, key=lambda change: change.model):
        start, end = yamledit.lines_of(text, ("models", model))
        text = text[:start] + _changed(text[start:end], model, changes, today) + text[end:]
    for model, row in proposal.new.items():
        text = _added(text, model, row, today)
    return text


def _changed(row: str, model: str, changes: Iterable[Change], today: date) -> str:
    """A row's own lines, which are YAML by themselves, with its changes, source and date."""
    for change in changes:
        path = (model, change.field)
        if not change.after:
            row = yamledit.removed(row, path)
        elif yamledit.holds(row, path):
            kept = _in_old_order(yamledit.value(row, path), change.after)
            row = yamledit.replaced(row, path, _printed(change.field, kept))
        else:
            later = _ORDER[_ORDER.index(change.field) + 1 :]
            before = next(name for name in later if yamledit.holds(row, (model, name)))
            row = yamledit.inserted(
                row, (model, before), f"{change.field}: {_printed(change.field, change.after)}"
            )
    source = str(yamledit.value(row, (model, "source")))
    if SOURCE not in source:
        row = yamledit.replaced(row, (model, "source"), _quoted(f"{source}; {SOURCE}"))
    return yamledit.replaced(row, (model, "date"), str(today))


def _in_old_order(old: object, new: Value) -> Value:
    """Names that stay where they were, then those that are new, so that a diff shows what changed."""
    if isinstance(new, str) or not isinstance(old, list):
        return new
    return (*(name for name in old if name in new), *(name for name in new if name not in old))


def _added(text: str, model: str, row: Mapping[str, Value], today: date) -> str:
    lines = [f"{model}:"]
    lines += [f"  {field}: {_printed(field, value)}" for field, value in row.items()]
    lines += [f"  source: {_quoted(SOURCE)}", f"  date: {today}"]
    return yamledit.appended(text, ("models",), "\n".join(lines))


def _printed(field: str, value: Value) -> str:
    """As the table prints it: lists in brackets, folded below their first name."""
    if isinstance(value, str):
        return value
    start = f"{' ' * _INDENT}{field}: ["
    folded = textwrap.fill(
        f"{start}{', '.join(value)}]",
        width=_WIDTH,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folded[len(start) - 1 :]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

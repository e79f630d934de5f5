"""Access and its changes as JSON values, the same in every version of the kit that prints them.

A ruling is ``{"answer", "statement", "policy", "file", "line", "reason"}`` with null for what there isn't;
``answer`` is yes, no or unknown. A cell has ``principal``, ``region``, ``model``, ``api``.
"""

from collections.abc import Iterable
from typing import Any

from genaikeys.access.model import Access, CellChange, Difference, OtherChange, ReaderChange, Ruling, Source
from genaikeys.access.review import overall

__all__ = ["accesses", "differences"]


def accesses(found: Iterable[Access]) -> dict[str, Any]:
    """``{"stacks": [{"stack", "cells": [cell + "answer", "granted", "offered", "why"], "readers": [...]}]}``.

    ``answer`` says whether the principal can call: ``granted`` (a ruling) and ``offered`` weighed.
    """
    return {
        "stacks": [
            {
                "stack": each.stack,
                "cells": [
                    {
                        "principal": cell.principal,
                        "region": cell.region,
                        "model": cell.model,
                        "api": cell.api,
                        "answer": str(cell.answer),
                        "granted": _ruling(cell.granted),
                        "offered": str(cell.offered),
                        "why": cell.offered_reason,
                    }
                    for cell in each.cells
                ],
                "readers": [
                    {
                        "reader": reader.reader,
                        "key": reader.key,
                        "region": reader.region,
                        "granted": _ruling(reader.granted),
                    }
                    for reader in each.readers
                ],
            }
            for each in found
        ]
    }


def differences(found: Iterable[Difference]) -> dict[str, Any]:
    """``{"verdict", "stacks": [...]}``, of each stack its verdict, reasons and changes.

    ``before`` and ``after`` of a stack name the revisions, those of a cell or reader are rulings, or null
    where there is no such key on that side.
    """
    found = list(found)
    return {
        "verdict": str(overall(found)),
        "stacks": [
            {
                "stack": each.stack,
                "before": each.before,
                "after": each.after,
                "verdict": str(each.verdict),
                "reasons": list(each.reasons),
                "cells": [_cell(change) for change in each.cells],
                "readers": [_reader(change) for change in each.readers],
                "others": [_other(change) for change in each.others],
            }
            for each in found
        ],
    }


def _cell(change: CellChange) -> dict[str, Any]:
    return {
        "principal": change.principal,
        "region": change.region,
        "model": change.model,
        "api": change.api,
        "before": _ruling(change.before),
        "after": _ruling(change.after),
        "offered": str(change.offered),
    }


def _reader(change: ReaderChange) -> dict[str, Any]:
    return {
        "reader": change.reader,
        "key": change.key,
        "region": change.region,
        "before": _ruling(change.before),
        "after": _ruling(change.after),
    }


def _other(change: OtherChange) -> dict[str, Any]:
    return {
        "gained": change.gained,
        "subject": change.subject,
        "permissions": list(change.permissions),
        "location": change.location,
        "condition": change.condition,
        "statement": change.statement,
        "policy": change.policy,
        **_source(change.source),
    }


def _ruling(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {
        "answer": str(ruling.answer),
        "statement": ruling.statement,
        "policy": ruling.policy,
        **_source(ruling.source),
        "reason": ruling.reason,
    }


def _source(source: Source | None) -> dict[str, Any]:
    return {"file": source.file if source else None, "line": source.line if source else None}

"""Changes of access as a SARIF log, for code scanning: a result a statement, at the line it comes from.

Built to the Static Analysis Results Interchange Format 2.1.0 (OASIS Standard, 27 March 2020). Code scanning
takes rules by id, a level, a location and a fingerprint (GitHub Docs, "SARIF support for code scanning", read
2026-11-23). What changes nothing has no result: a result is an alert.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from genaikeys.access.groups import (
    Group,
    OtherGroup,
    ReaderGroup,
    grouped,
    grouped_others,
    grouped_readers,
    regionless,
    words,
)
from genaikeys.access.model import Difference, Ruling, Source, Verdict
from genaikeys.access.picture import effect
from genaikeys.iam import Answer

__all__ = ["log"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RULES = {
    Verdict.BROADENS: (
        "error",
        "Access broadens",
        "Somebody can do what nobody let them do before: call a model, read a secret, or something else.",
    ),
    Verdict.UNKNOWN: (
        "warning",
        "Access may broaden",
        "What the change does to access can't be told, so it counts as broader until somebody looks.",
    ),
    Verdict.NARROWS: (
        "note",
        "Access narrows",
        "Something is no longer allowed, or not for certain. Whoever relies on it will notice.",
    ),
}
"""By verdict its level, its name and what it means, the gravest first."""
_ORDER = tuple(_RULES)
_MOST_TOLD = 6
"""So many changes of one statement its message tells; the properties have all."""
_MOST_NAMED, _FIRST = 8, 3
"""Of more permissions than that only the first are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What a statement does to one principal, group or reader.

    Attributes:
        verdict: What it comes to.
        text: The same in words, without an end.
        statement: The statement, as its copies for other regions have it; None where none decides.
        source: Its line.
        old: Whether the line is that of the revision before.
        told: What makes the fingerprint: a result is known again on another line and in another spelling.
        deciding: The statements, which are respelt more often than access changes.
    """

    verdict: Verdict
    text: str
    statement: str | None
    source: Source | None
    old: bool
    told: dict[str, Any]
    deciding: dict[str, Any]


def log(differences: Iterable[Difference]) -> dict[str, Any]:
    """The log of one run, the gravest results first."""
    results = [each for difference in differences for each in _results(difference)]
    results.sort(key=lambda result: result["ruleIndex"])
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "genaikeys access",
                        "semanticVersion": version("genaikeys"),
                        "rules": [_rule(verdict) for verdict in _ORDER],
                    }
                },
                "automationDetails": {"id": "genaikeys-access/"},
                "results": results,
            }
        ],
    }


def _rule(verdict: Verdict) -> dict[str, Any]:
    level, name, meaning = _RULES[verdict]
    return {
        "id": _id(verdict),
        "name": name.title().replace(" ", ""),
        "shortDescription": {"text": f"{name}."},
        "fullDescription": {"text": meaning},
        "help": {"text": f"{meaning} `genaikeys access diff` shows the statements before and after."},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", "access"]},
    }


def _id(verdict: Verdict) -> str:
    return f"access-{verdict}"


def _results(difference: Difference) -> Iterator[dict[str, Any]]:
    """What each statement changes; and the verdict itself where no change makes it."""
    changes: dict[tuple[object, ...], list[_Change]] = {}
    for change in _changes(difference):
        alike = (change.verdict, change.statement, change.source, change.old)
        changes.setdefault(alike, []).append(change)
    for folded in changes.values():
        yield _result(difference, folded)
    verdict = difference.verdict
    if verdict is Verdict.NONE or any(verdict is first for first, *_ in changes):
        return
    what = "; ".join(difference.reasons)
    bare = _Change(
        verdict=verdict,
        text=what,
        statement=None,
        source=None,
        old=False,
        told={"reasons": what},
        deciding={},
    )
    yield _result(difference, [bare])


def _changes(difference: Difference) -> Iterator[_Change]:
    yield from map(_group, grouped(difference.cells))
    yield from map(_reader, grouped_readers(difference.readers))
    yield from map(_other, grouped_others(difference.others))


def _group(group: Group) -> _Change:
    what = f"call {words(group.models)} on {group.api} in {', '.join(group.regions)}"
    told = {
        "principal": group.principal,
        "models": list(group.models),
        "api": group.api,
        "regions": list(group.regions),
    }
    return _ruled(group.principal, what, (group.before, group.after), told)


def _reader(group: ReaderGroup) -> _Change:
    what = f"read the secret of {group.key} in {', '.join(group.regions)}"
    told = {"reader": group.reader, "key": group.key, "regions": list(group.regions)}
    return _ruled(group.reader, what, (group.before, group.after), told)


def _ruled(who: str, what: str, sides: tuple[Ruling | None, Ruling | None], told: dict[str, Any]) -> _Change:
    before, after = sides
    verdict = effect(before, after)
    can = {
        Verdict.BROADENS: "can now",
        Verdict.UNKNOWN: "can perhaps now",
        Verdict.NARROWS: "can no longer",
    }[verdict]
    surely = " for certain" if verdict is Verdict.NARROWS and _answer(after) is Answer.UNKNOWN else ""
    deciding = next(
        (each for each in (after, before) if each is not None and each.statement is not None), None
    )
    return _Change(
        verdict=verdict,
        text=f"{who} {can} {what}{surely}",
        statement=None if deciding is None else regionless(deciding.statement or ""),
        source=None if deciding is None else deciding.source,
        old=deciding is not None and deciding is not after and deciding.source is not None,
        told=told,
        deciding={"before": _side(before), "after": _side(after)},
    )


def _other(group: OtherGroup) -> _Change:
    change = group.first
    names = ", ".join(change.permissions)
    if len(change.permissions) > _MOST_NAMED:
        names = f"{', '.join(change.permissions[:_FIRST])} and {len(change.permissions) - _FIRST} more"
    where = f"{change.location}{' under a condition' if change.condition else ''}"
    copies = f", for {', '.join(group.regions)}" if group.regions else ""
    denies = change.statement.casefold().startswith("deny ")
    return _Change(
        verdict=Verdict.BROADENS if change.gained else Verdict.NARROWS,
        text=f"{change.subject} {'gains' if change.gained else 'loses'} {names} in {where}{copies}",
        statement=regionless(change.statement),
        source=change.source,
        # What an allow gave and a deny took away stood in the revision before.
        old=change.source is not None and change.gained is denies,
        told={
            "subject": change.subject,
            "permissions": list(change.permissions),
            "location": change.location,
            "condition": change.condition,
            "regions": list(group.regions),
        },
        deciding={"statement": change.statement},
    )


def _result(difference: Difference, folded: list[_Change]) -> dict[str, Any]:
    """One result, of changes that one statement makes."""
    first = folded[0]
    place = first.source or Source(file=f"stacks/Pulumi.{difference.stack}.yaml", line=1)
    more = f"; and {len(folded) - _MOST_TOLD} more changes" if len(folded) > _MOST_TOLD else ""
    where = f" (the line is that of {difference.before})" if first.old else ""
    text = f"{'; '.join(change.text for change in folded[:_MOST_TOLD])}{more}{where}"
    told = [first.verdict, difference.stack, *(change.told for change in folded)]
    print_ = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return {
        "ruleId": _id(first.verdict),
        "ruleIndex": _ORDER.index(first.verdict),
        "level": _RULES[first.verdict][0],
        "message": {"text": _plain(f"Stack {difference.stack}: {text}.")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.file)},
                    "region": {"startLine": place.line},
                }
            }
        ],
        "partialFingerprints": {"accessChange/v1": print_},
        "properties": {
            "stack": difference.stack,
            "changes": [{**change.told, **change.deciding} for change in folded],
        },
    }


def _uri(file: str) -> str:
    """A path as a reference: relative to the project's root, as the source has it."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _plain(text: str) -> str:
    """Text whose braces are no placeholders and whose brackets are no links (SARIF 2.1.0, 3.11.5, 3.11.6)."""
    for character, written in (("{", "{{"), ("}", "}}"), ("[", "\\["), ("]", "\\]")):
        text = text.replace(character, written)
    return " ".join(text.split())


def _side(ruling: Ruling | None) -> dict[str, Any] | None:
    if ruling is None:
        return None
    return {"answer": str(ruling.answer), "statement": ruling.statement, "reason": ruling.reason}


def _answer(ruling: Ruling | None) -> Answer:
    return Answer.NO if ruling is None else ruling.answer

"""Changes of access as a SARIF log, for code scanning: each at the line that its statement comes from.

Built to the Static Analysis Results Interchange Format 2.1.0 (OASIS Standard, 27 March 2020). Code scanning
takes rules by id, a level, a location and a fingerprint (GitHub Docs, "SARIF support for code scanning", read
2026-11-23). What changes nothing has no result: a result is an alert.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from genaikeys.access.groups import Group, grouped, words
from genaikeys.access.model import Difference, OtherChange, ReaderChange, Ruling, Source, Verdict
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
    """Each change; and the verdict itself where no change makes it."""
    found = [
        *(_group(difference, group) for group in grouped(difference.cells)),
        *(_reader(difference, change) for change in difference.readers),
        *(_other(difference, change) for change in difference.others),
    ]
    yield from found
    verdict = difference.verdict
    if verdict is Verdict.NONE or any(each["ruleId"] == _id(verdict) for each in found):
        return
    what = "; ".join(difference.reasons)
    yield _result(difference, verdict, f"Stack {difference.stack}: {what}", None, {"reasons": what})


def _group(difference: Difference, group: Group) -> dict[str, Any]:
    what = f"call {words(group.models)} on {group.api} in {', '.join(group.regions)}"
    told = {
        "principal": group.principal,
        "models": list(group.models),
        "api": group.api,
        "regions": list(group.regions),
    }
    return _ruled(difference, group.principal, what, (group.before, group.after), told)


def _reader(difference: Difference, change: ReaderChange) -> dict[str, Any]:
    what = f"read the secret of {change.key} in {change.region}"
    told = {"reader": change.reader, "key": change.key, "region": change.region}
    return _ruled(difference, change.reader, what, (change.before, change.after), told)


def _ruled(
    difference: Difference,
    who: str,
    what: str,
    sides: tuple[Ruling | None, Ruling | None],
    told: dict[str, Any],
) -> dict[str, Any]:
    before, after = sides
    verdict = effect(before, after)
    let = {
        Verdict.BROADENS: "now let",
        Verdict.UNKNOWN: "may now let",
        Verdict.NARROWS: "no longer let",
    }[verdict]
    surely = " for certain" if verdict is Verdict.NARROWS and _answer(after) is Answer.UNKNOWN else ""
    source, old = (None if each is None else each.source for each in (after, before))
    where = f" (the line is that of {difference.before})" if source is None and old is not None else ""
    text = f"Stack {difference.stack}: the policies {let} {who} {what}{surely}{where}"
    # Not in the fingerprint: statements are respelt more often than access changes.
    deciding = {"before": _side(before), "after": _side(after)}
    return _result(difference, verdict, text, source or old, told, deciding)


def _other(difference: Difference, change: OtherChange) -> dict[str, Any]:
    verdict = Verdict.BROADENS if change.gained else Verdict.NARROWS
    have = "have now" if change.gained else "no longer have"
    text = (
        f"Stack {difference.stack}: {change.subject} {have} {', '.join(change.permissions)}"
        f" in {change.location}{' under a condition' if change.condition else ''}"
    )
    told = {
        "subject": change.subject,
        "permissions": list(change.permissions),
        "location": change.location,
        "condition": change.condition,
    }
    return _result(difference, verdict, text, change.source, told, {"statement": change.statement})


def _result(
    difference: Difference,
    verdict: Verdict,
    text: str,
    source: Source | None,
    told: dict[str, Any],
    more: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One result; what is told makes its fingerprint, so that it is known again on another line."""
    place = source or Source(file=f"stacks/Pulumi.{difference.stack}.yaml", line=1)
    told = {"stack": difference.stack, **told}
    print_ = hashlib.sha256(json.dumps([verdict, told], sort_keys=True).encode()).hexdigest()
    return {
        "ruleId": _id(verdict),
        "ruleIndex": _ORDER.index(verdict),
        "level": _RULES[verdict][0],
        "message": {"text": _plain(f"{text}.")},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.file)},
                    "region": {"startLine": place.line},
                }
            }
        ],
        "partialFingerprints": {"accessChange/v1": print_},
        "properties": {**told, **(more or {})},
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

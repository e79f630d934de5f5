"""How access differs between two scenes of a stack: only what changed, and what it comes to."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from genaikeys.access import grants
from genaikeys.access.collector import paused
from genaikeys.access.conjunctions import print_conjunction
from genaikeys.access.matrix import readers_of
from genaikeys.access.model import (
    CellChange,
    Difference,
    OtherChange,
    ReaderChange,
    Ruling,
    Verdict,
)
from genaikeys.access.rulings import Calls, Judge
from genaikeys.access.scene import OTHER_MODEL, Scene, Written
from genaikeys.iam import Answer, Decision, print_statement
from genaikeys.iam.permissions import table
from genaikeys.iam.printer import print_subject

__all__ = ["compare"]

_SHOWN_BY_CELLS = frozenset(
    permission
    for resource in ("generative-ai-chat", "generative-ai-response")
    for permission in table().granted("manage", resource)
)
_SHOWN_BY_READERS = table().granted("manage", "secret-bundles")


def compare(before: Scene, after: Scene, names: tuple[str, str] = ("before", "after")) -> Difference:
    """Compare two scenes of one stack.

    Args:
        before: The one; a stack that is new has a scene without callers and statements.
        after: The other.
        names: What to call the two.

    Returns:
        The cells of callers and readers that changed, everything else that statements grant or no longer
        grant, and the verdict.
    """
    with paused():
        judges = Judge(before), Judge(after)
        cells = tuple(_cells(before, after, *judges))
        readers = tuple(_readers(before, after, *judges))
        others = tuple(_others(before, after, cells, readers))
    verdict, reasons = _verdict(cells, readers, others)
    return Difference(
        stack=after.stack,
        before=names[0],
        after=names[1],
        cells=cells,
        readers=readers,
        others=others,
        verdict=verdict,
        reasons=reasons,
    )


def _cells(before: Scene, after: Scene, old_judge: Judge, new_judge: Judge) -> Iterator[CellChange]:
    models = tuple(dict.fromkeys((*before.models, *after.models, OTHER_MODEL)))
    old_callers = {(caller.name, caller.region): caller for caller in before.callers}
    new_callers = {(caller.name, caller.region): caller for caller in after.callers}
    for place in dict.fromkeys((*old_callers, *new_callers)):
        old, new = old_callers.get(place), new_callers.get(place)
        old_rows = {} if old is None else {row.api: row for row in old_judge.calls(old, models)}
        new_rows = {} if new is None else {row.api: row for row in new_judge.calls(new, models)}
        side = before if new is None else after
        for api in dict.fromkeys((*old_rows, *new_rows)):
            old_row, new_row = old_rows.get(api), new_rows.get(api)
            for number in _changed(old_row, new_row):
                model = models[number]
                offered, _ = side.offered.get((model, api.name, place[1]), (Answer.UNKNOWN, ""))
                yield CellChange(
                    principal=place[0],
                    region=place[1],
                    model=model,
                    api=api.name,
                    before=None if old_row is None else old_row.ruling(number),
                    after=None if new_row is None else new_row.ruling(number),
                    offered=offered,
                )


def _changed(before: Calls | None, after: Calls | None) -> list[int]:
    """Which calls are answered otherwise; what somebody who isn't there may do is no."""
    one = [] if before is None else before.answers
    other = [] if after is None else after.answers
    if one == other:
        return []
    pairs = zip_longest(one, other, fillvalue=Answer.NO)
    return [number for number, (first, second) in enumerate(pairs) if first is not second]


def _readers(before: Scene, after: Scene, old_judge: Judge, new_judge: Judge) -> Iterator[ReaderChange]:
    principals = {**readers_of(before), **readers_of(after)}
    old_secrets = {(secret.key, secret.region): secret for secret in before.secrets}
    new_secrets = {(secret.key, secret.region): secret for secret in after.secrets}
    for place in dict.fromkeys((*old_secrets, *new_secrets)):
        old, new = old_secrets.get(place), new_secrets.get(place)
        for reader, principal in principals.items():
            one = None if old is None else old_judge.reading(principal, old)
            other = None if new is None else new_judge.reading(principal, new)
            if _answer(one) is not _answer(other):
                yield ReaderChange(
                    reader=reader,
                    key=place[0],
                    region=place[1],
                    before=None if one is None else old_judge.ruling(one),
                    after=None if other is None else new_judge.ruling(other),
                )


def _others(
    before: Scene, after: Scene, cells: Iterable[CellChange], readers: Iterable[ReaderChange]
) -> Iterator[OtherChange]:
    cells, readers = tuple(cells), tuple(readers)
    was, now = grants.Stated(before), grants.Stated(after)
    for gained, old, new in ((True, was, now), (False, now, was)):
        shown = {
            (ruling.policy, ruling.statement): _SHOWN_BY_CELLS
            for change in cells
            if (ruling := change.after if gained else change.before) is not None
        }
        for change in readers:
            ruling = change.after if gained else change.before
            if ruling is not None:
                key = ruling.policy, ruling.statement
                shown[key] = shown.get(key, frozenset()) | _SHOWN_BY_READERS
        for grant, permissions in grants.gained(old, new):
            yield from _told(gained, grant, permissions, shown, new.scene)


def _told(
    gained: bool,
    grant: grants.Grant,
    permissions: dict[str, Written],
    shown: dict[tuple[str | None, str | None], frozenset[str]],
    scene: Scene,
) -> Iterator[OtherChange]:
    by_statement: dict[tuple[str, str], list[str]] = {}
    sources: dict[tuple[str, str], Written] = {}
    for permission, written in permissions.items():
        key = written.policy, print_statement(written.statement)
        if permission not in shown.get(key, ()):
            by_statement.setdefault(key, []).append(permission)
            sources[key] = written
    for key, names in by_statement.items():
        place = scene.compartments.name(grant.place) or grant.place
        yield OtherChange(
            gained=gained is not grant.denies,
            subject=print_subject(grant.subject),
            permissions=tuple(names),
            location=f"compartment {place}" if scene.compartments.path(grant.place)[1:] else "tenancy",
            condition=print_conjunction(grant.condition),
            statement=key[1],
            policy=key[0],
            source=sources[key].source,
        )


def _verdict(
    cells: tuple[CellChange, ...], readers: tuple[ReaderChange, ...], others: tuple[OtherChange, ...]
) -> tuple[Verdict, tuple[str, ...]]:
    calls = [_effect(change.before, change.after) for change in cells]
    reads = [_effect(change.before, change.after) for change in readers]
    rest = [(Verdict.BROADENS if change.gained else Verdict.NARROWS, Answer.YES) for change in others]
    reasons = []
    for effect, words in _WORDS.items():
        for found, one, many in (
            (calls, "call is", "calls are"),
            (reads, "reading of a secret is", "readings of secrets are"),
        ):
            if count := found.count(effect):
                reasons.append(f"{count} {one if count == 1 else many} {words}")
    for gained, words in ((True, "gained"), (False, "lost")):
        if count := sum(change.gained is gained for change in others):
            what = (
                "grant beyond calls and secrets is" if count == 1 else "grants beyond calls and secrets are"
            )
            reasons.append(f"{count} {what} {words}")
    effects = {verdict for verdict, _ in (*calls, *reads, *rest)}
    for verdict in (Verdict.BROADENS, Verdict.UNKNOWN, Verdict.NARROWS):
        if verdict in effects:
            return verdict, tuple(reasons)
    return Verdict.NONE, ()


_WORDS = {
    (Verdict.BROADENS, Answer.YES): "newly allowed",
    (Verdict.UNKNOWN, Answer.UNKNOWN): "perhaps newly allowed",
    (Verdict.NARROWS, Answer.UNKNOWN): "no longer allowed for certain",
    (Verdict.NARROWS, Answer.NO): "no longer allowed",
}
_RANK = {Answer.NO: 0, Answer.UNKNOWN: 1, Answer.YES: 2}


def _effect(before: Ruling | None, after: Ruling | None) -> tuple[Verdict, Answer]:
    """What a change does, and where it ends. Less is never more: from yes to unknown narrows, if anything."""
    old, new = _answer(before), _answer(after)
    if _RANK[new] < _RANK[old]:
        return Verdict.NARROWS, new
    return (Verdict.BROADENS if new is Answer.YES else Verdict.UNKNOWN), new


def _answer(ruling: Ruling | Decision | None) -> Answer:
    return Answer.NO if ruling is None else ruling.answer

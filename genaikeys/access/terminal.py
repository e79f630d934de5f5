"""Access and its changes as lines for a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from genaikeys.access.groups import Group, grouped, words
from genaikeys.access.model import (
    Access,
    Cell,
    CellChange,
    Difference,
    OtherChange,
    ReaderChange,
    Ruling,
    Verdict,
)
from genaikeys.iam import Answer

__all__ = ["HEADLINES", "accesses", "differences", "effect"]

HEADLINES = {
    Verdict.NONE: "no change in access",
    Verdict.NARROWS: "narrows access",
    Verdict.BROADENS: "BROADENS access",
    Verdict.UNKNOWN: "changes access in a way that can't be known",
}


def differences(found: Sequence[Difference]) -> str:
    """Write differences, stack by stack, the verdict first."""
    return "\n".join(line for each in found for line in _difference(each)) + "\n"


def accesses(found: Sequence[Access]) -> str:
    """Write who can call what, and who can read which secret; what is refused is only counted."""
    return "\n".join(line for each in found for line in _access(each)) + "\n"


def effect(before: Ruling | None, after: Ruling | None) -> str:
    """What a change means, in two words: `no -> yes`, with a dash where there is no such key."""
    return f"{before.answer if before else '-'} -> {after.answer if after else '-'}"


def _difference(difference: Difference) -> Iterator[str]:
    sides = f"{difference.before} -> {difference.after}"
    yield f"Stack {difference.stack}: {HEADLINES[difference.verdict]} ({sides})"
    for reason in difference.reasons:
        yield f"  {reason}"
    for group in grouped(difference.cells):
        yield from _group(group)
    for reader in difference.readers:
        yield from _reader(reader)
    for other in difference.others:
        yield from _other(other)


def _group(group: Group) -> Iterator[str]:
    yield ""
    yield f"  {group.principal}: {words(group.models)}"
    change = effect(group.before, group.after)
    yield f"    {group.api} in {', '.join(group.regions)}: {change}{_offered(group)}"
    yield from _sides(group.before, group.after)


def _offered(group: Group) -> str:
    count = len(group.models) * len(group.regions)
    if group.offered == count:
        return ""
    return f" (offered there today: {group.offered} of {count})"


def _reader(change: ReaderChange) -> Iterator[str]:
    yield ""
    yield f"  {change.reader}: reads the secret of {change.key} in {change.region}"
    yield f"    {effect(change.before, change.after)}"
    yield from _sides(change.before, change.after)


def _other(change: OtherChange) -> Iterator[str]:
    yield ""
    when = f" where {change.condition}" if change.condition else ""
    yield f"  {change.subject}: {', '.join(change.permissions)} in {change.location}{when}"
    yield f"    {'gained' if change.gained else 'lost'} by {change.statement}"
    if change.source:
        yield f"           {change.source.file}:{change.source.line}"


def _sides(before: Ruling | None, after: Ruling | None) -> Iterator[str]:
    for name, ruling in (("before", before), ("after", after)):
        if ruling is None:
            yield f"    {name:<6} there is no such key"
            continue
        yield f"    {name:<6} {ruling.statement or ruling.reason}"
        if ruling.statement and ruling.answer is Answer.UNKNOWN:
            yield f"           {ruling.reason}"
        if ruling.statement and ruling.source:
            yield f"           {ruling.source.file}:{ruling.source.line}"


def _access(access: Access) -> Iterator[str]:
    yield f"Stack {access.stack}"
    refused = 0
    for answer in (Answer.YES, Answer.UNKNOWN):
        for group in grouped(_as_changes(access.cells, answer)):
            yield ""
            yield f"  {group.principal}: {words(group.models)}"
            yield f"    {group.api} in {', '.join(group.regions)}: {answer}"
            ruling = group.after
            if ruling is not None:
                yield f"    {ruling.statement or ruling.reason}"
                if answer is Answer.UNKNOWN:
                    yield f"    {ruling.reason}"
    for reader in access.readers:
        yield ""
        what = f"reads the secret of {reader.key} in {reader.region}"
        yield f"  {reader.reader}: {what}: {reader.granted.answer}"
        yield f"    {reader.granted.statement or reader.granted.reason}"
    refused = sum(cell.answer is Answer.NO for cell in access.cells)
    yield ""
    yield f"  {refused} other calls are refused."


def _as_changes(cells: Iterable[Cell], answer: Answer) -> Iterator[CellChange]:
    for cell in cells:
        granted = cell.granted
        if granted.answer is Answer.YES and cell.offered is Answer.UNKNOWN:
            granted = replace(granted, reason=cell.offered_reason)
        if cell.answer is answer:
            yield CellChange(
                principal=cell.principal,
                region=cell.region,
                model=cell.model,
                api=cell.api,
                before=None,
                after=granted,
                offered=cell.offered,
            )

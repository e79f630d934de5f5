"""Two revisions of the project, compared stack by stack."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from genaikeys.access import scenes
from genaikeys.access.collector import paused
from genaikeys.access.compare import compare
from genaikeys.access.matrix import access
from genaikeys.access.model import Access, Difference, Verdict
from genaikeys.access.revisions import Revision
from genaikeys.access.scene import Scene
from genaikeys.errors import KitError

__all__ = ["overall", "review", "show"]


def review(
    before: Revision, after: Revision, stacks: Sequence[str] = (), others: Iterable[Path] = ()
) -> tuple[list[Difference], list[Access]]:
    """Compare the stacks of two revisions.

    Args:
        before: The one.
        after: The other.
        stacks: Names of stacks; none: all of either side.
        others: Files with further statements of the tenancy, which stand on both sides.

    Returns:
        How each stack's access differs, and what it is afterwards.

    Raises:
        KitError: A stack is on neither side, or something on one side can't be read.
    """
    now = datetime.now(UTC)
    others = tuple(others)
    code = _changed_code(before, after)
    differences, accesses = [], []
    for name in _chosen(stacks, before, after):
        old, new = (
            scenes.open_stack(side, name) if name in scenes.stacks(side) else None for side in (before, after)
        )
        with paused():
            sides = _scenes(old, new, others, now)
            found = compare(*sides, (before.name, after.name))
            differences.append(_doubted(found, code))
            accesses.append(access(sides[1]))
    return differences, accesses


def show(revision: Revision, stacks: Sequence[str] = (), others: Iterable[Path] = ()) -> list[Access]:
    """Work out the access of stacks at one revision.

    Raises:
        KitError: There is no such stack, or something can't be read.
    """
    others = tuple(others)
    chosen = _chosen(stacks, revision, revision)
    return [access(scenes.open_stack(revision, name).scene(others)) for name in chosen]


def overall(differences: Iterable[Difference]) -> Verdict:
    """What several differences come to together: the gravest."""
    found = {difference.verdict for difference in differences}
    grave = (Verdict.BROADENS, Verdict.UNKNOWN, Verdict.NARROWS)
    return next((each for each in grave if each in found), Verdict.NONE)


def _scenes(
    old: scenes.Stack | None, new: scenes.Stack | None, others: Sequence[Path], now: datetime
) -> tuple[Scene, Scene]:
    # A stack without another side points at its own file.
    after = None if new is None else new.scene(others, now, old or new)
    before = None if old is None else old.scene(others, now, new or old)
    if after is not None and before is not None:
        return before, after
    if after is not None:
        return scenes.empty(after), after
    if before is not None:
        return before, scenes.empty(before)
    raise KitError("The stack is on neither side.")


def _chosen(stacks: Sequence[str], before: Revision, after: Revision) -> list[str]:
    known = list(dict.fromkeys((*scenes.stacks(before), *scenes.stacks(after))))
    where = before.name if before is after else f"{before.name} or {after.name}"
    for name in stacks:
        if name not in known:
            raise KitError(
                f"There is no stack {name!r} in {where}.",
                why=f"Known stacks: {', '.join(known) or 'none'}.",
            )
    return list(dict.fromkeys(stacks)) or known


def _changed_code(before: Revision, after: Revision) -> list[str]:
    paths = dict.fromkeys((*before.code, *after.code))
    return [path for path in paths if before.code.get(path) != after.code.get(path)]


def _doubted(difference: Difference, code: Sequence[str]) -> Difference:
    """Doubt what is said of data where the code that deploys it differs, too."""
    if not code:
        return difference
    shown = ", ".join(code[:3]) + (f" and {len(code) - 3} more" if len(code) > 3 else "")
    reason = f"code that decides what is deployed differs and is not run: {shown}"
    verdict = difference.verdict if difference.verdict is Verdict.BROADENS else Verdict.UNKNOWN
    return replace(difference, verdict=verdict, reasons=(*difference.reasons, reason))

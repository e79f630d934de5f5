"""Access and its changes as one HTML page: no script, no network, every name no more than text.

The page allows itself nothing but its own style: its content security policy names the digest of that style,
so that even markup which slipped through could load and run nothing.
"""

import base64
import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from genaikeys.access.groups import (
    Group,
    OtherGroup,
    ReaderGroup,
    grouped,
    grouped_others,
    grouped_readers,
)
from genaikeys.access.model import Access, Cell, CellChange, Difference, Reader, ReaderChange, Ruling, Verdict
from genaikeys.access.picture import Picture, Sign, draw, effect, sign
from genaikeys.access.review import overall
from genaikeys.access.terminal import HEADLINES
from genaikeys.iam import Answer

__all__ = ["page"]

_FOLDER = Path(__file__).parent
_WORD = re.compile(r"(,?\s*)('[^']*'|[\w.:-]+|.)", re.DOTALL)
"""A word of a statement; a comma goes with what follows, so that the rest of a list is known again."""
_MOST_WORDS = 2000
"""Of longer statements the changed words aren't marked: comparing takes time by the square."""
_ALIKE = 0.6
"""How alike two statements are, from 0 to 1, whose differences are worth marking."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that show nothing, or turn around what is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """Calls that one statement decides, or its copies for other regions."""

    group: Group
    sign: Sign
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """One stack: its changes, the gravest first, and its access."""

    name: str
    difference: Difference | None
    access: Access
    groups: tuple[Group, ...]
    readers: tuple[ReaderGroup, ...]
    others: tuple[OtherGroup, ...]
    picture: Picture
    decisions: tuple[_Decision, ...]
    reading: tuple[ReaderGroup, ...]


def page(differences: Sequence[Difference], accesses: Iterable[Access]) -> str:
    """Write the page; of changes the gravest first.

    Args:
        differences: How the access of stacks differs; none to only show it.
        accesses: What it is, afterwards if there are differences.
    """
    by_stack = {each.stack: each for each in differences}
    sections = [_section(access, by_stack.pop(access.stack, None)) for access in accesses]
    sections += [
        _section(Access(stack=name, cells=(), readers=()), difference)
        for name, difference in by_stack.items()
    ]
    sections.sort(key=_gravity)
    environment = _environment()
    style = environment.get_template("matrix.css.j2").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text: str = environment.get_template("matrix.html.j2").render(
        sections=sections,
        verdict=overall(differences) if differences else None,
        # The style is ours, has no variables, and must stay as its digest has it.
        style=Markup(style),  # noqa: S704
        digest=digest,
    )
    return text.lstrip()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FileSystemLoader(_FOLDER),
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals = {
        "headlines": HEADLINES,
        "sides_of": _sides,
        "classes": {each: each.name.lower() for each in Sign},
        "legend": _LEGEND,
        "sign_of": _sign_of,
        "effects": _EFFECTS,
        "effect_of": effect,
    }
    return environment


_LEGEND = (
    (Sign.YES, "can call"),
    (Sign.UNKNOWN, "not known: the policies or the catalogue leave it open"),
    (Sign.GRANTED, "granted, but the model is not on offer there"),
    (Sign.NO, "can't call"),
    (Sign.ABSENT, "there is no such key"),
)
_EFFECTS = {
    Verdict.BROADENS: ("more", "+", "newly allowed"),
    Verdict.UNKNOWN: ("perhaps", "?", "perhaps newly allowed"),
    Verdict.NARROWS: ("less", "−", "no longer allowed, or not for certain"),
}
"""Of what a change does to a square: its class, its mark and its meaning."""


_GRAVITY = (Verdict.BROADENS, Verdict.UNKNOWN, Verdict.NARROWS, Verdict.NONE)


def _gravity(section: _Section) -> int:
    return _GRAVITY.index(Verdict.NONE if section.difference is None else section.difference.verdict)


def _gravity_of(change: Group | ReaderGroup) -> int:
    return _GRAVITY.index(effect(change.before, change.after))


def _sign_of(ruling: Ruling | None) -> Sign:
    return Sign.ABSENT if ruling is None else Sign(str(ruling.answer))


def _section(access: Access, difference: Difference | None) -> _Section:
    changes = difference.cells if difference is not None else ()
    readers = difference.readers if difference is not None else ()
    others = difference.others if difference is not None else ()
    groups = tuple(sorted(grouped(changes), key=_gravity_of))
    return _Section(
        name=access.stack,
        difference=difference,
        access=access,
        groups=groups,
        readers=tuple(sorted(grouped_readers(readers), key=_gravity_of)),
        others=tuple(sorted(grouped_others(others), key=lambda each: not each.first.gained)),
        picture=draw(access, changes, groups),
        decisions=tuple(_decisions(access.cells)),
        reading=tuple(grouped_readers(map(_reading, access.readers))),
    )


def _decisions(cells: Sequence[Cell]) -> Iterator[_Decision]:
    """What decides each call that isn't plainly refused."""
    classes: dict[tuple[Sign, Answer], list[Cell]] = {}
    for cell in cells:
        shown = sign(cell.granted.answer, cell.offered)
        if shown is not Sign.NO:
            classes.setdefault((shown, cell.granted.answer), []).append(cell)
    for (shown, granted), alike in sorted(classes.items(), key=lambda each: list(Sign).index(each[0][0])):
        whys = {(cell.principal, cell.region, cell.model, cell.api): cell.offered_reason for cell in alike}
        for group in grouped(map(_change, alike)):
            if granted is Answer.UNKNOWN:
                reason = group.after.reason if group.after is not None else ""
            else:
                reason = _one(
                    whys[group.principal, region, model, group.api]
                    for region in group.regions
                    for model in group.models
                )
            yield _Decision(group=group, sign=shown, reason=reason)


def _one(reasons: Iterable[str]) -> str:
    """The reason that they share; of several the first, and how many more."""
    first, *rest = dict.fromkeys(reasons)
    return f"{first}; likewise {len(rest)} more" if rest else first


def _change(cell: Cell) -> CellChange:
    return CellChange(
        principal=cell.principal,
        region=cell.region,
        model=cell.model,
        api=cell.api,
        before=None,
        after=cell.granted,
        offered=cell.offered,
    )


def _reading(reader: Reader) -> ReaderChange:
    return ReaderChange(
        reader=reader.reader, key=reader.key, region=reader.region, before=None, after=reader.granted
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What is said on one side of a change.

    Attributes:
        why: In words; of a no without a statement what kept the closest from granting it.
        policy: Label of the policy that holds the closest statement.
        pieces: The statement, deciding or closest; true marks what the other side lacks.
    """

    why: str | None
    policy: str | None
    pieces: tuple[tuple[bool, str], ...]


def _sides(before: Ruling | None, after: Ruling | None) -> tuple[_Side | None, ...]:
    """Both sides of a change; None for a side that has no such key."""
    told = [None if each is None else _words(each) for each in (before, after)]
    texts = ["" if each is None else each[2] for each in told]
    pieces = _compared(*texts)
    return tuple(
        None if each is None else _Side(why=each[0], policy=each[1], pieces=marked)
        for each, marked in zip(told, pieces, strict=True)
    )


def _words(ruling: Ruling) -> tuple[str | None, str | None, str]:
    if ruling.statement is not None:
        return (ruling.reason if ruling.answer is Answer.UNKNOWN else None), None, ruling.statement
    why, _, closest = ruling.reason.partition("; the closest statement, in policy ")
    policy, _, statement = closest.partition(": ")
    return why, policy or None, statement


def _compared(before: str, after: str) -> tuple[tuple[tuple[bool, str], ...], ...]:
    left, right = _WORD.findall(before), _WORD.findall(after)
    old, new = ([word for _, word in words] for words in (left, right))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if max(len(left), len(right)) > _MOST_WORDS or matcher.ratio() < _ALIKE:
        return tuple(((False, text),) if text else () for text in (before, after))
    sides: tuple[list[tuple[bool, str]], ...] = ([], [])
    for what, *places in matcher.get_opcodes():
        for side, words, start, end in zip(sides, (left, right), places[::2], places[1::2], strict=True):
            text = "".join(map("".join, words[start:end]))
            bare = text.lstrip()
            pieces = ((False, text[: len(text) - len(bare)]), (what != "equal", bare))
            side.extend(piece for piece in pieces if piece[1])
    return tuple(map(tuple, sides))


def _seen(value: object) -> object:
    """A value as a page shows it: characters that nobody could see are spelt out."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{{{ord(each):x}}}" if unicodedata.category(each) in _UNSEEN else each for each in text
    )

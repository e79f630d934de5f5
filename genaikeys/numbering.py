"""In which numbered policy a statement stands, and why it stays there.

At most 50 statements fit in a policy, so more are split over several. A statement that moved from one policy
to another would be gone from the first before it is in force in the second, and calls would be refused for
that moment. So `policies/rendered/<stack>.txt` is the memory: what stands in it keeps its policy, what is new
goes to the first with room.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TypeVar

from genaikeys import layout
from genaikeys.errors import KitError

__all__ = ["FOLDER", "MOST", "NOTHING", "Remembered", "identity", "numbered", "read", "remembered"]

FOLDER = layout.project() / "policies" / "rendered"
"""Where the rendered policies are, one text for each stack."""
MOST = 50
"""Statements in a policy: OCI's historic default, and Private Cloud Appliance's documented figure (Oracle,
"Policy limits", read 2026-11-23)."""

Remembered = Mapping[str, Sequence[str]]
"""Identities of statements in their order, by the label of their policy."""
NOTHING: Remembered = {}

_POLICY = re.compile(r"policy (?P<label>\S+) in compartment \S+")
_NAME = re.compile(r"<[^<>]+>")

Item = TypeVar("Item")


def identity(text: str) -> str:
    """What a statement is about, whichever models it names: its words before `where`, and whom it names.

    Args:
        text: A statement in canonical spelling, with logical names, such as `<key chatbot in us-chicago-1>`,
            in place of OCIDs.
    """
    return " ".join([text.partition(" where ")[0], *sorted(set(_NAME.findall(text)))])


def read(text: str) -> Remembered:
    """What a rendered text remembers: policies at the left margin, their statements indented."""
    found: dict[str, list[str]] = {}
    held: list[str] = []
    for line in text.splitlines():
        if heading := _POLICY.fullmatch(line):
            held = found.setdefault(heading["label"], [])
        elif line.startswith("  "):
            held.append(identity(line.strip()))
    return found


@cache
def remembered(stack: str) -> Remembered:
    """What the committed text of a stack remembers; nothing where there is none.

    Raises:
        KitError: It can't be read.
    """
    path = FOLDER / f"{stack}.txt"
    try:
        return read(path.read_text("utf-8"))
    except FileNotFoundError:
        return NOTHING
    except (OSError, UnicodeDecodeError) as problem:
        raise KitError(
            f"{path} can't be read: {problem}",
            next_step="Put back what was committed: without it statements would move between policies.",
        ) from None


def numbered(
    label: str, items: Sequence[Item], memory: Remembered, identify: Callable[[Item], str]
) -> dict[str, tuple[Item, ...]]:
    """Deal out statements to policies.

    Args:
        label: Label of the first policy; the others have `-2`, `-3` and so on behind it.
        items: Statements, in the stack's order.
        memory: Where they stood before.
        identify: A statement's identity; asked for only where one policy isn't enough, or was not.

    Returns:
        The statements of each policy, by its label; no policy is empty.
    """
    before = {place for place in memory if re.fullmatch(rf"{re.escape(label)}(-[0-9]+)?", place)}
    if len(items) <= MOST and before <= {label}:
        return {label: tuple(items)} if items else {}
    at = {known: place for place in before for known in memory[place]}
    dealt: dict[str, list[Item]] = {}
    new = []
    for item in items:
        place = at.get(identify(item))
        if place is None:
            new.append(item)
        else:
            dealt.setdefault(place, []).append(item)
    number = 1
    for item in new:
        while len(dealt.get(_label(label, number), ())) >= MOST:
            number += 1
        dealt.setdefault(_label(label, number), []).append(item)
    return {place: tuple(dealt[place]) for place in sorted(dealt, key=lambda place: (len(place), place))}


def _label(first: str, number: int) -> str:
    return first if number == 1 else f"{first}-{number}"

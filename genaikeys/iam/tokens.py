"""Tokens of a policy statement, each with its place in the text."""

import re
from dataclasses import dataclass
from enum import StrEnum

from genaikeys.iam.errors import StatementError


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    VALUE = "value"
    PATTERN = "pattern"
    MARK = "mark"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        kind: What it is.
        text: The word, the mark, the pattern with its slashes, or the value between the quotes.
        start: Index of its first character in the statement.
        end: Index behind its last character.
    """

    kind: Kind
    text: str
    start: int
    end: int


_SHAPE = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|'(?P<value>[^']*)'"
    r"|(?P<pattern>/[^/'\s]+/)"
    r"|(?P<mark>!=|[{}(),=/])"
    r"|(?P<word>[A-Za-z0-9_.-][A-Za-z0-9_.:/-]*)"
)


def tokenise(text: str) -> tuple[Token, ...]:
    """Tokens of a statement, the last of kind `Kind.END`.

    Single quotes are the only quotes, and every character that the language lacks is refused, never skipped
    (Oracle, Identity, "Policy Syntax" and "Conditions", read 2026-11-23).

    Raises:
        StatementError: At a character that is not of the language.
    """
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        found = _SHAPE.match(text, place)
        if found is None:
            raise _refused(text, place)
        kind = found.lastgroup
        if kind is not None and kind != "space":
            tokens.append(Token(Kind(kind), found[kind], place, found.end()))
        place = found.end()
    tokens.append(Token(Kind.END, "", len(text), len(text)))
    return tuple(tokens)


def _refused(text: str, place: int) -> StatementError:
    character = text[place]
    if character == "'":
        return StatementError(text, place, len(text), "this value is not closed; end it with '")
    if character in '"`\u2018\u2019\u201c\u201d':
        why = f"{character} is not a quote here; put values between single quotes, '...'"
    elif character in "<>":
        why = "a placeholder is not filled in: < and > are not of the policy language"
    else:
        why = f"the character {character!a} is not of the policy language"
    return StatementError(text, place, place + 1, why)

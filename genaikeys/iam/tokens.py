"""The tokens of a policy statement: texts alone while all is well, places once something is wrong."""

import re

from genaikeys.iam.errors import StatementError

_SKIPPED = r"(?:[ \t\r\n]+|(?<!\S)(?:#|//)[^\r\n]*)*+"
_SHAPE = (
    r"'[^']*'"
    # Not what would reach over other clauses: a slash between a domain and a name begins no pattern.
    r"|(?<![\w'.-])/[^/'\\\r\n=(,]+/"
    r"|!=|[{}(),=:/]"
    r"|[A-Za-z0-9_.-]+"
)
_TOKENS = re.compile(rf"{_SKIPPED}({_SHAPE}|[^ \t\r\n]|\Z)")
_GOOD = re.compile(_SHAPE)


def tokenise(text: str) -> list[str]:
    """Tokens of a statement, each as it stands there, and empty ones for the end.

    Spaces and line breaks mean nothing; ``#`` and ``//`` at the beginning of a word begin a comment that
    ends with its line (Oracle, Identity, "Policy Syntax", read 2026-11-23, prints that spare spaces and
    line breaks have no effect; it prints no comments: these two are what people's policy files hold).

    ::

        token   = text | pattern | mark | word
        pattern = "/" any characters but "/", "'", "=", "(", ",", a backslash and line breaks "/",
                  not right behind a word
        mark    = "!=" | "{" | "}" | "(" | ")" | "," | "=" | ":" | "/"
        word    = letters, digits, "_", "." and "-"

    A character that is none of them is a token as well, so that no reader can skip it.
    """
    return _TOKENS.findall(text)


def places(text: str) -> list[tuple[int, int]]:
    """Where each token begins and ends, in the order of `tokenise`."""
    return [match.span(1) for match in _TOKENS.finditer(text)]


def refuse_strangers(text: str) -> None:
    """Refuse a text with a character that is not of the language.

    Single quotes are the only quotes (Oracle, Identity, "Conditions", read 2026-11-23).

    Raises:
        StatementError: At the first such character.
    """
    for start, end in places(text):
        if start < end and _GOOD.fullmatch(text, start, end) is None:
            raise _refused(text, start)


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

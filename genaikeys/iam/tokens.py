"""The tokens of a policy statement: texts alone while all is well, places once something is wrong.

Written without regular expressions: importing those takes longer than reading a hundred statements.
"""

from genaikeys.iam.errors import StatementError
from genaikeys.iam.words import OF_WORDS

_MARKS = "{}(),=:/"
_SPACES = " \t\r\n"
_ALLOWED = OF_WORDS | frozenset(f"{_MARKS}{_SPACES}!")
_NOT_IN_PATTERNS = frozenset("\\\r\n=(,#")


def tokenise(text: str) -> list[str]:
    """Tokens of a statement, each as it stands there, and an empty one for the end.

    Spaces and line breaks mean nothing; ``#`` and ``//`` at the beginning of a word begin a comment that
    ends with its line (Oracle, Identity, "Policy Syntax", read 2026-11-23, prints that spare spaces and
    line breaks have no effect; it prints no comments: these two are what people's policy files hold). Single
    quotes are the only quotes (Oracle, Identity, "Conditions", read 2026-11-23).

    ::

        token   = text | pattern | mark | word
        pattern = "/" any characters but "/", "'", "=", "(", ",", "#", a backslash and line breaks "/",
                  not right behind a word
        mark    = "!=" | "{" | "}" | "(" | ")" | "," | "=" | ":" | "/"
        word    = letters, digits, "_", "." and "-"

    Raises:
        StatementError: At the first character that is none of them.
    """
    bare = _without_comments(text) if "#" in text or "//" in text else text
    # Every second part stands between quotes.
    parts = bare.split("'")
    if len(parts) % 2 == 0:
        raise _first_stranger(text, bare)
    tokens: list[str] = []
    for number, part in enumerate(parts):
        if number % 2:
            tokens.append(f"'{part}'")
        elif "/" in part:
            _read_slashes(part, number > 0, tokens, text, bare)
        else:
            if not _is_known(part):
                raise _first_stranger(text, bare)
            _read_words(part, tokens)
    tokens.append("")
    return tokens


def places(text: str, tokens: list[str]) -> list[tuple[int, int]]:
    """Where each of a text's tokens begins and ends."""
    bare = _without_comments(text)
    found, place = [], 0
    for token in tokens:
        start = bare.index(token, place) if token else len(text)
        place = start + len(token)
        found.append((start, place))
    return found


def _is_known(part: str) -> bool:
    return _ALLOWED.issuperset(part) and not ("!" in part and "!" in part.replace("!=", ""))


def _read_words(part: str, tokens: list[str]) -> None:
    if "!=" in part:
        before, *others = part.split("!=")
        _read_words(before, tokens)
        for other in others:
            tokens.append("!=")
            _read_words(other, tokens)
        return
    for mark in _MARKS:
        if mark in part:
            part = part.replace(mark, f" {mark} ")
    tokens += part.split()


def _read_slashes(part: str, behind_a_quote: bool, tokens: list[str], text: str, bare: str) -> None:
    """Read a part in which slashes are marks or enclose patterns."""
    rest = part
    while rest:
        start = _pattern_start(rest, behind_a_quote)
        end = len(rest) if start is None else start
        if not _is_known(rest[:end]):
            raise _first_stranger(text, bare)
        _read_words(rest[:end], tokens)
        if start is None:
            return
        end = rest.index("/", start + 1) + 1
        tokens.append(rest[start:end])
        rest, behind_a_quote = rest[end:], False


def _pattern_start(part: str, behind_a_quote: bool) -> int | None:
    """Where the first pattern of a part begins."""
    start = part.find("/")
    while start >= 0:
        end = part.find("/", start + 1)
        behind_a_word = part[start - 1] in OF_WORDS if start else behind_a_quote
        if not behind_a_word and end > start + 1 and _NOT_IN_PATTERNS.isdisjoint(part[start:end]):
            return start
        start = end
    return None


def _without_comments(text: str) -> str:
    """A text of the same length, its comments blank."""
    kept, place, quoted = list(text), 0, False
    while place < len(text):
        if text[place] == "'":
            quoted = not quoted
        fresh = place == 0 or text[place - 1].isspace()
        if not quoted and fresh and text.startswith(("#", "//"), place):
            end = place
            while end < len(text) and text[end] not in "\r\n":
                kept[end] = " "
                end += 1
            place = end
        place += 1
    return "".join(kept)


def _first_stranger(text: str, bare: str) -> StatementError:
    """What is wrong with the first character that is not of the language."""
    place = 0
    while place < len(bare):
        if bare[place] == "'":
            end = bare.find("'", place + 1)
            if end < 0:
                return StatementError(text, place, len(text), "this value is not closed; end it with '")
            place = end + 1
            continue
        after_a_word = place > 0 and (bare[place - 1] in OF_WORDS or bare[place - 1] == "'")
        if bare[place] == "/" and not after_a_word and _pattern_start(bare[place:].split("'")[0], False) == 0:
            place = bare.index("/", place + 1) + 1
            continue
        if bare[place] not in _ALLOWED or (bare[place] == "!" and not bare.startswith("!=", place)):
            return _refused(text, place)
        place += 1
    return _refused(text, len(text) - 1)


def _refused(text: str, place: int) -> StatementError:
    character = text[place]
    if character in '"`\u2018\u2019\u201c\u201d':
        why = f"{character} is not a quote here; put values between single quotes, '...'"
    elif character in "<>":
        why = "a placeholder is not filled in: < and > are not of the policy language"
    else:
        why = f"the character {character!a} is not of the policy language"
    return StatementError(text, place, place + 1, why)

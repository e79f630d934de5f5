"""What was probably meant by a text that is no statement."""

import re
from collections.abc import Callable, Iterator
from difflib import get_close_matches

from genaikeys.iam import Statement, StatementError, parse_statement
from genaikeys.iam.words import VERBS

__all__ = ["repair"]

_MOST = 12
"""How many repairs one text is worth: each kind once, and a few twice."""
_QUOTED = re.compile(r"('[^']*')")
_TEST = r"(?=[A-Za-z_][\w-]*(?:\.[\w-]+)+\s*(?:=|!=|in\b|not\b|before\b|after\b|between\b))"
_HEADS = ("allow", "deny", "define", "endorse", "admit")

Repaired = tuple[str, str] | None
"""The new text and what was wrong."""


def repair(text: str) -> tuple[Statement | None, tuple[str, ...]]:
    """Read a text, mending what can be mended.

    Returns:
        The statement that was probably meant, or None; and what is wrong, a sentence each: nothing for a text
        that is a statement.
    """
    said: list[str] = []
    for _ in range(_MOST):
        try:
            return parse_statement(text), tuple(said)
        except StatementError as problem:
            found = next((each for each in _attempts(text) if each is not None), None)
            if found is None:
                return None, (*said, f"It is no statement: {problem}")
            text, what = found
            said.append(what)
    return None, tuple(said)


def _attempts(text: str) -> Iterator[Repaired]:
    for attempt in _REPAIRS:
        found = attempt(text)
        yield found if found is not None and found[0] != text else None


def _typographic(text: str) -> Repaired:
    found = re.findall("[‘’‚‛“”„`´]", text)
    what = f"{' and '.join(dict.fromkeys(found))} are not the language's quotes: values stand between '"
    return re.sub("[‘’‚‛“”„`´]", "'", text), what


def _double(text: str) -> Repaired:
    return text.replace('"', "'"), "Values stand between single quotes, not double ones"


def _placeholder(text: str) -> Repaired:
    found: list[str] = []

    def quote(match: "re.Match[str]") -> str:
        found.append(match[0])
        return f"'{match[0]}'"

    new = _outside(text, lambda part: re.sub(r"<[^<>=]+>|\$\{[^{}]*\}|\{\{[^{}]*\}\}", quote, part))
    return new, f"{' and '.join(dict.fromkeys(found))} is a placeholder that was left in"


def _operator(text: str) -> Repaired:
    new = _outside(text, lambda part: part.replace("==", "=").replace("<>", "!="))
    return new, "The language compares with = and !="


def _any_user(text: str) -> Repaired:
    everybody = r"^(\w+)\s+(?:any[ _]?users?|any-users|anyone|all[ -]users)\s"
    new = re.sub(everybody, r"\1 any-user ", text, flags=re.IGNORECASE)
    return new, "The subject for everybody is written any-user"


def _head(text: str) -> Repaired:
    first, _, rest = text.partition(" ")
    near = [] if first.lower() in _HEADS else get_close_matches(first.lower(), _HEADS, n=1, cutoff=0.7)
    return (f"{near[0]} {rest}", f"A statement begins with {near[0]}, not {first}") if near else None


def _verb(text: str) -> Repaired:
    found = re.search(r"\bto\s+([A-Za-z]+)\s", text, flags=re.IGNORECASE)
    if found is None or found[1].lower() in VERBS:
        return None
    near = get_close_matches(found[1].lower(), VERBS, n=1, cutoff=0.7)
    if not near:
        return None
    new = f"{text[: found.start(1)]}{near[0]}{text[found.end(1) :]}"
    return new, f"{found[1]} is no verb: the nearest is {near[0]}"


def _round_brackets(text: str) -> Repaired:
    new = re.sub(r"\b(all|any)\s*\((.*)\)\s*$", r"\1 { \2 }", text, flags=re.IGNORECASE)
    return new, "What ALL and ANY join stands between { and }, not ( and )"


def _braces(text: str) -> Repaired:
    found = re.search(r"\bwhere\s+(all|any)\s+(?!\s*\{)(.+)$", text, flags=re.IGNORECASE)
    if found is None:
        return None
    rest = found[2].strip().removesuffix("}").strip()
    word = found[1].upper()
    new = f"{text[: found.start(1)]}{word} {{ {rest} }}"
    return new, f"What {word} joins stands between {{ and }}"


def _word_and(text: str) -> Repaired:
    new = re.sub(rf"(['/)])\s*(?:and|&&)\s+{_TEST}", r"\1, ", text, flags=re.IGNORECASE)
    return new, "Conditions aren't joined with a word: they stand in ALL { ..., ... }"


def _comma(text: str) -> Repaired:
    new = re.sub(rf"(['/)])\s+{_TEST}", r"\1, ", text)
    new = re.sub(r"'\s+'", "', '", new) if re.search(r"\(\s*'[^()]*'\s+'", new) else new
    return new, "A comma is missing between two conditions or values"


def _joined(text: str) -> Repaired:
    found = re.search(r"\bwhere\s+(?!all\b|any\b)(.+)$", text, flags=re.IGNORECASE)
    if found is None or not re.search(rf"['/)]\s*,\s*{_TEST}", found[1]):
        return None
    new = f"{text[: found.start(1)]}ALL {{ {found[1].strip()} }}"
    return new, "Several conditions must stand in ALL { ... }: without it only one may follow where"


def _unquoted(text: str) -> Repaired:
    found: list[str] = []

    def quote(match: "re.Match[str]") -> str:
        found.append(match[2])
        return f"{match[1]}'{match[2]}'"

    new = _outside(text, lambda part: re.sub(r"(!?=\s*)([A-Za-z0-9_][A-Za-z0-9_.-]*)", quote, part))
    return new, f"{' and '.join(dict.fromkeys(found))} should stand between '"


def _closing(text: str) -> Repaired:
    bare = _QUOTED.sub("", text)
    missing = bare.count("{") - bare.count("}")
    return (f"{text}{' }' * missing}", "A closing } is missing") if missing > 0 else None


def _ending(text: str) -> Repaired:
    return text.rstrip(" ;.,"), "Nothing may follow the end of the statement"


_REPAIRS: tuple[Callable[[str], Repaired], ...] = (
    _ending,
    _typographic,
    _double,
    _placeholder,
    _operator,
    _any_user,
    _head,
    _verb,
    _round_brackets,
    _braces,
    _word_and,
    _comma,
    _unquoted,
    _joined,
    _closing,
)


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside of quotes."""
    parts = _QUOTED.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))

"""The ways in which a token may be written, and the search for all of them in a piece of bytes.

Each spelling is first looked for by a few bytes that it can't do without, because looking for fixed bytes
costs next to nothing; only what is found there is decoded.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from genaikeys.scan.shape import NARROW, PREFIX, WIDE

__all__ = ["LONGEST_SPELLED", "Token", "tokens"]

LONGEST_SPELLED = 1 << 14
"""Bytes that the longest token takes in its longest spelling, with room to spare."""
_BEFORE = 24
_SHORTEST = 8
"""Letters after ``sk-`` that make a token worth a look."""


@dataclass(frozen=True, slots=True)
class Token:
    """Something that begins with ``sk-``. It never leaves the search: its bytes may be a secret.

    Attributes:
        start: Where its spelling begins.
        text: What it says, as far as any alphabet goes.
        before: What stands before it.
        spelling: How it is written.
    """

    start: int
    text: bytes = field(repr=False)
    before: bytes = field(repr=False)
    spelling: str

    @property
    def narrow(self) -> bytes:
        """As far as the expected alphabet goes."""
        found = NARROW.match(self.text)
        return found[0] if found else b""


def tokens(content: bytes) -> list[Token]:
    """Every token in a content, in order; where two spellings begin at one place, the longer text."""
    found: dict[int, Token] = {}
    for token in (*_narrow(content), *_wrapped(content), *_wide_letters(content)):
        known = found.get(token.start)
        if known is None or len(token.narrow) > len(known.narrow):
            found[token.start] = token
    return [found[start] for start in sorted(found)]


def _narrow(content: bytes) -> Iterator[Token]:
    yield from _plain(content)
    yield from _escaped(content)
    yield from _hexadecimal(content)
    yield from _base64(content)


def _places(content: bytes, anchor: bytes) -> Iterator[int]:
    place = content.find(anchor)
    while place >= 0:
        yield place
        place = content.find(anchor, place + 1)


def _token(start: int, decoded: bytes, before: bytes, spelling: str) -> Iterator[Token]:
    found = WIDE.match(decoded)
    if found is not None and len(found[0]) >= _SHORTEST + len(PREFIX):
        yield Token(start, found[0], before, spelling)


def _plain(content: bytes) -> Iterator[Token]:
    for place in _places(content, PREFIX):
        found = WIDE.match(content, place)
        if found is not None and len(found[0]) >= _SHORTEST + len(PREFIX):
            yield Token(place, found[0], content[max(0, place - _BEFORE) : place], "plain")


_ESCAPES = (b"%2D", b"%2d", b"%73", b"%6B", b"%6b", b"u002", b"u0073", b"x2d", b"x2D", b"x73")
_ESCAPED = re.compile(
    rb"(?:s|%73|\\u0073|\\x73)(?:k|%6[Bb]|\\u006[Bb]|\\x6[Bb])(?:-|%2[Dd]|\\u002[Dd]|\\x2[Dd])"
    rb"(?:[0-9A-Za-z_\-+/=.~]|%[2-7][0-9A-Fa-f]|\\u00[2-7][0-9A-Fa-f]|\\x[2-7][0-9A-Fa-f]){8,512}"
)
_ESCAPE = re.compile(rb"(?:%|\\u00|\\x)([2-7][0-9A-Fa-f])")


def _escaped(content: bytes) -> Iterator[Token]:
    """Escapes of URLs (RFC 3986, 2.1), of JSON (RFC 8259, 7) and of C."""
    if not any(escape in content for escape in _ESCAPES):
        return
    for found in _ESCAPED.finditer(content):
        if b"%" not in found[0] and b"\\" not in found[0]:
            continue
        spelling = "URL-encoded" if b"%" in found[0] else "escaped"
        decoded = _ESCAPE.sub(lambda escape: bytes((int(escape[1], 16),)), found[0])
        before = content[max(0, found.start() - _BEFORE) : found.start()]
        yield from _token(found.start(), decoded, before, spelling)


_HEXADECIMAL = re.compile(rb"(?:[0-9A-Fa-f]{2})+")


def _hexadecimal(content: bytes) -> Iterator[Token]:
    for anchor in (b"736b2d", b"736B2D"):
        for place in _places(content, anchor):
            found = _HEXADECIMAL.match(content, place, place + LONGEST_SPELLED // 4)
            if found is not None:
                yield from _token(place, bytes.fromhex(found[0].decode()), b"", "hexadecimal")


_BASE64 = re.compile(rb"[0-9A-Za-z+/_-]+")
_ANCHORS = (
    # What base64 makes of "sk-" behind no, one and two other bytes: the letters that hang on it alone, how
    # many letters before them belong to it in part, which those may be, and what fills up their quantum.
    (b"c2st", 0, re.compile(rb""), b"", 0),
    (b"NrL", 1, re.compile(rb"[HXn3]"), b"A", 1),
    (b"zay", 1, re.compile(rb"[BFJNRVZdhlptx159]"), b"AA", 2),
)
_FOR_URLS = bytes.maketrans(b"-_", b"+/")


def _base64(content: bytes) -> Iterator[Token]:
    """Base64 in either alphabet (RFC 4648, 4 and 5), of a text that holds the token anywhere."""
    for anchor, partly, first, filling, extra in _ANCHORS:
        for place in _places(content, anchor):
            start = place - partly
            if start < 0 or not first.match(content, start):
                continue
            found = _BASE64.match(content, start, start + LONGEST_SPELLED // 4)
            if found is not None:
                letters = filling + found[0].translate(_FOR_URLS)
                whole = letters + b"A" if len(letters) % 4 == 1 else letters
                decoded = base64.b64decode(whole + b"=" * (-len(whole) % 4))
                kept = len(letters) * 6 // 8
                yield from _token(start, decoded[extra:kept], b"", "base64")


_BREAK = re.compile(
    rb"\n(?:(?<=[0-9A-Za-z+/_-]{60}\n)|(?<=[0-9A-Za-z+/_-]{60}\r\n))[ \t]*(?=[0-9A-Za-z+/_-]{2})"
)
_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/_-"
_LONGEST_LINE = 160
_LINES = (60, 64, 70, 72, 76, 80, 100, 120)
"""Letters in a line where base64 is wrapped: 64 (PEM, RFC 7468), 76 (MIME, RFC 2045), and round numbers."""


def _wrapped(content: bytes) -> Iterator[Token]:
    """Base64 that goes on in the next line."""
    breaks = []
    for found in _BREAK.finditer(content):
        ending = content[max(0, found.start() - _LONGEST_LINE) : found.start()]
        line = ending.removesuffix(b"\r")
        if len(line) - len(line.rstrip(_LETTERS)) in _LINES:
            breaks.append((found.start() - (len(ending) - len(line)), found.end()))
    if not breaks:
        return
    pieces, origins, behind, joined = [], [], 0, 0
    for start, end in [*breaks, (len(content), len(content))]:
        pieces.append(content[behind:start])
        origins.append((joined, behind))
        joined += start - behind
        behind = end
    for token in _base64(b"".join(pieces)):
        at, origin = next(pair for pair in reversed(origins) if pair[0] <= token.start)
        yield replace(token, start=origin + token.start - at, spelling="base64 in lines")


_SIGNS = (
    *(b"s\0k\0-", b"c\x002\0s\0t", b"N\0r\0L", b"z\0a\0y"),
    *(b"s\0\0\0k\0\0\0-", b"c\0\0\x002\0\0\0s", b"N\0\0\0r\0\0\0L", b"z\0\0\0a\0\0\0y"),
)
_RUNS = (
    ("UTF-16", 2, re.compile(rb"(?:[\t\n\r\x20-\x7e]\0){8,}[\t\n\r\x20-\x7e]?")),
    ("UTF-32", 4, re.compile(rb"(?:[\t\n\r\x20-\x7e]\0\0\0){8,}[\t\n\r\x20-\x7e]?")),
)


def _wide_letters(content: bytes) -> Iterator[Token]:
    """Letters of two or four bytes, whichever comes first."""
    if b"\0" not in content or not any(sign in content for sign in _SIGNS):
        return
    for name, width, run in _RUNS:
        for found in run.finditer(content):
            letters = found[0]
            # Only where the zeros come first does the last letter end a run by itself.
            if len(letters) % width and content[max(0, found.start() - 1) : found.start()] != b"\0":
                letters = letters[:-1]
            for token in _narrow(letters[::width]):
                spelling = name if token.spelling == "plain" else f"{token.spelling}, {name}"
                yield replace(token, start=found.start() + token.start * width, spelling=spelling)

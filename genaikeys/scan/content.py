"""The search of one content, however large: in pieces, so that memory stays bounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from genaikeys.scan.known import Published, fingerprint, match
from genaikeys.scan.shape import Kind, kind_of
from genaikeys.scan.spellings import LONGEST_SPELLED, Token, tokens

__all__ = ["PIECE", "Hit", "Reader", "search", "search_text"]

PIECE = 1 << 22
"""Bytes that are searched at once."""
_BEHIND = 256
"""Bytes of the piece before that tell what stands before a token."""


class Reader(Protocol):
    """What gives bytes, as many as asked for until its end."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A secret in a content, without the secret.

    Attributes:
        line: From 1 up.
        kind: What it is.
        fingerprint: First 16 hexadecimal digits of the value's SHA-256.
        spelling: How it is written.
    """

    line: int
    kind: Kind
    fingerprint: str
    spelling: str


def search(reader: Reader, known: Mapping[str, Published]) -> list[Hit]:
    """Every secret in what a reader gives.

    Args:
        reader: Read to its end.
        known: Values that were published, by fingerprint.
    """
    hits: list[Hit] = []
    kept, done, lines = b"", 0, 1
    while True:
        piece = reader.read(PIECE)
        is_last = len(piece) < PIECE
        content = kept + piece if kept else piece
        limit = len(content) if is_last else len(content) - LONGEST_SPELLED
        hits += [
            hit
            for token in tokens(content)
            if done <= token.start < limit and (hit := _hit(token, content, lines, known))
        ]
        if is_last:
            return hits
        cut = limit - _BEHIND
        lines += content.count(b"\n", 0, cut)
        kept, done = content[cut:], _BEHIND


def search_text(text: str, known: Mapping[str, Published]) -> list[Hit]:
    """Every secret in a short text, such as a file's name."""
    content = text.encode("utf-8", "surrogateescape")
    return [hit for token in tokens(content) if (hit := _hit(token, content, 1, known))]


def _hit(token: Token, content: bytes, lines: int, known: Mapping[str, Published]) -> Hit | None:
    published = match(token.text, known)
    kind = Kind.PUBLISHED if published else kind_of(token.narrow, token.before)
    if kind is None:
        return None
    line = lines + content.count(b"\n", 0, token.start)
    return Hit(line, kind, published or fingerprint(token.narrow), token.spelling)

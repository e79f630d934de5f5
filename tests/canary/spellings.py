"""The ways in which a secret may lie somewhere, and the search for all of them.

A value is found whole, without its beginning, and cut: its random part is searched in three pieces, so that
31 letters in a row always hold one (OCI itself shows the last four). Each piece is searched in every spelling
below, also in what was packed with gzip or as a zip archive.
"""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

__all__ = ["ISSUED", "SHAPES", "SPELLINGS", "Hit", "Scan", "search", "unpacked"]

ISSUED = re.compile(rb"sk-localtest-[A-Za-z0-9]{48}(?![A-Za-z0-9])")
"""A value as the local OCI issues it."""
PIECE = 16
"""Letters of a value that are enough to call it a leak."""
_LARGEST = 1 << 28
"""Bytes that a packed file may unpack to."""
_DEEPEST = 3
"""How many times packed a file may be."""


def _base64(text: bytes, before: int) -> bytes:
    """The part of the base64 of something around ``text`` that hangs on ``text`` alone."""
    packed = base64.b64encode(b"\0" * before + text)
    first = -(-before * 8 // 6)
    last = (before + len(text)) * 8 // 6
    return packed[first:last]


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda text: text,
    "base64, aligned": lambda text: _base64(text, 0),
    "base64, one byte later": lambda text: _base64(text, 1),
    "base64, two bytes later": lambda text: _base64(text, 2),
    "hexadecimal": lambda text: text.hex().encode(),
    "hexadecimal, capitals": lambda text: text.hex().upper().encode(),
    "URL, every letter": lambda text: b"".join(b"%%%02x" % letter for letter in text),
    "URL, every letter, capitals": lambda text: b"".join(b"%%%02X" % letter for letter in text),
    "UTF-16": lambda text: text.decode().encode("utf-16-le")[:-1],
    "UTF-32": lambda text: text.decode().encode("utf-32-le")[:-3],
    "JSON escapes": lambda text: b"".join(b"\\u%04x" % letter for letter in text),
    "JSON escapes, capitals": lambda text: b"".join(b"\\u%04X" % letter for letter in text),
    "backwards": lambda text: text[::-1],
    "base32": lambda text: base64.b32encode(text[: len(text) // 5 * 5]),
    "shell quotes": lambda text: b"".join(b"\\%c" % letter for letter in text),
}
"""Each spelling by name. UTF-16 and UTF-32 end before their last zeros, so that both byte orders fit."""

SHAPES = tuple(
    re.compile(re.escape(spell(b"sk-localtest-")) + rb"[A-Za-z0-9%\\+/=\0]{24}")
    for name, spell in SPELLINGS.items()
    if name != "backwards"
)
"""What any value looks like, also one that never left the local OCI: the marker, and much after it."""


@dataclass(frozen=True)
class Hit:
    """A secret that was found.

    Attributes:
        place: Where.
        spelling: In which spelling; for a value that nobody saw issued, its shape.
        number: Which of the values, counted from 0; -1 for one that nobody saw.
    """

    place: str
    spelling: str
    number: int


@dataclass
class Scan:
    """What was searched, and what was found."""

    bytes: int = 0
    places: int = 0
    hits: tuple[Hit, ...] = ()

    def __add__(self, other: "Scan") -> "Scan":
        return Scan(self.bytes + other.bytes, self.places + other.places, self.hits + other.hits)


def search(evidence: Iterable[tuple[str, bytes]], values: Iterable[bytes], *, shapes: bool = True) -> Scan:
    """Search places for values.

    Args:
        evidence: Name and content of each place.
        values: Values as they were issued.
        shapes: Whether also to find what looks like a value, where only these values can be.
    """
    wanted = [
        (spelling, number, spell(piece))
        for number, value in enumerate(values)
        for piece in _pieces(value)
        for spelling, spell in SPELLINGS.items()
    ]
    found = Scan()
    for place, packed in evidence:
        found.places += 1
        for content in unpacked(packed):
            found.bytes += len(content)
            seen = {(spelling, number) for spelling, number, text in wanted if text in content}
            if shapes and not seen and any(shape.search(content) for shape in SHAPES):
                seen = {("its shape", -1)}
            found.hits += tuple(Hit(place, spelling, number) for spelling, number in sorted(seen))
    return found


def _pieces(value: bytes) -> Iterator[bytes]:
    """Three pieces of the random part: its beginning, its middle, its end. A whole value holds all three."""
    letters = value.rpartition(b"-")[2]
    for start in (0, (len(letters) - PIECE) // 2, len(letters) - PIECE):
        yield letters[start : start + PIECE]


def unpacked(content: bytes, depth: int = _DEEPEST) -> Iterator[bytes]:
    """A content, and what is packed in it."""
    yield content
    if not depth:
        return
    if content[:2] == b"\x1f\x8b":
        try:
            inner = gzip.GzipFile(fileobj=io.BytesIO(content)).read(_LARGEST)
        except (OSError, EOFError, zlib.error):
            return
        yield from unpacked(inner, depth - 1)
    elif content[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from unpacked(archive.read(name), depth - 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error):
            return

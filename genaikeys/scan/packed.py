"""A file's content and what is packed in it: gzip, bzip2, xz, zstandard, zip."""

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO

from genaikeys.scan.content import Hit, Reader, search, search_text
from genaikeys.scan.known import Published

__all__ = ["LARGEST_UNPACKED", "look"]

LARGEST_UNPACKED = 1 << 30
"""Bytes that one archive may unpack to; more is told and left."""
_LARGEST_INNER = 1 << 26
"""Bytes of a file in an archive that may be an archive itself."""
_DEEPEST = 2
_DAMAGED = (
    *(OSError, EOFError, ValueError, RuntimeError, NotImplementedError, OverflowError, KeyError),
    *(zlib.error, lzma.LZMAError, zipfile.BadZipFile, struct.error),
)
_STREAMS: tuple[tuple[bytes, Callable[[IO[bytes]], Reader]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
)
_WHY = "it is damaged, needs a password, or is of an unknown kind"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC = (*(magic for magic, _ in _STREAMS), _ZSTANDARD, *_ZIP)

Note = Callable[[str, str], None]


class _TooLargeError(Exception):
    """An archive unpacks to more than it may."""


@dataclass
class _Limited:
    """A reader that counts what an archive unpacks to."""

    reader: Reader
    budget: list[int]

    def read(self, size: int, /) -> bytes:
        content = self.reader.read(size)
        self.budget[0] -= len(content)
        if self.budget[0] < 0:
            raise _TooLargeError
        return content


def look(
    file: IO[bytes], known: Mapping[str, Published], note: Note, *, depth: int = _DEEPEST
) -> Iterator[tuple[str, Hit]]:
    """Every secret in a file, and in what is packed in it.

    Args:
        file: At its beginning, and able to go back there.
        known: Values that were published, by fingerprint.
        note: Is told the place inside of the file, and why what is packed there can't be looked at.
        depth: How many times packed it may be.

    Yields:
        The place inside of the file, such as ``!plan.json``, or nothing for the file itself; and the secret.
    """
    magic = file.read(6)
    file.seek(0)
    outer = search(file, known)
    if not depth or not magic.startswith(_MAGIC):
        yield from (("", hit) for hit in outer)
        return
    file.seek(0)
    is_found = False
    budget = [LARGEST_UNPACKED]
    try:
        for found in _unpacked(file, magic, known, note, depth, budget):
            is_found = True
            yield found
    except _TooLargeError:
        note("", f"it unpacks to more than {LARGEST_UNPACKED >> 20} MiB")
    except _DAMAGED:
        note("", _WHY)
    # What is stored as it is shows outside, too, and with whatever the archive has behind it.
    yield from (("", hit) for hit in outer if not is_found)


def _unpacked(
    file: IO[bytes], magic: bytes, known: Mapping[str, Published], note: Note, depth: int, budget: list[int]
) -> Iterator[tuple[str, Hit]]:
    if magic.startswith(_ZIP):
        yield from _zip(file, known, note, depth, budget)
        return
    if magic.startswith(_ZSTANDARD):
        reader = _zstandard(file)
        if reader is None:
            note("", "zstandard isn't installed")
            return
    else:
        reader = next(make for start, make in _STREAMS if magic.startswith(start))(file)
    yield from (("!", hit) for hit in search(_Limited(reader, budget), known))


def _zstandard(file: IO[bytes]) -> Reader | None:
    """What reads zstandard, where that is installed; the standard library can't before Python 3.14."""
    try:
        import zstandard
    except ImportError:
        return None
    stream = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    return _Zstandard(stream, zstandard.ZstdError)


@dataclass
class _Zstandard:
    """A reader that gives as much as is asked for, and whose damage is that of any other."""

    stream: Reader
    damage: type[Exception]

    def read(self, size: int, /) -> bytes:
        pieces, left = [], size
        while left:
            try:
                piece = self.stream.read(left)
            except self.damage as problem:
                raise ValueError(type(problem).__name__) from None
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def _zip(
    file: IO[bytes], known: Mapping[str, Published], note: Note, depth: int, budget: list[int]
) -> Iterator[tuple[str, Hit]]:
    with zipfile.ZipFile(file) as archive:
        yield from (("!", hit) for hit in search(io.BytesIO(archive.comment), known))
        for entry in archive.infolist():
            place = f"!{entry.filename}"
            yield from ((place, hit) for hit in search_text(entry.filename, known))
            if entry.is_dir():
                continue
            try:
                with archive.open(entry) as inside:
                    if entry.file_size > _LARGEST_INNER:
                        yield from ((place, hit) for hit in search(_Limited(inside, budget), known))
                        continue
                    content = _Limited(inside, budget).read(_LARGEST_INNER)
            except _DAMAGED:
                note(place, _WHY)
                continue
            inner = partial(_inside, note, place)
            for further, hit in look(io.BytesIO(content), known, inner, depth=depth - 1):
                yield f"{place}{further}", hit


def _inside(note: Note, place: str, further: str, why: str) -> None:
    note(f"{place}{further}", why)

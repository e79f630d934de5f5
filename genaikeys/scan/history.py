"""The search of git's objects: every one that a repository has, also those that no branch leads to."""

import io
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from genaikeys.errors import KitError
from genaikeys.scan import git
from genaikeys.scan.content import PIECE, Hit, search, search_text
from genaikeys.scan.findings import Finding, Report, shown
from genaikeys.scan.known import Published
from genaikeys.scan.packed import look

__all__ = ["search_history", "search_staged"]

_LARGEST_UNPACKABLE = 1 << 26
"""Bytes of an object that is kept in memory; a larger one is searched as it comes, and not unpacked."""
_SHORT = 12
_COMMIT = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")


def search_history(folder: Path, known: Mapping[str, Published], report: Report) -> None:
    """Search every object of a repository, and tell in which file and which commit it first was.

    Args:
        folder: In the repository.
        known: Values that were published, by fingerprint.
        report: Where to put what is found.

    Raises:
        KitError: Git is missing, or refuses to read the repository.
    """
    if git.answer(folder, "rev-parse", "--is-shallow-repository").strip() == b"true":
        report.notes.append(f"{shown(str(folder))} is a shallow clone: what it lacks was not searched.")
    found: dict[str, list[tuple[str, Hit]]] = {}
    kinds: dict[str, str] = {}
    arguments = ("--batch-all-objects", "--batch", "--unordered", "--buffer")
    with git.running(folder, "cat-file", *arguments) as process:
        for name, kind, content in _objects(process):
            report.objects += 1
            hits = _hits(name, kind, content, known, report)
            if hits:
                found[name], kinds[name] = hits, kind
    origins = _origins(folder, {name for name, kind in kinds.items() if kind == "blob"})
    for name, hits in found.items():
        commit, place = origins.get(name) or _elsewhere(name, kinds[name])
        for inside, hit in hits:
            report.findings.append(Finding.of(hit, "history", f"{place}{inside}", commit))


def _elsewhere(name: str, kind: str) -> tuple[str | None, str]:
    """Commit and place of what isn't a file of a commit's."""
    what = {
        "blob": "a file in no commit",
        "tree": "the name of a file",
        "commit": "the message",
        "tag": "the message of a tag",
    }
    return (name if kind == "commit" else None), f"{kind} {name[:_SHORT]} ({what[kind]})"


def search_staged(known: Mapping[str, Published], report: Report) -> None:
    """Search what the next commit would add: in the index that git tells a hook, or the usual one.

    Raises:
        KitError: There is no repository, git is missing, or refuses to read it.
    """
    here = Path.cwd()
    paths = _staged(here)
    for path in {path for some in paths.values() for path in some}:
        for hit in search_text(path, known):
            report.findings.append(Finding.of(hit, "staged", path))
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{name}\n" for name in paths).encode())
        names.seek(0)
        with git.running(here, "cat-file", "--batch", given=names.fileno(), as_hook=True) as process:
            for name, kind, content in _objects(process):
                report.objects += 1
                for inside, hit in _hits(name, kind, content, known, report):
                    for path in paths[name]:
                        report.findings.append(Finding.of(hit, "staged", f"{path}{inside}"))


def _staged(folder: Path) -> dict[str, list[str]]:
    """Paths of what was added or changed, by object."""
    try:
        base = git.answer(folder, "rev-parse", "--verify", "HEAD^{tree}", as_hook=True)
    except KitError:  # before the first commit
        base = git.answer(folder, "hash-object", "-t", "tree", os.devnull, as_hook=True)
    arguments = ("--cached", "--raw", "-r", "-z", "--no-renames", "--no-abbrev", "--diff-filter=d")
    output = git.answer(folder, "diff-index", *arguments, base.decode().strip(), as_hook=True)
    found: dict[str, list[str]] = {}
    for name, path in _changes(io.BytesIO(output)):
        if path is not None:
            found.setdefault(name, []).append(path)
    return found


def _objects(process: "subprocess.Popen[bytes]") -> Iterator[tuple[str, str, "IO[bytes] | _Object"]]:
    """Name, type and content of each object that `git cat-file --batch` gives.

    Raises:
        KitError: It failed.
    """
    stream = process.stdout
    if stream is None:
        return
    while head := stream.readline():
        name, kind, *rest = head.decode().split()
        if not rest:
            continue  # "<name> missing": a clone that lacks it
        content = _Object(stream, int(rest[0]))
        if content.left <= _LARGEST_UNPACKABLE:
            yield name, kind, io.BytesIO(content.read(content.left))
        else:
            yield name, kind, content
            while content.read(PIECE):
                pass
        stream.read(1)
    if process.wait() != 0:
        raise KitError("git cat-file failed")


class _Object:
    """The next bytes of a stream, as a content of its own."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self.left = size

    def read(self, size: int, /) -> bytes:
        content = self._stream.read(min(size, self.left))
        self.left = self.left - len(content) if content else 0
        return content


def _hits(
    name: str, kind: str, content: "IO[bytes] | _Object", known: Mapping[str, Published], report: Report
) -> list[tuple[str, Hit]]:
    if isinstance(content, _Object):
        return [("", hit) for hit in search(content, known)]

    def note(inside: str, why: str) -> None:
        report.unpacked.append(f"{kind} {name[:_SHORT]}{shown(inside)}: {why}")

    return list(look(content, known, note))


def _origins(folder: Path, wanted: set[str]) -> dict[str, tuple[str, str]]:
    """The first commit of each object, and its path there; objects that no commit has are left out.

    One walk over all commits, parents first, those included that only the reflog knows.
    """
    found: dict[str, tuple[str, str]] = {}
    if not wanted:
        return found
    listing = ("rev-list", "--all", "--reflog", "--topo-order", "--reverse")
    changes = ("--stdin", "-r", "--root", "-m", "--raw", "-z", "--no-renames", "--no-abbrev")
    with git.running(folder, *listing) as commits:
        if commits.stdout is None:
            return found
        with git.running(folder, "diff-tree", *changes, given=commits.stdout.fileno()) as differences:
            if differences.stdout is None:
                return found
            commit = ""
            for name, path in _changes(differences.stdout):
                if path is None:
                    commit = name
                elif name in wanted and name not in found:
                    found[name] = commit, path
                    if len(found) == len(wanted):
                        break
    return found


def _changes(stream: IO[bytes]) -> Iterator[tuple[str, str | None]]:
    """Object and path of each change in git's raw format, and each commit on the way with no path."""
    name = ""
    for part in _parts(stream):
        if part.startswith(b":"):
            name = part.split()[3].decode()
            is_link = part.split()[1] == b"160000"  # another repository's commit
            name = "" if is_link else name
            continue
        if name:
            yield name, os.fsdecode(part)
            name = ""
        elif _COMMIT.fullmatch(part):
            yield part.decode(), None


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while piece := stream.read(1 << 16):
        *parts, rest = (rest + piece).split(b"\0")
        yield from parts

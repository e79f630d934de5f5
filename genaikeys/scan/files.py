"""The search of folders and files: every file in them, whether git ignores it or not."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from genaikeys.scan.content import search_text
from genaikeys.scan.findings import Finding, Report, Surface, shown
from genaikeys.scan.known import Published
from genaikeys.scan.packed import look

__all__ = ["SKIPPED", "Files"]

SKIPPED = frozenset({".venv", "node_modules", ".tox", ".nox", ".mypy_cache", ".ruff_cache"})
"""Folders of other people's code and of what tools made from it; and so is one with a ``pyvenv.cfg``."""
_GIT = ".git"


@dataclass
class Files:
    """A search of folders and files, each folder once.

    Args:
        known: Values that were published, by fingerprint.
        report: Where to put what is found.

    Attributes:
        repositories: Folders met on the way that have a ``.git``; what that holds is for
            `genaikeys.scan.history`.
    """

    known: Mapping[str, Published]
    report: Report
    repositories: list[Path] = field(default_factory=list)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def search(self, top: Path, surface: Surface = "tree", *, leave: frozenset[str] = SKIPPED) -> None:
        """Search a file, or a folder and all that is in it.

        Args:
            top: Where to begin; a symbolic link is followed here, and nowhere below.
            surface: What to call it.
            leave: Names of folders to leave out.
        """
        start = top.resolve()
        if start.is_dir():
            for path in self._below(start, leave):
                self._file(path, surface)
        else:
            self._file(str(start), surface)

    def _below(self, folder: Path, leave: frozenset[str]) -> Iterator[str]:
        """Paths of the files and links in a folder and all folders in it, in order."""
        waiting = [str(folder)]
        while waiting:
            here = waiting.pop()
            entries = self._entries(here)
            names = {entry.name for entry in entries}
            if "pyvenv.cfg" in names and here != str(folder) and leave:
                self.report.skipped.append(self.place(here))
                continue
            further = []
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if self._is_wanted(entry, names, leave):
                        further.append(entry.path)
                elif entry.is_file(follow_symlinks=False) or entry.is_symlink():
                    yield entry.path
            if _GIT in names and leave:
                self.repositories.append(Path(here))
            waiting += reversed(further)

    def _entries(self, folder: str) -> list["os.DirEntry[str]"]:
        """What is in a folder; nothing where it was seen already, or can't be."""
        try:
            status = Path(folder).stat()
            if (status.st_dev, status.st_ino) in self._seen:
                return []
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as problem:
            self._unread(folder, problem)
            return []
        self._seen.add((status.st_dev, status.st_ino))
        return entries

    def _is_wanted(self, entry: "os.DirEntry[str]", beside: set[str], leave: frozenset[str]) -> bool:
        if entry.name in leave:
            self.report.skipped.append(self.place(entry.path))
            return False
        if entry.name == _GIT and leave:
            return False
        # What git keeps in there is for git to read.
        return entry.name != "objects" or "HEAD" not in beside

    def _file(self, path: str, surface: Surface) -> None:
        place = self.place(path)
        words = [os.path.basename(path)]  # noqa: PTH119 - a path object for each file costs more than the search
        try:
            if os.path.islink(path):  # noqa: PTH114 - likewise
                words.append(os.readlink(path))  # noqa: PTH115 - likewise
            for hit in (hit for word in words for hit in search_text(word, self.known)):
                self._found(Finding.of(hit, surface, place))
            if len(words) == 1:
                self._content(path, place, surface)
        except OSError as problem:
            self._unread(path, problem)

    def _content(self, path: str, place: str, surface: Surface) -> None:
        # Not a pipe or a device that took the file's place meanwhile: that could wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return
            self.report.files += 1
            for inside, hit in look(file, self.known, lambda at, why: self._packed(place, at, why)):
                self._found(Finding.of(hit, surface, f"{place}{inside}"))

    def _found(self, finding: Finding) -> None:
        self.report.findings.append(finding)

    def _packed(self, place: str, inside: str, why: str) -> None:
        self.report.unpacked.append(f"{place}{shown(inside)}: {why}")

    def _unread(self, path: str, problem: OSError) -> None:
        self.report.unread.append(f"{self.place(path)}: {problem.strerror}")

    def place(self, path: str) -> str:
        """A path as it is told: from the working directory where it lies in it."""
        here = f"{Path.cwd()}{os.sep}"
        return shown(path.removeprefix(here))

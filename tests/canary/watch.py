"""Looking on while something runs: at arguments and environments of processes, at files that come and go."""

import contextlib
import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Looks", "watching"]

PAUSE = 0.01
"""Seconds between two looks at files; a file that lives shorter can be missed."""
_SELDOM = 5
"""Looks at files for each look at all processes."""


@dataclass
class Looks:
    """What was seen.

    Attributes:
        rounds: How often was looked.
        arguments: Command lines of processes.
        environments: Environments of processes.
        kept: Folder with every file that was seen in the watched one, also after it was deleted there.
    """

    kept: Path
    rounds: int = 0
    arguments: set[bytes] = field(default_factory=set)
    environments: set[bytes] = field(default_factory=set)
    files: set[tuple[int, int]] = field(default_factory=set)
    _digests: set[bytes] = field(default_factory=set)

    def at_processes(self) -> None:
        """Reads command line and environment of every other process of this machine that may be read."""
        for name in os.listdir("/proc"):  # noqa: PTH208 - a hundred times a second
            if name.isdigit() and name != str(os.getpid()):
                for what, seen in (("cmdline", self.arguments), ("environ", self.environments)):
                    with contextlib.suppress(OSError), open(f"/proc/{name}/{what}", "rb") as file:  # noqa: PTH123
                        self._keep(file.read(), seen)

    def at_files(self, folder: Path) -> None:
        """Keeps a second name for every file of a folder: what is deleted later can be read still."""
        for where, _, names in os.walk(folder):  # unlike rglob it bears that folders vanish
            for name in names:
                path = Path(where) / name
                with contextlib.suppress(OSError):
                    found = path.lstat()
                    mark = (found.st_dev, found.st_ino)
                    if stat.S_ISREG(found.st_mode) and mark not in self.files:
                        os.link(path, self.kept / f"{len(self.files)}-{name}")
                        self.files.add(mark)

    def _keep(self, content: bytes, seen: set[bytes]) -> None:
        digest = hashlib.blake2b(content).digest()
        if digest not in self._digests:
            self._digests.add(digest)
            seen.add(content)


@contextmanager
def watching(folder: Path, kept: Path) -> Iterator[Looks]:
    """Look on in a thread for as long as the context lasts.

    Args:
        folder: Whose files to keep.
        kept: Where to keep them, on the same file system.
    """
    kept.mkdir()
    looks = Looks(kept)
    ending = threading.Event()

    def look() -> None:
        while not ending.wait(PAUSE):
            looks.rounds += 1
            looks.at_files(folder)
            if looks.rounds % _SELDOM == 0:
                looks.at_processes()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield looks
    finally:
        ending.set()
        thread.join()

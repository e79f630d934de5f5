"""What git is asked, without running anything of the repository's: hooks, filters, helpers, transports.

Only commands that read objects and the index are used. The repository's own configuration may name programs
for other commands (``core.fsmonitor``, ``log.showSignature``, filters, a promisor remote); none of them is
reached, and what could be is switched off besides.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genaikeys.errors import KitError

__all__ = ["answer", "common_folder", "running"]

_SWITCHED_OFF = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_OF_A_HOOK = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"),
    *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
)
"""By these git tells a hook which repository and index it runs for."""
_KEPT = ("GIT_CEILING_DIRECTORIES", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
_LIMIT = 60.0


def _environment(as_hook: bool = False) -> dict[str, str]:
    passed = (*_KEPT, *_OF_A_HOOK) if as_hook else _KEPT
    return {
        **{
            name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in passed
        },
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # Git before 2.44 doesn't know that it shall not fetch; then it has no transport to do it with.
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def answer(folder: Path, *arguments: str, as_hook: bool = False) -> bytes:
    """What a short command of git's prints.

    Args:
        folder: In the repository.
        arguments: The command.
        as_hook: Whether the repository and index are the ones that git told this process by its environment.

    Raises:
        KitError: Git is missing, refuses, or hangs.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *_SWITCHED_OFF, *arguments],
            capture_output=True,
            check=False,
            env=_environment(as_hook),
            stdin=subprocess.DEVNULL,
            timeout=_LIMIT,
        )
    except FileNotFoundError:
        raise _missing() from None
    except subprocess.TimeoutExpired:
        raise KitError(f"git {arguments[0]} didn't end within {_LIMIT:.0f} s") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise KitError(f"git {arguments[0]} failed", why=lines[0] if lines else None)
    return done.stdout


def common_folder(folder: Path) -> Path | None:
    """Where the repository that holds a folder keeps its objects; None outside of any.

    Raises:
        KitError: There is one, and git can't or won't read it.
    """
    if not any((place / ".git").exists() for place in (folder, *folder.parents)):
        return None
    found = answer(folder, "rev-parse", "--git-common-dir")
    return (folder / os.fsdecode(found.rstrip(b"\n"))).resolve()


@contextmanager
def running(
    folder: Path, *arguments: str, given: int | None = None, as_hook: bool = False
) -> Iterator["subprocess.Popen[bytes]"]:
    """A long command of git's, whose output is read as it comes; it ends with the block.

    Args:
        folder: In the repository.
        arguments: The command.
        given: Its input, as a descriptor; by default, a pipe.
        as_hook: As in `answer`.

    Raises:
        KitError: Git is missing.
    """
    try:
        process = subprocess.Popen(
            ["git", "-C", str(folder), *_SWITCHED_OFF, *arguments],
            stdin=subprocess.PIPE if given is None else given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(as_hook),
        )
    except FileNotFoundError:
        raise _missing() from None
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
        process.terminate()
        process.wait()


def _missing() -> KitError:
    return KitError("git is not on PATH", next_step="Install git, or leave history out with --no-history.")

"""The few git commands of a job; none of them runs anything that a proposed commit holds."""

import os
import subprocess
from pathlib import Path

from genaikeys.errors import KitError

__all__ = ["git", "has_commit", "is_ancestor"]

_LIMIT = 300.0
_AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "genaikeys"), ("EMAIL", "genaikeys@localhost"), ("DATE", "@0 +0000"))
}


def git(root: Path, *arguments: str, header: str = "") -> str:
    """Run one command, and return what it prints.

    Args:
        root: The checkout.
        arguments: Of git.
        header: Sent with requests over HTTP; it is handed over in the environment, where no list of processes
            shows it.

    Raises:
        KitError: It failed; with its last lines.
    """
    done = _run(root, arguments, header)
    if done.returncode != 0:
        why = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-4:])
        raise KitError(f"`git {arguments[0]}` failed in {root}.", why=why or None)
    return done.stdout.rstrip("\n")


def has_commit(root: Path, name: str) -> bool:
    """Whether a commit is in this clone."""
    return _run(root, ("cat-file", "-e", f"{name}^{{commit}}")).returncode == 0


def is_ancestor(root: Path, old: str, new: str) -> bool:
    """Whether a commit is another one, or one of those before it."""
    return _run(root, ("merge-base", "--is-ancestor", old, new)).returncode == 0


def _run(root: Path, arguments: tuple[str, ...], header: str = "") -> "subprocess.CompletedProcess[str]":
    settings = {"GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": header} if header else {}
    environment = {
        **os.environ,
        **_AUTHOR,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        **({"GIT_CONFIG_COUNT": "1", **settings} if header else {}),
    }
    try:
        return subprocess.run(
            ["git", "-C", str(root), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=environment,
            timeout=_LIMIT,
        )
    except FileNotFoundError:
        raise KitError("git is not on PATH.", next_step="Install git.") from None
    except subprocess.TimeoutExpired:
        raise KitError(f"`git {arguments[0]}` didn't end within {_LIMIT:.0f} s in {root}.") from None

"""Writes a stack file whole or not at all, and only over the text that the plan was made for."""

import shutil
from pathlib import Path

from genaikeys.errors import KitError

__all__ = ["read", "write"]


def read(path: Path) -> str:
    """The text of a file, line ends as they are.

    Raises:
        KitError: It can't be read.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise KitError(f"{path} can't be read: {problem}") from None


def write(path: Path, before: str, after: str) -> None:
    """Put a new text in place of another.

    Args:
        path: The file.
        before: What is in it; if it isn't any more, nothing is written.
        after: What it is to hold.

    Raises:
        KitError: Somebody else changed it meanwhile, or it can't be written.
    """
    if read(path) != before:
        raise KitError(f"{path} was changed meanwhile; nothing was written.", next_step="Run this again.")
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(after.encode("utf-8"))
        shutil.copymode(path, fresh)
        fresh.replace(path)
    except OSError as problem:
        fresh.unlink(missing_ok=True)
        raise KitError(f"{path} can't be written: {problem}") from None

"""Statements in every form that the documentation shows, and texts that are none: for any parser to read."""

import re
from pathlib import Path

_FOLDER = Path(__file__).parent
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


def accepted() -> list[str]:
    """Statements of the language."""
    return [text for file in sorted(_FOLDER.glob("*.txt")) if file.stem != "refused" for text in _read(file)]


def refused() -> list[str]:
    """Texts that are no statement of the language, each for one reason."""
    return _read(_FOLDER / "refused.txt")


def _read(file: Path) -> list[str]:
    r"""The statements of a file: one a line.

    A line that begins with spaces goes on with the statement before it, on a new line. ``\uXXXX`` is that
    character, and lines that begin with ``%`` are not read.
    """
    found: list[list[str]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("%"):
            continue
        if line.startswith("  "):
            found[-1].append(line)
        else:
            found.append([line])
    return [_ESCAPE.sub(lambda match: chr(int(match[1], 16)), "\n".join(lines)) for lines in found]

"""What the command prints: data to stdout, talk to stderr; styled only where a person looks and wants it.

Output that goes to a file or a pipe, or to a terminal with `NO_COLOR`, is plain, aligned text.
"""

import json
import os
import sys
from collections.abc import Sequence

__all__ = ["data", "say", "table"]


def say(text: str) -> None:
    """Tell the person something, on stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def data(value: object) -> None:
    """Print JSON for a machine, on stdout."""
    sys.stdout.write(f"{json.dumps(value, indent=2, ensure_ascii=False)}\n")


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under headers, on stdout; every row has one text per header."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        _for_a_terminal(headers, rows)
        return
    widths = [max(len(cell) for cell in column) for column in zip(headers, *rows, strict=True)]
    for row in (headers, *rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(f"{line.rstrip()}\n")


def _for_a_terminal(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        grid.add_column(header, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    Console().print(grid)

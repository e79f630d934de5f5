"""`genaikeys --help` and `models list` against the import of the library that they are written with."""

import sys
from pathlib import Path

from bench.measure import Comparison, Series, alternate, seconds


def compare() -> list[Comparison]:
    """Starts them in turns."""
    command = str(Path(sys.executable).parent / "genaikeys")
    taken = alternate(
        {
            "genaikeys --help": lambda: seconds([command, "--help"]),
            "genaikeys models list": lambda: seconds([command, "models", "list"]),
            "import typer": lambda: seconds([sys.executable, "-c", "import typer"]),
        },
        repeats=11,
    )
    ours = taken["genaikeys --help"]
    promise = Series("the promise", "s", (0.15,))
    return [
        Comparison("`genaikeys --help` by the clock", ours, promise, 1.0),
        Comparison("`genaikeys --help`", ours, taken["import typer"], 3.0),
        Comparison("`genaikeys models list`", taken["genaikeys models list"], taken["import typer"], 3.0),
    ]

"""The tables of the whole runs, as they are committed and as the page quotes them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.canary.spellings import Scan
from tests.local import CHECKOUT

__all__ = ["RESULTS", "canary", "rows", "write"]

RESULTS = CHECKOUT / "tests" / "results"


def rows(head: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def canary(
    surfaces: Mapping[str, str], found: Mapping[str, Scan], control: Mapping[str, Scan], values: int
) -> str:
    """Surface by surface: what was searched, what was found, and whether the control was.

    Args:
        surfaces: What is looked at, by surface.
        found: What was found of the kit.
        control: What was found of the double that leaks.
        values: How many values the kit was issued.
    """
    return rows(
        ("Surface", "Looked at", "Places", "Bytes", "Secrets", "Hits", "Control: hits in places"),
        (
            (
                surface,
                what,
                found[surface].places,
                f"{found[surface].bytes:,}",
                values,
                len(found[surface].hits),
                f"{len({hit.place for hit in control[surface].hits})} of {control[surface].places}",
            )
            for surface, what in surfaces.items()
        ),
    )


def write(name: str, title: str, text: str) -> Path:
    """Write a table to be committed."""
    path = RESULTS / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    origin = "Written by `make test-full` (tests/canary); docs/secrets.md quotes it."
    path.write_text(f"{origin}\n\n# {title}\n\n{text}", encoding="utf-8")
    return path

"""Samples, ratios and the table they end in."""

import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

REPEATS = 5


@dataclass(frozen=True)
class Series:
    """Measurements of one thing.

    Attributes:
        name: what was measured.
        unit: ``s``, ``ms``, ``µs`` or ``MiB``.
        samples: in the order in which they were taken.
    """

    name: str
    unit: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    def __str__(self) -> str:
        low, high = min(self.samples), max(self.samples)
        return f"{low:.2f} / {self.median:.2f} / {high:.2f} {self.unit}"


@dataclass(frozen=True)
class Comparison:
    """Ours against an opponent: the ratio of the medians must not exceed the limit."""

    claim: str
    ours: Series
    theirs: Series
    limit: float

    @property
    def ratio(self) -> float:
        """Ours by theirs, of the medians."""
        return self.ours.median / self.theirs.median

    @property
    def met(self) -> bool:
        """Whether the claim holds in this run."""
        return self.ratio <= self.limit


def alternate(
    takers: Mapping[str, Callable[[], float]], repeats: int = REPEATS, unit: str = "s"
) -> dict[str, Series]:
    """Takes samples in turns, so that a slow moment of the machine meets all of them.

    Args:
        takers: by name, what takes one sample; each is run once beforehand, to warm caches.
        repeats: samples of each.
        unit: of the samples.
    """
    samples: dict[str, list[float]] = {name: [] for name in takers}
    for turn in range(repeats + 1):
        for name, take in takers.items():
            sample = take()
            if turn:
                samples[name].append(sample)
    return {name: Series(name, unit, tuple(taken)) for name, taken in samples.items()}


def seconds(command: list[str], **options: object) -> float:
    """Runs a command that must succeed, and returns its wall time."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    taken = time.perf_counter() - started
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return taken


def table(comparisons: list[Comparison]) -> str:
    """The comparisons as a Markdown table."""
    rows = [
        "| Claim | ours, min / median / max | opponent, min / median / max | ratio | limit | |",
        "|---|---|---|---|---|---|",
    ]
    rows += [
        f"| {item.claim} | {item.ours} | {item.theirs.name}: {item.theirs} "
        f"| {item.ratio:.3g} | {item.limit:.3g} | {'met' if item.met else '**missed**'} |"
        for item in comparisons
    ]
    return "\n".join(rows)


def keep(comparisons: list[Comparison], report: str, folder: Path) -> Path:
    """Writes every sample, and what else was found, as JSON, with what the machine is; returns the file."""
    now = datetime.now(UTC)
    folder.mkdir(exist_ok=True)
    file = folder / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    document = {
        "time": now.isoformat(timespec="seconds"),
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "report": report.splitlines(),
        "comparisons": [{**asdict(item), "ratio": item.ratio, "met": item.met} for item in comparisons],
    }
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return file

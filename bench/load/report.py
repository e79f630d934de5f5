"""The whole run: a long course in each way, short ones again and again; its tables, samples and picture."""

import json
import platform
import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.load.course import Course, Stage, staged
from bench.load.plot import picture
from bench.load.run import LONG, SHORT, Plan, by_the_kit, by_the_usual_script
from tests.engine.machine import CHECKOUT

__all__ = ["PAGE", "TABLE", "WAYS", "Whole", "page", "table", "whole", "write"]

TABLE = CHECKOUT / "tests" / "results" / "load.md"
PAGE = CHECKOUT / "docs" / "load.md"
PLOT = CHECKOUT / "docs" / "rotation-load.svg"
WAYS = ("genaikeys", "renew the key, then write it to the Vault")
_SAMPLES = CHECKOUT / "bench" / "results" / "load.json"
_REPEATS = 3
_FIGURES = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)


@dataclass(frozen=True)
class Whole:
    """All courses of a run.

    Attributes:
        long: The kit's and the usual script's.
        short: The same, as often as they were repeated.
        patient: The usual script's, where OCI lets a replaced value work for a minute more.
    """

    long: tuple[Course, Course]
    short: tuple[tuple[Course, Course], ...]
    patient: Course

    @property
    def met(self) -> bool:
        """Whether nothing failed in the kit's courses."""
        return not any(ours.failed for ours, _ in (self.long, *self.short))


def whole() -> Whole:
    """Runs all courses; some minutes."""
    with tempfile.TemporaryDirectory(prefix="genaikeys-load-") as scratch, staged(Path(scratch)) as stage:
        long = _both(stage, LONG)
        short = tuple(_both(stage, SHORT) for _ in range(_REPEATS))
        stage.machine.admin("PUT", "/switches/old-value-after-renew", {"value": "grace"})
        return Whole(long, short, _usual(stage, SHORT, short[-1][0]))


def _both(stage: Stage, plan: Plan) -> tuple[Course, Course]:
    ours = by_the_kit(stage, plan)
    # Once more past the grace, for the next course of the same key.
    stage.pass_days(8)
    return ours, _usual(stage, plan, ours)


def _usual(stage: Stage, plan: Plan, like: Course) -> Course:
    """The usual script's course, beginning each time a second before the kit published something."""
    moments = {name: moment - 1 for name, moment in like.published.items()}
    return by_the_usual_script(stage, plan.load, moments, like.seconds)


def table(found: Whole) -> str:
    """What docs/load.md prints: the figures of the long courses, then those of the short ones."""
    rows = [
        ("Rotations, revocations", *map(_deeds, found.long)),
        ("Seconds", *(f"{course.seconds:.0f}" for course in found.long)),
        ("Clients", *(str(course.load.clients) for course in found.long)),
        ("Calls", *(f"{len(course.made('call')):,}" for course in found.long)),
        ("Calls a second", *(f"{len(course.made('call')) / course.seconds:.0f}" for course in found.long)),
        ("**Calls that failed**", *(f"**{_failed(course, 'call')}**" for course in found.long)),
        ("Longest call", *(f"{_longest(course):.2f} s" for course in found.long)),
        (
            "Reads of the Vault, failed",
            *(f"{len(course.made('read')):,}, {_failed(course, 'read')}" for course in found.long),
        ),
        (
            "Last call with a value after the next was published",
            *(f"{course.moving:.1f} s" for course in found.long),
        ),
    ]
    again = [(str(number), *(_of(course) for course in pair)) for number, pair in enumerate(found.short, 1)]
    clients = found.patient.load.clients
    return "\n".join(
        [
            *_markdown(("", f"`{WAYS[0]}`", WAYS[1]), rows),
            "",
            f"Shorter runs: {clients} clients, one rotation and one revocation. Calls that failed:",
            "",
            *_markdown(("Run", f"`{WAYS[0]}`", WAYS[1]), again),
            "",
            f"Where a replaced value works for a minute more: {_of(found.patient)} in the usual way.",
            "",
        ]
    )


def page(text: str, tables: str) -> str:
    """The text of docs/load.md with other tables."""
    return _FIGURES.sub(lambda _: f"\n{tables}\n", text)


def write(found: Whole) -> None:
    """Keeps samples, tables, picture and page."""
    _SAMPLES.parent.mkdir(exist_ok=True)
    _SAMPLES.write_text(_json(found), encoding="utf-8")
    told = (
        "Written by `python -m bench load`, which `make test-full` runs; docs/load.md says what is measured."
    )
    TABLE.write_text(
        f"{told}\n\n# Calls while a key is rotated and revoked\n\n{table(found)}", encoding="utf-8"
    )
    PLOT.write_text(picture([*zip(WAYS, found.long, strict=True)]), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), table(found)), encoding="utf-8")


def _json(found: Whole) -> str:
    """Every request of the long courses, a line for each client; of the others what came of them."""
    document = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "request": "seconds since the beginning, what, milliseconds, outcome, place of the value in values",
        "long": [_samples(course) for course in found.long],
        "short": [[_summary(course) for course in pair] for pair in found.short],
        "patient": _summary(found.patient),
    }
    return json.dumps(document, indent=1) + "\n"


def _samples(course: Course) -> dict[str, object]:
    places: dict[str, int] = {}
    for each in course.calls:
        places.setdefault(each.value, len(places))
    return {
        **_summary(course),
        "values": list(places),
        "requests": {
            str(client): "; ".join(
                f"{each.time:.2f} {each.what} {each.seconds * 1000:.0f} {each.outcome} {places[each.value]}"
                for each in course.calls
                if each.client == client
            )
            for client in range(course.load.clients)
        },
    }


def _summary(course: Course) -> dict[str, object]:
    return {
        "way": course.way,
        "load": asdict(course.load),
        "seconds": round(course.seconds, 2),
        "deeds": [asdict(deed) for deed in course.deeds],
        "calls": len(course.made("call")),
        "failedCalls": _failed(course, "call"),
        "reads": len(course.made("read")),
        "failedReads": _failed(course, "read"),
    }


def _deeds(course: Course) -> str:
    names = list(course.published)
    revoked = sum(name == "revocation" for name in names)
    return f"{len(names) - revoked}, {revoked}"


def _failed(course: Course, what: str) -> int:
    return sum(each.failed for each in course.made(what))


def _of(course: Course) -> str:
    return f"{_failed(course, 'call')} of {len(course.made('call')):,}"


def _longest(course: Course) -> float:
    return max(each.seconds for each in course.made("call"))


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]

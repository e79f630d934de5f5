"""Pulumi runs of the kit against runs of next to nothing, with the same CLI and language host."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Comparison, alternate, seconds
from tests.engine.machine import CHECKOUT, Machine

_PROJECTS = Path(__file__).parent / "projects"
_GUARDED = ("--policy-pack", "policies/guardrails")


def compare(machine: Machine, scratch: Path) -> list[Comparison]:
    """Measures no-op previews and first runs.

    Args:
        machine: the six-region stack, up.
        scratch: an empty folder.
    """
    empty = _opponent(machine, scratch / "empty", "empty")
    providers = _opponent(machine, scratch / "six", "six_providers")
    for opponent in (empty, providers):
        opponent.initialise()
        opponent.up(check=True)
    previews = alternate(
        {
            "six-region stack": lambda: _timed(machine, "preview", "--expect-no-changes"),
            "empty program": lambda: _timed(empty, "preview", "--expect-no-changes"),
            "six empty gRPC providers": lambda: _timed(providers, "preview", "--expect-no-changes"),
            "six-region stack, guarded": lambda: _timed(machine, "preview", "--expect-no-changes", *_GUARDED),
        }
    )
    fresh = iter(range(1_000_000))
    firsts = alternate(
        {
            "six-region stack": lambda: _first_up_of_kit(scratch / f"home-{next(fresh)}"),
            "empty program": lambda: _first_up(_opponent(machine, scratch / f"empty-{next(fresh)}", "empty")),
        }
    )
    ours = previews["six-region stack"]
    return [
        Comparison("no-op `pulumi preview`, six regions", ours, previews["empty program"], 5.0),
        Comparison("no-op `pulumi preview`, six regions", ours, previews["six empty gRPC providers"], 1.5),
        Comparison(
            "no-op `pulumi preview` with guardrails, six regions",
            previews["six-region stack, guarded"],
            ours,
            1.5,
        ),
        Comparison(
            "`pulumi up` from nothing, six regions", firsts["six-region stack"], firsts["empty program"], 10.0
        ),
    ]


@contextmanager
def six_regions(home: Path) -> Iterator[Machine]:
    """The checkout's local stack in a home of its own, made but not up."""
    machine = Machine(CHECKOUT, home, "local")
    machine.start()
    try:
        machine.initialise()
        yield machine
    finally:
        machine.stop()


def _opponent(machine: Machine, folder: Path, name: str) -> Machine:
    """A project of next to nothing, with a backend and a plugin folder of its own."""
    shutil.copytree(_PROJECTS / name, folder / "project")
    (folder / "project" / ".venv").symlink_to(CHECKOUT / ".venv")
    (folder / "state").mkdir()
    environment = {
        **machine.environment,
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_HOME": str(folder / "pulumi"),
    }
    return Machine(folder / "project", folder / "home", "local", environment)


def _first_up_of_kit(home: Path) -> float:
    with six_regions(home) as machine:
        return _timed(machine, "up", "--yes", "--skip-preview")


def _first_up(opponent: Machine) -> float:
    opponent.initialise()
    return _timed(opponent, "up", "--yes", "--skip-preview")


def _timed(machine: Machine, verb: str, *arguments: str) -> float:
    return seconds(
        ["pulumi", verb, "--stack", machine.stack, "--non-interactive", *arguments],
        cwd=machine.project,
        env=machine.environment,
    )

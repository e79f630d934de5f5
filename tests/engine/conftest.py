"""Machines for the engine's tests: one with the six-region stack, and a fresh small one for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.machine import CHECKOUT, SMALL, Machine, project
from tests.engine.snapshot import Snapshot
from toolchain import locate


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks everything in this folder: it takes the engine."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session", autouse=True)
def _cli_on_path() -> None:
    if locate.find() is None:
        pytest.fail("no Pulumi CLI: run these tests with `make test`, or `python -m toolchain ensure` first")
    folders = [str(folder) for folder in locate.bin_dirs()]
    os.environ["PATH"] = os.pathsep.join([*folders, os.environ["PATH"]])


@pytest.fixture(scope="session")
def six_regions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The checkout's local stack, brought up by `make up` in a home of its own; tests leave it as it is."""
    machine = Machine(CHECKOUT, tmp_path_factory.mktemp("six") / "home", "local")
    machine.environment = {**os.environ, "GENAIKEYS_LOCAL_HOME": str(machine.home)}
    made = machine.run("make", "up")
    try:
        assert made.code == 0, made.said
        machine.start()
        (machine.home.parent / "make-up.txt").write_text(made.said, encoding="utf-8")
        yield machine
    finally:
        machine.stop()


@pytest.fixture
def new_machine(tmp_path: Path) -> Iterator[Callable[..., Machine]]:
    """Makes small machines, each with its own project folder and home; `text` is the stack file."""
    made: list[Machine] = []

    def make(text: str = SMALL) -> Machine:
        folder = tmp_path / f"machine-{len(made)}"
        machine = Machine(project(folder / "project", "small", text), folder / "home", "small")
        made.append(machine)
        machine.start()
        machine.initialise()
        return machine

    yield make
    for machine in made:
        machine.stop()


@pytest.fixture
def small(new_machine: Callable[..., Machine]) -> Machine:
    """A machine whose stack has one key in one region, made but not yet up."""
    return new_machine()


@pytest.fixture(scope="session")
def _up_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A small machine just after its first `up`."""
    folder = tmp_path_factory.mktemp("deployed")
    machine = Machine(project(folder / "project", "small", SMALL), folder / "home", "small")
    try:
        machine.start()
        machine.initialise()
        machine.up(check=True)
        yield Snapshot.of(machine, folder / "kept")
    finally:
        machine.stop()


@pytest.fixture
def deployed(_up_once: Snapshot) -> Machine:
    """A small machine as it is after its first `up`; a test may change its stack and what is in OCI."""
    _up_once.restore()
    return _up_once.machine

"""A local OCI for all tests of this room, one for a test that needs its own, and a signing client."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.database import Database
from tests.emulator.caller import Caller, calling
from tests.local import Local, running


@pytest.fixture(scope="session")
def shared_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """One local OCI for the whole session; see `emulator`."""
    with running(tmp_path_factory.mktemp("local") / "home") as local:
        yield local


@pytest.fixture
def emulator(shared_emulator: Local) -> Iterator[Local]:
    """The session's local OCI, without the faults that a test set, and with the clock where it was."""
    yield shared_emulator
    shared_emulator.admin("DELETE", "/faults")
    moved = shared_emulator.admin("GET", "/clock")["offsetSeconds"]
    if moved:
        shared_emulator.admin("POST", "/clock", {"by": -moved})


@pytest.fixture
def fresh_emulator(tmp_path: Path) -> Iterator[Local]:
    """A new local OCI for one test."""
    with running(tmp_path / "home") as local:
        yield local


@pytest.fixture
def caller(emulator: Local) -> Iterator[Caller]:
    """The administrator of the session's local OCI."""
    with calling(emulator) as found:
        yield found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database."""
    found = Database(tmp_path / "state.db")
    yield found
    found.close()

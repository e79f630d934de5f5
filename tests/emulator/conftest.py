"""A local OCI for all tests of this room, and one for a test that needs its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local import Local, running


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """One local OCI for the whole session; tests leave it without faults and with switches as they were."""
    with running(tmp_path_factory.mktemp("local") / "home") as local:
        yield local


@pytest.fixture
def fresh_emulator(tmp_path: Path) -> Iterator[Local]:
    """A new local OCI for one test."""
    with running(tmp_path / "home") as local:
        yield local

"""A local home for the tests of the verbs, and the command as a person runs it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest


def kit(
    home: Path, *arguments: str, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `genaikeys` in a process of its own, its streams captured: a daemon that kept one would hang us."""
    return subprocess.run(
        [sys.executable, "-c", "import sys; from genaikeys.cli import main; sys.exit(main())", *arguments],
        env={**os.environ, "GENAIKEYS_LOCAL_HOME": str(home), **(extra or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """The folder of a home that is yet to be made; whatever runs there in the end is stopped."""
    where = tmp_path / "a home"
    yield where
    kit(where, "local", "down", "--remove")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose local OCI is up."""
    where = tmp_path_factory.mktemp("local") / "a home"
    started = kit(where, "local", "up")
    assert started.returncode == 0, started.stderr
    yield where
    kit(where, "local", "down", "--remove")

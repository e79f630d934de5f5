"""A local home for the tests of the verbs, and the command as a person runs it."""

import contextlib
import gc
import io
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

import pytest

from genaikeys.cli import main

Ran = subprocess.CompletedProcess[str]


def kit(home: Path, *arguments: str, extra: Mapping[str, str] | None = None) -> Ran:
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


def ran(home: Path, *arguments: str) -> Ran:
    """Run `genaikeys` in this process, for verbs that start none; the environment is as before in the end."""
    out, err = io.StringIO(), io.StringIO()
    with (
        warnings.catch_warnings(),
        mock.patch.dict(os.environ, {"GENAIKEYS_LOCAL_HOME": str(home)}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        # The OCI SDK never closes its connections; as a process of its own the verb would end here.
        warnings.simplefilter("ignore", ResourceWarning)
        code = main(arguments)
        gc.collect()
    return Ran(arguments, code, out.getvalue(), err.getvalue())


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

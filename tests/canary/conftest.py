"""The Pulumi CLI for those tests here that drive the engine."""

import os
from collections.abc import Iterator

import pytest

from toolchain import locate


@pytest.fixture(scope="session")
def engine() -> Iterator[None]:
    """The CLI on PATH."""
    if locate.find() is None:
        pytest.fail("no Pulumi CLI: run these tests with `make test`, or `python -m toolchain ensure` first")
    with pytest.MonkeyPatch.context() as context:
        folders = [str(folder) for folder in locate.bin_dirs()]
        context.setenv("PATH", os.pathsep.join([*folders, os.environ["PATH"]]))
        yield

"""A local OCI with a stage, and the plugin as a process, for each module."""

import os
from collections.abc import Iterator

import pytest

from tests.local import Local, running
from tests.provider.plugin import Plugin, started
from tests.provider.stage import Stage, staged


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local OCI for one module."""
    with running(tmp_path_factory.mktemp("provider") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def stage(local: Local) -> Iterator[Stage]:
    """What a key needs around it."""
    before = dict(os.environ)
    yield from staged(local)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def shared_plugin(local: Local) -> Iterator[Plugin]:
    """The plugin, for one module; see `plugin`."""
    with started(local) as found:
        yield found


@pytest.fixture
def plugin(local: Local, shared_plugin: Plugin) -> Iterator[Plugin]:
    """The module's plugin; the faults and switches that a test set are taken back."""
    yield shared_plugin
    local.admin("DELETE", "/faults")
    for switch in local.admin("GET", "/switches")["switches"]:
        if switch["name"] != "policy-delay" and switch["value"] != switch["default"]:
            local.switch(switch["name"], switch["default"])

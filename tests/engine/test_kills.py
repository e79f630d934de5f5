"""Whatever is killed, and whenever: the next `up` finishes the work, with one key and no orphan."""

import os
import signal
from contextlib import suppress

import pytest

from tests.engine.machine import Machine, processes_below

_MOMENTS = [
    pytest.param(
        {"method": "POST", "host": "generativeai", "path": "/apikeys$", "when": "after"}, id="created"
    ),
    pytest.param({"method": "POST", "host": "generativeai", "path": "/renew", "when": "after"}, id="renewed"),
    pytest.param({"method": "PUT", "host": "vaults", "path": "/secrets/", "when": "after"}, id="stored"),
]


@pytest.mark.parametrize("moment", _MOMENTS)
def test_killed_plugin_leaves_nothing_that_the_next_up_can_not_finish(
    small: Machine, moment: dict[str, object]
) -> None:
    """The plugin dies when OCI has done its part and before it could know."""
    fault = small.fault(**moment, action="hold", count=1)

    with small.up_begun() as running:
        small.until_held(fault)
        plugins = [pid for pid, line in processes_below(running.pid).items() if "-m provider" in line]
        for pid in plugins:
            os.kill(pid, signal.SIGKILL)
        small.admin("POST", f"/faults/{fault}/release")
        said = running.communicate()[0]
    small.clear_faults()

    assert plugins
    assert running.returncode != 0
    assert "Traceback" not in said
    small.up(check=True)
    assert len(small.api_keys()) == 1
    small.kit("verify", "--stack", "small", check=True)


def test_killed_engine_leaves_a_lock_and_nothing_worse(small: Machine) -> None:
    """After the whole tree was killed, `pulumi cancel` frees the stack, and `up` adopts what was made."""
    fault = small.fault(
        method="POST", host="generativeai", path="/apikeys$", when="after", action="hold", count=1
    )

    with small.up_begun() as running:
        small.until_held(fault)
        for pid in [*processes_below(running.pid), running.pid]:
            with suppress(ProcessLookupError):  # it may end by itself once its parent is gone
                os.kill(pid, signal.SIGKILL)
        running.communicate()
    small.admin("POST", f"/faults/{fault}/release")
    small.clear_faults()
    locked = small.up()

    assert "the stack is currently locked" in locked.said
    small.run("pulumi", "cancel", "--yes", "--stack", small.stack, check=True)
    small.up(check=True)
    assert len(small.api_keys()) == 1
    small.kit("verify", "--stack", "small", check=True)

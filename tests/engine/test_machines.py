"""What can be wrong with a machine: nothing answers, the passphrase is another, two homes at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.machine import Machine


def test_two_homes_work_side_by_side(new_machine: Callable[..., Machine]) -> None:
    """Two local homes hold two stacks of one name, and neither sees the other's keys."""
    one, two = new_machine(), new_machine()

    one.up(check=True)
    two.up(check=True)

    keys = [{key["id"] for key in machine.api_keys()} for machine in (one, two)]
    assert [len(ids) for ids in keys] == [1, 1]
    assert keys[0].isdisjoint(keys[1])
    one.pulumi("destroy", "--yes", "--skip-preview", check=True)
    assert two.refused() == []


def test_dead_emulator_is_said_once_and_the_next_up_goes_on(small: Machine) -> None:
    """With nothing on the proxy's port `up` fails with one message; started again, it finishes."""
    small.kit("local", "down", check=True)

    failed = small.up()
    small.kit("local", "up", check=True)

    assert failed.code != 0
    assert "Traceback" not in failed.said
    assert "error:" in failed.said
    small.up(check=True)
    assert small.refused() == []


def test_wrong_passphrase_is_refused_by_the_engine(deployed: Machine, tmp_path: Path) -> None:
    """Another passphrase than the stack's ends the run before anything is called."""
    wrong = tmp_path / "passphrase"
    wrong.write_text("another", encoding="utf-8")

    failed = deployed.up(extra={"PULUMI_CONFIG_PASSPHRASE_FILE": str(wrong)})

    assert failed.code != 0
    assert "incorrect passphrase" in failed.said
    assert "Traceback" not in failed.said


@pytest.mark.full
def test_killed_plugin_is_survived_by_the_next_up(small: Machine) -> None:
    """A plugin that dies before it answers leaves no API key that the next `up` doesn't take over."""
    launcher = small.project / "provider" / "pulumi-resource-genaikeys"
    good = launcher.read_text(encoding="utf-8")
    launcher.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")

    failed = small.up()
    launcher.write_text(good, encoding="utf-8")

    assert failed.code != 0
    small.up(check=True)
    assert len(small.api_keys()) == 1

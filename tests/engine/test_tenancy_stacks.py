"""Stacks for a tenancy: `make up STACK=...` brings them up without starting anything of its own."""

import re
from collections.abc import Callable

from tests.engine.machine import CHECKOUT, Machine

_DEV = (CHECKOUT / "stacks" / "Pulumi.dev.yaml").read_text(encoding="utf-8")


def test_dev_stack_comes_up_with_the_command_of_the_readme(new_machine: Callable[..., Machine]) -> None:
    """With its placeholder filled in, the example works as it stands; a person's yes is given beforehand."""
    text, filled = re.subn(r"\n +parent: ocid1\.compartment\.\S+replace-with\S+", "", _DEV)
    assert filled == 1
    machine = new_machine(text)

    extra = {"PULUMI_SKIP_CONFIRMATIONS": "true", "PYTHONPATH": str(machine.project)}
    done = machine.run("sh", "toolchain/up.sh", machine.stack, extra=extra)

    assert done.code == 0, done.said
    assert "all as expected" in done.said
    assert "Starting a local OCI" not in done.said

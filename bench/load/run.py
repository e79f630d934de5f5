"""What is done to a key while clients call: by the kit, and by the usual script at the same moments."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.load.course import REGION, Course, Load, Stage
from tests.engine.machine import CHECKOUT

__all__ = ["LONG", "SHORT", "Plan", "by_the_kit", "by_the_usual_script"]

_GRACE = 8
"""Days, a day more than the stack's grace."""
_PERIOD = 23
"""Days from there on to the day on which rotation is due by the clock."""


@dataclass(frozen=True)
class Plan:
    """A course to be run.

    Attributes:
        load: The clients.
        rotations: How each is done: ``trigger`` and ``clock`` by `pulumi up`, ``command`` by `genaikeys
            rotate`. In a plan with `pulumi up` the slot before is retired by another, once its grace is over.
        wait: Seconds that `genaikeys revoke` gives callers to move.
        pause: Seconds before, between and after, longer than clients take to read the Vault.
    """

    load: Load
    rotations: tuple[str, ...]
    wait: int
    pause: float


LONG = Plan(Load(20, 3.0, 0.25), ("trigger", "command", "clock"), wait=15, pause=8.0)
SHORT = Plan(Load(8, 1.5, 0.25), ("command",), wait=6, pause=2.5)


def by_the_kit(stage: Stage, plan: Plan, key: str = "chatbot") -> Course:
    """Rotations and a revocation as the kit's users do them."""
    machine = stage.machine
    with stage.loaded("genaikeys", key, plan.load) as course:
        time.sleep(plan.pause)
        for number, kind in enumerate(plan.rotations, 1):
            deed, how = _rotation(stage, key, kind)
            with stage.noted(course, key, f"rotation {number}", how):
                deed()
            time.sleep(plan.pause)
            stage.pass_days(_GRACE)
            if "trigger" in plan.rotations:
                with stage.noted(course, key, f"retirement {number}", "pulumi up"):
                    machine.up(check=True)
        with stage.noted(course, key, "revocation", "genaikeys revoke"):
            order = ("revoke", key, "--stack", machine.stack, "--yes", "--wait", str(plan.wait))
            machine.kit(*order, check=True)
        time.sleep(plan.pause)
    return course


def by_the_usual_script(
    stage: Stage, load: Load, moments: Mapping[str, float], seconds: float, key: str = "plain"
) -> Course:
    """The slot in use is renewed, then the new value written to the Vault.

    Args:
        stage: Where.
        load: The clients.
        moments: When each is begun, by its name: seconds since the course began.
        seconds: How long the course takes at least.
        key: Name of the key in the stack.
    """
    machine, placed, slot = stage.machine, stage.placed(key), stage.only_slot(key)
    command = (sys.executable, str(CHECKOUT / "bench" / "load" / "usual.py"))
    with stage.loaded("the usual script", key, load) as course:
        for name, moment in moments.items():
            time.sleep(max(0.0, moment - course.now))
            with stage.noted(course, key, name, "renew, write"):
                machine.run(*command, REGION, placed["apiKeyId"], placed["vaultSecretId"], slot, check=True)
        # Long enough for each client to read the last value, and to call with it.
        time.sleep(max(2 * load.reads_every, seconds - course.now))
    return course


def _rotation(stage: Stage, key: str, kind: str) -> tuple[Callable[[], object], str]:
    machine = stage.machine
    if kind == "command":
        return lambda: machine.kit("rotate", key, "--stack", machine.stack, check=True), "genaikeys rotate"
    if kind == "trigger":
        stage.trigger("another")
        return lambda: machine.up(check=True), "pulumi up (trigger)"
    stage.pass_days(_PERIOD)
    return lambda: machine.up(check=True), "pulumi up (due)"

"""What a run does: the few steps of every test run, and all of them."""

import itertools
import signal
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.canary.cores import kill_plugin, kill_verb
from tests.canary.stage import Run
from tests.canary.surfaces import CALLS
from tests.canary.tap import Loss
from tests.canary.verbs import LAST, LONG, VERBS

__all__ = ["FAULTS", "each_verb", "every_step", "first_steps"]

_FIELDS = {
    "create": "keys",
    "renew": "keys.key",
    "vault write": "id",
    "probe": "choices",
    "read": "secretBundleContent",
}
"""Field that an answer lacks, for each call."""
_STATUSES = (400, 401, 404, 409, 429, 500, 503)

FAULTS: dict[str, dict[str, Any]] = {
    "reset before": {"action": "reset", "when": "before"},
    "reset after": {"tap": "reset"},
    "truncate in the value": {"tap": "truncate"},
    "delay": {"action": "delay", "seconds": 1, "when": "after"},
    "drop-field": {"action": "drop-field"},
    **{str(status): {"action": "status", "status": status} for status in _STATUSES},
}
"""What may become of a call. Answers are lost by the tap, so that the lost values are known and searched."""

_SOME = ("reset before", "truncate in the value", "drop-field", "401", "404", "500")
"""Faults for the verbs, which repeat what passes, and so take their time."""
_REVOKE = "revoke chatbot --stack small --yes --wait 0"
_READ = {"method": "GET", "host": "secrets.vaults", "path": "/secretbundles"}


def first_steps(run: Run) -> None:
    """From nothing to one published value, with each call held, and every look at it but the verbs'."""
    run.make_talkative()
    with run.holding():
        assert run.up().code == 0
    run.write_key("chatbot", trigger="canary-1")
    run.preview()
    run.exports()


def each_verb(run: Run, verbs: Iterable[str] = VERBS) -> None:
    """Verbs, once each; by default all."""
    for words in verbs:
        run.verb(words, VERBS[words])


def every_step(run: Run, faults: Collection[str] = tuple(FAULTS)) -> list[tuple[str, str, str]]:
    """The whole life of a stack: faults at every call, kills, rotation and destroy.

    Args:
        run: A machine that has done nothing yet.
        faults: Which of `FAULTS`.

    Returns:
        Call, fault and outcome (``up`` finished or failed) of each fault.
    """
    first_steps(run)
    plan = run.folder / "logs" / "plan.json"
    experimental = {"PULUMI_EXPERIMENTAL": "true"}
    run.pulumi("preview", "--save-plan", str(plan), extra=experimental)
    run.keep("plan files", plan.name, plan.read_bytes())
    run.up("--plan", str(plan), extra=experimental)
    run.plain_up()
    each_verb(run)
    for words, arguments in LONG:
        run.verb(words, arguments)
    outcomes = _suffer(run, faults)
    run.machine.up(check=True)
    for end in (signal.SIGABRT, signal.SIGQUIT):
        run.write_key(f"killed-{end.name.lower()}")
        kill_plugin(run, end)
        kill_verb(run, end, "probe", "verify", "--stack", "small")
        kill_verb(run, end, "vault write", *_REVOKE.split())
    run.machine.environment["PULUMI_DIY_BACKEND_GZIP"] = "true"
    assert run.up().code == 0
    run.preview()
    run.exports()
    run.pulumi("refresh", "--yes", "--skip-preview")
    assert run.pulumi("destroy", "--yes", "--skip-preview").code == 0
    run.exports()
    for words, arguments in LAST.items():
        run.verb(words, arguments)
    return outcomes


def _suffer(run: Run, faults: Collection[str]) -> list[tuple[str, str, str]]:
    """Each fault at each call. A key is added where none is unfinished, so that there is work to fail."""
    outcomes: list[tuple[str, str, str]] = []
    is_finished = True
    names = (f"faulty-{number}" for number in itertools.count())
    for call, where in CALLS.items():
        for name in faults:
            with _fault(run, where, FAULTS[name], _FIELDS[call]) as met:
                # An earlier fault may have left nothing of this call to do: then a new key has it.
                for is_new in (is_finished, True):
                    if is_new:
                        run.write_key(next(names))
                    ran = run.up(surface="messages after faults")
                    is_finished = ran.code == 0
                    # What people see: into the debug log Pulumi's own language host may write one.
                    assert "Traceback" not in ran.out, ran.out[-3000:]
                    if met():
                        outcomes.append((call, name, "finished" if is_finished else "failed"))
                        break
    for call in ("read", *CALLS):
        verb = "verify --stack small" if call in ("read", "probe") else _REVOKE
        for name in (name for name in _SOME if name in faults):
            with _fault(run, CALLS.get(call, _READ), FAULTS[name], _FIELDS[call]):
                ran = run.verb(*verb.split(" ", 1), surface="messages after faults")
            assert "Traceback" not in ran.said, ran.said[-3000:]
    return outcomes


@contextmanager
def _fault(
    run: Run, where: Mapping[str, str], fault: Mapping[str, Any], dropped: str
) -> Iterator[Callable[[], bool]]:
    """Set a fault for a while; what is given tells whether a call met it yet."""
    how, before = fault.get("tap"), run.tap.lost
    if how:
        run.tap.losses.append(Loss(where["method"], where["host"], where["path"], how))
    else:
        run.machine.fault(**where, **fault, **({"field": dropped} if fault["action"] == "drop-field" else {}))

    def is_met() -> bool:
        return run.tap.lost > before or any(
            one["applied"] for one in run.machine.admin("GET", "/faults")["faults"]
        )

    try:
        yield is_met
    finally:
        run.machine.clear_faults()
        run.tap.losses.clear()

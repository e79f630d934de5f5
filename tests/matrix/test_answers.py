"""Lost, doubled, late, throttled and cut answers at each call: nothing is lost, and the next run finishes."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import grpc
import pytest

from tests.matrix.cell import SECRET, Cell, works
from tests.matrix.verbs import VERBS
from tests.provider.plugin import Plugin, Refused, started
from tests.provider.stage import Stage

pytestmark = pytest.mark.slow

ANSWERS: dict[str, dict[str, object]] = {
    "lost before it was handled": {"action": "reset", "when": "before"},
    "lost after it was handled": {"action": "reset", "when": "after"},
    "cut in the middle": {"action": "truncate"},
    "throttled": {"action": "status", "status": 429},
    "failed": {"action": "status", "status": 500},
    "late": {"action": "delay", "seconds": 1, "when": "after"},
}
_QUICK = ("lost after it was handled", "throttled")
_DONE_BY = {name: verb for name, verb in VERBS.items() if name in ("create", "rotate", "retire", "delete")}


@pytest.mark.parametrize(
    "answer",
    [pytest.param(each, marks=[] if each in _QUICK else [pytest.mark.full]) for each in ANSWERS],
)
@pytest.mark.parametrize("name", _DONE_BY)
def test_verb_whose_answer_is_disturbed_is_finished_by_it_or_by_the_next_run(
    name: str, answer: str, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """Whichever of the verb's calls it is: one key, nothing staged, a value that works, one clean message."""
    verb, wrong = _DONE_BY[name], {}
    stage.local.switch("api-key-count", 10_000)
    for call in range(99):
        cell = Cell(stage, f"{name}-{answer}-{call}".replace(" ", "-"), tmp_path / str(call))
        verb.before(cell, plugin)
        fault = stage.local.fault(**ANSWERS[answer], skip=call, count=1)
        said = ""
        try:
            assert verb.begin is not None
            verb.begin(cell, plugin)
        except Refused as refused:
            said = refused.message
        applied = _applied(stage, fault)
        stage.local.admin("DELETE", "/faults")
        if not applied:
            break
        left = verb.after(cell, plugin)
        found = {
            "a mistake of the plugin's": "made a mistake" in said,
            "a secret in the message": "sk-" in said,
            "changes left": bool(left),
            **{f"not: {what}": not is_so for what, is_so in verb.holds(cell).items()},
        }
        if verb.has_secret:
            found["the value in Vault is refused"] = not works(cell.value())
            found["a version is staged"] = any("PENDING" in stages for stages in cell.stages().values())
        if bad := [what for what, is_so in found.items() if is_so]:
            wrong[call + 1] = (bad, said)

    assert call > 1
    assert wrong == {}


def _applied(stage: Stage, fault: str) -> bool:
    return any(one["id"] == fault and one["applied"] for one in stage.local.admin("GET", "/faults")["faults"])


def test_renewal_that_arrives_after_the_next_one_is_refused_by_its_etag(
    stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """A first renewal that hung in the network changes nothing once a second one was made."""
    stage.local.switch("api-key-count", 10_000)
    cell = Cell(stage, "doubled", tmp_path)
    VERBS["rotate"].before(cell, plugin)
    mark = stage.local.last_request()
    fault = stage.local.fault(method="POST", path="/actions/renew", action="hold", when="before", count=1)
    with started(stage.local) as killed:

        def work() -> None:
            with suppress(Refused, grpc.RpcError):
                cell.update(killed, cell.inputs(trigger="leak"))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        while not any(each["held"] for each in stage.local.admin("GET", "/faults")["faults"]):
            assert thread.is_alive()
        os.kill(killed.process.pid, signal.SIGKILL)
        thread.join(30)

    left = cell.up(plugin, trigger="leak")
    value = cell.value()
    stage.local.admin("POST", f"/faults/{fault}/release")
    renewals = _renewals(stage, mark)
    while len(renewals) < 2:
        renewals = _renewals(stage, mark)

    assert left == []
    assert sorted(renewals) == [200, 412]
    assert works(value)
    assert cell.value() == value


def _renewals(stage: Stage, mark: int) -> list[int]:
    return [row["status"] for row in stage.local.journal(mark) if row["operation"] == "RenewApiKey"]


def test_renewal_answered_again_without_its_value_is_made_again(
    stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """A replay under one retry token tells no value; each renewal of the kit's has a token of its own."""
    stage.local.switch("api-key-count", 10_000)
    cell = Cell(stage, "replayed", tmp_path)
    cell.make(plugin)
    stage.local.switch("retry-token-replay", "without-secret")
    stage.local.fault(method="POST", path="/actions/renew", action="drop-field", field="keys.key", count=2)

    cell.create(plugin, SECRET, cell.inputs())

    assert works(cell.value())
    assert cell.changes(plugin, cell.inputs())[1] == []

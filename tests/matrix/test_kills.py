"""SIGKILL before and after each remote call of each verb: the next run finishes the work."""

import itertools
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from tests.local import Local
from tests.matrix.calls import CALLS, Cut, record, recorded
from tests.matrix.cell import Cell, works
from tests.matrix.verbs import VERBS, Verb
from tests.provider.plugin import Plugin, Refused, started
from tests.provider.stage import Stage

pytestmark = pytest.mark.slow

_LIMIT = 60.0
_STEP = 0.05
_WHENS = ("before", "after")
_TRIES = 9
_names = itertools.count()


@dataclass
class Begun:
    """A verb under way in a process that can be killed."""

    pid: int
    is_over: Callable[[], bool]


@contextmanager
def begun(verb: Verb, cell: Cell) -> Iterator[Begun]:
    """Begin a verb in a process of its own."""
    if verb.command:
        process = cell.command(*verb.command)
        try:
            yield Begun(process.pid, lambda: process.poll() is not None)
        finally:
            process.kill()
            process.communicate(timeout=_LIMIT)
        return
    with started(cell.local) as plugin:

        def work() -> None:
            with suppress(Refused, grpc.RpcError):
                assert verb.begin is not None
                verb.begin(cell, plugin)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield Begun(plugin.process.pid, lambda: not thread.is_alive())
        plugin.process.kill()
        thread.join(_LIMIT)


def cut_off(verb: Verb, cell: Cell, call: int, when: str) -> list[str] | None:
    """Kill a verb at one of its calls; its operations up to that one, or None where it makes fewer."""
    local, mark = cell.local, cell.local.last_request()
    fault = local.fault(action="hold", when=when, skip=call, count=1)
    with begun(verb, cell) as running:
        until = time.monotonic() + _LIMIT
        while not (is_held := _is_held(local, fault)) and not running.is_over():
            assert time.monotonic() < until, "neither held nor over"
            time.sleep(_STEP)
        if is_held:
            os.kill(running.pid, signal.SIGKILL)
            local.admin("POST", f"/faults/{fault}/release")
    local.admin("DELETE", "/faults")
    if not is_held:
        return None
    rows = local.journal(mark)
    while not any(row["fault"] == fault for row in rows):
        assert time.monotonic() < until, "released, and not in the journal"
        time.sleep(_STEP)
        rows = local.journal(mark)
    return [str(row["operation"]) for row in rows]


def _is_held(local: Local, fault: str) -> bool:
    found = local.admin("GET", "/faults")["faults"]
    return any(one["id"] == fault and one["held"] for one in found)


def outcome(verb: Verb, cell: Cell, plugin: Plugin) -> list[str]:
    """What is wrong after the next run; nothing, where all is recovered."""
    wrong = []
    left = verb.after(cell, plugin)
    if verb.again and _broken(verb, cell):
        # The world is whole already; what the command was asked for was not begun.
        wrong += [f"before it is repeated: {each}" for each in _whole(verb, cell, suspends=None)]
        ended = cell.command(*verb.command)
        said = ended.communicate(timeout=_LIMIT)[0]
        if ended.returncode not in (0, 2):
            wrong.append(f"repeated, it says {said}")
        left = verb.after(cell, plugin)
    if left and not verb.is_suspended:
        wrong.append(f"a preview still shows {left}")
    return [*wrong, *_whole(verb, cell, suspends=verb.is_suspended), *_broken(verb, cell)]


def _whole(verb: Verb, cell: Cell, *, suspends: bool | None) -> list[str]:
    """One key, nothing staged, and readers have a value that works."""
    wrong = []
    keys = cell.keys()
    if verb.after.__name__ != "_again_delete" and keys != [cell.key_id]:
        wrong.append(f"keys: {keys}")
    if verb.has_secret:
        if any("PENDING" in stages for stages in cell.stages().values()):
            wrong.append(f"staged: {cell.stages()}")
        if suspends is not None and works(cell.value()) is suspends:
            wrong.append("the value in Vault " + ("works" if suspends else "is refused"))
    return wrong


def _broken(verb: Verb, cell: Cell) -> list[str]:
    return [what for what, is_so in verb.holds(cell).items() if not is_so]


def killed_at(
    call: int, when: str, name: str, stage: Stage, plugin: Plugin, folder: Path
) -> tuple[Cell, list[str]]:
    """A cell whose verb was killed at a call of the table, and the operations that it made.

    How often a passing state is looked at hangs on the machine: where another call was met, the next cell is
    killed one call sooner or later.
    """
    verb, told = VERBS[name], CALLS[name]
    wanted, skip = _once(told[: call + 1]), call
    for again in range(_TRIES):
        cell = Cell(stage, f"key-{next(_names)}", folder / f"{call}-{when}-{again}")
        verb.before(cell, plugin)
        made = cut_off(verb, cell, skip, when)
        if made is not None and _once(made) == wanted:
            return cell, made
        assert made is None or _once(made) == _once(told)[: len(_once(made))], made
        is_early = made is not None and len(_once(made)) < len(wanted)
        skip += 1 if is_early else -1
    raise AssertionError(f"never met call {call + 1} of {told}")


def cut(name: str, whens: Sequence[str], stage: Stage, plugin: Plugin, folder: Path) -> Cut:
    """Kill a verb at each of its calls, in a new cell each time, and let the next run go on."""
    stage.local.switch("api-key-count", 10_000)
    found = Cut([], {})
    for call, when in itertools.product(range(len(CALLS[name])), whens):
        cell, made = killed_at(call, when, name, stage, plugin, folder)
        if when == whens[0]:
            found.calls.append(made[-1])
        if wrong := outcome(VERBS[name], cell, plugin):
            found.wrong[f"{when} call {call + 1}, {made[-1]}"] = wrong
    return found


@pytest.mark.parametrize("when", _WHENS)
@pytest.mark.parametrize("name", [name for name, verb in VERBS.items() if not verb.is_full])
def test_verb_that_is_killed_at_any_call_is_finished_by_the_next_run(
    name: str, when: str, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """Before or after each call; which calls those are is committed, so that none slips past."""
    assert cut(name, (when,), stage, plugin, tmp_path).wrong == {}


@pytest.mark.full
@pytest.mark.parametrize("name", VERBS)
def test_every_verb_that_is_killed_at_any_call_is_finished_by_the_next_run(
    name: str, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """The command's verbs too; each writes its row of the table that is committed."""
    found = cut(name, _WHENS, stage, plugin, tmp_path)
    record(name, found)

    assert found.wrong == {}


def _once(calls: list[str]) -> list[str]:
    """Runs of a call as one: how often a passing state is looked at hangs on the machine."""
    return [call for call, _ in itertools.groupby(calls)]


@pytest.mark.parametrize("name", VERBS)
def test_verb_makes_the_calls_that_the_table_has(
    name: str, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """Left alone, each verb makes these calls in this order, and none that is not cut off."""
    verb, cell = VERBS[name], Cell(stage, f"calls-{next(_names)}", tmp_path)
    stage.local.switch("api-key-count", 10_000)
    verb.before(cell, plugin)
    mark = stage.local.last_request()
    if verb.command:
        said = (ended := cell.command(*verb.command)).communicate(timeout=_LIMIT)[0]
        assert ended.returncode == 0, said
    else:
        assert verb.begin is not None
        verb.begin(cell, plugin)

    assert _once([row["operation"] for row in stage.local.journal(mark)]) == _once(CALLS[name])


def test_table_of_the_kills_has_every_verb_and_every_cell_recovered() -> None:
    """What is committed is of these verbs and their calls."""
    rows = recorded()

    assert list(rows) == list(CALLS) == list(VERBS)
    assert {name: row[2] for name, row in rows.items()} == {name: row[3] for name, row in rows.items()}
    assert {name: _once(re.sub(r" x \d+", "", row[4]).split(", ")) for name, row in rows.items()} == {
        name: _once(calls) for name, calls in CALLS.items()
    }

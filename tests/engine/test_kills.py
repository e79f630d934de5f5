"""SIGKILL of the plugin, or of everything, in the middle of a run of the engine: the next run finishes it."""

import fcntl
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.kills import BY_HAND, DAYS, VERBS, Verb, cut_off, wrong_after
from tests.engine.machine import CHECKOUT, Machine
from tests.engine.snapshot import Snapshot
from tests.tables import counted

TABLE = CHECKOUT / "tests" / "results" / "kills-engine.md"
_HEAD = """\
Written by `make test-full` (tests/engine/test_kills.py), a row for each run of the engine and each victim.

# Runs of the engine, killed before and after each remote call that changes something or tries a value

After a plugin was killed: the next run. After the whole tree was killed: `genaikeys recover STACK --yes`
and the next run. Recovered is a cell that ends with one key, a value in Vault that works, no operation
pending, and a preview without changes.

| Run | Killed | Calls | Cells | Recovered | In order |
|---|---|---|---|---|---|
"""


def _ready(machine: Machine, verb: Verb) -> str | None:
    """Bring a machine, deployed where it is to be, to where the run begins; the value that readers have."""
    before = None
    if verb.is_deployed:
        placed = machine.outputs()["keys"]["chatbot"]["us-chicago-1"]
        before = machine.vault_value("us-chicago-1", placed["vaultSecretId"])
    if verb.days:
        machine.admin("POST", "/clock", {"by": verb.days * DAYS})
    file = machine.project / "stacks" / "Pulumi.small.yaml"
    stack = verb.stack.format(**machine.ask_oci(BY_HAND)) if verb.is_by_hand else verb.stack
    file.write_text(stack, encoding="utf-8")
    return before


@pytest.mark.parametrize(
    ("name", "who"),
    [(name, who) for name, who in zip(VERBS, itertools.cycle(("plugin", "tree")))],
)
def test_run_that_is_killed_is_finished_by_the_next(
    request: pytest.FixtureRequest, name: str, who: str
) -> None:
    """One cell a run: one key, a value that works, nothing pending, and a preview without changes."""
    verb = VERBS[name]
    machine: Machine = request.getfixturevalue("deployed" if verb.is_deployed else "small")
    before = _ready(machine, verb)
    method, path, when = verb.sample

    operation = cut_off(machine, verb, who, method=method, path=path, when=when)

    assert operation is not None
    assert wrong_after(machine, verb, who, before) == []


@pytest.mark.full
@pytest.mark.parametrize("who", ["plugin", "tree"])
@pytest.mark.parametrize("name", VERBS)
def test_run_that_is_killed_anywhere_is_finished_by_the_next(
    new_machine: Callable[..., Machine], tmp_path: Path, name: str, who: str
) -> None:
    """Every call of the run that changes something or tries a value, before and after its handling.

    A read changes neither OCI nor what the engine keeps: who is killed at one leaves what they would have
    left before the next call that changes something. Reads are cut off over the plugin's own protocol
    (tests/matrix): there a cell takes a second.
    """
    verb = VERBS[name]
    machine = new_machine()
    if verb.is_deployed:
        machine.up(check=True)
    before = _ready(machine, verb)
    snapshot = Snapshot.of(machine, tmp_path / "snapshot")
    made: list[str] = []
    wrong: dict[str, list[str]] = {}
    for call in range(999):
        operation = None
        for when in ("before", "after"):
            snapshot.restore()
            moment: dict[str, object] = {"skip": call, "when": when, "method": "POST|PUT|DELETE"}
            operation = cut_off(machine, verb, who, **moment, **({"host": verb.host} if verb.host else {}))
            if operation is None:
                break
            if found := wrong_after(machine, verb, who, before):
                wrong[f"{when} call {call + 1}, {operation}"] = found
        if operation is None:
            break
        made.append(operation)

    cells = 2 * len(made)
    _write(f"| {name} | {who} |", f" {len(made)} | {cells} | {cells - len(wrong)} | {counted(made)} |")
    assert wrong == {}
    assert made


def test_table_has_a_row_for_each_run_and_victim() -> None:
    """What is committed speaks of these runs, and every cell of it is recovered."""
    rows = [line.split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:3] == "| u"]
    found = re.findall(
        r"^\| ([^|]+) \| (plugin|tree) \| \d+ \| (\d+) \| (\d+) \|", TABLE.read_text("utf-8"), re.MULTILINE
    )

    assert rows
    assert [(name, who) for name, who, _, _ in found] == [
        (name, who) for name in VERBS for who in ("plugin", "tree")
    ]
    assert [row for row in found if row[2] != row[3]] == []


def _write(key: str, rest: str) -> None:
    """Put a row into the table in place of the one before; other workers write theirs."""
    TABLE.parent.mkdir(exist_ok=True)
    with (TABLE.parent / "README.md").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
        rows = {
            " | ".join(line.split(" | ")[:2]) + " |": line
            for line in text.splitlines()
            if line.startswith("| ")
        }
        rows[key] = key + rest
        keys = [f"| {name} | {who} |" for name in VERBS for who in ("plugin", "tree")]
        TABLE.write_text(
            _HEAD + "".join(f"{rows[each]}\n" for each in keys if each in rows), encoding="utf-8"
        )

"""Killing what holds a value in a way that leaves a core, and collecting what was left."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.canary.stage import Run
from tests.canary.surfaces import CALLS
from tests.engine.machine import processes_below, until

__all__ = ["kill_plugin", "kill_verb"]

_TRIES = 3


def kill_plugin(run: Run, end: signal.Signals) -> None:
    """Kill the plugin in an `up` that has a key to make, while it holds a value that no Vault has yet."""
    machine = run.machine
    fault = machine.fault(**CALLS["vault write"], action="hold", when="before", count=1)
    with _begun(run, "pulumi", "up", "--stack", machine.stack, "--yes", "--skip-preview") as running:
        machine.until_held(fault)
        plugins = [pid for pid, line in processes_below(running.pid).items() if "-m provider" in line]
        assert plugins
        # One after the other, each core has the same name, before the engine can end those that are left.
        os.kill(running.pid, signal.SIGSTOP)
        for pid in plugins:
            _end(pid, end)
            _collect(run, f"plugin, {end.name}")
        os.kill(running.pid, signal.SIGCONT)
        machine.admin("POST", f"/faults/{fault}/release")
        running.communicate()
    machine.clear_faults()


def kill_verb(run: Run, end: signal.Signals, call: str, *words: str) -> None:
    """Kill a verb of `genaikeys`, while one of `CALLS` that it makes is held."""
    machine = run.machine
    fault = machine.fault(**CALLS[call], action="hold", when="before", count=1)
    program = "import sys; from genaikeys.cli import main; sys.exit(main())"
    for _ in range(_TRIES):
        with _begun(run, sys.executable, "-c", program, *words) as running:
            # It may end without this call, where all that is left of an earlier run is something else.
            until(partial(_is_held_or_over, run, fault, running))
            if running.poll() is None:
                _end(running.pid, end)
                machine.admin("POST", f"/faults/{fault}/release")
                running.communicate()
                break
    else:
        raise AssertionError(f"{words[0]} never came to a {call}")
    machine.clear_faults()
    _collect(run, f"{words[0]}, {end.name}")


@contextmanager
def _begun(run: Run, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        ["sh", "-c", 'ulimit -c unlimited && exec "$@"', "sh", *command],
        cwd=run.machine.project,
        env=run.machine.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def _is_held_or_over(run: Run, fault: str, running: subprocess.Popen[bytes]) -> bool:
    found = run.machine.admin("GET", "/faults")["faults"]
    return running.poll() is not None or any(one["id"] == fault and one["held"] for one in found)


def _end(pid: int, end: signal.Signals) -> None:
    os.kill(pid, end)
    # A core of a hundred megabytes takes its time; the process is gone once it is written.
    until(lambda: not _lives(pid))


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _collect(run: Run, name: str) -> None:
    """Moves cores, by whatever name, out of the folders that are searched as such."""
    for path in [*run.machine.project.glob("core*"), *run.folder.glob("core*")]:
        if path.is_file():
            kept = run.folder / "cores" / f"{len(run.contents['core dumps'])}"
            run.keep("core dumps", f"{name}: {path.name}", path.rename(kept))

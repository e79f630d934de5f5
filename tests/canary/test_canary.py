"""No secret lies anywhere but in the Vault; and one that did would be found, on every surface."""

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.canary import tables
from tests.canary.spellings import Scan, search
from tests.canary.stage import Run, running
from tests.canary.steps import FAULTS, each_verb, every_step, first_steps
from tests.canary.surfaces import CALLS, SURFACES
from tests.canary.verbs import USUAL

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("engine")]

_HOSTS = ("generativeai.", "vaults.", "secrets.vaults.", "inference.generativeai.")
"""Where a value may travel: from where it is issued, to the Vault, from there, and where it is tried."""
_BACKEND = "checkpoints, backups and history"
_OF_CONTROL = ("truncate in the value", "401")
"""Faults enough to see that messages after them are searched."""
_LONGER = ("output of every verb", "messages after faults", "core dumps")
"""Surfaces of the whole runs."""


def _scans(run: Run) -> dict[str, Scan]:
    return {
        # Processes are the whole machine's, and other tests run at the same time.
        surface: search(run.evidence(surface), run.values, shapes=not surface.startswith("process"))
        for surface in SURFACES
    }


def _issued(run: Run) -> int:
    """How many values the local OCI says that it issued: two at each creation, one at each renewal."""
    done = Counter(
        each["operation"]
        for each in run.machine.admin("GET", "/journal")["requests"]
        if each["status"] == 200
    )
    return 2 * done["CreateApiKey"] + done["RenewApiKey"]


def test_no_surface_holds_a_secret(tmp_path: Path) -> None:
    """After one `up` with every call held, previews, exports and verbs: all issued, none found."""
    began = time.time()
    with running(tmp_path / "run") as run:
        first_steps(run)
        each_verb(run, USUAL)
        run.collect(began)
        scans = _scans(run)

        assert len(run.values) == _issued(run) >= 3
        # Nothing is even encrypted there: what can't be read can't be searched.
        assert not any(b"ciphertext" in content for _, content in run.evidence(_BACKEND))
        assert not any(b"Traceback" in content for _, content in run.evidence("output of every verb"))
    assert {surface: scan.hits for surface, scan in scans.items() if scan.hits} == {}
    assert {surface for surface, scan in scans.items() if not scan.bytes} <= {
        "messages after faults",
        "core dumps",
        "temporary files",
        "home folder",
    }
    assert all(host.startswith(_HOSTS) for host in run.tap.carried)


def test_leak_is_found_on_every_surface(tmp_path: Path) -> None:
    """The same steps with a double that leaks: found wherever the steps come to."""
    began = time.time()
    with running(tmp_path / "run", leaky=True) as run:
        first_steps(run)
        run.collect(began)
        scans = _scans(run)

    assert {surface for surface, scan in scans.items() if not scan.hits} == set(_LONGER)


@pytest.mark.full
def test_whole_table(tmp_path: Path) -> None:
    """A stack's whole life, with faults at every call, kills, rotation and destroy; the control beside it."""
    scans, values, outcomes = {}, 0, []
    for name in ("kit", "double"):
        began = time.time()
        with running(tmp_path / name, leaky=name == "double") as run:
            met = every_step(run, FAULTS if name == "kit" else _OF_CONTROL)
            run.collect(began)
            scans[name] = _scans(run)
            if name == "kit":
                values, outcomes = len(run.values), met
    finished = Counter(call for call, _, outcome in outcomes if outcome == "finished")
    tables.write(
        "canary",
        "Secrets found, by surface",
        tables.canary(SURFACES, scans["kit"], scans["double"], values)
        + "\nFaults at calls with a value, each in an `up` of its own:\n\n"
        + tables.rows(
            ("Call", "Faults", "`up` came to its end all the same"),
            ((call, len(FAULTS), finished[call]) for call in CALLS),
        ),
    )

    assert {surface: scan.hits for surface, scan in scans["kit"].items() if scan.hits} == {}
    assert {surface for surface, scan in scans["double"].items() if not scan.hits} == set()
    assert {hit.place for hit in scans["double"]["core dumps"].hits} == {
        f"{killed}, {end}: core"
        for killed in ("plugin", "verify", "revoke")
        for end in ("SIGABRT", "SIGQUIT")
    }
    assert [each[:2] for each in outcomes] == [(call, fault) for call in CALLS for fault in FAULTS]

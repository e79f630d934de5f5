"""`genaikeys local clock | switch | journal | fault`, against a running local OCI."""

import json
import os
import re
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import kit

pytestmark = pytest.mark.slow

INFERENCE = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com"
CALL = "/20231130/actions/v1/chat/completions"


def post(home: Path, path: str = CALL) -> int:
    """Call a model without a key, through the local OCI's proxy; return the status."""
    document = json.loads((home / "home.json").read_text())
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"https": document["proxy"]}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=document["ca"])),
    )
    try:
        with opener.open(urllib.request.Request(INFERENCE + path, data=b"{}"), timeout=60) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def failed(ended: subprocess.CompletedProcess[str]) -> str:
    """Return the message of a command that must have failed."""
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr


def test_clock_is_shown_and_moved(home: Path) -> None:
    """To a time or by a step; what is printed is where it stands then."""
    assert kit(home, "local", "clock", "2026-03-01").stdout.startswith("2026-03-01T00:00:0")
    shown = datetime.fromisoformat(kit(home, "local", "clock").stdout.strip())
    moved = datetime.fromisoformat(kit(home, "local", "clock", "+30d").stdout.strip())
    assert timedelta(days=30) <= moved - shown < timedelta(days=30, minutes=2)


def test_error_when_the_clock_gets_nonsense(home: Path) -> None:
    """Each message names what was given."""
    assert failed(kit(home, "local", "clock", "yesterday")).startswith("'yesterday' is no time.\n")
    assert failed(kit(home, "local", "clock", "+1y")).startswith("The clock can't be moved by '+1y'.\n")
    assert "it would leave the calendar" in failed(kit(home, "local", "clock", "+99999999d"))


def test_switch_lists_shows_and_sets(home: Path) -> None:
    """A new value is in force at once; the list says what each decides."""
    rows = kit(home, "local", "switch").stdout.splitlines()
    assert rows[0].split() == ["SWITCH", "VALUE", "DEFAULT", "VALUES", "WHAT", "IT", "DECIDES"]
    assert any(re.match(r"policy-delay +2 +2 +a number, 0 or more +Seconds", row) for row in rows)
    assert kit(home, "local", "switch", "second-slot").stdout == "ACTIVE\n"
    assert kit(home, "local", "switch", "second-slot", "INACTIVE").stdout == "INACTIVE\n"
    (shown,) = json.loads(kit(home, "local", "switch", "second-slot", "--json").stdout)["switches"]
    assert (shown["value"], shown["default"], shown["values"]) == (
        "INACTIVE",
        "ACTIVE",
        ["ACTIVE", "INACTIVE"],
    )
    kit(home, "local", "switch", "second-slot", "ACTIVE")


def test_error_when_a_switch_or_its_value_is_unknown(home: Path) -> None:
    """The nearest name; the values that it can have."""
    assert failed(kit(home, "local", "switch", "second-slots")) == (
        "There is no switch 'second-slots'.\n"
        "The nearest is second-slot.\n"
        "See them all: genaikeys local switch\n"
    )
    assert failed(kit(home, "local", "switch", "second-slot", "ASLEEP")) == (
        "switch second-slot can be ACTIVE or INACTIVE; got 'ASLEEP'\n"
    )


def test_journal_lists_every_request(home: Path) -> None:
    """With principal, operation, decision and deciding statement; the last is the newest."""
    post(home)
    (*_, last) = json.loads(kit(home, "local", "journal", "--json").stdout)["requests"]
    assert set(last) >= {"id", "time", "principal", "operation", "decision", "deciding", "reason", "status"}
    assert (last["method"], last["path"], last["operation"], last["status"]) == ("POST", CALL, "Chat", 401)
    shown = kit(home, "local", "journal").stdout.splitlines()
    assert shown[0].split() == [
        "ID",
        "TIME",
        "REQUEST",
        "OPERATION",
        "PRINCIPAL",
        "DECISION",
        "STATUS",
        "WHY",
    ]
    assert re.search(rf"^{last['id']} .*POST {INFERENCE[8:]}{CALL} +Chat +- +- +401", shown[-1])


def test_journal_ends_quietly_when_its_reader_does(home: Path) -> None:
    """`genaikeys local journal | head -1` says nothing on stderr."""
    post(home)
    script = "import sys; from genaikeys.cli import main; sys.exit(main(['local', 'journal']))"
    ended = subprocess.run(
        ["sh", "-c", '"$0" -c "$1" | true', sys.executable, script],
        env={**os.environ, "GENAIKEYS_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""


def test_a_fault_is_set_listed_met_and_cleared(home: Path) -> None:
    """Its id is data; the list says what it is for."""
    added = kit(
        *(home, "local", "fault", "add", "status", "--status", "429", "--host", "^inference"),
        *("--header", "retry-after:1", "--message", "slow down", "--count", "2"),
    )
    fault = added.stdout.strip()
    assert (added.returncode, added.stderr) == (0, "")
    shown = kit(home, "local", "fault", "list").stdout.splitlines()
    assert [line.split() for line in shown] == [
        ["ID", "ACTION", "REQUESTS", "COUNT", "HELD"],
        [fault, "status", "host=^inference", "2", "0"],
    ]
    assert post(home) == 429
    assert kit(home, "local", "fault", "clear", fault).returncode == 0
    assert post(home) == 401
    assert json.loads(kit(home, "local", "fault", "list", "--json").stdout) == {"faults": []}


def test_a_held_request_goes_on_when_it_is_released(home: Path) -> None:
    """`hold` keeps the answer back, `release` lets it go, and the list counts what is held."""
    fault = kit(home, "local", "fault", "add", "hold", "--path", "chat", "--when", "after").stdout.strip()
    statuses: list[int] = []
    caller = threading.Thread(target=lambda: statuses.append(post(home)))
    caller.start()
    held = 0
    while held == 0:
        (shown,) = json.loads(kit(home, "local", "fault", "list", "--json").stdout)["faults"]
        held = shown["held"]
    assert (held, statuses) == (1, [])
    assert kit(home, "local", "fault", "release", fault).returncode == 0
    caller.join(timeout=60)
    assert statuses == [401]
    assert kit(home, "local", "fault", "clear").returncode == 0


def test_error_when_a_fault_makes_no_sense(home: Path) -> None:
    """What is missing, what is unknown."""
    said = failed(kit(home, "local", "fault", "add", "explode"))
    assert "explode" in said
    assert "drop-field" in said
    assert failed(kit(home, "local", "fault", "add", "status")).startswith(
        "status of a status fault is required"
    )
    assert failed(kit(home, "local", "fault", "add", "status", "--status", "500", "--header", "x")) == (
        "'x' is no header.\nWrite it as NAME:VALUE, such as retry-after:2\n"
    )
    assert failed(kit(home, "local", "fault", "release", "x")) == "there is no fault 'x'; set are: none\n"

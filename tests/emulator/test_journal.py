"""The journal: what it says of a request, what it never says, and how much of it is kept."""

import http.client
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from emulator import journal as journals
from emulator.database import Database
from emulator.journal import Journal
from tests.emulator.caller import Caller
from tests.local import Local, running

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADMINISTRATORS = "allow group Administrators to manage all-resources in tenancy"


def test_entry_says_who_asked_what_and_which_statement_decided(emulator: Local, caller: Caller) -> None:
    """Everything but what may be secret."""
    before = emulator.last_request()
    assert caller.get(f"/tenancies/{caller.tenancy}?unread=1").status_code == 200
    [entry] = emulator.journal(before)
    assert entry == {
        "id": before + 1,
        "time": entry["time"],
        "service": "identity",
        "region": "us-ashburn-1",
        "method": "GET",
        "host": "identity.us-ashburn-1.oci.oraclecloud.com",
        "path": f"/20160918/tenancies/{caller.tenancy}",
        "operation": "GetTenancy",
        "principal": {"type": "user", "id": emulator.home["user"]},
        "permissions": ["TENANCY_INSPECT"],
        "decision": "yes",
        "deciding": ADMINISTRATORS,
        "reason": entry["reason"],
        "status": 200,
        "code": None,
        "fault": None,
    }
    assert ADMINISTRATORS in entry["reason"]
    assert abs((datetime.fromisoformat(entry["time"]) - datetime.now(UTC)).total_seconds()) < 30


def test_entry_of_a_request_that_was_cut_off_has_no_status(emulator: Local, caller: Caller) -> None:
    """Nothing was answered."""
    before = emulator.last_request()
    fault = emulator.fault(action="reset", count=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        caller.tenancies()
    [entry] = emulator.journal(before)
    assert (entry["status"], entry["fault"], entry["reason"]) == (
        None,
        fault,
        "cut off before it was handled",
    )


def test_admin_requests_are_not_in_the_journal(emulator: Local) -> None:
    """They are not OCI's."""
    before = emulator.last_request()
    emulator.admin("GET", "/clock")
    assert emulator.journal(before) == []


def test_journal_is_read_in_pages(emulator: Local, caller: Caller) -> None:
    """After an id, so many at most."""
    before = emulator.last_request()
    for _ in range(3):
        caller.tenancies()
    first = emulator.admin("GET", f"/journal?after={before}&limit=2")["requests"]
    rest = emulator.admin("GET", f"/journal?after={first[-1]['id']}&limit=2")["requests"]
    assert [entry["id"] for entry in first + rest] == [before + 1, before + 2, before + 3]


@pytest.mark.parametrize("query", ["after=x", "limit=-1", "limit=" + "9" * 20])
def test_error_when_a_page_of_the_journal_is_none(emulator: Local, query: str) -> None:
    """The refusal names the number."""
    name, _, value = query.partition("=")
    assert emulator.ask("GET", f"/journal?{query}") == (
        400,
        {"code": "InvalidParameter", "message": f"{name} must be a whole number; got {value!r}"},
    )


def test_journal_forgets_the_oldest(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is bounded; ids go on counting."""
    monkeypatch.setattr(journals, "KEPT", 10)
    monkeypatch.setattr(journals, "_SWEEP", 5)
    journal = Journal(database)
    for _ in range(23):
        journal.note_refused_host("example.com:443", NOON)
    ids = [entry["id"] for entry in journal.after(0, 100)]
    assert ids == list(range(11, 24))


def test_journal_outlives_the_process(tmp_path: Path) -> None:
    """And its ids go on."""
    for count in (1, 2):
        with running(tmp_path / "home") as local:
            status = local.admin("GET", "/journal")["requests"]
            assert len(status) == count - 1

            asking = http.client.HTTPConnection("127.0.0.1", local.home["port"])
            asking.set_tunnel("example.com", 443)
            with pytest.raises(OSError, match="Tunnel connection failed: 403"):
                asking.request("GET", "/")
            assert [entry["id"] for entry in local.journal()] == list(range(1, count + 1))

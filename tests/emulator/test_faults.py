"""Faults: which requests they meet, and what a client sees of each, through the proxy."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults import Fault, FaultError, Faults, drop
from tests.emulator.caller import IDENTITY, Caller, calling
from tests.local import Local

TENANCIES = {"method": "GET", "path": "/tenancies/"}
LIMIT = 10.0


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    """Requests that wait while the test goes on."""
    with ThreadPoolExecutor(2) as pool:
        yield pool


def eventually(claim: Callable[[], bool]) -> None:
    """Wait until something another thread does has come true."""
    limit = time.monotonic() + LIMIT
    while not claim():
        assert time.monotonic() < limit, "it never came true"
        threading.Event().wait(0.005)


def held(local: Local, fault: str) -> int:
    """How many requests a fault holds."""
    rows = local.admin("GET", "/faults")["faults"]
    return next(int(row["held"]) for row in rows if row["id"] == fault)


def names(caller: Caller) -> list[str]:
    """Names of the compartments that there are."""
    return [doc["name"] for doc in caller.compartments()]


def raw(local: Local, caller: Caller) -> bytes:
    """Everything the local OCI sends in answer to one request.

    TLS is done by hand, for Python's TLS sockets take a reset for an end (seen with 3.11 and OpenSSL 3).

    Raises:
        ConnectionResetError: The connection ends with a reset.
    """
    host = "identity.us-ashburn-1.oci.oraclecloud.com"
    path = f"/20160918/tenancies/{caller.tenancy}"
    headers = {**caller.signed("GET", f"https://{host}{path}"), "connection": "close"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"host": host, **headers}.items())
    trust = ssl.create_default_context(cafile=local.home["ca"])
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = trust.wrap_bio(coming, going, server_hostname=host)
    with socket.create_connection(("127.0.0.1", local.home["port"]), timeout=LIMIT) as client:

        def exchanged(step: Callable[[], bytes | None]) -> bytes:
            while True:
                try:
                    return step() or b""
                except ssl.SSLWantReadError:
                    client.sendall(going.read())
                    coming.write(client.recv(65536))

        client.sendall(f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
        assert client.recv(1024).startswith(b"HTTP/1.1 200")
        exchanged(tls.do_handshake)
        tls.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        said = b""
        with contextlib.suppress(ssl.SSLZeroReturnError):
            while piece := exchanged(lambda: tls.read(65536)):
                said += piece
    return said


def test_status_before_answers_in_place_of_the_service(emulator: Local, caller: Caller) -> None:
    """The service never hears of the request."""
    fault = emulator.fault(
        action="status", method="POST", path="/compartments", status=429, headers={"retry-after": "7"}
    )
    answer = caller.new_compartment("never")
    assert answer.status_code == 429
    assert answer.json() == {"code": "TooManyRequests", "message": f"A fault on purpose ({fault})."}
    assert answer.headers["retry-after"] == "7"
    assert "never" not in names(caller)


def test_status_after_answers_although_it_was_done(emulator: Local, caller: Caller) -> None:
    """The lost answer of a create: it exists all the same."""
    emulator.fault(action="status", when="after", method="POST", status=503, code="Busy", message="Later.")
    answer = caller.new_compartment("done-unheard")
    assert (answer.status_code, answer.json()) == (503, {"code": "Busy", "message": "Later."})
    assert "done-unheard" in names(caller)


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_reset_is_a_real_one(emulator: Local, caller: Caller, when: str, done: bool) -> None:
    """TCP says RST, before the request is handled or after."""
    emulator.fault(action="reset", when=when, method="POST", path="/compartments$", count=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        caller.new_compartment(f"reset-{when}")
    assert (f"reset-{when}" in names(caller)) is done
    emulator.fault(action="reset", count=1, **TENANCIES)
    with pytest.raises(ConnectionResetError):
        raw(emulator, caller)


def test_truncate_promises_more_than_it_sends(emulator: Local, caller: Caller) -> None:
    """Content-Length says whole, half comes, and the connection ends in order."""
    whole = len(caller.tenancies().content)
    emulator.fault(action="truncate", count=1, **TENANCIES)
    head, _, body = raw(emulator, caller).partition(b"\r\n\r\n")
    assert f"content-length: {whole}".encode() in head.lower()
    assert len(body) == whole // 2
    emulator.fault(action="truncate", count=1, **TENANCIES)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.tenancies()
    assert caller.tenancies().status_code == 200


def test_hold_before_holds_until_released(emulator: Local, caller: Caller, aside: ThreadPoolExecutor) -> None:
    """The request waits unhandled, others go by, and it is handled on release."""
    fault = emulator.fault(action="hold", method="POST", count=1)
    waiting = aside.submit(caller.new_compartment, "held-before")
    eventually(lambda: held(emulator, fault) == 1)
    with calling(emulator) as other:
        assert "held-before" not in names(other)
        assert emulator.admin("POST", f"/faults/{fault}/release")["held"] == 1
        assert waiting.result(LIMIT).status_code == 200
        assert "held-before" in names(other)
    assert held(emulator, fault) == 0


def test_hold_after_has_done_what_it_withholds(
    emulator: Local, caller: Caller, aside: ThreadPoolExecutor
) -> None:
    """Committed and journalled, only not answered; clearing the fault lets it go, too."""
    before = emulator.last_request()
    fault = emulator.fault(action="hold", when="after", method="POST", count=1)
    waiting = aside.submit(caller.new_compartment, "held-after")
    eventually(lambda: held(emulator, fault) == 1)
    assert not waiting.done()
    assert [(entry["operation"], entry["fault"]) for entry in emulator.journal(before)] == [
        ("CreateCompartment", fault)
    ]
    with calling(emulator) as other:
        assert "held-after" in names(other)
    emulator.admin("DELETE", f"/faults/{fault}")
    assert waiting.result(LIMIT).status_code == 200


def test_held_request_is_handled_although_its_client_went_away(emulator: Local, caller: Caller) -> None:
    """A network can deliver late what its sender has given up on."""
    fault = emulator.fault(action="hold", method="POST", count=1)
    with calling(emulator) as impatient:
        impatient.http.timeout = httpx.Timeout(0.3)
        with pytest.raises(httpx.ReadTimeout):
            impatient.new_compartment("late")
    assert held(emulator, fault) == 1
    assert "late" not in names(caller)
    emulator.admin("POST", f"/faults/{fault}/release")
    eventually(lambda: "late" in names(caller))


def test_delay_holds_up_its_own_request_only(
    emulator: Local, caller: Caller, aside: ThreadPoolExecutor
) -> None:
    """Others are answered meanwhile."""
    emulator.fault(action="delay", seconds=0.5, count=1, **TENANCIES)
    started = time.monotonic()
    waiting = aside.submit(caller.tenancies)
    eventually(lambda: emulator.admin("GET", "/faults")["faults"][0]["applied"] == 1)
    with calling(emulator) as other:
        assert other.tenancies().status_code == 200
        assert not waiting.done()
    assert waiting.result(LIMIT).status_code == 200
    assert time.monotonic() - started >= 0.5


def test_drop_field_leaves_a_hole_in_the_answer(emulator: Local, caller: Caller) -> None:
    """In a resource and in every row of a list."""
    emulator.fault(action="drop-field", field="name")
    assert "name" not in caller.tenancies().json()
    assert caller.new_compartment("nameless").status_code == 200
    assert all("name" not in doc for doc in caller.compartments())
    emulator.admin("DELETE", "/faults")
    assert "nameless" in names(caller)


def test_stuck_shows_a_state_that_never_ends(emulator: Local, caller: Caller) -> None:
    """What the client reads, not what is."""
    ident = caller.new_compartment("stuck").json()["id"]
    emulator.fault(action="stuck", state="CREATING", method="GET")
    for _ in range(3):
        assert caller.get(f"/compartments/{ident}").json()["lifecycleState"] == "CREATING"
    assert {doc["lifecycleState"] for doc in caller.compartments()} == {"CREATING"}
    emulator.admin("DELETE", "/faults")
    assert caller.get(f"/compartments/{ident}").json()["lifecycleState"] == "ACTIVE"


def test_clock_skew_moves_the_date_header_alone(emulator: Local, caller: Caller) -> None:
    """For the requests that it meets."""
    emulator.fault(action="clock-skew", seconds=-3600, **TENANCIES)
    away = parsedate_to_datetime(caller.tenancies().headers["date"]) - datetime.now(UTC)
    assert -3610 < away.total_seconds() < -3590
    other = caller.get(f"/compartments?compartmentId={caller.tenancy}").headers["date"]
    assert abs((parsedate_to_datetime(other) - datetime.now(UTC)).total_seconds()) < 10


def test_fault_meets_inference_as_well(emulator: Local, caller: Caller) -> None:
    """Its error has the same form there."""
    emulator.fault(action="status", host="^inference[.]", status=429, code="429", message="Too many requests")
    url = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/openai/v1/chat/completions"
    answer = caller.http.post(url, json={})
    assert (answer.status_code, answer.json()["code"]) == (429, "429")


def test_request_without_a_signature_meets_no_fault(emulator: Local, caller: Caller) -> None:
    """A stray request can't use up a fault that waits for somebody else."""
    emulator.fault(action="status", status=500, count=1)
    assert caller.http.get(f"{IDENTITY}/tenancies/{caller.tenancy}").status_code == 401
    assert caller.tenancies().status_code == 500
    assert caller.tenancies().status_code == 200


def test_faults_act_together_in_the_order_they_were_set(emulator: Local, caller: Caller) -> None:
    """A lasting skew and a passing error don't get in each other's way."""
    emulator.fault(action="clock-skew", seconds=7200)
    emulator.fault(action="status", when="after", status=500, count=1)
    for status in (500, 200):
        answer = caller.tenancies()
        away = parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC)
        assert (answer.status_code, round(away.total_seconds() / 3600)) == (status, 2)


REQUESTS = st.lists(st.booleans(), max_size=30)


@given(REQUESTS, st.integers(0, 5), st.none() | st.integers(1, 5))
def test_fault_skips_then_acts_then_rests(matching: list[bool], skip: int, count: int | None) -> None:
    """Of the requests that match, the first ``skip`` go by, the next ``count`` are met, the rest go by."""
    faults = Faults()
    faults.add({"action": "reset", "path": "^/a$", "skip": skip, "count": count})
    met = [bool(faults.take("GET", "host", "/a" if match else "/b")) for match in matching]
    expected, seen = [], 0
    for match in matching:
        seen += match
        expected.append(match and seen > skip and (count is None or seen <= skip + count))
    assert met == expected


@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        ({}, True),
        ({"method": "get"}, True),
        ({"method": "GE"}, False),
        ({"method": "POST|GET"}, True),
        ({"host": "identity"}, True),
        ({"host": "^vaults"}, False),
        ({"path": "/compartments/.*/actions"}, True),
        ({"path": "/compartments$"}, False),
        ({"method": "GET", "host": "identity", "path": "vaults"}, False),
    ],
)
def test_fault_meets_requests_by_patterns(pattern: dict[str, str], met: bool) -> None:
    """A method as a whole, host and path anywhere in them."""
    faults = Faults()
    faults.add({"action": "reset", **pattern})
    path = "/20160918/compartments/x/actions/move"
    assert bool(faults.take("GET", "identity.us-ashburn-1.oci.oraclecloud.com", path)) is met


def test_fault_that_ends_a_request_leaves_nothing_to_the_next() -> None:
    """One that comes after it keeps its count."""
    faults = Faults()
    first = faults.add({"action": "status", "status": 500, "count": 1})
    second = faults.add({"action": "status", "status": 503, "count": 1})
    late = faults.add({"action": "stuck", "state": "FAILED"})
    early = faults.add({"action": "delay", "seconds": 0})
    assert faults.take("GET", "h", "/") == [first]
    assert faults.take("GET", "h", "/") == [second]
    assert faults.take("GET", "h", "/") == [early, late]


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("key", {"id": 1, "keys": [{"key": "s", "n": 1}, {"key": "t"}], "a": {"b": {"c": 1}}}),
        ("keys", {"id": 1, "a": {"b": {"c": 1}}}),
        ("keys.key", {"id": 1, "keys": [{"n": 1}, {}], "a": {"b": {"c": 1}}}),
        ("a.b.c", {"id": 1, "keys": [{"key": "s", "n": 1}, {"key": "t"}], "a": {"b": {}}}),
        ("id.x", {"id": 1, "keys": [{"key": "s", "n": 1}, {"key": "t"}], "a": {"b": {"c": 1}}}),
    ],
)
def test_drop_follows_dots_and_lists(path: str, left: object) -> None:
    """A field inside a field, in every element of a list; what isn't there is no error."""
    document = {"id": 1, "keys": [{"key": "s", "n": 1}, {"key": "t"}], "a": {"b": {"c": 1}}}
    drop(document, path)
    assert document == left


ACTIONS = "status, delay, reset, truncate, drop-field, stuck, clock-skew, hold"
FIELDS = (
    "action, when, method, host, path, count, skip, status, code, message, headers, seconds, field, state"
)
WRONG = [
    ({}, f"action of a fault is required: one of {ACTIONS}"),
    ({"action": "explode"}, f"action of a fault must be one of {ACTIONS}; got 'explode'"),
    ({"action": "reset", "url": "x"}, f"a fault has no field 'url'; it has {FIELDS}"),
    ({"action": "reset", "path": "["}, "path of a fault must be a regular expression; got '['"),
    ({"action": "reset", "count": 0}, "count of a fault must be a whole number, 1 or more; got 0"),
    ({"action": "reset", "skip": True}, "skip of a fault must be a whole number, 0 or more; got True"),
    ({"action": "reset", "when": "now"}, "when of a fault must be before or after; got 'now'"),
    ({"action": "status"}, "status of a status fault is required: an HTTP status, 200 to 599"),
    (
        {"action": "status", "status": 99},
        "status of a fault must be an HTTP status, 200 to 599; got 99",
    ),
    ({"action": "status", "status": 204}, "status of a fault must be one that has a body; got 204"),
    ({"action": "delay"}, "seconds of a delay fault is required: a number"),
    ({"action": "delay", "seconds": -1}, "seconds of a delay fault must be 0 or more; got -1"),
    (
        {"action": "drop-field"},
        "field of a drop-field fault is required: the name of a field, with dots for fields inside others",
    ),
    ({"action": "stuck"}, "state of a stuck fault is required: a lifecycle state"),
    (
        {"action": "status", "status": 500, "headers": {"a b": "c"}},
        "headers of a fault must be an object of header names and texts; got {'a b': 'c'}",
    ),
    (
        {"action": "status", "status": 500, "headers": {"a": "b\r\nc: d"}},
        "headers of a fault must be an object of header names and texts; got {'a': 'b\\r\\nc: d'}",
    ),
]


@pytest.mark.parametrize(("given_", "message"), WRONG)
def test_error_when_a_fault_is_none(given_: dict[str, object], message: str) -> None:
    """The refusal names the field and what may stand there."""
    faults = Faults()
    with pytest.raises(FaultError) as caught:
        faults.add(given_)
    assert str(caught.value) == message
    assert faults.all() == []


def test_fault_is_listed_with_what_it_did(emulator: Local, caller: Caller) -> None:
    """As it was set, with how often it acted."""
    ident = emulator.fault(action="stuck", state="FAILED", count=2, host="identity")
    caller.tenancies()
    assert emulator.admin("GET", "/faults") == {
        "faults": [
            {
                "id": ident,
                "action": "stuck",
                "when": "before",
                "host": "identity",
                "count": 2,
                "skip": 0,
                "state": "FAILED",
                "applied": 1,
                "held": 0,
            }
        ]
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("DELETE", "/faults/none", 404, "there is no fault 'none'; set are: none"),
        ("POST", "/faults/none/release", 404, "there is no fault 'none'; set are: none"),
        ("POST", "/faults/none/hold", 404, "the admin address has no POST /_local/faults/none/hold"),
        ("POST", "/faults", 400, f"action of a fault is required: one of {ACTIONS}"),
    ],
)
def test_error_when_the_admin_address_is_told_of_no_fault(
    emulator: Local, method: str, path: str, status: int, message: str
) -> None:
    """The refusal says which faults there are."""
    got = emulator.ask(method, path, {} if path == "/faults" else None)
    assert (got[0], got[1]["message"]) == (status, message)


def test_unknown_status_has_a_code_all_the_same() -> None:
    """The clients' error classes want one."""
    fault = Fault("fault-1", {"action": "status", "status": 418})
    assert fault.error() == (418, "InternalServerError", "A fault on purpose (fault-1).", {})

"""Signed calls: what goes over the wire, what is tried again, and what is said when it fails."""

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from emulator.oci_plugin import wire
from emulator.oci_plugin.credentials import Credentials
from emulator.oci_plugin.errors import CancelledError, ConfigurationError, OciError, UnreachableError
from emulator.oci_plugin.pools import Pools, proxy_for
from emulator.oci_plugin.surroundings import Surroundings
from emulator.oci_plugin.wire import Wire

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_CREDENTIALS = Credentials("ocid1.tenancy.oc1..t", "ocid1.user.oc1..u", "aa:bb", "us-chicago-1", _KEY)


@dataclass(frozen=True)
class _Say:
    """One scripted answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"
    """`whole`, `cut` (half of the body) or `drop` (no answer at all)."""


class _Server(ThreadingHTTPServer):
    """Answers from a script and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[_Say] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        say = self.server.script.pop(0)
        if say.how == "drop":
            self.close_connection = True
            return
        self.send_response(say.status)
        for name, value in say.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(say.body)))
        self.end_headers()
        self.wfile.write(say.body[: len(say.body) // 2] if say.how == "cut" else say.body)
        self.close_connection = say.how == "cut"

    do_GET = _answer  # noqa: N815  # the base class asks for these names
    do_POST = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server() -> Iterator[_Server]:
    """A scripted server on a loopback port."""
    with _Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()


@pytest.fixture
def pools() -> Iterator[Pools]:
    """Connections that are closed at the end."""
    made = Pools()
    yield made
    made.close()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, pools: Pools) -> Wire:
    """Calls without a proxy that wait no time between tries."""
    monkeypatch.setattr(wire, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(wire, "LONGEST_PAUSE", 0.0)
    return Wire(_CREDENTIALS, Surroundings({}, Path("/")), pools, threading.Event())


@pytest.mark.parametrize(
    ("method", "body", "signed"),
    [
        pytest.param("GET", None, "date (request-target) host", id="get"),
        pytest.param(
            "POST",
            {"name": "apps", "compartmentId": "c"},
            "date (request-target) host content-length content-type x-content-sha256",
            id="post",
        ),
        pytest.param(
            "POST",
            None,
            "date (request-target) host content-length content-type x-content-sha256",
            id="post-without-body",
        ),
    ],
)
def test_call_is_signed(
    server: _Server, calls: Wire, method: str, body: dict[str, str] | None, signed: str
) -> None:
    """The signature covers method, path and query as sent, and the body where there may be one."""
    server.script = [_Say()]
    calls.call("Do", method, f"{server.url}/20160918/compartments", body=body, query={"name": "a b"})
    command, path, headers, content = server.asked[0]
    parts = dict(re.findall(r'(\w+)="([^"]*)"', headers["authorization"]))
    assert parts["headers"] == signed
    assert parts["keyId"] == "ocid1.tenancy.oc1..t/ocid1.user.oc1..u/aa:bb"
    assert (parts["version"], parts["algorithm"]) == ("1", "rsa-sha256")
    values = {**headers, "(request-target)": f"{command.lower()} {path}"}
    text = "\n".join(f"{name}: {values[name]}" for name in signed.split())
    _KEY.public_key().verify(base64.b64decode(parts["signature"]), text.encode(), PKCS1v15(), SHA256())
    if method == "POST":
        assert headers["x-content-sha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert content == (b'{"compartmentId":"c","name":"apps"}' if body else b"")


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(_Say(429, b'{"code":"TooManyRequests","message":"slow"}'), id="429"),
        pytest.param(
            _Say(409, b'{"code":"IncorrectState","message":"busy"}', {"retry-after": "7"}), id="409"
        ),
        pytest.param(_Say(500, b'{"code":"InternalServerError","message":"oops"}'), id="500"),
        pytest.param(_Say(503, b"<html>", {"retry-after": "soon"}), id="503"),
        pytest.param(_Say(how="drop"), id="drop"),
        pytest.param(_Say(body=b'{"id":"x"}', how="cut"), id="cut"),
    ],
)
def test_call_is_tried_again(server: _Server, calls: Wire, first: _Say) -> None:
    """With the same retry token and a new request id, so that a create whose answer was lost happens once."""
    server.script = [first, _Say(body=b'{"id":"y"}', headers={"etag": "e", "opc-next-page": "p"})]
    reply = calls.call("Do", "POST", f"{server.url}/things", body={}, retry_token="one")
    assert (reply.body, reply.etag, reply.next_page) == ({"id": "y"}, "e", "p")
    tokens = [headers["opc-retry-token"] for _, _, headers, _ in server.asked]
    requests = {headers["opc-request-id"] for _, _, headers, _ in server.asked}
    assert (tokens, len(requests)) == (["one", "one"], 2)


@pytest.mark.parametrize(
    ("status", "code", "next_step"),
    [
        (
            400,
            "InvalidParameter",
            "correct the input that the message names, then run `pulumi up` again",
        ),
        (
            400,
            "LimitExceeded",
            "ask for a higher service limit in this region, or delete what is no longer needed",
        ),
        (
            401,
            "NotAuthenticated",
            "check user, tenancy, fingerprint and private key of the profile, and this machine's clock",
        ),
        (
            403,
            "NotAllowed",
            "check that a policy allows this, and that the call goes to the region it belongs to",
        ),
        (
            404,
            "NotAuthorizedOrNotFound",
            "check that the OCID exists in this region and that a policy lets this user see it",
        ),
        (
            409,
            "PolicyAlreadyExists",
            "another change is under way, or the name is taken: wait or rename, then run `pulumi up` again",
        ),
        (
            412,
            "NoEtagMatch",
            "somebody changed it meanwhile: run `pulumi up --refresh`",
        ),
        (
            418,
            "Teapot",
            "correct the input that the message names, then run `pulumi up` again",
        ),
    ],
)
def test_error_is_told_at_once_where_trying_again_is_useless(
    server: _Server, calls: Wire, status: int, code: str, next_step: str
) -> None:
    """One try; the message holds operation, status, code, OCI's words, host, request id and what to do."""
    body = f'{{"code":"{code}","message":"in their words"}}'.encode()
    server.script = [_Say(status, body, {"opc-request-id": "R"})]
    with pytest.raises(OciError) as told:
        calls.call("CreatePolicy", "POST", f"{server.url}/policies", body={})
    assert str(told.value) == (
        f"CreatePolicy: OCI answered {status} {code}: in their words\n"
        "  host 127.0.0.1, request id R\n"
        f"  next: {next_step}"
    )
    assert len(server.asked) == 1


def test_error_when_tries_run_out(server: _Server, calls: Wire) -> None:
    """After the last try its error is told, also where the body is no JSON."""
    server.script = [_Say(502, b"<html>")] * 3
    with pytest.raises(OciError) as told:
        calls.call("GetVault", "GET", f"{server.url}/vaults/x")
    assert str(told.value) == (
        "GetVault: OCI answered 502 BadErrorResponse: Bad Gateway\n"
        "  host 127.0.0.1, request id none\n"
        "  next: the service had a problem of its own: run `pulumi up` again, it goes on where it stopped"
    )


def test_error_when_the_connection_breaks_every_time(server: _Server, calls: Wire) -> None:
    """It says that no answer came, from where and by which way."""
    server.script = [_Say(how="drop")] * 3
    with pytest.raises(UnreachableError) as told:
        calls.call("GetVault", "GET", f"{server.url}/vaults/x")
    assert str(told.value) == (
        "GetVault: no answer from 127.0.0.1, reached directly (HTTPS_PROXY is not set): "
        "Server disconnected without sending a response.\n"
        "  next: check the network, or set HTTPS_PROXY (`genaikeys local env` prints it for a local OCI)"
    )


def test_error_when_an_answer_is_not_json(server: _Server, calls: Wire) -> None:
    """A success that can't be read is none."""
    server.script = [_Say(body=b"<html>")]
    with pytest.raises(OciError) as told:
        calls.call("GetVault", "GET", f"{server.url}/vaults/x")
    assert (told.value.status, told.value.code) == (502, "BadResponse")


def test_error_does_not_show_what_is_hidden(server: _Server, calls: Wire) -> None:
    """Where OCI quotes a secret's content in its message, the user sees dots."""
    content = base64.b64encode(hashlib.sha256(_CREDENTIALS.key_id.encode()).digest()).decode()
    server.script = [_Say(400, f'{{"code":"InvalidParameter","message":"bad content {content}"}}'.encode())]
    with pytest.raises(OciError) as told:
        calls.call("CreateSecret", "POST", f"{server.url}/secrets", body={"c": content}, hidden=[content])
    assert told.value.message == "bad content •••"


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_error_when_the_proxy_is_down(closed_port: int, pools: Pools) -> None:
    """At once, and with the address that was tried."""
    proxy = f"http://127.0.0.1:{closed_port}"
    calls = Wire(_CREDENTIALS, Surroundings({"HTTPS_PROXY": proxy}, Path("/")), pools, threading.Event())
    with pytest.raises(UnreachableError) as told:
        calls.call("GetVault", "GET", "https://kms.us-chicago-1.oraclecloud.com/20180608/vaults/x")
    assert str(told.value) == (
        f"GetVault: no answer from kms.us-chicago-1.oraclecloud.com, reached through the proxy {proxy}: "
        "[Errno 111] Connection refused\n"
        "  next: check that it is up (`genaikeys local status` for a local OCI), then run `pulumi up` again"
    )


@pytest.mark.parametrize(
    "entry", ["oraclecloud.com", ".oraclecloud.com", "*", "x, kms.us-chicago-1.oraclecloud.com"]
)
def test_no_proxy_takes_hosts_out(entry: str) -> None:
    """As in other clients: a domain with what is below it, with or without leading dot, or everything."""
    proxy = "http://127.0.0.1:1"
    host = "kms.us-chicago-1.oraclecloud.com"
    assert proxy_for(host, Surroundings({"HTTPS_PROXY": proxy, "NO_PROXY": entry}, Path("/"))) is None
    others = Surroundings({"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost,cloud.com"}, Path("/"))
    assert proxy_for(host, others) == proxy


def test_error_when_the_authorities_are_missing(tmp_path: Path, pools: Pools) -> None:
    """The file that custom_cert_location names is looked for from the command's directory."""
    around = Surroundings({"custom_cert_location": "none.pem"}, tmp_path)
    with pytest.raises(ConfigurationError) as told:
        Wire(_CREDENTIALS, around, pools, threading.Event()).call("GetVault", "GET", "https://127.0.0.1/x")
    assert str(told.value) == (
        f"{tmp_path}/none.pem is no readable PEM file of certificates: No such file or directory\n"
        "  next: correct custom_cert_location or SSL_CERT_FILE"
    )


def test_cancel_ends_a_wait(server: _Server, pools: Pools) -> None:
    """Between two tries the engine's wish to stop is obeyed."""
    stopping = threading.Event()
    stopping.set()
    server.script = [_Say(503)]
    with pytest.raises(CancelledError):
        Wire(_CREDENTIALS, Surroundings({}, Path("/")), pools, stopping).call(
            "GetVault", "GET", f"{server.url}/x"
        )

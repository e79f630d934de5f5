"""The door: proxying, TLS, plain HTTP, what it lets nobody reach, and what it does with rubbish."""

import contextlib
import json
import socket
import ssl

import httpx
import pytest

from emulator.hosts import Place, certificate_names, is_loopback, locate, without_port
from tests.emulator.caller import IDENTITY, Caller
from tests.local import Local

pytestmark = pytest.mark.slow

REGIONS = ("eu-frankfurt-1", "ap-hyderabad-1", "ap-osaka-1", "us-ashburn-1", "us-chicago-1", "us-phoenix-1")
HOSTS = {
    "identity.{}.oci.oraclecloud.com": "identity",
    "kms.{}.oraclecloud.com": "kms",
    "vabcdefghijkl-management.kms.{}.oraclecloud.com": "kms-management",
    "vaults.{}.oci.oraclecloud.com": "vaults",
    "secrets.vaults.{}.oci.oraclecloud.com": "secrets",
    "generativeai.{}.oci.oraclecloud.com": "generativeai",
    "inference.generativeai.{}.oci.oraclecloud.com": "inference",
    "limits.{}.oci.oraclecloud.com": "limits",
    "telemetry.{}.oraclecloud.com": "telemetry",
    "notification.{}.oraclecloud.com": "notification",
    "usage.{}.oci.oraclecloud.com": "budgets",
}
OUTSIDE = [
    "example.com:443",
    "oraclecloud.com:443",
    "identity.us-ashburn-1.oci.oraclecloud.com:80",
    "identity.us-ashburn-1.oci.oraclecloud.com",
    "identity.mars-1.oci.oraclecloud.com:443",
    "identity.us-ashburn-1.oci.oraclecloud.com.example.com:443",
    "objectstorage.us-ashburn-1.oraclecloud.com:443",
    "127.0.0.1:443",
    "",
]


def spoken(local: Local, text: bytes, *, until: int = 1 << 20) -> bytes:
    """Say something to the port and return what comes back until the end, or until enough has come."""
    with socket.create_connection(("127.0.0.1", local.home["port"]), timeout=10) as client:
        client.sendall(text)
        said = b""
        while len(said) < until and (piece := client.recv(65536)):
            said += piece
        return said


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("template", HOSTS)
def test_every_service_of_every_region_has_a_valid_certificate(
    caller: Caller, region: str, template: str
) -> None:
    """A client that trusts only the local CA gets through to the right service."""
    host = template.format(region)
    assert locate(host) == Place(HOSTS[template], region)
    answer = caller.http.get(f"https://{host}/")
    assert answer.status_code == (404 if HOSTS[template] == "inference" else 401)
    assert answer.headers["opc-request-id"]


def test_wildcards_of_the_certificate_reach_no_further_than_oci() -> None:
    """Each name belongs to one region of the commercial realm."""
    assert {name.rsplit(".", 2)[1] for name in certificate_names()} == {"oraclecloud"}
    assert all(any(f".{region}." in f".{name}." for name in certificate_names()) for region in REGIONS)


@pytest.mark.parametrize("authority", OUTSIDE)
def test_host_outside_is_refused_and_journalled(emulator: Local, authority: str) -> None:
    """Nothing leaves the machine, and what tried to is on record."""
    before = emulator.last_request()
    said = spoken(emulator, f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()).decode()
    head, _, body = said.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 403 Forbidden\r\n")
    assert body == f"The local OCI doesn't have the host {authority}, and lets nothing leave this machine.\n"
    [entry] = emulator.journal(before)
    assert (entry["method"], entry["host"], entry["status"]) == ("CONNECT", authority, 403)
    assert entry["reason"] == "not a host of the local OCI: nothing leaves this machine"


def test_connection_is_kept_for_the_next_request(emulator: Local, caller: Caller) -> None:
    """Clients reuse connections, and find them open."""
    ports = set()
    for _ in range(3):
        with caller.http.stream("GET", f"{IDENTITY}/compartments") as answer:
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
            answer.read()
    assert len(ports) == 1


def test_tls_without_connect_is_served(emulator: Local, caller: Caller) -> None:
    """A client that was pointed at the port itself is told apart by its first byte."""
    trust = ssl.create_default_context(cafile=emulator.home["ca"])
    url = f"https://127.0.0.1:{emulator.home['port']}/20160918/tenancies/{caller.tenancy}"
    headers = caller.signed("GET", f"{IDENTITY}/tenancies/{caller.tenancy}")
    with httpx.Client(verify=trust, trust_env=False) as direct:
        assert direct.get(url, headers=headers).json()["id"] == caller.tenancy


def test_proxy_request_for_an_http_url_is_served_with_the_signature_of_its_path(
    emulator: Local, caller: Caller
) -> None:
    """The request line has the whole URL; the signature covers path and query only."""
    url = f"http://identity.us-ashburn-1.oci.oraclecloud.com/20160918/tenancies/{caller.tenancy}"
    with httpx.Client(proxy=emulator.home["proxy"], trust_env=False) as plain:
        answer = plain.get(url, headers=caller.signed("GET", url))
    assert answer.status_code == 200, answer.text


def test_http_url_of_a_host_outside_is_refused(emulator: Local) -> None:
    """A plain proxy request goes nowhere either."""
    with httpx.Client(proxy=emulator.home["proxy"], trust_env=False) as plain:
        answer = plain.get("http://example.com/")
    assert answer.status_code == 404
    assert answer.json()["message"] == "the local OCI has no service at host 'example.com'"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_admin_address_answers_to_names_of_this_machine(emulator: Local, host: str) -> None:
    """Whatever loopback is called."""
    request = f"GET /_local/health HTTP/1.1\r\nHost: {host}:1\r\nConnection: close\r\n\r\n"
    assert json.loads(spoken(emulator, request.encode()).partition(b"\r\n\r\n")[2])["ready"] is True


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", ""])
def test_admin_address_does_not_answer_to_other_names(emulator: Local, host: str) -> None:
    """A page in a browser can't reach it under a name of its own."""
    request = f"POST /_local/stop HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert spoken(emulator, request.encode()).startswith(b"HTTP/1.1 404")
    assert emulator.process.poll() is None


RUBBISH = [
    b"\r\n\r\n",
    b"\x00\x01\x02\n",
    b"CONNECT\r\n\r\n",
    b"CONNECT " + b"a" * 200_000,
    b"\x16\x03\x01rubbish instead of a handshake",
    b"GET / HTTP/9.9\r\n\r\n",
    b"G" * 200_000,
]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_ends_its_own_connection_only(emulator: Local, caller: Caller, rubbish: bytes) -> None:
    """The next client is served as if nothing had been."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", emulator.home["port"]), timeout=10) as client,
    ):
        client.sendall(rubbish)
        client.shutdown(socket.SHUT_WR)
        while client.recv(65536):
            pass
    assert caller.tenancies().status_code == 200


def test_unknown_operation_is_501_with_its_name(emulator: Local, caller: Caller) -> None:
    """What isn't modelled is refused and on record, never guessed."""
    before = emulator.last_request()
    answer = caller.get("/networkSources")
    message = "the local OCI does not model GET /20160918/networkSources of identity"
    assert (answer.status_code, answer.json()) == (501, {"code": "NotImplemented", "message": message})
    [entry] = emulator.journal(before)
    assert (entry["operation"], entry["reason"], entry["status"]) == (None, message, 501)


def test_unknown_path_of_inference_is_404(caller: Caller) -> None:
    """The real service has no list of models under these bases, and says so with 404."""
    url = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/openai/v1/models"
    answer = caller.http.get(url, headers={"authorization": "Bearer x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "404")


def test_key_crypto_of_a_vault_is_501(caller: Caller) -> None:
    """The vault names that host, so it is ours; what it does is not modelled."""
    url = "https://vabc-crypto.kms.us-ashburn-1.oraclecloud.com/20180608/encrypt"
    assert caller.send("POST", url, {}).status_code == 501


def test_request_id_of_the_caller_comes_back_with_ours(caller: Caller) -> None:
    """Both sides can find the request again."""
    answer = caller.get(f"/tenancies/{caller.tenancy}", **{"opc-request-id": "ABC" * 40})
    theirs, _, ours = answer.headers["opc-request-id"].partition("/")
    assert theirs == ("ABC" * 40)[:64]
    assert len(ours) == 32


@pytest.mark.parametrize(
    ("authority", "host"),
    [("a:443", "a"), ("a", "a"), ("[::1]:8443", "::1"), ("", "")],
)
def test_host_of_an_authority_has_no_port(authority: str, host: str) -> None:
    """IPv6 addresses have colons of their own."""
    assert without_port(authority) == host


@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0", "localhost.", ""])  # noqa: S104 a name, not a bind
def test_only_three_names_are_loopback(host: str) -> None:
    """Nothing is guessed about other names."""
    assert not is_loopback(host)

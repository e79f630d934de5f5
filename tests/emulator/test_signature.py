"""Request signatures: what the official signer makes is accepted, and nothing else is."""

import base64
import hashlib
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from pathlib import Path

import oci
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oci._vendor import requests

from emulator.clock import Clock
from emulator.database import Database
from emulator.signature import SKEW, Signatures, SignedRequest, UnsignedError
from emulator.store import Store
from tests.emulator.caller import IDENTITY, Caller
from tests.local import Local

pytestmark = pytest.mark.slow

TENANCY = "ocid1.tenancy.oc1..signature"
USER = "ocid1.user.oc1..signature"
FINGERPRINT = ":".join(["20"] * 16)
KEY_ID = f"{TENANCY}/{USER}/{FINGERPRINT}"
HOST = "identity.us-ashburn-1.oci.oraclecloud.com"
PATH = "/20160918/compartments?compartmentId=a%2Fb&limit=2"


@dataclass
class Signatory:
    """A user's key pair, and a verifier that knows its public half."""

    key: rsa.RSAPrivateKey
    verifier: Signatures

    def request(self, method: str, body: str | None = None) -> SignedRequest:
        """A request as the Python SDK signs it."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signer = oci.signer.Signer(TENANCY, USER, FINGERPRINT, None, private_key_content=pem.decode())
        content = None if body is None else body.encode()
        prepared = requests.Request(method, f"https://{HOST}{PATH}", data=content).prepare()
        headers = {name.lower(): value for name, value in signer(prepared).headers.items()}
        return SignedRequest(method, PATH, headers, (body or "").encode())

    def by_hand(self, request: SignedRequest, names: str, **fields: str) -> SignedRequest:
        """The request signed anew over these headers, with the fields in the order of the Go SDK."""
        lines = [
            f"{name}: {request.method.lower()} {request.target}"
            if name == "(request-target)"
            else f"{name}: {request.headers[name]}"
            for name in names.split()
        ]
        made = self.key.sign("\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
        parts = {
            "version": "1",
            "headers": names,
            "keyId": KEY_ID,
            "algorithm": "rsa-sha256",
            "signature": base64.b64encode(made).decode(),
            **fields,
        }
        text = "Signature " + ",".join(f'{name}="{value}"' for name, value in parts.items())
        return replace(request, headers={**request.headers, "authorization": text})

    def complaint(self, request: SignedRequest) -> str:
        """Why a request is refused."""
        with pytest.raises(UnsignedError) as caught:
            self.verifier.verify(request)
        return str(caught.value)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """A key pair of this run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def signatory(database: Database, key: rsa.RSAPrivateKey) -> Signatory:
    """A user in two groups, with a key."""
    store = Store(database, Clock(database))
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    store.put("userkey", {"id": KEY_ID, "userId": USER, "publicKey": pem.decode()})
    store.put("user", {"id": USER, "groups": ["Administrators", "Others"]})
    return Signatory(key, Signatures(store))


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD", "POST", "PUT"])
@pytest.mark.parametrize("body", [None, '{"name": "é"}'])
def test_official_signer_is_accepted(signatory: Signatory, method: str, body: str | None) -> None:
    """Every method the SDK signs, with a body and without, names the user and their groups."""
    principal = signatory.verifier.verify(signatory.request(method, body))
    assert (principal.type, principal.id) == ("user", USER)
    assert principal.groups == {"Administrators", "Others"}


def test_order_of_the_fields_does_not_matter(signatory: Signatory) -> None:
    """The Go SDK writes them in another order than the Python SDK."""
    request = signatory.by_hand(signatory.request("GET"), "date (request-target) host")
    assert signatory.verifier.verify(request).id == USER


def test_x_date_stands_in_for_date(signatory: Signatory) -> None:
    """A client that can't set Date signs x-date."""
    request = signatory.request("GET")
    request = replace(request, headers={**request.headers, "x-date": request.headers["date"]})
    assert signatory.verifier.verify(signatory.by_hand(request, "x-date (request-target) host")).id == USER


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(data=st.data())
def test_any_change_of_what_is_signed_breaks_the_signature(signatory: Signatory, data: st.DataObject) -> None:
    """Method, target, host, type, length, digest and body are all covered."""
    request = signatory.request("POST", '{"name": "one"}')
    part = data.draw(st.sampled_from(["target", "body", "host", "content-type", "content-length"]))
    text = data.draw(st.text(string.ascii_letters + string.digits + "&%=-", min_size=1))
    if part == "target":
        changed = replace(request, target=request.target + text)
    elif part == "body":
        changed = replace(request, body=request.body + text.encode())
    else:
        changed = replace(request, headers={**request.headers, part: request.headers[part] + text})
    with pytest.raises(UnsignedError):
        signatory.verifier.verify(changed)


def without(name: str) -> Callable[[Signatory, SignedRequest], SignedRequest]:
    """A request that lost a header on its way."""
    return lambda _, request: replace(
        request, headers={key: value for key, value in request.headers.items() if key != name}
    )


def with_header(name: str, value: str) -> Callable[[Signatory, SignedRequest], SignedRequest]:
    """A request with another value in a header."""
    return lambda _, request: replace(request, headers={**request.headers, name: value})


def signed_over(names: str, **fields: str) -> Callable[[Signatory, SignedRequest], SignedRequest]:
    """A request signed over these headers, with these fields."""
    return lambda signatory, request: signatory.by_hand(request, names, **fields)


ALL = "date (request-target) host content-length content-type x-content-sha256"
NO_USER = "no user has the signature's keyId"
REFUSED = {
    "no authorization": (
        without("authorization"),
        "there is no Authorization header with a Signature",
    ),
    "a bearer": (
        with_header("authorization", "Bearer x"),
        "there is no Authorization header with a Signature",
    ),
    "another algorithm": (
        signed_over(ALL, algorithm="hmac-sha256"),
        "the signature must have algorithm rsa-sha256 and version 1",
    ),
    "another version": (
        signed_over(ALL, version="2"),
        "the signature must have algorithm rsa-sha256 and version 1",
    ),
    "another key": (signed_over(ALL, keyId=f"{TENANCY}/{USER}/00"), NO_USER),
    "no session token": (signed_over(ALL, keyId="ST$token"), "the session token is not a token"),
    "no base64": (signed_over(ALL, signature="?"), "the signature does not match the request"),
    "headers left out": (
        signed_over("date host"),
        "the signature must also cover (request-target), content-length, content-type, x-content-sha256",
    ),
    "date left out": (
        signed_over("(request-target) host content-length content-type x-content-sha256"),
        "the signature must also cover date",
    ),
    "a header that never came": (
        without("host"),
        "the signature covers host, which the request lacks",
    ),
    "no date": (with_header("date", "yesterday"), "the signed date is not an HTTP date"),
    "another body": (
        lambda _, request: replace(request, body=b"{}"),
        "x-content-sha256 is not the digest of the body",
    ),
    "another length": (with_header("content-length", "1"), "content-length is not the length of the body"),
    "another type": (
        with_header("content-type", "text/plain"),
        "the signature does not match the request",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_error_when_the_signature_is_wrong(signatory: Signatory, case: str) -> None:
    """Each way of being wrong has a reason of its own, for the journal."""
    change, reason = REFUSED[case]
    assert signatory.complaint(change(signatory, signatory.request("POST", '{"name": "one"}'))) == reason


@pytest.mark.parametrize("away", [-SKEW - 5, SKEW + 5])
def test_error_when_the_date_is_too_far_from_real_time(signatory: Signatory, away: float) -> None:
    """Either side of five minutes."""
    request = signatory.request("GET")
    request = replace(
        request, headers={**request.headers, "date": formatdate(time.time() + away, usegmt=True)}
    )
    complaint = signatory.complaint(signatory.by_hand(request, "date (request-target) host"))
    assert complaint.endswith(" s away from real time; 300 s may be")


@pytest.mark.parametrize("away", [-SKEW + 5, SKEW - 5])
def test_date_within_five_minutes_is_accepted(signatory: Signatory, away: float) -> None:
    """Clocks differ."""
    request = signatory.request("GET")
    request = replace(
        request, headers={**request.headers, "date": formatdate(time.time() + away, usegmt=True)}
    )
    assert signatory.verifier.verify(signatory.by_hand(request, "date (request-target) host")).id == USER


def test_unsigned_request_is_401_and_the_journal_says_why(emulator: Local, caller: Caller) -> None:
    """The caller learns nothing but that it failed; the owner of the home learns the reason."""
    before = emulator.last_request()
    answer = caller.http.get(f"{IDENTITY}/compartments")
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "NotAuthenticated",
        "message": "The required information to complete authentication was not provided or was incorrect.",
    }
    assert answer.headers["opc-request-id"]
    [entry] = emulator.journal(before)
    assert entry["reason"] == "there is no Authorization header with a Signature"
    assert (entry["status"], entry["code"], entry["principal"]) == (401, "NotAuthenticated", None)


def test_body_changed_on_its_way_is_401_and_does_nothing(caller: Caller) -> None:
    """Integrity is checked on the wire, too."""
    body = {"compartmentId": caller.tenancy, "name": "swapped", "description": "x"}
    headers = caller.signed("POST", f"{IDENTITY}/compartments", body)
    headers["content-length"] = "2"
    answer = caller.http.post(f"{IDENTITY}/compartments", content="{}", headers=headers)
    assert answer.status_code == 401
    assert "swapped" not in [doc["name"] for doc in caller.compartments()]


def test_fingerprint_of_the_home_is_that_of_its_key(emulator: Local) -> None:
    """MD5 of the public key's DER, as OCI computes it."""
    key = serialization.load_pem_private_key(Path(emulator.home["keyFile"]).read_bytes(), None)
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert hashlib.md5(der, usedforsecurity=False).digest().hex(":") == emulator.home["fingerprint"]

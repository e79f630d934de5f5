"""Session tokens: what this home issued is good until it is over, and nothing else is."""

import base64
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oci
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oci._vendor import requests

from emulator import tokens
from emulator.cipher import Cipher
from emulator.clock import Clock
from emulator.database import Database
from emulator.signature import Signatures, SignedRequest, UnsignedError
from emulator.store import Store

HOST = "identity.us-ashburn-1.oci.oraclecloud.com"
USER = {"sub": "ocid1.user.oc1..tokens", "ptype": "user"}
FUNCTION = {
    "sub": "ocid1.fnfunc.oc1..tokens",
    "ptype": "fnfunc",
    "res_tenant": "ocid1.tenancy.oc1..tokens",
    "res_compartment": "ocid1.compartment.oc1..tokens",
}
NOW = int(time.time())


class Issuer:
    """A home that issues tokens to one session, and verifies what the session signs."""

    def __init__(self, database: Database, key: rsa.RSAPrivateKey, now: Callable[[], float]) -> None:
        self.store = Store(database, Clock(database))
        self.cipher = Cipher(os.urandom(32))
        self.key = key
        self.verifier = Signatures(self.store, now)
        self.store.put("user", {"id": USER["sub"], "groups": ["Administrators"]})

    def token(self, claims: dict[str, str] = USER, since: int = NOW) -> str:
        """A token for the session."""
        return tokens.issue(self.store, self.cipher, claims, self.key.public_key(), since)

    def request(self, token: str, key: rsa.RSAPrivateKey | None = None) -> SignedRequest:
        """A request that the official SDK signs with a token and, by default, the session's key."""
        pem = (key or self.key).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        signer = oci.auth.signers.SecurityTokenSigner(token, oci.signer.load_private_key(pem.decode(), None))
        prepared = requests.Request("GET", f"https://{HOST}/x").prepare()
        headers = {name.lower(): value for name, value in signer(prepared).headers.items()}
        return SignedRequest("GET", "/x", headers, b"")

    def complaint(self, token: str, key: rsa.RSAPrivateKey | None = None) -> str:
        """Why a request with a token is refused."""
        with pytest.raises(UnsignedError) as caught:
            self.verifier.verify(self.request(token, key))
        return str(caught.value)


@pytest.fixture(scope="module")
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """Two key pairs of this run."""
    one, two = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    return one, two


@pytest.fixture
def issuer(database: Database, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]) -> Issuer:
    """A home by whose clock it is now."""
    return Issuer(database, keys[0], time.time)


def changed(token: str, **claims: object) -> str:
    """A token with other claims and the signature that it had."""
    head, payload, signature = token.split(".")
    given: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    text = base64.urlsafe_b64encode(json.dumps({**given, **claims}).encode()).decode().rstrip("=")
    return f"{head}.{text}.{signature}"


def test_session_of_a_user_is_the_user(issuer: Issuer) -> None:
    """With the user's groups, as they are now."""
    found = issuer.verifier.verify(issuer.request(issuer.token()))

    assert (found.type, found.id) == ("user", USER["sub"])
    assert found.groups == {"Administrators"}


def test_session_of_a_resource_has_its_type_and_compartment(issuer: Issuer) -> None:
    """And the dynamic groups whose rule includes it, by name and by OCID."""
    for name, rule in (("in", "resource.type = 'fnfunc'"), ("out", "instance.id = 'x'")):
        group = {"id": f"ocid1.dynamicgroup.oc1..{name}", "name": name, "matchingRule": rule}
        issuer.store.put("dynamicGroup", {**group, "lifecycleState": "ACTIVE"})

    found = issuer.verifier.verify(issuer.request(issuer.token(FUNCTION)))

    assert (found.type, found.id) == ("fnfunc", FUNCTION["sub"])
    assert found.compartment == FUNCTION["res_compartment"]
    assert found.dynamic_groups == {"in", "ocid1.dynamicgroup.oc1..in"}


def test_sdk_reads_what_it_needs_from_a_token(issuer: Issuer) -> None:
    """Its end for all, tenancy and compartment for a resource."""
    container = oci.auth.security_token_container.SecurityTokenContainer(None, issuer.token(FUNCTION))

    assert container.valid()
    assert container.get_jwt()["exp"] - container.get_jwt()["iat"] == tokens.LIFE
    assert container.get_jwt()["res_compartment"] == FUNCTION["res_compartment"]


def test_error_when_a_token_is_over(issuer: Issuer) -> None:
    """To the second, in real time."""
    assert issuer.complaint(issuer.token(since=NOW - tokens.LIFE)) == "the session token has expired"


CHANGES: dict[str, dict[str, object]] = {
    "another principal": {"sub": "ocid1.user.oc1..other"},
    "a longer life": {"exp": NOW * 2},
}


@pytest.mark.parametrize("case", CHANGES)
def test_error_when_a_token_was_changed(issuer: Issuer, case: str) -> None:
    """Whatever was."""
    complaint = issuer.complaint(changed(issuer.token(), **CHANGES[case]))
    assert complaint == "the session token was not issued here, or was changed"


def test_error_when_a_token_has_no_signature(issuer: Issuer) -> None:
    """A header that asks for none is not believed."""
    _, payload, _ = issuer.token().split(".")
    head = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"none"}').decode().rstrip("=")
    assert issuer.complaint(f"{head}.{payload}.") == "the session token was not issued here"


def test_error_when_a_token_is_of_another_home(
    issuer: Issuer, tmp_path: Path, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]
) -> None:
    """Before this home has issued one, and after."""
    database = Database(tmp_path / "foreign.db")
    foreign = Issuer(database, keys[0], time.time).token()
    database.close()

    assert issuer.complaint(foreign) == "the session token was not issued here"
    issuer.token()
    assert issuer.complaint(foreign) == "the session token was not issued here, or was changed"


def test_error_when_another_key_signs(
    issuer: Issuer, keys: tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]
) -> None:
    """A stolen token is worth nothing without the session's key."""
    assert issuer.complaint(issuer.token(), keys[1]) == "the signature does not match the request"


def test_error_when_the_user_of_a_session_is_gone(issuer: Issuer) -> None:
    """A session ends with its user."""
    issuer.store.delete("user", USER["sub"])
    assert issuer.complaint(issuer.token()) == "the user of the signature's keyId is gone"


def test_key_that_signs_tokens_is_sealed(issuer: Issuer, tmp_path: Path) -> None:
    """It lies encrypted in the home, and stays the same."""
    first = issuer.token()
    issuer.token()

    assert issuer.verifier.verify(issuer.request(first)).id == USER["sub"]
    assert b"PRIVATE KEY" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())

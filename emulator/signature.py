"""Verifies OCI's request signatures.

As in Request Signatures, docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm, and as the signers of
the OCI Python SDK 2.189.0 and Go SDK 65.123 do it.

``Authorization: Signature`` carries version, keyId, algorithm, headers and signature as name="value" pairs in
any order. Signed are date (or x-date), (request-target) and host, and with a body also content-length,
content-type and x-content-sha256. The date may be five minutes away from real time: signing clients don't
know the virtual clock. The keyId is tenancy/user/fingerprint of a user's API key, or ST$ and a session token.
"""

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from emulator import tokens
from emulator.membership import dynamic_groups
from emulator.store import Store
from genaikeys.iam import Principal

__all__ = [
    "SKEW",
    "Signature",
    "Signatures",
    "SignedRequest",
    "UnsignedError",
    "check_value",
    "signature_of",
]

SKEW = 300.0
"""Seconds that a request's date may be away from real time."""

_PAIR = re.compile(r'([a-zA-Z]+)="([^"]*)"')
_WITH_BODY = ("POST", "PUT", "PATCH")


class UnsignedError(Exception):
    """A request without a valid signature; the text says what is wrong, for the journal."""


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers.

    Attributes:
        method: HTTP method.
        target: Path and query exactly as on the wire, in origin form.
        headers: Headers by lower-case name.
        body: Body as it came.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Signature:
    """What an ``Authorization`` header says.

    Attributes:
        key_id: Whose key it was made with.
        names: Headers that it covers, in order.
        value: The signature, as base64.
    """

    key_id: str
    names: tuple[str, ...]
    value: str


def signature_of(request: SignedRequest, now: float, *, lacking: tuple[str, ...] = ()) -> Signature:
    """Read a request's signature, and check all of it that needs no key.

    Args:
        request: The request.
        now: Real time in seconds.
        lacking: Headers that this signature needn't cover.

    Raises:
        UnsignedError: There is none, it covers too little, or date or body aren't what they must be.
    """
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "signature":
        raise UnsignedError("there is no Authorization header with a Signature")
    fields = dict(_PAIR.findall(rest))
    if fields.get("algorithm") != "rsa-sha256" or fields.get("version") != "1":
        raise UnsignedError("the signature must have algorithm rsa-sha256 and version 1")
    names = tuple(fields.get("headers", "").lower().split())
    _check_cover(request, names, lacking)
    _check_date(request, names, now)
    if request.method in _WITH_BODY:
        _check_body(request)
    return Signature(fields.get("keyId", ""), names, fields.get("signature", ""))


def check_value(request: SignedRequest, signature: Signature, key: RSAPublicKey) -> None:
    """Check that a signature was made over this request with a key.

    Raises:
        UnsignedError: It wasn't.
    """
    text = "\n".join(f"{name}: {_value(request, name)}" for name in signature.names)
    try:
        value = base64.b64decode(signature.value, validate=True)
        key.verify(value, text.encode(), PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error):
        raise UnsignedError("the signature does not match the request") from None


class Signatures:
    """Knows who signs: users by their public keys, documents of kind ``userkey``; sessions by their tokens.

    Args:
        store: Where the users, their keys and the dynamic groups are.
        now: Real time in seconds.
    """

    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now
        self._loaded: dict[str, RSAPublicKey] = {}

    def verify(self, request: SignedRequest) -> Principal:
        """Find out who signed a request.

        Raises:
            UnsignedError: Nobody validly did.
        """
        signature = signature_of(request, self._now())
        if signature.key_id.startswith(tokens.PREFIX):
            return self._by_token(request, signature)
        user_key = self._store.get("userkey", signature.key_id)
        if user_key is None:
            raise UnsignedError("no user has the signature's keyId")
        check_value(request, signature, self._key(user_key["publicKey"]))
        return self._user(user_key["userId"])

    def _by_token(self, request: SignedRequest, signature: Signature) -> Principal:
        try:
            claims = tokens.read(self._store, signature.key_id.removeprefix(tokens.PREFIX), self._now())
        except tokens.TokenError as problem:
            raise UnsignedError(str(problem)) from None
        check_value(request, signature, tokens.session_key(claims))
        kind, ident = claims["ptype"], claims["sub"]
        if kind == "user":
            return self._user(ident)
        compartment = claims["res_compartment"]
        groups = dynamic_groups(self._store, kind, ident, compartment)
        return Principal(type=kind, id=ident, compartment=compartment, dynamic_groups=groups)

    def _user(self, ident: str) -> Principal:
        user = self._store.get("user", ident)
        if user is None:
            raise UnsignedError("the user of the signature's keyId is gone")
        return Principal(type="user", id=user["id"], groups=frozenset(user["groups"]))

    def _key(self, pem: str) -> RSAPublicKey:
        if pem not in self._loaded:
            key = load_pem_public_key(pem.encode())
            if not isinstance(key, RSAPublicKey):
                raise UnsignedError("the user's key is not an RSA key")
            self._loaded[pem] = key
        return self._loaded[pem]


def _check_cover(request: SignedRequest, names: tuple[str, ...], lacking: tuple[str, ...]) -> None:
    needed = ["(request-target)", "host"]
    if request.method in _WITH_BODY:
        needed += ["content-length", "content-type", "x-content-sha256"]
    missing = [name for name in needed if name not in (*names, *lacking)]
    if "date" not in names and "x-date" not in names:
        missing.append("date")
    if missing:
        raise UnsignedError(f"the signature must also cover {', '.join(missing)}")


def _check_date(request: SignedRequest, names: tuple[str, ...], now: float) -> None:
    try:
        when = parsedate_to_datetime(_value(request, "date" if "date" in names else "x-date"))
        away = abs(when.timestamp() - now)
    except (ValueError, OverflowError):
        raise UnsignedError("the signed date is not an HTTP date") from None
    if away > SKEW:
        raise UnsignedError(f"the signed date is {away:.0f} s away from real time; {SKEW:.0f} s may be")


def _check_body(request: SignedRequest) -> None:
    digest = base64.b64encode(hashlib.sha256(request.body).digest()).decode()
    if request.headers.get("x-content-sha256") != digest:
        raise UnsignedError("x-content-sha256 is not the digest of the body")
    if request.headers.get("content-length") != str(len(request.body)):
        raise UnsignedError("content-length is not the length of the body")


def _value(request: SignedRequest, name: str) -> str:
    if name == "(request-target)":
        return f"{request.method.lower()} {request.target}"
    value = request.headers.get(name)
    if value is None:
        raise UnsignedError(f"the signature covers {name}, which the request lacks")
    return value

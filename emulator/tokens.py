"""Session tokens: JSON Web Tokens that say who signs with which key, and until when.

A request is signed with the session's own key, and its keyId is ``ST$`` and the token. Of the claims the SDK
reads ``iat`` and ``exp``, in seconds of real time, and for a resource ``res_tenant`` and ``res_compartment``
(OCI Python SDK 2.189.0, auth/signers/security_token_signer, auth/security_token_container and
auth/signers/ephemeral_resource_principals_signer). The others are the local OCI's own: only it reads them.
"""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from emulator.cipher import Cipher
from emulator.store import Store

__all__ = ["LIFE", "PREFIX", "TokenError", "issue", "read", "session_key"]

PREFIX = "ST$"
"""How the keyId of a request begins that a session signed."""

LIFE = 3600
"""Seconds for which a token is good."""

_KIND, _ID = "tokenkey", "tokens"
_HEADER = {"typ": "JWT", "alg": "RS256", "kid": "local"}


class TokenError(Exception):
    """A token that isn't this home's, was changed, or is over; the text says which, for the journal."""


def issue(store: Store, cipher: Cipher, claims: dict[str, str], key: RSAPublicKey, since: int) -> str:
    """Make a token.

    Args:
        store: Where the key lies that signs tokens; the first token makes it.
        cipher: Encrypts that key.
        claims: ``sub``, the principal's OCID, and ``ptype``, its type as policies see it; others as they are.
        key: Public half of the session's key.
        since: When the token begins, in seconds of real time.
    """
    numbers = key.public_numbers()
    jwk = {"kty": "RSA", "alg": "RS256", "use": "sig", "n": _number(numbers.n), "e": _number(numbers.e)}
    payload = {**claims, "iat": since, "exp": since + LIFE, "jwk": json.dumps(jwk)}
    text = f"{_encoded(_json(_HEADER))}.{_encoded(_json(payload))}"
    signature = _signing_key(store, cipher).sign(text.encode(), PKCS1v15(), hashes.SHA256())
    return f"{text}.{_encoded(signature)}"


def read(store: Store, token: str, now: float) -> dict[str, Any]:
    """The claims of a token that is good now.

    Args:
        store: Where the key lies that signed it.
        token: As in the keyId, without its prefix.
        now: Seconds of real time.

    Raises:
        TokenError: It is none, another home's, changed, or over.
    """
    try:
        head, payload, signature = token.split(".")
        header = json.loads(_decoded(head))
        claims = json.loads(_decoded(payload))
        value = _decoded(signature)
    except (ValueError, RecursionError):
        raise TokenError("the session token is not a token") from None
    known = store.get(_KIND, _ID)
    if known is None or header != _HEADER:
        raise TokenError("the session token was not issued here")
    issuer = load_pem_public_key(known["publicKey"].encode())
    try:
        if not isinstance(issuer, RSAPublicKey):
            raise InvalidSignature
        issuer.verify(value, f"{head}.{payload}".encode(), PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise TokenError("the session token was not issued here, or was changed") from None
    if claims["exp"] <= now:
        raise TokenError("the session token has expired")
    return dict(claims)


def session_key(claims: dict[str, Any]) -> RSAPublicKey:
    """The key that a token's session signs with."""
    jwk = json.loads(claims["jwk"])
    modulus, exponent = (int.from_bytes(_decoded(jwk[part]), "big") for part in ("n", "e"))
    return RSAPublicNumbers(exponent, modulus).public_key()


def _signing_key(store: Store, cipher: Cipher) -> RSAPrivateKey:
    known = store.get(_KIND, _ID)
    if known is None:
        # Slow to import and to do, and most homes never issue a token.
        from emulator.certificates import public_key, rsa_key

        private = rsa_key()
        sealed = base64.b64encode(cipher.encrypt(private.encode())).decode()
        known = {"id": _ID, "publicKey": public_key(private), "_sealed": sealed}
        store.put(_KIND, known)
    key = load_pem_private_key(cipher.decrypt(base64.b64decode(known["_sealed"])), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the key that signs tokens is not an RSA key")
    return key


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None

"""The token service: an instance shows its certificate, and gets a token for the key that it sends along.

POST /v1/x509 with ``certificate``, ``publicKey`` and ``intermediateCertificates``, each base64 of DER. It is
signed with the certificate's key; its keyId is ``<tenancy>/fed-x509/<SHA-1 of the certificate>``, and its
signature doesn't cover the host (OCI Python SDK 2.189.0, auth/federation_client).
"""

import time
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from emulator import instances, tokens
from emulator.services.refusals import invalid
from emulator.services.request import base64_bytes, body
from emulator.signature import SignedRequest, UnsignedError, check_value, signature_of
from emulator.wire import Answer, Call, Refusal, Route


def exchange(call: Call) -> Answer:
    """Answer POST /v1/x509."""
    given = body(call, {"certificate": str, "publicKey": str}, {"intermediateCertificates": list})
    certificate = _certificate(given["certificate"])
    _check_issuer(call, certificate)
    units = _units(certificate)
    _check_signature(call, certificate, units["opc-tenant"])
    claims = {
        "sub": units["opc-instance"],
        "ptype": "instance",
        "res_tenant": units["opc-tenant"],
        "res_compartment": units["opc-compartment"],
    }
    key = _public_key(given["publicKey"])
    world = call.world
    return Answer({"token": tokens.issue(world.store, world.cipher, claims, key, int(time.time()))})


def _certificate(text: str) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(base64_bytes("certificate", text))
    except ValueError:
        raise invalid("certificate must be an X.509 certificate") from None


def _public_key(text: str) -> RSAPublicKey:
    try:
        key: Any = load_der_public_key(base64_bytes("publicKey", text))
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise invalid("publicKey must be an RSA key")
    return key


def _check_issuer(call: Call, certificate: x509.Certificate) -> None:
    """Refuse a certificate that this home's CA didn't make, or that isn't valid now, in real time."""
    authority = x509.load_pem_x509_certificate(instances.issuer(call.world)["certificate"].encode())
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        raise _refused("the certificate is of no instance here") from None
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins.timestamp() <= time.time() <= ends.timestamp():
        raise _refused("the certificate is not valid now")


def _units(certificate: x509.Certificate) -> dict[str, str]:
    found = (str(each.value) for each in certificate.subject)
    return dict(each.split(":", 1) for each in found if each.startswith("opc-"))


def _check_signature(call: Call, certificate: x509.Certificate, tenancy: str) -> None:
    request = SignedRequest(call.method, call.path, call.headers, call.body)
    key = certificate.public_key()
    digest = certificate.fingerprint(hashes.SHA1()).hex(":").upper()  # noqa: S303 - OCI's name for it
    try:
        signature = signature_of(request, time.time(), lacking=("host",))
        if signature.key_id != f"{tenancy}/fed-x509/{digest}" or not isinstance(key, RSAPublicKey):
            raise UnsignedError("the keyId is not that of the certificate")
        check_value(request, signature, key)
    except UnsignedError as problem:
        raise _refused(str(problem)) from None


def _refused(why: str) -> Refusal:
    return Refusal(401, "NotAuthenticated", why)


ROUTES = (Route("POST", "/v1/x509", "FederateX509", exchange, is_open=True),)

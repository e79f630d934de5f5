"""Compute instances, as far as they prove who they are: a certificate each, and the metadata service with it.

A certificate names the tenancy in an organizational unit of its subject, and its key signs the request for a
token. The metadata service answers region, certificate, key and intermediate certificate to ``Authorization:
Bearer Oracle`` (OCI Python SDK 2.189.0, auth/auth_utils, auth/certificate_retriever and
auth/signers/instance_principals_security_token_signer); each instance has its own, below the admin address.
"""

import base64
from typing import Any

from emulator.wire import Answer, Call, Refusal, World

__all__ = ["CA", "KIND", "issuer", "launch", "metadata"]

KIND = "instance"
CA = "tokenkey", "instances"
"""Kind and id of the document with the certificate of the CA that vouches for instances."""

_TOKEN = "Bearer Oracle"  # noqa: S105 - what every client sends: it keeps out requests that were led astray


def launch(world: World, compartment: str, region: str) -> dict[str, Any]:
    """The instance of a compartment and region; it is made when it is first asked for.

    Args:
        world: The local OCI.
        compartment: OCID of the compartment, or of the tenancy.
        region: Region identifier.
    """
    known = world.store.find(KIND, compartmentId=compartment, region=region)
    if known:
        return known[0]
    # Slow to import, and most homes never have an instance.
    from emulator import certificates

    authority = issuer(world)
    ident = world.ids.ocid("instance", region)
    tenancy = world.store.find("compartment", compartmentId=None)[0]["id"]
    units = (
        "opc-certtype:instance",
        f"opc-compartment:{compartment}",
        f"opc-instance:{ident}",
        f"opc-tenant:{tenancy}",
    )
    private = certificates.rsa_key()
    key = world.cipher.decrypt(base64.b64decode(authority["_sealed"])).decode()
    made = {
        "id": ident,
        "compartmentId": compartment,
        "region": region,
        "certificate": certificates.instance_certificate(private, units, authority["certificate"], key),
        "_sealed": _sealed(world, private),
    }
    world.store.put(KIND, made)
    return made


def issuer(world: World) -> dict[str, Any]:
    """The document of the CA that vouches for instances, made when it is first asked for."""
    known = world.store.get(*CA)
    if known is None:
        from emulator import certificates

        private = certificates.ca_key()
        certificate = certificates.instance_ca(private)
        known = {"id": CA[1], "certificate": certificate, "_sealed": _sealed(world, private)}
        world.store.put(CA[0], known)
    return known


def metadata(call: Call, ident: str, path: tuple[str, ...]) -> Answer:
    """Answer a request to an instance's metadata service.

    Args:
        call: The request.
        ident: OCID of the instance.
        path: The path below ``/opc/v2``.

    Raises:
        Refusal: 404 for an instance or a path that isn't there, 401 without the header that each request has.
    """
    world = call.world
    found = world.store.get(KIND, ident)
    if found is None:
        raise Refusal(404, "NotFound", f"there is no instance {ident!r}")
    if call.headers.get("authorization") != _TOKEN:
        raise Refusal(401, "NotAuthenticated", f"the metadata service wants Authorization: {_TOKEN}")
    match path:
        case ("instance", "region"):
            text = str(found["region"])
        case ("identity", "cert.pem"):
            text = str(found["certificate"])
        case ("identity", "key.pem"):
            text = world.cipher.decrypt(base64.b64decode(found["_sealed"])).decode()
        case ("identity", "intermediate.pem"):
            text = str(issuer(world)["certificate"])
        case _:
            raise Refusal(404, "NotFound", f"the local metadata service has no {'/'.join(path)}")
    return Answer(text.encode(), headers={"content-type": "text/plain"})


def _sealed(world: World, private: str) -> str:
    return base64.b64encode(world.cipher.encrypt(private.encode())).decode()

"""Hands out principals that aren't users with an API key: a session, an instance, a function.

What their signers read is put into files of the home, for their owner alone; what leads the signers there is
told as variables of a shell.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from emulator import instances, tokens
from emulator.home import REGION, write_private
from emulator.services import catalogue
from emulator.wire import Refusal, World

__all__ = ["FUNCTION", "KINDS", "Place", "hand_out"]

KINDS = ("session", "instance", "resource")
FUNCTION = "fnfunc"
"""Type of the resource: a function, as its OCID says it (Oracle, Identity, "Writing Matching Rules to Define
Dynamic Groups", read 2026-11-23)."""


@dataclass(frozen=True)
class Place:
    """Where the local OCI is: the folder of its home, and the port of its front."""

    home: Path
    port: int


def hand_out(world: World, place: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """Make a principal, or find the one made before, and say how a shell becomes it.

    Args:
        world: The local OCI.
        place: Where it is.
        given: ``type``, one of `KINDS`; ``compartment``, name or OCID, and ``region``, of an instance or a
            resource.

    Returns:
        ``type`` as policies see it, ``id``, ``compartment``, and ``variables`` of a shell.

    Raises:
        Refusal: 400 for anything else.
    """
    kind = given.get("type")
    if kind not in KINDS:
        raise _invalid(f"type must be one of {', '.join(KINDS)}; got {kind!r}")
    allowed = {"type"} if kind == "session" else {"type", "compartment", "region"}
    for name in given:
        if name not in allowed:
            raise _invalid(f"a {kind} takes no {name}")
    if kind == "session":
        return _session(world, place)
    compartment = _compartment(world, given.get("compartment"))
    region = given.get("region") or REGION
    if region not in catalogue.regions():
        raise _invalid(f"there is no region {region!r}; there are {', '.join(catalogue.regions())}")
    make = _instance if kind == "instance" else _resource
    return {**make(world, place, compartment, region), "compartment": compartment}


def _session(world: World, place: Place) -> dict[str, Any]:
    """A session of the local administrator: a profile with ``security_token_file`` instead of a user."""
    tenancy, user = _tenancy(world), world.store.find("user")[0]["id"]
    folder = place.home / "principals" / "session"
    token, key, fingerprint = _signing(world, folder, {"sub": user, "ptype": "user"})
    config = folder / "config"
    write_private(
        config,
        f"[DEFAULT]\nfingerprint={fingerprint}\ntenancy={tenancy}\nregion={REGION}\n"
        f"key_file={key}\nsecurity_token_file={token}\n",
    )
    variables = {
        "OCI_CONFIG_FILE": str(config),
        "OCI_CLI_CONFIG_FILE": str(config),
        "OCI_CLI_AUTH": "security_token",
    }
    return {"type": "user", "id": user, "compartment": tenancy, "variables": variables}


def _instance(world: World, place: Place, compartment: str, region: str) -> dict[str, Any]:
    ident = instances.launch(world, compartment, region)["id"]
    address = f"http://127.0.0.1:{place.port}/_local/instances/{ident}/opc/v2"
    return {"type": "instance", "id": ident, "variables": {"OCI_METADATA_BASE_URL": address}}


def _resource(world: World, place: Place, compartment: str, region: str) -> dict[str, Any]:
    """A function, told where its token and its key lie, as files."""
    known = world.store.find(FUNCTION, compartmentId=compartment, region=region)
    ident = known[0]["id"] if known else world.ids.ocid(FUNCTION, region)
    if not known:
        world.store.put(FUNCTION, {"id": ident, "compartmentId": compartment, "region": region})
    claims = {
        "sub": ident,
        "ptype": FUNCTION,
        "res_tenant": _tenancy(world),
        "res_compartment": compartment,
    }
    token, key, _ = _signing(world, place.home / "principals" / ident.rpartition(".")[2], claims)
    variables = {
        "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2",
        "OCI_RESOURCE_PRINCIPAL_RPST": str(token),
        "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": str(key),
        "OCI_RESOURCE_PRINCIPAL_REGION": region,
    }
    return {"type": FUNCTION, "id": ident, "variables": variables}


def _signing(world: World, folder: Path, claims: dict[str, str]) -> tuple[Path, Path, str]:
    """A new token and its key, as files in a folder, and the key's fingerprint."""
    # Slow to import, and most homes never need it.
    from emulator.certificates import fingerprint, public_key, rsa_key

    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    private = rsa_key()
    key = load_pem_public_key(public_key(private).encode())
    if not isinstance(key, RSAPublicKey):
        raise TypeError("a session's key is an RSA key")
    token, pem = folder / "token", folder / "key.pem"
    write_private(pem, private)
    write_private(token, tokens.issue(world.store, world.cipher, claims, key, int(time.time())))
    return token, pem, fingerprint(private)


def _compartment(world: World, given: object) -> str:
    if given is None:
        return _tenancy(world)
    active = [doc for doc in world.store.find("compartment") if doc["lifecycleState"] == "ACTIVE"]
    found = [doc["id"] for doc in active if given in (doc["id"], doc["name"])]
    if len(found) != 1:
        names = ", ".join(doc["name"] for doc in active)
        many = "several compartments, so name an OCID" if found else f"no compartment; there are {names}"
        raise _invalid(f"{given!r} names {many}")
    return str(found[0])


def _tenancy(world: World) -> str:
    return str(world.store.find("compartment", compartmentId=None)[0]["id"])


def _invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameter", message)

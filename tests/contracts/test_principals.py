"""Principals without an API key, as the official SDK's signers are them: session, instance, function."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oci
import pytest

from emulator import certificates
from tests.contracts.clients import Json, client
from tests.local import Local

pytestmark = pytest.mark.slow

GROUP = "principals-of-contracts"


def become(local: Local, **wanted: str) -> dict[str, Any]:
    """Take over the variables of a principal until the test ends, and return what else was told of it."""
    told = local.admin("POST", "/principals", wanted)
    os.environ.update(told["variables"])
    return told


def compartments(local: Local, signer: Json) -> list[str]:
    """Names that a principal finds in the tenancy, or how it is refused."""
    api = oci.identity.IdentityClient(
        {"region": "us-ashburn-1"}, signer=signer, retry_strategy=oci.retry.NoneRetryStrategy()
    )
    try:
        return [each.name for each in api.list_compartments(local.home["tenancy"]).data]
    except oci.exceptions.ServiceError as refusal:
        return [f"{refusal.status} {refusal.code}"]


SIGNERS = {
    "instance": oci.auth.signers.InstancePrincipalsSecurityTokenSigner,
    "resource": oci.auth.signers.get_resource_principals_signer,
}


@pytest.fixture
def may_look(local: Local, compartment: str) -> Iterator[None]:
    """A statement for the instances and functions of a compartment, in a dynamic group."""
    identity, models = client(local, oci.identity.IdentityClient), oci.identity.models
    tenancy = local.home["tenancy"]
    rule = f"Any {{instance.compartment.id = '{compartment}', resource.compartment.id = '{compartment}'}}"
    group = identity.create_dynamic_group(
        models.CreateDynamicGroupDetails(
            compartment_id=tenancy, name=GROUP, description="d", matching_rule=rule
        )
    ).data
    policy = identity.create_policy(
        models.CreatePolicyDetails(
            compartment_id=tenancy,
            name=GROUP,
            description="d",
            statements=[f"Allow dynamic-group {GROUP} to inspect compartments in tenancy"],
        )
    ).data
    yield
    identity.delete_policy(policy.id)
    identity.delete_dynamic_group(group.id)


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.usefixtures("may_look")
def test_principal_may_what_its_dynamic_group_may(local: Local, compartment: str, kind: str) -> None:
    """One in the compartment of the rule; one elsewhere may nothing."""
    inside = become(local, type=kind, compartment=compartment)
    assert "contracts" in compartments(local, SIGNERS[kind]())
    outside = become(local, type=kind)
    assert compartments(local, SIGNERS[kind]()) == ["404 NotAuthorizedOrNotFound"]

    asked = [entry["principal"] for entry in local.journal() if entry["operation"] == "ListCompartments"]
    assert asked[-2:] == [{"type": each["type"], "id": each["id"]} for each in (inside, outside)]


def test_principal_is_the_same_each_time(local: Local, compartment: str) -> None:
    """In one compartment and region; in another region it is another."""
    for kind in SIGNERS:
        first = become(local, type=kind, compartment="contracts")
        again = become(local, type=kind, compartment=compartment)
        assert first["id"] == again["id"]
        other = become(local, type=kind, compartment=compartment, region="us-chicago-1")
        assert first["id"] != other["id"]


def test_session_is_the_administrator(local: Local) -> None:
    """By a profile with security_token_file, as `oci session authenticate` leaves one."""
    told = become(local, type="session")
    config = oci.config.from_file()
    key = oci.signer.load_private_key_from_file(config["key_file"])
    token = Path(config["security_token_file"]).read_text()

    assert "contracts" in compartments(local, oci.auth.signers.SecurityTokenSigner(token, key))
    assert told["id"] == local.home["user"]
    assert Path(config["key_file"]).stat().st_mode & 0o077 == 0


def test_error_when_a_certificate_is_foreign(local: Local, compartment: str) -> None:
    """One that another CA made, with the same names in it, gets no token."""
    told = become(local, type="instance", compartment=compartment)
    signer = oci.auth.signers.InstancePrincipalsSecurityTokenSigner()
    key, private = certificates.ca_key(), certificates.rsa_key()
    units = (f"opc-tenant:{local.home['tenancy']}", f"opc-instance:{told['id']}")
    forged = certificates.instance_certificate(private, units, certificates.instance_ca(key), key)
    signer.leaf_certificate_retriever = oci.auth.certificate_retriever.PEMStringCertificateRetriever(
        certificate_pem=forged, private_key_pem=private
    )
    signer.federation_client.leaf_certificate_retriever = signer.leaf_certificate_retriever

    with pytest.raises(oci.exceptions.ServiceError) as caught:
        signer.refresh_security_token()

    assert (caught.value.status, caught.value.message) == (401, "the certificate is of no instance here")


def test_error_when_a_certificate_is_another_s(local: Local, compartment: str) -> None:
    """Shown by somebody who doesn't hold its key."""
    become(local, type="instance", compartment=compartment)
    signer = oci.auth.signers.InstancePrincipalsSecurityTokenSigner()
    own = signer.leaf_certificate_retriever.get_certificate_raw()
    stolen = oci.auth.certificate_retriever.PEMStringCertificateRetriever(
        certificate_pem=own, private_key_pem=certificates.rsa_key()
    )
    signer.federation_client.leaf_certificate_retriever = stolen

    with pytest.raises(oci.exceptions.ServiceError) as caught:
        signer.refresh_security_token()

    assert (caught.value.status, caught.value.message) == (401, "the signature does not match the request")


def test_metadata_service_wants_its_header(local: Local, compartment: str) -> None:
    """And knows no other instance."""
    told = become(local, type="instance", compartment=compartment)
    path = f"/instances/{told['id']}/opc/v2/identity/key.pem"
    assert local.ask("GET", path) == (
        401,
        {
            "code": "NotAuthenticated",
            "message": "the metadata service wants Authorization: Bearer Oracle",
        },
    )
    assert local.ask("GET", "/instances/nobody/opc/v2/instance/region")[0] == 404


REFUSED = {
    "type": ({"type": "pod"}, "type must be one of session, instance, resource; got 'pod'"),
    "field": ({"type": "session", "region": "x"}, "a session takes no region"),
    "region": (
        {"type": "instance", "region": "us-chicgo-1"},
        "there is no region 'us-chicgo-1'; there are ",
    ),
    "compartment": (
        {"type": "instance", "compartment": "contrcts"},
        "'contrcts' names no compartment; there are local, contracts",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.usefixtures("compartment")
def test_error_when_there_is_no_such_principal(local: Local, case: str) -> None:
    """With what there is."""
    given, says = REFUSED[case]
    status, answer = local.ask("POST", "/principals", given)
    assert (status, answer["code"]) == (400, "InvalidParameter")
    assert answer["message"].startswith(says)


def test_token_goes_by_real_time(local: Local, compartment: str) -> None:
    """An hour of it; moving the local clock ends none, as signers go by their machine's."""
    become(local, type="resource", compartment=compartment)
    signer = oci.auth.signers.get_resource_principals_signer()
    claims = signer.security_token.get_jwt()

    assert claims["exp"] - time.time() == pytest.approx(3600, abs=60)

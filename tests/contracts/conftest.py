"""One local OCI for all contract tests, and an environment that leads every client to it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import oci
import pytest

from tests.contracts.clients import client, shell, until
from tests.local import Local, running


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local OCI with a home of its own."""
    with running(tmp_path_factory.mktemp("contracts") / "home") as started:
        yield started


@pytest.fixture(autouse=True)
def led(local: Local) -> Iterator[None]:
    """The environment of a shell that leads to the local OCI."""
    with shell(local):
        yield


@pytest.fixture(scope="session")
def compartment(local: Local) -> str:
    """A compartment whose API keys may use the whole family, in force."""
    with shell(local):
        identity = client(local, oci.identity.IdentityClient)
        details = oci.identity.models.CreateCompartmentDetails(
            compartment_id=local.home["tenancy"], name="contracts", description="made by the contract tests"
        )
        made = identity.create_compartment(details).data
        until("ACTIVE", lambda: identity.get_compartment(made.id))
        local.switch("policy-delay", 0)
        statement = (
            f"Allow any-user to use generative-ai-family in compartment id {made.id}"
            " where ALL {request.principal.type='generativeaiapikey'}"
        )
        identity.create_policy(
            oci.identity.models.CreatePolicyDetails(
                compartment_id=local.home["tenancy"],
                name="contracts",
                description="made by the contract tests",
                statements=[statement],
            )
        )
        return str(made.id)


@pytest.fixture(scope="session")
def secret(local: Local, compartment: str) -> str:
    """The secret of a key in us-chicago-1 that may call."""
    with shell(local):
        keys = client(local, oci.generative_ai.GenerativeAiClient, "us-chicago-1")
        models = oci.generative_ai.models
        expiry = datetime.now(UTC) + timedelta(days=90)
        made = keys.create_api_key(
            models.CreateApiKeyDetails(
                display_name="contracts",
                compartment_id=compartment,
                key_details=[models.KeyDetails(key_name="key-one", time_expiry=expiry)],
            )
        ).data
        until("ACTIVE", lambda: keys.get_api_key(made.id))
        return str(made.keys[0].key)

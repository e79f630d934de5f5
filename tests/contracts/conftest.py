"""One local OCI for all contract tests, and an environment that leads every client to it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import oci
import pytest

from tests.contracts.server import Server, until


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A local OCI with a home of its own."""
    running = Server(tmp_path_factory.mktemp("local") / "home")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def shell(server: Server) -> Iterator[None]:
    """The environment of a shell that leads to the local OCI."""
    with server.shell():
        yield


@pytest.fixture(scope="session")
def compartment(server: Server) -> str:
    """A compartment whose API keys may use the whole family, in force."""
    with server.shell():
        identity = server.client(oci.identity.IdentityClient)
        details = oci.identity.models.CreateCompartmentDetails(
            compartment_id=server.tenancy, name="contracts", description="made by the contract tests"
        )
        made = identity.create_compartment(details).data
        until("ACTIVE", lambda: identity.get_compartment(made.id))
        server.switch("policy-delay", 0)
        statement = (
            f"Allow any-user to use generative-ai-family in compartment id {made.id}"
            " where ALL {request.principal.type='generativeaiapikey'}"
        )
        identity.create_policy(
            oci.identity.models.CreatePolicyDetails(
                compartment_id=server.tenancy,
                name="contracts",
                description="made by the contract tests",
                statements=[statement],
            )
        )
        return str(made.id)


@pytest.fixture(scope="session")
def secret(server: Server, compartment: str) -> str:
    """The secret of a key in us-chicago-1 that may call."""
    with server.shell():
        client = server.client(oci.generative_ai.GenerativeAiClient, "us-chicago-1")
        models = oci.generative_ai.models
        expiry = datetime.now(UTC) + timedelta(days=90)
        made = client.create_api_key(
            models.CreateApiKeyDetails(
                display_name="contracts",
                compartment_id=compartment,
                key_details=[models.KeyDetails(key_name="key-one", time_expiry=expiry)],
            )
        ).data
        until("ACTIVE", lambda: client.get_api_key(made.id))
        return str(made.keys[0].key)

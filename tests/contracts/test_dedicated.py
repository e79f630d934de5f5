"""Dedicated endpoints: made with the official SDK, called with OpenAI's, by the endpoint's OCID."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import oci
import openai
import pytest

from tests.contracts.clients import Json, client, shell, until
from tests.local import Local

pytestmark = pytest.mark.slow

REGION = "us-chicago-1"
PUBLIC = f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/20231130/actions/v1"
SERVED = "openai.gpt-oss-120b"


@dataclass(frozen=True)
class Dedicated:
    """A public and a private endpoint for one model, and a key in a compartment without any policy."""

    api: Json
    public: str
    private: str
    private_url: str
    compartment: str
    key: str
    secret: str

    def answers(self, model: str, base_url: str = PUBLIC) -> str:
        """The model's answer, or the status of the refusal."""
        with openai.OpenAI(api_key=self.secret, base_url=base_url, max_retries=0) as caller:
            try:
                done = caller.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": "Say yes."}]
                )
            except openai.APIStatusError as refusal:
                return str(refusal.status_code)
            return done.choices[0].message.content or ""


@pytest.fixture(scope="module")
def dedicated(local: Local, compartment: str) -> Dedicated:
    """Made once: a cluster, a private endpoint, an endpoint behind it and one in public."""
    with shell(local):
        return _made(local, compartment)


def _made(local: Local, compartment: str) -> Dedicated:
    api, models = client(local, oci.generative_ai.GenerativeAiClient, REGION), oci.generative_ai.models
    identity = client(local, oci.identity.IdentityClient)
    place = identity.create_compartment(
        oci.identity.models.CreateCompartmentDetails(
            compartment_id=local.home["tenancy"], name="dedicated", description="d"
        )
    ).data.id
    until("ACTIVE", lambda: identity.get_compartment(place))
    served = next(row.id for row in api.list_models(compartment).data.items if row.display_name == SERVED)
    cluster = api.create_dedicated_ai_cluster(
        models.CreateDedicatedAiClusterDetails(
            compartment_id=place, type="HOSTING", unit_count=1, unit_shape="OAI_H100_X1"
        )
    ).data.id
    until("ACTIVE", lambda: api.get_dedicated_ai_cluster(cluster))
    private = api.create_generative_ai_private_endpoint(
        models.CreateGenerativeAiPrivateEndpointDetails(
            compartment_id=place, subnet_id="ocid1.subnet.oc1.us-chicago-1.x", dns_prefix="team"
        )
    ).data
    until("ACTIVE", lambda: api.get_generative_ai_private_endpoint(private.id))
    made = []
    for behind in (None, private.id):
        details = models.CreateEndpointDetails(
            compartment_id=place,
            model_id=served,
            dedicated_ai_cluster_id=cluster,
            generative_ai_private_endpoint_id=behind,
        )
        made.append(api.create_endpoint(details).data.id)
        until("ACTIVE", lambda: api.get_endpoint(made[-1]))
    expiry = datetime.now(UTC) + timedelta(days=90)
    key = api.create_api_key(
        models.CreateApiKeyDetails(
            display_name="dedicated",
            compartment_id=place,
            key_details=[models.KeyDetails(key_name="key-one", time_expiry=expiry)],
        )
    ).data
    return Dedicated(
        api=api,
        public=made[0],
        private=made[1],
        private_url=f"https://{private.fqdn}/20231130/actions/v1",
        compartment=place,
        key=key.id,
        secret=key.keys[0].key,
    )


@pytest.fixture
def granting(local: Local, dedicated: Dedicated) -> Iterator[Json]:
    """Grants chat on a model's name, an OCID or everything, to the key alone, until the test ends."""
    identity, models = client(local, oci.identity.IdentityClient), oci.identity.models
    made = []
    local.switch("secret-before-policy", "works")

    def grant(model: str | None) -> None:
        named = f", target.model.id='{model}'" if model else ""
        statement = (
            f"Allow any-user to use generative-ai-chat in compartment id {dedicated.compartment} where ALL "
            f"{{request.principal.type='generativeaiapikey', request.principal.id='{dedicated.key}'{named}}}"
        )
        details = models.CreatePolicyDetails(
            compartment_id=local.home["tenancy"], name="dedicated", description="d", statements=[statement]
        )
        made.append(identity.create_policy(details).data.id)

    yield grant
    for policy in made:
        identity.delete_policy(policy)
    local.switch("secret-before-policy", "stays-401")
    local.switch("endpoint-model-id", "absent")


@pytest.mark.parametrize(
    ("sight", "named", "is_answered"),
    [
        ("absent", "endpoint", False),
        ("absent", "model", False),
        ("absent", None, True),
        ("endpoint", "endpoint", True),
        ("endpoint", "model", False),
        ("endpoint", None, True),
        ("model", "endpoint", False),
        ("model", "model", True),
        ("model", None, True),
    ],
)
def test_endpoint_is_granted_by_what_policies_see_of_it(
    local: Local, dedicated: Dedicated, granting: Json, sight: str, named: str | None, is_answered: bool
) -> None:
    """Each way that OCI may have it, under statements that name the OCID, the model, or neither."""
    local.switch("endpoint-model-id", sight)
    granting({"endpoint": dedicated.public, "model": SERVED}.get(named or ""))

    said = dedicated.answers(dedicated.public)

    assert said.startswith(f"This is {SERVED}") if is_answered else said == "401", said


def test_private_endpoint_answers_at_its_own_host_only(dedicated: Dedicated, granting: Json) -> None:
    """And the public one, and models on demand, at the region's only."""
    granting(None)

    assert dedicated.answers(dedicated.private, dedicated.private_url).startswith(f"This is {SERVED}")
    assert dedicated.answers(dedicated.private) == "404"
    assert dedicated.answers(dedicated.public, dedicated.private_url) == "404"
    assert dedicated.answers(SERVED, dedicated.private_url) == "404"
    assert dedicated.answers(SERVED).startswith(f"This is {SERVED}")
    assert dedicated.answers(SERVED, dedicated.private_url.replace("team.", "nobody.")) == "404"


def test_endpoint_that_is_deleted_answers_no_more(dedicated: Dedicated, granting: Json) -> None:
    """404, like a model that is not there; lists show it as deleted."""
    granting(None)
    models = oci.generative_ai.models
    there = dedicated.api.get_endpoint(dedicated.public).data
    details = models.CreateEndpointDetails(
        compartment_id=dedicated.compartment,
        model_id=there.model_id,
        dedicated_ai_cluster_id=there.dedicated_ai_cluster_id,
    )
    made = dedicated.api.create_endpoint(details).data.id
    until("ACTIVE", lambda: dedicated.api.get_endpoint(made))
    assert dedicated.answers(made).startswith(f"This is {SERVED}")

    dedicated.api.delete_endpoint(made)

    assert dedicated.answers(made) == "404"
    until("DELETED", lambda: dedicated.api.get_endpoint(made))


def test_error_when_an_endpoint_needs_what_is_not_there(dedicated: Dedicated) -> None:
    """A model, cluster or private endpoint that nobody made, and a kind of cluster that isn't modelled."""
    models = oci.generative_ai.models
    there = dedicated.api.get_endpoint(dedicated.public).data
    known = {
        "compartment_id": dedicated.compartment,
        "model_id": there.model_id,
        "dedicated_ai_cluster_id": there.dedicated_ai_cluster_id,
    }
    for name, value in (
        ("model_id", "ocid1.generativeaimodel.oc1.us-chicago-1.nobody"),
        ("dedicated_ai_cluster_id", "ocid1.generativeaidedicatedaicluster.oc1.us-chicago-1.nobody"),
        ("generative_ai_private_endpoint_id", "ocid1.generativeaiprivateendpoint.oc1.us-chicago-1.nobody"),
    ):
        with pytest.raises(oci.exceptions.ServiceError) as caught:
            dedicated.api.create_endpoint(models.CreateEndpointDetails(**{**known, name: value}))
        assert (caught.value.status, caught.value.code) == (404, "NotAuthorizedOrNotFound"), name
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        dedicated.api.create_dedicated_ai_cluster(
            models.CreateDedicatedAiClusterDetails(
                compartment_id=dedicated.compartment, type="FINE_TUNING", unit_count=1, unit_shape="x"
            )
        )
    assert caught.value.message == "the local OCI has hosting clusters only; got 'FINE_TUNING'"

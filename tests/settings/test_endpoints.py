"""Dedicated endpoints among a stack's models: where they are, what is known of them, how they are called."""

from genaikeys.rotation.wishes import probe_models
from genaikeys.settings import Settings
from tests.settings.test_settings import TODAY, stack

PUBLIC = "ocid1.generativeaiendpoint.oc1.us-chicago-1.public"
PRIVATE = "ocid1.generativeaiendpoint.oc1.ord.private"
URL = "https://team.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1"


def dedicated(**given: object) -> Settings:
    """A stack with a public endpoint, a private one and a model on demand, in that order."""
    wanted: dict[str, object] = {
        "regions": ["us-chicago-1", "eu-frankfurt-1"],
        "models": [PUBLIC, PRIVATE, "openai.gpt-oss-20b"],
        "privateEndpoints": {PRIVATE: URL},
    }
    return stack(TODAY, **{**wanted, **given})


def test_endpoint_is_in_the_region_of_its_ocid() -> None:
    """Told by identifier or by region key; elsewhere the key has its other models."""
    found = {each.region: each.models for each in dedicated().placements()}

    assert found == {
        "us-chicago-1": (PUBLIC, PRIVATE, "openai.gpt-oss-20b"),
        "eu-frankfurt-1": ("openai.gpt-oss-20b",),
    }


def test_endpoint_is_granted_by_its_ocid_and_whether_that_suffices_is_not_known() -> None:
    """On both APIs; with the family grant, chat is certain, since that statement names no model."""
    least, family = dedicated(), dedicated(grant="family")

    assert least.granted("bot") == frozenset({PUBLIC, PRIVATE, "openai.gpt-oss-20b"})
    said = {
        (name, cell.api): (str(cell.expected), cell.reason)
        for name, made in (("least", least), ("family", family))
        for cell in made.cells()
        if cell.model == PUBLIC and cell.region == "us-chicago-1"
    }
    unseen = "not known what policies see of a dedicated endpoint: its OCID, its model's name, or nothing"
    unheard = f"not known for certain whether {PUBLIC} answers on Responses"
    assert said == {
        ("least", "chat"): ("unknown", unseen),
        ("least", "responses"): ("unknown", unheard),
        ("family", "chat"): ("yes", "the family grant names no model"),
        ("family", "responses"): ("unknown", unheard),
    }
    elsewhere = [cell for cell in family.cells() if cell.model == PUBLIC and cell.region != "us-chicago-1"]
    assert {(str(cell.expected), cell.reason) for cell in elsewhere if cell.api == "chat"} == {
        ("no", f"{PUBLIC} is not in eu-frankfurt-1")
    }


def test_value_is_tried_in_public_and_with_endpoints_last() -> None:
    """It goes to the region's own host and to no other; a 401 of an endpoint may speak of the policy."""
    made = dedicated()
    chosen = dedicated(probe={"models": [PUBLIC]})
    (chicago, frankfurt) = made.placements()

    assert probe_models(made, chicago) == ("openai.gpt-oss-20b", PUBLIC)
    assert probe_models(made, frankfurt) == ("openai.gpt-oss-20b",)
    assert probe_models(chosen, chicago) == (PUBLIC,)


def test_private_endpoint_is_called_at_its_own_url() -> None:
    """Everything else at the region's."""
    made = dedicated()
    region = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1"

    assert made.base_url("us-chicago-1", PRIVATE) == URL
    assert made.base_url("us-chicago-1", PUBLIC) == region
    assert made.base_url("us-chicago-1", "openai.gpt-oss-20b") == region


def test_private_endpoint_that_no_key_calls_is_warned_of() -> None:
    """It is probably a slip in an OCID."""
    made = dedicated(models=["openai.gpt-oss-20b"])

    assert made.warnings == (f"p:privateEndpoints.{PRIVATE}: of no effect: no key has it among its models",)


def test_endpoint_stays_in_oci() -> None:
    """Dedicated clusters are OCI's own."""
    assert dedicated(residency="oci").placements()

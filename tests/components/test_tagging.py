"""A stack's own tags."""

import pytest

from genaikeys import tags
from policies.guardrails import kinds
from tests.components.recorder import Recording, record
from tests.settings.test_settings import stack

TAKES_NONE = {"RotatingSecret", "oci", "genaikeys"}
MORE = {
    "alerts": {"emails": ["ops@example.com"], "budget": {"amount": 5, "tenancy": "ocid1.tenancy.oc1..t"}},
    "freeformTags": {"team": "platform"},
    "definedTags": {"Operations.CostCenter": "42", "Operations.Stage": "dev"},
}


@pytest.fixture(scope="module")
def tagged() -> Recording:
    """A stack with everything that the program makes, and tags."""
    return record(stack(**MORE))  # type: ignore[arg-type]  # its one named argument is a date


def test_everything_that_takes_tags_has_the_stacks(tagged: Recording) -> None:
    """Keys and what pulumi_oci makes; OCI's API nests defined tags, pulumi_oci doesn't."""
    custom = [made for made in tagged.seen if not made.type.startswith(("genaikeys:components:", "pulumi:"))]
    kinds = {made.type.split(":")[-1] for made in custom} - TAKES_NONE

    assert kinds == {
        *("ApiKey", "Alarm", "Budget", "Compartment", "Key", "NotificationTopic", "Policy", "Rule", "Secret"),
        *("Subscription", "Vault"),
    }
    for made in custom:
        kind = made.type.split(":")[-1]
        if kind == "ApiKey":
            assert made.inputs["definedTags"] == {"Operations": {"CostCenter": "42", "Stage": "dev"}}
        elif kind in kinds:
            assert made.inputs["definedTags"] == MORE["definedTags"]
        if kind in kinds:
            assert made.inputs["freeformTags"]["team"] == "platform", made


def test_tags_of_the_kit_stay(tagged: Recording) -> None:
    """A Vault secret is found again by its own."""
    (secret,) = tagged.of("Secret").values()

    assert set(secret.inputs["freeformTags"]) == {"team", tags.RESOURCE}


def test_stack_without_tags_sends_none() -> None:
    """An empty map would take off what others put on."""
    seen = record(stack()).seen

    assert [made for made in seen if "definedTags" in made.inputs] == []
    assert {made.type.split(":")[-1] for made in seen if "freeformTags" in made.inputs} == {"Secret"}


def test_guardrails_know_every_type_that_the_program_makes(tagged: Recording) -> None:
    """Those types may be declared, and no other; what takes tags is what the rule about tags looks at."""
    assert {made.type for made in tagged.seen} | {"pulumi:pulumi:Stack"} == kinds.TYPES
    assert {
        made.type for made in tagged.seen if made.inputs.get("freeformTags", {}).get("team")
    } == kinds.TAGGED

"""A model that is added to a key that is in use: what readers have has to work for it, too."""

from typing import Any

import oci
import pytest

from tests.contracts.clients import client, shell
from tests.provider.plugin import Plugin, Refused
from tests.provider.stage import MODEL, Stage

pytestmark = pytest.mark.slow

KEY = "genaikeys:index:ApiKey"
SECRET = "genaikeys:index:RotatingSecret"
ADDED = "meta.llama-3.3-70b-instruct"


def _grant(stage: Stage, *models: str) -> None:
    """Make the policy grant these models alone, at once."""
    names = ", ".join(f"'{model}'" for model in models)
    statement = (
        "allow any-user to use generative-ai-chat in compartment genai-apps where ALL "
        f"{{ request.principal.type='generativeaiapikey', target.model.id in ({names}) }}"
    )
    with shell(stage.local):
        client(stage.local, oci.identity.IdentityClient).update_policy(
            stage.policy, oci.identity.models.UpdatePolicyDetails(statements=[statement])
        )


def _published(stage: Stage, plugin: Plugin) -> tuple[str, str, dict[str, Any]]:
    """A key that may call one model, with its first value published: its OCID, its secret's, its inputs."""
    for old in stage.key_ids():
        plugin.delete(KEY, old, stage.api_key_inputs())
    _grant(stage, MODEL)
    key_id = str(plugin.create(KEY, stage.api_key_inputs()).id)
    inputs = stage.rotating_inputs(key_id, stage.new_secret(), probe={"models": [MODEL], "wait": "0s"})
    return key_id, str(plugin.create(SECRET, inputs).id), inputs


def _with(inputs: dict[str, Any], *models: str) -> dict[str, Any]:
    return {**inputs, "probe": {**inputs["probe"], "models": [MODEL, *models]}}


@pytest.mark.parametrize(("switch", "slot"), [("stays-401", "key-two"), ("works", "key-one")])
def test_value_in_use_is_followed_by_another_where_it_is_refused_for_an_added_model(
    stage: Stage, plugin: Plugin, switch: str, slot: str
) -> None:
    """One update is enough whichever way OCI decides; where the value works, nothing is rotated."""
    stage.local.switch("secret-before-policy", switch)
    _, secret_id, inputs = _published(stage, plugin)
    _grant(stage, MODEL, ADDED)

    outputs = plugin.update(SECRET, secret_id, inputs, _with(inputs, ADDED))

    assert (outputs["slotInUse"], outputs["attention"]) == (slot, [])


def test_rotation_for_an_added_model_waits_for_the_grace(stage: Stage, plugin: Plugin) -> None:
    """Callers of the slot before keep theirs meanwhile."""
    _, secret_id, inputs = _published(stage, plugin)
    rotated = {**inputs, "trigger": "second"}
    plugin.update(SECRET, secret_id, inputs, rotated)
    _grant(stage, MODEL, ADDED)

    outputs = plugin.update(SECRET, secret_id, rotated, _with(rotated, ADDED))

    assert outputs["slotInUse"] == "key-two"


def test_model_that_no_policy_grants_fails_the_update_and_cuts_nobody_off(
    stage: Stage, plugin: Plugin
) -> None:
    """No value works for it, so readers keep theirs; once all is well the next update publishes another."""
    key_id, secret_id, inputs = _published(stage, plugin)
    before = stage.value(secret_id)

    with pytest.raises(Refused) as refused:
        plugin.update(SECRET, secret_id, inputs, _with(inputs, ADDED))

    assert refused.value.message.startswith(f"key-two of {key_id} was renewed 3 times and each value was")
    assert stage.value(secret_id) == before
    assert stage.slots(key_id)["key-one"] == "ACTIVE"
    outputs = plugin.update(SECRET, secret_id, _with(inputs, ADDED), _with(inputs, ADDED))
    assert (outputs["slotInUse"], outputs["attention"]) == ("key-two", [])


def test_endpoint_that_is_added_is_not_held_against_the_value(stage: Stage, plugin: Plugin) -> None:
    """A 401 for a dedicated endpoint may speak of the policy rather than of the value."""
    _, secret_id, inputs = _published(stage, plugin)
    endpoint = "ocid1.generativeaiendpoint.oc1.us-chicago-1.made-by-a-test"

    assert plugin.update(SECRET, secret_id, inputs, _with(inputs, endpoint))["slotInUse"] == "key-one"

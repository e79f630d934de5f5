"""ApiKey against the local OCI, over the plugin's own protocol."""

import re

import oci
import pytest

from provider.values import plain
from tests.provider.plugin import Plugin, Refused
from tests.provider.stage import Stage

pytestmark = pytest.mark.slow

KEY = "genaikeys:index:ApiKey"


@pytest.fixture(autouse=True)
def _empty(stage: Stage, plugin: Plugin) -> None:
    """No key of an earlier test is left."""
    for old in stage.key_ids():
        plugin.delete(KEY, old, stage.api_key_inputs())


def test_create_discards_the_values(stage: Stage, plugin: Plugin) -> None:
    """Nothing that looks like a secret passes to the engine."""
    before = len(plugin.wire)

    made = plugin.create(KEY, stage.api_key_inputs())

    assert made.refresh_before_update
    assert plain(made.properties)["lifecycleState"] == "ACTIVE"
    assert not any(re.search(rb"sk-", message) for message in plugin.wire[before:])


def test_read_after_create_shows_no_change(stage: Stage, plugin: Plugin) -> None:
    """What was just created reads back as it was asked for."""
    inputs = stage.api_key_inputs(description="Support", freeformTags={"team": "support"})
    made = plugin.create(KEY, inputs)

    seen = plugin.read(KEY, made.id, inputs)

    assert plain(seen.inputs) == inputs
    assert plugin.diff(KEY, plain(seen.inputs), inputs, seen.properties) == []


def test_update_changes_names_and_tags_in_place(stage: Stage, plugin: Plugin) -> None:
    """A changed name and description reach OCI; the key stays."""
    inputs = stage.api_key_inputs()
    made = plugin.create(KEY, inputs)
    wanted = {**inputs, "displayName": "helpdesk", "description": "New"}

    outputs = plugin.update(KEY, made.id, inputs, wanted)

    assert outputs["apiKeyId"] == made.id
    assert plain(plugin.read(KEY, made.id, wanted).inputs)["displayName"] == "helpdesk"


def test_a_key_renamed_behind_our_back_is_a_change(stage: Stage, plugin: Plugin) -> None:
    """Drift of an input is read back into the inputs, so that the engine shows it."""
    inputs = stage.api_key_inputs()
    made = plugin.create(KEY, inputs)
    details = oci.generative_ai.models.UpdateApiKeyDetails(display_name="somebody-elses")
    stage.sdk(oci.generative_ai.GenerativeAiClient).update_api_key(made.id, details)

    seen = plugin.read(KEY, made.id, inputs)

    assert plugin.diff(KEY, plain(seen.inputs), inputs, seen.properties) == ["displayName"]


def test_order_of_the_slots_replaces_nothing(stage: Stage, plugin: Plugin) -> None:
    """A key that is imported tells its slots in OCI's order, which may be another than the stack's."""
    inputs = stage.api_key_inputs()
    made = plugin.create(KEY, inputs)
    news = {**inputs, "keyNames": inputs["keyNames"][::-1], "replaceable": False}

    assert plugin.check(KEY, news, inputs) == []
    assert plugin.diff(KEY, inputs, {**inputs, "keyNames": news["keyNames"]}, made.properties) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_update_is_read_and_decided_again(stage: Stage, plugin: Plugin, when: str) -> None:
    """A change that was done but not answered comes back as 412, and is found to be done."""
    inputs = stage.api_key_inputs()
    made = plugin.create(KEY, inputs)
    wanted = {**inputs, "displayName": "helpdesk"}
    stage.local.fault(method="PUT", path=".*/apikeys/.+", action="reset", when=when, count=1)

    plugin.update(KEY, made.id, inputs, wanted)

    assert plain(plugin.read(KEY, made.id, wanted).inputs) == wanted


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_create_leaves_one_key(stage: Stage, plugin: Plugin, when: str) -> None:
    """The same create under the same retry token is the same create."""
    stage.local.fault(method="POST", path=".*/apikeys", action="reset", when=when, count=1)

    made = plugin.create(KEY, stage.api_key_inputs())

    assert stage.key_ids() == [made.id]


def test_create_after_a_kill_adopts_the_orphan(stage: Stage, plugin: Plugin) -> None:
    """A key with our tag that nobody ever used is the one that a run cut off had made."""
    first = plugin.create(KEY, stage.api_key_inputs())

    again = plugin.create(KEY, stage.api_key_inputs(displayName="renamed-since"))

    assert (again.id, stage.key_ids()) == (first.id, [first.id])


def test_create_over_a_key_in_use_is_refused(stage: Stage, plugin: Plugin) -> None:
    """A renewed key may be live: adopting it could delete it, so a person has to name it."""
    made = plugin.create(KEY, stage.api_key_inputs())
    models = oci.generative_ai.models
    keys = stage.sdk(oci.generative_ai.GenerativeAiClient)
    expiry = keys.get_api_key(made.id).data.keys[0].time_expiry.replace(year=2028)
    details = models.RenewApiKeyDetails(details=models.KeyDetails(key_name="key-one", time_expiry=expiry))
    keys.renew_api_key(made.id, details)

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, stage.api_key_inputs())

    assert refused.value.message == (
        f"The API key {made.id} carries this resource's tag and is in use\n"
        "Taking it over by itself could end in the deletion of a live key.\n"
        "If the stack's state was lost: genaikeys recover STACK. "
        f"Else, to take it over, add to its key in the stack: adopts: {{us-chicago-1: {made.id}}}"
    )


def test_create_after_destroy_is_a_new_key(stage: Stage, plugin: Plugin) -> None:
    """The retry token of a deleted key's create is not used again, even where lists lag."""
    stage.local.switch("list-lag", 2)
    first = plugin.create(KEY, stage.api_key_inputs())
    plugin.delete(KEY, first.id, stage.api_key_inputs())

    second = plugin.create(KEY, stage.api_key_inputs())

    assert second.id != first.id


def test_delete_twice_is_done_once(stage: Stage, plugin: Plugin) -> None:
    """A second delete finds the proof of absence and succeeds."""
    made = plugin.create(KEY, stage.api_key_inputs())

    plugin.delete(KEY, made.id, stage.api_key_inputs())
    plugin.delete(KEY, made.id, stage.api_key_inputs())

    assert stage.key_ids() == []


def test_delete_that_may_not_look_fails(stage: Stage, plugin: Plugin) -> None:
    """Where neither the key nor the list can be read, nothing is taken as deleted."""
    made = plugin.create(KEY, stage.api_key_inputs())
    stage.local.fault(
        host="generativeai.*", action="status", status=404, code="NotAuthorizedOrNotFound", message="no"
    )

    with pytest.raises(Refused) as refused:
        plugin.delete(KEY, made.id, stage.api_key_inputs())

    assert refused.value.code == "NOT_FOUND"
    assert refused.value.message.startswith(f"ListApiKeys on compartment {stage.compartment}")


def test_read_of_a_hidden_key_fails(stage: Stage, plugin: Plugin) -> None:
    """A 404 on the key while the list still shows it is a missing permission, never absence."""
    made = plugin.create(KEY, stage.api_key_inputs())
    stage.local.fault(
        method="GET", path=".*/apikeys/.+", action="status", status=404, code="NotAuthorizedOrNotFound"
    )

    with pytest.raises(Refused) as refused:
        plugin.read(KEY, made.id, stage.api_key_inputs())

    assert refused.value.message == (
        f"The API key {made.id} can't be seen, and no list that works proves that it is gone\n"
        "OCI answers 404 for what is gone and for what the caller may not look at.\n"
        "Give the caller `manage generative-ai-apikey` in the key's compartment, then run the command again."
    )


def test_read_of_a_deleted_key_is_gone(stage: Stage, plugin: Plugin) -> None:
    """A DELETED state proves absence: the engine makes another."""
    made = plugin.create(KEY, stage.api_key_inputs())
    plugin.delete(KEY, made.id, stage.api_key_inputs())

    assert plugin.read(KEY, made.id, stage.api_key_inputs()).id == ""


def test_import_takes_the_ocid_alone(stage: Stage, plugin: Plugin) -> None:
    """The region is read from the OCID, the inputs from the key."""
    made = plugin.create(KEY, stage.api_key_inputs())

    seen = plugin.read(KEY, made.id, {})

    assert plain(seen.inputs) == stage.api_key_inputs()


def test_a_key_that_stays_creating_is_kept_in_state(stage: Stage, plugin: Plugin) -> None:
    """A failed key exists: the engine gets its id with the error."""
    stage.local.fault(method="GET", path=".*/apikeys/.+", action="stuck", state="FAILED")

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, stage.api_key_inputs())

    assert refused.value.partly is not None
    assert [refused.value.partly.id] == stage.key_ids()
    assert refused.value.partly.refresh_before_update


@pytest.mark.parametrize("name", ["region", "keyNames"])
def test_replacement_is_refused_unless_replaceable(stage: Stage, plugin: Plugin, name: str) -> None:
    """A change that would delete a key in use is refused; with `replaceable` it replaces, delete first."""
    olds = stage.api_key_inputs()
    news = {**olds, "region": "us-phoenix-1"} if name == "region" else {**olds, "keyNames": ["a", "b"]}

    assert plugin.check(KEY, news, olds) == [
        (
            f"{name}: can't change from {olds[name]!r} to {news[name]!r}: it would delete the key and its "
            "values in use. Set replaceable: true if that is what you want"
        )
    ]
    assert plugin.check(KEY, {**news, "replaceable": True}, olds) == []


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "NotAuthenticated", "UNAUTHENTICATED"),
        (409, "Conflict", "ABORTED"),
        (400, "LimitExceeded", "INVALID_ARGUMENT"),
        (500, "InternalServerError", "UNAVAILABLE"),
        (429, "TooManyRequests", "RESOURCE_EXHAUSTED"),
    ],
)
def test_a_refused_create_is_a_clean_failure(
    stage: Stage, plugin: Plugin, status: int, code: str, expected: str
) -> None:
    """What, where, why and the next step; a code that lets the engine trust its state; no key left."""
    stage.local.fault(
        method="POST",
        path=".*/apikeys",
        action="status",
        when="before",
        status=status,
        code=code,
        message="Why.",
    )

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, stage.api_key_inputs())

    lines = refused.value.message.splitlines()
    assert refused.value.code == expected
    assert lines[0].startswith(
        f"CreateApiKey on chatbot in us-chicago-1 failed: {status} {code} (opc-request-id "
    )
    assert (lines[1], len(lines)) == ("Why.", 3)
    assert (refused.value.partly, stage.key_ids()) == (None, [])

"""RotatingSecret against the local OCI, over the plugin's own protocol."""

import pytest

from provider.values import plain
from tests.provider.plugin import Plugin, Refused
from tests.provider.stage import REGION, Stage

pytestmark = pytest.mark.slow

KEY = "genaikeys:index:ApiKey"
SECRET = "genaikeys:index:RotatingSecret"


@pytest.fixture
def key_id(stage: Stage, plugin: Plugin) -> str:
    """OCID of a new key of this test's own."""
    for old in stage.key_ids():
        plugin.delete(KEY, old, stage.api_key_inputs())
    return str(plugin.create(KEY, stage.api_key_inputs()).id)


def test_first_publication_gives_readers_a_value_that_works(
    stage: Stage, plugin: Plugin, key_id: str
) -> None:
    """After create, Vault holds a probed value of the slot that the outputs name."""
    secret_id = stage.new_secret()
    before = len(plugin.wire)

    made = plugin.create(SECRET, stage.rotating_inputs(key_id, secret_id))

    outputs = plain(made.properties)
    assert made.id == secret_id
    assert made.refresh_before_update
    assert (outputs["slotInUse"], outputs["secretVersion"], outputs["attention"]) == ("key-one", 2, [])
    value = stage.value(secret_id)
    assert value.startswith("sk-")
    assert not any(value.encode() in message for message in plugin.wire[before:])


def test_read_after_publication_shows_no_change(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """What was just published reads back as it should be, and Diff finds nothing."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    made = plugin.create(SECRET, inputs)

    seen = plugin.read(SECRET, made.id, inputs)

    assert seen.refresh_before_update
    assert plain(seen.inputs) == inputs
    assert plugin.diff(SECRET, plain(seen.inputs), inputs, seen.properties) == []


def test_another_trigger_publishes_the_other_slot(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """A rotation by trigger changes what readers get and leaves the old value working."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    old = stage.value(secret_id)

    outputs = plugin.update(SECRET, secret_id, inputs, {**inputs, "trigger": "second"})

    assert (outputs["slotInUse"], outputs["secretVersion"]) == ("key-two", 3)
    assert stage.value(secret_id) != old
    assert stage.slots(key_id) == {"key-one": "ACTIVE", "key-two": "ACTIVE"}


def test_a_rotation_repeated_after_a_crash_is_done_already(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """The same update again, from the same old inputs, renews nothing: the trigger stands in the label."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    wanted = {**inputs, "trigger": "second"}
    first = plugin.update(SECRET, secret_id, inputs, wanted)

    assert plugin.update(SECRET, secret_id, inputs, wanted) == first


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_renew_is_renewed_again(
    stage: Stage, plugin: Plugin, key_id: str, when: str
) -> None:
    """Whether or not the lost renewal was done, create ends with a value that works."""
    stage.local.fault(method="POST", path=".*/actions/renew", action="reset", when=when, count=1)

    outputs = plain(plugin.create(SECRET, stage.rotating_inputs(key_id, stage.new_secret())).properties)

    assert outputs["slotInUse"] == "key-one"


def test_a_renewal_without_a_value_is_a_lost_answer(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """An answer from which the values are missing is treated as lost."""
    stage.local.fault(method="POST", path=".*/actions/renew", action="drop-field", field="keys", count=1)

    outputs = plain(plugin.create(SECRET, stage.rotating_inputs(key_id, stage.new_secret())).properties)

    assert (outputs["slotInUse"], outputs["secretVersion"]) == ("key-one", 2)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_a_vault_write_loses_no_value(
    stage: Stage, plugin: Plugin, key_id: str, when: str
) -> None:
    """The value in hand is looked for in Vault before it is written again: one renewal, one version."""
    secret_id = stage.new_secret()
    mark = stage.local.last_request()
    stage.local.fault(method="PUT", path=f".*/secrets/{secret_id}", action="reset", when=when, count=1)

    outputs = plain(plugin.create(SECRET, stage.rotating_inputs(key_id, secret_id)).properties)

    renewals = [row for row in stage.local.journal(mark) if row["operation"] == "RenewApiKey"]
    assert (len(renewals), outputs["secretVersion"]) == (1, 2)


def test_a_value_that_stays_refused_is_renewed_three_times_and_no_more(
    stage: Stage, plugin: Plugin, key_id: str
) -> None:
    """Three refused values end in one message with both causes; readers keep what they had."""
    secret_id = stage.new_secret()
    before = stage.value(secret_id)
    mark = stage.local.last_request()
    stage.local.fault(
        host="inference.*", action="status", status=401, when="before", code="401", message="no"
    )
    inputs = stage.rotating_inputs(key_id, secret_id, probe={"models": ["openai.gpt-oss-20b"], "wait": "0s"})

    with pytest.raises(Refused) as refused:
        plugin.create(SECRET, inputs)

    assert refused.value.message == (
        f"key-one of {key_id} was renewed 3 times and each value was refused with 401, or never arrived; "
        "what readers get was not changed\n"
        "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
        "before it may never work): check the policy, then run the command again."
    )
    assert refused.value.partly is not None
    assert (refused.value.partly.id, refused.value.partly.refresh_before_update) == (secret_id, True)
    renewals = [row for row in stage.local.journal(mark) if row["operation"] == "RenewApiKey"]
    assert (len(renewals), stage.value(secret_id)) == (3, before)


def test_an_update_after_a_failed_publication_finishes_it(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """What a failed run staged is renewed by the next one, and promoted."""
    secret_id = stage.new_secret()
    inputs = stage.rotating_inputs(key_id, secret_id, probe={"models": ["openai.gpt-oss-20b"], "wait": "0s"})
    fault = stage.local.fault(host="inference.*", action="status", status=401, when="before", code="401")
    with pytest.raises(Refused):
        plugin.create(SECRET, inputs)
    stage.local.admin("DELETE", f"/faults/{fault}")
    seen = plugin.read(SECRET, secret_id, inputs)

    assert plugin.diff(SECRET, inputs, inputs, seen.properties) == ["attention"]
    assert plugin.update(SECRET, secret_id, inputs, inputs)["slotInUse"] == "key-one"


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("second-slot", "INACTIVE"),
        ("promote-by-number", "refused"),
        ("second-pending", "refused"),
        ("renew-needs", "use"),
        ("retry-token-replay", "with-secret"),
        ("renew-changes-time-created", "yes"),
        ("secret-before-policy", "works"),
        ("missing-code", "NotFound"),
        ("list-lag", 2),
    ],
)
def test_publication_and_rotation_work_whichever_way_oci_behaves(
    stage: Stage, plugin: Plugin, switch: str, value: object
) -> None:
    """What is not known of OCI is a switch of the local one; both ways end in a value that works."""
    stage.local.switch(switch, value)
    for old in stage.key_ids():
        plugin.delete(KEY, old, stage.api_key_inputs())
    key_id = plugin.create(KEY, stage.api_key_inputs()).id
    inputs = stage.rotating_inputs(key_id, stage.new_secret())

    secret_id = plugin.create(SECRET, inputs).id
    outputs = plugin.update(SECRET, secret_id, inputs, {**inputs, "trigger": "second"})

    assert outputs["slotInUse"] == "key-two"
    seen = plugin.read(SECRET, secret_id, {**inputs, "trigger": "second"})
    assert plain(seen.properties)["attention"] == []


def test_a_suspended_secret_has_no_slot_that_works_until_it_is_resumed(
    stage: Stage, plugin: Plugin, key_id: str
) -> None:
    """Suspending deactivates both slots; resuming activates the one that readers have."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id

    plugin.update(SECRET, secret_id, inputs, {**inputs, "suspended": True})
    assert stage.slots(key_id) == {"key-one": "INACTIVE", "key-two": "INACTIVE"}

    plugin.update(SECRET, secret_id, {**inputs, "suspended": True}, inputs)
    assert stage.slots(key_id)["key-one"] == "ACTIVE"


def test_a_key_suspended_behind_our_back_reads_as_suspended(
    stage: Stage, plugin: Plugin, key_id: str
) -> None:
    """What an input can say is read back into the inputs, so that the engine shows what up would undo."""
    import oci

    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    for name in inputs["keyNames"]:
        details = oci.generative_ai.models.SetApiKeyStateDetails(key_name=name, state="INACTIVE")
        stage.sdk(oci.generative_ai.GenerativeAiClient).set_api_key_state(key_id, details)

    seen = plugin.read(SECRET, secret_id, inputs)

    assert plain(seen.inputs)["suspended"] is True
    assert plugin.diff(SECRET, plain(seen.inputs), inputs, seen.properties) == ["suspended"]


def test_a_slot_deactivated_behind_our_back_is_a_change(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """Drift of the slot in use is seen by Read, shown by Diff and mended by Update."""
    import oci

    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    details = oci.generative_ai.models.SetApiKeyStateDetails(key_name="key-one", state="INACTIVE")
    stage.sdk(oci.generative_ai.GenerativeAiClient).set_api_key_state(key_id, details)

    seen = plugin.read(SECRET, secret_id, inputs)

    assert plain(seen.properties)["attention"] == ["activate key-one"]
    assert plugin.diff(SECRET, inputs, inputs, seen.properties) == ["attention"]
    assert plugin.update(SECRET, secret_id, inputs, inputs)["slots"]["key-one"]["state"] == "ACTIVE"


@pytest.mark.parametrize(
    ("host", "path", "what"),
    [
        ("kms.*", ".*/vaults/.*", "vault"),
        ("identity.*", ".*/policies/.*", "policy"),
        ("vaults.*", ".*/secrets/.*", "Vault secret"),
        ("generativeai.*", ".*/apikeys/.*", "API key"),
    ],
)
def test_read_takes_nothing_as_gone_on_a_404(
    stage: Stage, plugin: Plugin, key_id: str, host: str, path: str, what: str
) -> None:
    """A 404 on anything that the secret rests on fails the read and names it."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    stage.local.fault(
        method="GET", host=host, path=path, action="status", status=404, code="NotAuthorizedOrNotFound"
    )

    with pytest.raises(Refused) as refused:
        plugin.read(SECRET, secret_id, inputs)

    assert refused.value.message.startswith(f"The {what} ocid1.")
    assert "is not confirmed: it is gone, or the caller may not look" in refused.value.message


def test_a_replaced_key_publishes_into_the_same_secret(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """Readers keep the secret's OCID; its value becomes one of the other key."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    old = stage.value(secret_id)
    plugin.delete(KEY, key_id, stage.api_key_inputs())
    other = plugin.create(KEY, stage.api_key_inputs()).id

    outputs = plugin.update(SECRET, secret_id, inputs, {**inputs, "apiKeyId": other})

    assert (outputs["slotInUse"], outputs["secretVersion"]) == ("key-one", 3)
    assert stage.value(secret_id) != old


def test_delete_touches_neither_slot_nor_secret(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """Deleting the resource forgets it."""
    inputs = stage.rotating_inputs(key_id, stage.new_secret())
    secret_id = plugin.create(SECRET, inputs).id
    value = stage.value(secret_id)

    plugin.delete(SECRET, secret_id, inputs)

    assert stage.value(secret_id) == value
    assert stage.slots(key_id) == {"key-one": "ACTIVE", "key-two": "ACTIVE"}


CHECKS: dict[str, tuple[dict[str, object], list[str]]] = {
    "a duration": (
        {"grace": "soon"},
        [
            (
                "grace: 'soon' is not a duration; allowed: a number and a unit of w, d, h, m, s, such "
                "as 30d, 12h or 15s, or ISO 8601, such as P30D or PT15S"
            )
        ],
    ),
    "an expiry shorter than two rotations": (
        {"rotateEvery": "60d", "expiry": "90d"},
        [
            (
                "expiry: 90d is too short for every: 60d: the secret to be renewed must not have expired "
                "(2 x 60d + 7d = 127d); allowed: at least twice every and 7 days: 127d"
            )
        ],
    ),
    "a grace longer than a period": (
        {"rotateEvery": "7d", "grace": "10d"},
        [
            (
                "grace: 10d is longer than every: 7d: each rotation would renew a secret that callers may "
                "still use; allowed: at most every: 7d"
            )
        ],
    ),
    "the same slot twice": (
        {"keyNames": ["key-one", "key-one"]},
        ["keyNames: must be two different names; got ['key-one', 'key-one']"],
    ),
    "a missing policy list": ({"policyIds": None}, ["policyIds: is required"]),
    "an unknown probe setting": (
        {"probe": {"model": "x"}},
        ["probe: has no model; it has models and wait"],
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_refuses(stage: Stage, plugin: Plugin, name: str) -> None:
    """Each wrong input is refused with its name, what was given and what is allowed."""
    more, expected = CHECKS[name]

    assert plugin.check(SECRET, stage.rotating_inputs("k", "s", **more)) == expected


def test_preview_changes_nothing(stage: Stage, plugin: Plugin, key_id: str) -> None:
    """A preview of a create makes no call at all."""
    mark = stage.local.last_request()

    made = plugin.create(SECRET, stage.rotating_inputs(key_id, "ocid1.vaultsecret.x"), preview=True)

    assert not made.id
    assert repr(plain(made.properties)["fingerprint"]) == "unknown"
    assert stage.local.journal(mark) == []
    assert REGION in str(made.properties)

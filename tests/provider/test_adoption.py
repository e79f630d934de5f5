"""An ApiKey that takes over a key made by hand, over the plugin's own protocol."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import oci
import pytest
from openai import AuthenticationError, OpenAI
from pulumi.runtime.proto import provider_pb2 as pb

from provider.values import plain, struct
from tests.contracts.clients import until
from tests.provider.plugin import Plugin, Refused, started, urn
from tests.provider.stage import MODEL, REGION, Stage

pytestmark = pytest.mark.slow

KEY = "genaikeys:index:ApiKey"
SECRET = "genaikeys:index:RotatingSecret"
DIGEST = hashlib.sha256(b"oci-genai-keys\noci-genai-keys\nlocal\nchatbot-us-chicago-1").hexdigest()[:32]
"""What the tag of the tests' resource says: owner, project, stack and logical name."""


@pytest.fixture(autouse=True)
def _empty(stage: Stage, plugin: Plugin) -> None:
    """No key of an earlier test is left."""
    for old in stage.key_ids():
        plugin.delete(KEY, old, stage.api_key_inputs())


def by_hand(stage: Stage, *slots: str, tags: dict[str, str] | None = None) -> tuple[str, dict[str, str]]:
    """A key as somebody makes it in the console: its OCID, and its values by slot."""
    keys, models = stage.sdk(oci.generative_ai.GenerativeAiClient), oci.generative_ai.models
    expiry = datetime.now(UTC) + timedelta(days=80)
    made = keys.create_api_key(
        models.CreateApiKeyDetails(
            display_name="made-by-hand",
            compartment_id=stage.compartment,
            key_details=[models.KeyDetails(key_name=slot, time_expiry=expiry) for slot in slots],
            freeform_tags=tags or {},
        )
    ).data
    until("ACTIVE", lambda: keys.get_api_key(made.id))
    return str(made.id), {slot.key_name: str(slot.key) for slot in made.keys}


def wishes(stage: Stage, key_id: str, **more: Any) -> dict[str, Any]:
    """Inputs that take a key with the slots blue and green over."""
    return stage.api_key_inputs(adopts=key_id, **{"keyNames": ["blue", "green"], **more})


def seen(stage: Stage, key_id: str) -> Any:
    """A key as the official SDK shows it."""
    return stage.sdk(oci.generative_ai.GenerativeAiClient).get_api_key(key_id).data


def works(value: str) -> bool:
    """Whether OpenAI's own SDK can call with a value."""
    base = f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/openai/v1"
    try:
        with OpenAI(api_key=value, base_url=base, max_retries=0) as client:
            client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hi"}])
    except AuthenticationError:
        return False
    return True


def test_create_takes_a_key_over(stage: Stage, plugin: Plugin) -> None:
    """The key gets the stack's name, description and tag; its values and slots stay as they are."""
    key_id, _ = by_hand(stage, "blue", "green")
    before = seen(stage, key_id)

    made = plugin.create(KEY, wishes(stage, key_id, description="Support"))

    after = seen(stage, key_id)
    assert (made.id, stage.key_ids()) == (key_id, [key_id])
    assert plain(made.properties)["apiKeyId"] == key_id
    assert (after.display_name, after.description) == ("chatbot", "Support")
    assert after.freeform_tags == {"genaikeys-resource": DIGEST}
    assert [(slot.key_name, slot.key_mask, slot.state, slot.time_expiry) for slot in after.keys] == [
        (slot.key_name, slot.key_mask, slot.state, slot.time_expiry) for slot in before.keys
    ]


def test_an_adopted_key_reads_back_without_a_change(stage: Stage, plugin: Plugin) -> None:
    """The next run has nothing to do, with `adopts` still there or taken out."""
    key_id, _ = by_hand(stage, "blue", "green")
    inputs = wishes(stage, key_id)
    plugin.create(KEY, inputs)

    read = plugin.read(KEY, key_id, inputs)

    assert plain(read.inputs) == inputs
    without = {name: value for name, value in inputs.items() if name != "adopts"}
    assert plugin.diff(KEY, plain(read.inputs), inputs, read.properties) == []
    assert plugin.diff(KEY, plain(read.inputs), without, read.properties) == []


def test_preview_knows_the_key_and_changes_nothing(stage: Stage, plugin: Plugin) -> None:
    """A preview has the OCID, so that the statements in it are those that will be written."""
    key_id, _ = by_hand(stage, "blue", "green")

    foreseen = plugin.create(KEY, wishes(stage, key_id), preview=True)

    assert (foreseen.id, plain(foreseen.properties)["apiKeyId"]) == (key_id, key_id)
    assert seen(stage, key_id).display_name == "made-by-hand"


def test_preview_without_adoption_calls_nothing(stage: Stage, plugin: Plugin) -> None:
    """A key that is to be made is unknown."""
    before = stage.local.last_request()

    foreseen = plugin.create(KEY, stage.api_key_inputs(), preview=True)

    assert foreseen.id == ""
    assert stage.local.journal(before) == []


def test_create_after_a_kill_takes_the_same_key_over(stage: Stage, plugin: Plugin) -> None:
    """A run that was killed once the key was tagged is continued, even where its value is in use by then."""
    key_id, _ = by_hand(stage, "blue", "green")
    held = stage.local.fault(method="PUT", path=".*/apikeys/.+", action="hold", when="after", count=1)
    with started(stage.local) as doomed:
        request = pb.CreateRequest(urn=urn(KEY), type=KEY, properties=struct(wishes(stage, key_id)))
        pending = doomed.stub.Create.future(request)
        while not any(fault["held"] for fault in stage.local.admin("GET", "/faults")["faults"]):
            assert not pending.done(), f"{held} held nothing"
        doomed.process.kill()
        assert pending.exception() is not None
    stage.local.admin("DELETE", "/faults")
    assert seen(stage, key_id).freeform_tags == {"genaikeys-resource": DIGEST}

    made = plugin.create(KEY, wishes(stage, key_id))

    assert (made.id, stage.key_ids()) == (key_id, [key_id])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_to_the_tagging_is_found_out(stage: Stage, plugin: Plugin, when: str) -> None:
    """Whether it was done or not, one try later the key is ours."""
    key_id, _ = by_hand(stage, "blue", "green")
    stage.local.fault(method="PUT", path=".*/apikeys/.+", action="reset", when=when, count=1)

    assert plugin.create(KEY, wishes(stage, key_id)).id == key_id
    assert seen(stage, key_id).freeform_tags == {"genaikeys-resource": DIGEST}


def test_create_twice_is_done_once(stage: Stage, plugin: Plugin) -> None:
    """The second changes nothing."""
    key_id, _ = by_hand(stage, "blue", "green")
    plugin.create(KEY, wishes(stage, key_id))
    etag = stage.sdk(oci.generative_ai.GenerativeAiClient).get_api_key(key_id).headers["etag"]

    plugin.create(KEY, wishes(stage, key_id))

    assert stage.sdk(oci.generative_ai.GenerativeAiClient).get_api_key(key_id).headers["etag"] == etag


def test_an_adopted_key_that_was_deleted_is_followed_by_a_new_one(stage: Stage, plugin: Plugin) -> None:
    """Replacement deletes first: what is made then is another key, whatever `adopts` still says."""
    key_id, _ = by_hand(stage, "blue", "green")
    inputs = wishes(stage, key_id)
    plugin.create(KEY, inputs)
    plugin.delete(KEY, key_id, inputs)

    made = plugin.create(KEY, inputs)

    assert made.id != key_id
    assert stage.key_ids() == [made.id]
    assert plugin.diff(KEY, inputs, inputs, made.properties) == []


@pytest.mark.parametrize(
    ("slots", "more", "tags", "says"),
    [
        (
            ("blue", "green"),
            {"keyNames": ["key-one", "key-two"]},
            {},
            (
                "its slots are blue, green, and not key-one, key-two\n"
                "Give the key its own slots in the stack: slots: [blue, green]"
            ),
        ),
        (
            ("blue",),
            {},
            {},
            (
                "its slots are blue, and not blue, green\n"
                "Rotation needs two slots: make a new key, and move the callers to it."
            ),
        ),
        (
            ("blue", "green"),
            {"compartmentId": "ocid1.compartment.oc1..elsewhere"},
            {},
            (
                "it is in the compartment {COMPARTMENT}, and this key is to be in "
                "ocid1.compartment.oc1..elsewhere\n"
                "Name its own compartment: moving it could take the statements away by which it is used."
            ),
        ),
        (
            ("blue", "green"),
            {},
            {"genaikeys-resource": "0" * 32},
            (
                "it belongs to another stack, or to another key of this one\n"
                "Take it out there first, with `pulumi state delete`, and remove its tag genaikeys-resource."
            ),
        ),
    ],
    ids=["other slots", "one slot", "other compartment", "other stack"],
)
@pytest.mark.parametrize("is_preview", [True, False], ids=["preview", "up"])
def test_a_key_that_may_not_be_taken_over_is_left_alone(
    stage: Stage,
    plugin: Plugin,
    slots: tuple[str, ...],
    more: dict[str, Any],
    tags: dict[str, str],
    says: str,
    is_preview: bool,
) -> None:
    """One clear message, in the preview already, and nothing was changed or made."""
    key_id, _ = by_hand(stage, *slots, tags=tags)

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, wishes(stage, key_id, **more), preview=is_preview)

    text = says.replace("{COMPARTMENT}", stage.compartment)
    assert refused.value.message == f"The API key {key_id} can't be taken over: {text}"
    assert (stage.key_ids(), seen(stage, key_id).display_name) == ([key_id], "made-by-hand")


def test_a_deleted_key_of_others_is_refused(stage: Stage, plugin: Plugin) -> None:
    """It can't be taken over, and what was meant can't be guessed."""
    key_id, _ = by_hand(stage, "blue", "green")
    plugin.delete(KEY, key_id, stage.api_key_inputs())

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, wishes(stage, key_id))

    assert refused.value.message == (
        f"The API key {key_id} can't be taken over: it is DELETED\n"
        "Take it out of adopts: another one is made."
    )


def test_a_failed_key_is_refused(stage: Stage, plugin: Plugin) -> None:
    """It would never work."""
    key_id, _ = by_hand(stage, "blue", "green")
    stage.local.fault(method="GET", path=".*/apikeys/.+", action="stuck", state="FAILED")

    with pytest.raises(Refused, match="can't be taken over: it is FAILED"):
        plugin.create(KEY, wishes(stage, key_id))


def test_a_key_that_cant_be_seen_is_refused(stage: Stage, plugin: Plugin) -> None:
    """OCI doesn't tell a missing permission from a wrong OCID, and nor do we."""
    unknown = f"ocid1.generativeaiapikey.oc1.{REGION}.nobodysmadethis"

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, wishes(stage, unknown))

    assert refused.value.message == (
        f"The API key {unknown}, which is to be taken over, can't be seen\n"
        "OCI answers 404 for what is gone and for what the caller may not look at.\n"
        "Check the OCID, and give the caller `manage generative-ai-apikey` in the key's compartment. "
        "If the key is gone, take it out of adopts: another one is made."
    )


def test_a_resource_that_has_a_key_takes_no_second_one(stage: Stage, plugin: Plugin) -> None:
    """A key with this resource's tag is found, and named."""
    mine = plugin.create(KEY, stage.api_key_inputs())
    key_id, _ = by_hand(stage, "blue", "green")

    with pytest.raises(Refused) as refused:
        plugin.create(KEY, wishes(stage, key_id))

    assert refused.value.message == (
        f"The API key {key_id} can't be taken over: this resource has another one already, {mine.id}\n"
        "Take the OCID out of adopts; or delete that one, if nobody uses it."
    )


def test_adopts_on_a_key_that_exists_is_refused(stage: Stage, plugin: Plugin) -> None:
    """Left unsaid, a person would believe that the other key is looked after."""
    olds = stage.api_key_inputs()
    mine = plugin.create(KEY, olds)
    key_id = f"ocid1.generativeaiapikey.oc1.{REGION}.another"

    with pytest.raises(Refused) as refused:
        plugin.diff(KEY, olds, {**olds, "adopts": key_id}, mine.properties)

    assert refused.value.message == (
        f"The API key {key_id} can't be taken over: this resource is {mine.id} already\n"
        "A key is taken over in place of making one, so only where there is none yet.\n"
        f"Take {key_id} out of adopts; to have both, give it an entry of its own."
    )
    assert plugin.diff(KEY, olds, {**olds, "adopts": mine.id}, mine.properties) == []


@pytest.mark.parametrize(
    ("key_id", "says"),
    [
        (
            "ocid1.vault.oc1.us-chicago-1.a",
            "must be the OCID of an API key; got 'ocid1.vault.oc1.us-chicago-1.a'",
        ),
        (
            "ocid1.generativeaiapikey.oc1.us-phoenix-1.a",
            "is of the region us-phoenix-1, and this key is in us-chicago-1",
        ),
    ],
)
def test_check_refuses_what_is_no_key_of_the_region(
    stage: Stage, plugin: Plugin, key_id: str, says: str
) -> None:
    """What is wrong by itself is said before anything is called."""
    assert plugin.check(KEY, wishes(stage, key_id)) == [f"adopts: {says}"]


def test_first_publication_takes_the_slot_that_nobody_uses(stage: Stage, plugin: Plugin) -> None:
    """The value in use stays what it was; the other slot gets a new one, which is published."""
    key_id, values = by_hand(stage, "blue", "green")
    assert works(values["blue"])
    plugin.create(KEY, wishes(stage, key_id))
    secret = stage.new_secret()

    made = plugin.create(SECRET, stage.rotating_inputs(key_id, secret, keyNames=["blue", "green"]))

    assert plain(made.properties)["slotInUse"] == "green"
    assert works(values["blue"])
    assert works(stage.value(secret))
    assert not works(values["green"])
    assert not any(value.encode() in message for value in values.values() for message in plugin.wire)

"""Chat completions and responses: who may call what, where and when."""

from typing import Any

import pytest

from tests.emulator.services.oci import Json, Key, Oci

REGION = "us-chicago-1"
UNAUTHENTICATED = (
    401,
    "401",
    "The required information to complete authentication was not provided or was incorrect.",
)
LEGACY, CURRENT = "/20231130/actions/v1", "/openai/v1"


@pytest.fixture
def key(oci: Oci) -> Key:
    """A key in a compartment whose keys may use the whole family."""
    apps = oci.compartment("apps")
    oci.grant_all_keys("apps")
    return oci.api_key(apps, region=REGION)


@pytest.mark.parametrize("base", [LEGACY, CURRENT])
@pytest.mark.parametrize("slot", ["key-one", "key-two"])
def test_both_slots_answer_on_both_bases(oci: Oci, key: Key, slot: str, base: str) -> None:
    """Either secret, either base path, either API."""
    assert oci.chat(key.values[slot], region=REGION, base=base).status == 200
    assert oci.respond(key.values[slot], region=REGION, base=base).status == 200


def test_key_without_policy_is_refused_like_an_unknown_one(oci: Oci) -> None:
    """401 is the same for both."""
    key = oci.api_key(oci.compartment("apps"), region=REGION)

    assert oci.chat(key.values["key-one"], region=REGION).refusal == UNAUTHENTICATED
    assert oci.chat("sk-localtest-nobody", region=REGION).refusal == UNAUTHENTICATED
    assert oci.chat("", region=REGION).refusal == UNAUTHENTICATED


def test_key_of_another_region_is_refused(oci: Oci, key: Key) -> None:
    """A key calls models of its own region."""
    assert oci.chat(key.values["key-one"], region="eu-frankfurt-1").refusal == UNAUTHENTICATED


@pytest.mark.parametrize("state", ["INACTIVE", "REVOKED"])
def test_slot_out_of_use_is_refused_and_the_other_works(oci: Oci, key: Key, state: str) -> None:
    """Each slot stands for itself."""
    key.set_state("key-one", state)

    assert oci.chat(key.values["key-one"], region=REGION).refusal == UNAUTHENTICATED
    assert oci.chat(key.values["key-two"], region=REGION).status == 200


def test_expired_slot_is_refused(oci: Oci, key: Key) -> None:
    """By the virtual clock."""
    oci.travel(days=91)

    assert oci.chat(key.values["key-one"], region=REGION).refusal == UNAUTHENTICATED


def test_deleted_key_is_refused(oci: Oci, key: Key) -> None:
    """At once, while it is still DELETING."""
    oci.delete("generativeai", key.path, region=REGION)

    assert oci.chat(key.values["key-one"], region=REGION).refusal == UNAUTHENTICATED


def test_replaced_secret_is_dead_at_once(oci: Oci, key: Key) -> None:
    """Default of the switch old-value-after-renew."""
    new = key.renewed("key-one")

    assert oci.chat(key.values["key-one"], region=REGION).refusal == UNAUTHENTICATED
    assert oci.chat(new, region=REGION).status == 200


def test_replaced_secret_can_have_a_grace(oci: Oci, key: Key) -> None:
    """Other value of the switch: sixty seconds."""
    oci.switch("old-value-after-renew", "grace")
    new = key.renewed("key-one")

    oci.wait(59)
    in_grace = oci.chat(key.values["key-one"], region=REGION).status
    oci.wait(1)

    assert in_grace == 200
    assert oci.chat(key.values["key-one"], region=REGION).refusal == UNAUTHENTICATED
    assert oci.chat(new, region=REGION).status == 200


def test_policy_takes_effect_after_its_delay(oci: Oci) -> None:
    """A secret made afterwards works two seconds after the policy, not before."""
    oci.switch("secret-before-policy", "works")
    key = oci.api_key(oci.compartment("apps"), region=REGION)
    oci.grant_all_keys("apps", wait=False)

    oci.wait(1.9)
    early = oci.chat(key.values["key-one"], region=REGION).status
    oci.wait(0.2)

    assert (early, oci.chat(key.values["key-one"], region=REGION).status) == (401, 200)


def test_policy_delay_is_a_switch(oci: Oci) -> None:
    """With no delay a policy counts at once."""
    oci.switch("policy-delay", 0)
    apps = oci.compartment("apps")
    oci.grant_all_keys("apps", wait=False)
    oci.wait(0.01)
    key = oci.api_key(apps, region=REGION)

    assert oci.chat(key.values["key-one"], region=REGION).status == 200


@pytest.mark.parametrize(("switch", "status"), [("stays-401", 401), ("works", 200)])
def test_secret_older_than_its_policy_answers_as_the_switch_says(oci: Oci, switch: str, status: int) -> None:
    """The field report: such a secret stays 401 for long, and a renewed one works."""
    oci.switch("secret-before-policy", switch)
    key = oci.api_key(oci.compartment("apps"), region=REGION)
    oci.wait(1)
    oci.grant_all_keys("apps")
    oci.wait(600)

    assert oci.chat(key.values["key-one"], region=REGION).status == status
    assert oci.chat(key.renewed("key-one"), region=REGION).status == 200


def test_secret_outlives_a_policy_that_is_written_anew(oci: Oci, key: Key) -> None:
    """What granted when the secret was made need not be the statement that grants now."""
    oci.wait(5)
    old = oci.grants["apps"]
    oci.policy(
        "Allow any-user to manage generative-ai-family in compartment apps"
        " where ALL {request.principal.type='generativeaiapikey'}"
    )
    oci.delete("identity", f"/20160918/policies/{old}")
    oci.wait(5)

    assert oci.chat(key.values["key-one"], region=REGION).status == 200


def test_deleted_policy_grants_no_more(oci: Oci, key: Key) -> None:
    """It ends after the same delay."""
    oci.delete("identity", f"/20160918/policies/{oci.grants['apps']}")

    before = oci.chat(key.values["key-one"], region=REGION).status
    oci.wait(2)

    assert (before, oci.chat(key.values["key-one"], region=REGION).status) == (200, 401)


@pytest.mark.parametrize(
    ("model", "at", "status"),
    [
        ("xai.grok-3", "2026-03-01", 200),
        ("xai.grok-4", "2026-03-01", 200),
        ("xai.grok-4-fast-reasoning", "2026-03-01", 200),
        ("openai.gpt-oss-120b", "2026-03-01", 200),
        ("meta.llama-3.3-70b-instruct", "2026-03-01", 200),
        ("xai.grok-4.7", "2026-03-01", 404),
        ("xai.grok-3", "2026-11-23", 404),
        ("xai.grok-4", "2026-11-23", 404),
        ("xai.grok-4-fast-reasoning", "2026-11-23", 404),
        ("openai.gpt-oss-120b", "2026-11-23", 200),
        ("xai.grok-4.20-0309-reasoning", "2026-11-23", 200),
        ("nobody.nothing", "2026-11-23", 404),
    ],
)
def test_models_answer_between_release_and_retirement(oci: Oci, model: str, at: str, status: int) -> None:
    """A model that is not there, not yet or no longer, is an unknown entity."""
    oci.travel_to(f"{at}T00:00:00Z")
    apps = oci.compartment("apps")
    oci.grant_all_keys("apps")
    key = oci.api_key(apps, region=REGION)

    reply = oci.chat(key.values["key-one"], region=REGION, model=model)

    assert reply.status == status
    if status == 404:
        assert reply.refusal == (404, "404", f"Entity with key {model} not found")


def test_model_answers_in_its_regions_only(oci: Oci) -> None:
    """No Llama in Hyderabad, but Gemini Flash."""
    apps = oci.compartment("apps")
    oci.grant_all_keys("apps")
    value = oci.api_key(apps, region="ap-hyderabad-1").values["key-one"]

    llama = oci.chat(value, region="ap-hyderabad-1", model="meta.llama-3.3-70b-instruct")
    gemini = oci.chat(value, region="ap-hyderabad-1", model="google.gemini-2.5-flash")

    assert (llama.status, gemini.status) == (404, 200)


def test_llama_has_no_responses_and_cohere_no_openai_api(oci: Oci, key: Key) -> None:
    """400 for a model that lacks the API."""
    unsupported = (400, "400", "Unsupported OpenAI operation")
    value = key.values["key-one"]

    assert oci.respond(value, region=REGION, model="meta.llama-3.3-70b-instruct").refusal == unsupported
    assert oci.chat(value, region=REGION, model="cohere.command-a-03-2025").refusal == unsupported


def test_model_condition_limits_chat(oci: Oci) -> None:
    """A model outside the condition is refused as if the key were unknown."""
    apps = oci.compartment("apps")
    oci.policy(
        "Allow any-user to use generative-ai-chat in compartment apps where ALL {"
        "request.principal.type='generativeaiapikey', target.model.id in ('openai.gpt-oss-20b')}"
    )
    value = oci.api_key(apps, region=REGION).values["key-one"]

    assert oci.chat(value, region=REGION, model="openai.gpt-oss-20b").status == 200
    assert oci.chat(value, region=REGION, model="openai.gpt-oss-120b").refusal == UNAUTHENTICATED


def test_key_scoped_statement_lets_one_key_in(oci: Oci) -> None:
    """The other key of the compartment stays out."""
    apps = oci.compartment("apps")
    one, two = (oci.api_key(apps, region=REGION) for _ in range(2))
    oci.policy(
        "Allow any-user to use generative-ai-family in compartment apps where ALL {"
        f"request.principal.type='generativeaiapikey', request.principal.id='{one.id}'}}"
    )

    assert oci.chat(one.renewed("key-one"), region=REGION).status == 200
    assert oci.chat(two.renewed("key-one"), region=REGION).refusal == UNAUTHENTICATED


@pytest.mark.parametrize(("need", "status"), [("use", 200), ("manage", 401)])
def test_responses_need_the_verb_of_the_switch(oci: Oci, key: Key, need: str, status: int) -> None:
    """`use generative-ai-family` is enough for the one, not for the other; chat is not concerned."""
    oci.switch("responses-need", need)

    assert oci.respond(key.values["key-one"], region=REGION).status == status
    assert oci.chat(key.values["key-one"], region=REGION).status == 200


@pytest.mark.parametrize(("offers", "status"), [("refused", 400), ("works", 200)])
def test_uncertain_api_is_as_the_switch_says(oci: Oci, key: Key, offers: str, status: int) -> None:
    """No source says that Grok 4.3 answers on Responses."""
    oci.switch("uncertain-offers", offers)

    assert oci.respond(key.values["key-one"], region=REGION, model="xai.grok-4.3").status == status
    assert oci.chat(key.values["key-one"], region=REGION, model="xai.grok-4.3").status == 200


@pytest.mark.parametrize(("offers", "status"), [("refused", 404), ("works", 200)])
def test_uncertain_region_is_as_the_switch_says(oci: Oci, key: Key, offers: str, status: int) -> None:
    """Copies of one page differ on Grok 4.6 in Chicago."""
    oci.switch("uncertain-offers", offers)

    assert oci.chat(key.values["key-one"], region=REGION, model="xai.grok-4.6").status == status


@pytest.mark.parametrize(("wants", "status"), [("optional", 200), ("required", 400)])
def test_project_on_the_newer_base_url_is_as_the_switch_says(
    oci: Oci, key: Key, wants: str, status: int
) -> None:
    """Oracle's pages and public tests differ; the older base URL wants none, and an unknown one is none."""
    oci.switch("project-on-newer-base", wants)
    value = key.values["key-one"]

    assert oci.chat(value, region=REGION).status == status
    assert oci.respond(value, region=REGION).status == status
    assert oci.chat(value, region=REGION, base="/20231130/actions/v1").status == 200
    assert oci.chat("sk-unknown", region=REGION).status == 401


@pytest.mark.parametrize(("needs", "status"), [("yes", 401), ("no", 200)])
def test_responses_are_checked_for_chat_as_the_switch_says(oci: Oci, needs: str, status: int) -> None:
    """A model that the chat statement leaves out is refused on Responses only where chat is asked for."""
    oci.switch("responses-need-chat", needs)
    apps = oci.compartment("apps")
    of_a_key = "request.principal.type='generativeaiapikey'"
    oci.policy(
        f"Allow any-user to use generative-ai-chat in compartment apps where ALL {{{of_a_key},"
        " target.model.id='openai.gpt-oss-120b'}",
        f"Allow any-user to manage generative-ai-response in compartment apps where {of_a_key}",
    )
    value = oci.api_key(apps, region=REGION).values["key-one"]

    assert oci.respond(value, region=REGION, model="openai.gpt-oss-20b").status == status


@pytest.mark.parametrize(("sees", "status"), [("no", 401), ("yes", 200)])
def test_responses_see_the_model_as_the_switch_says(oci: Oci, sees: str, status: int) -> None:
    """A model condition on the response statement is false where the request has no model."""
    oci.switch("responses-see-model", sees)
    apps = oci.compartment("apps")
    condition = "ALL {request.principal.type='generativeaiapikey', target.model.id='openai.gpt-oss-20b'}"
    oci.policy(
        f"Allow any-user to use generative-ai-chat in compartment apps where {condition}",
        f"Allow any-user to use generative-ai-response in compartment apps where {condition}",
    )
    value = oci.api_key(apps, region=REGION).values["key-one"]

    assert oci.respond(value, region=REGION, model="openai.gpt-oss-20b").status == status


def test_use_is_remembered(oci: Oci, key: Key) -> None:
    """TimeLastUsed of the slot that called, and of no other."""
    oci.chat(key.values["key-two"], region=REGION)

    assert key.slot("key-two")["timeLastUsed"] == oci.ahead(days=0)
    assert key.slot("key-one")["timeLastUsed"] is None


def test_answer_is_always_the_same(oci: Oci, key: Key) -> None:
    """Model, region and question make the text."""
    texts = []
    for _ in range(2):
        done = oci.chat(key.values["key-one"], region=REGION, say="What's the capital of France?").body
        texts.append(done["choices"][0]["message"]["content"])

    expected = (
        "This is openai.gpt-oss-120b of the local OCI in us-chicago-1. No model ran. "
        'You said: "What\'s the capital of France?"'
    )
    assert texts == [expected, expected]


def test_answer_is_cut_at_the_tokens_allowed(oci: Oci, key: Key) -> None:
    """The finish reason says so, and usage counts what was said."""
    body = oci.chat(key.values["key-one"], region=REGION, max_tokens=3).body

    assert body["choices"][0]["message"]["content"] == "This is openai.gpt-oss-120b"
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"]["completion_tokens"] == 3


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("messages", [], "messages must be a list with at least one message; got None"),
        (
            "messages",
            [{"role": "robot", "content": "x"}],
            "each message needs a role of system, developer, user, ",
        ),
        ("tools", [{"type": "function"}], "the local OCI does not model the parameter tools of Chat"),
        ("max_tokens", 0, "max_tokens must be a whole number above 0; got 0"),
        ("model", None, "model must be the name of a model; got None"),
        ("n", 9, "n must be 1 to 8; got 9"),
    ],
)
def test_chat_that_cannot_be_is_refused(oci: Oci, key: Key, field: str, value: Json, message: str) -> None:
    """400 with what was given and what is allowed."""
    change: dict[str, Any] = {field: value}
    status, _, said = oci.chat(key.values["key-one"], region=REGION, **change).refusal

    assert status == 400
    assert said.startswith(message)

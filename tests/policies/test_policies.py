"""Which policies a stack has, and what stands in them."""

import re
from pathlib import Path
from typing import Any

import pytest

from genaikeys import iam, templates
from genaikeys.policies import Intent, Rule, access, readers, render, statement
from genaikeys.templates import TemplateError
from tests.settings.test_settings import stack

ROOT = Path(__file__).parents[2]
KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.aaaa"
SECRET = "ocid1.vaultsecret.oc1.ord.aaaa"
SCOPED = f"request.principal.type='generativeaiapikey', request.principal.id='{KEY}'"
WIDE = "request.principal.type='generativeaiapikey'"
MODELS = ("openai.gpt-oss-120b", "xai.grok-4.3")
IN_MODELS = "target.model.id in ('openai.gpt-oss-120b', 'xai.grok-4.3')"

STATEMENTS: dict[Intent, str] = {
    "key-chat": f"use generative-ai-chat in compartment apps where ALL {{ {SCOPED}, {IN_MODELS} }}",
    "key-responses": f"manage generative-ai-response in compartment apps where ALL {{ {SCOPED} }}",
    "key-family": f"use generative-ai-family in compartment apps where ALL {{ {SCOPED} }}",
    "compartment-chat": f"use generative-ai-chat in compartment apps where ALL {{ {WIDE}, {IN_MODELS} }}",
    "compartment-responses": f"manage generative-ai-response in compartment apps where ALL {{ {WIDE} }}",
    "compartment-family": f"use generative-ai-family in compartment apps where ALL {{ {WIDE} }}",
    "readers": f"read secret-bundles in compartment apps where target.secret.id='{SECRET}'",
}


def written(intent: Intent, compartment: str = "apps", models: tuple[str, ...] = MODELS) -> str:
    """One statement of an intent."""
    rule = Rule(intent=intent, key="bot", models=models, reader="group developers")
    return statement(rule, compartment=compartment, api_key_id=KEY, secret_id=SECRET)


@pytest.mark.parametrize("intent", STATEMENTS)
def test_statement_of_an_intent(intent: Intent) -> None:
    """The whole text, in canonical spelling."""
    subject = "group developers" if intent == "readers" else "any-user"

    assert written(intent) == f"allow {subject} to {STATEMENTS[intent]}"


def test_every_template_is_an_intent() -> None:
    """One file per intent, none left over."""
    assert {path.stem for path in templates.FOLDER.glob("*.j2")} == set(STATEMENTS)


@pytest.mark.parametrize("intent", STATEMENTS)
def test_statement_survives_reading_and_printing(intent: Intent) -> None:
    """What is written is already canonical."""
    text = written(intent, compartment="id ocid1.compartment.oc1..aaaa")

    assert iam.print_statement(iam.parse_statement(text)) == text


def test_error_when_an_ocid_is_missing() -> None:
    """A statement about no key in particular must never be written by mistake."""
    with pytest.raises(TemplateError) as caught:
        statement(Rule(intent="key-family", key="bot"), compartment="apps")
    assert caught.value.what == "policies/key-family.j2:2: 'api_key_id' is undefined."


def test_statements_of_the_documentation_are_said_word_for_word() -> None:
    """Oracle's documented forms for one key and for all keys of a compartment."""
    assert written("key-family", compartment="genai-apps") == (
        "allow any-user to use generative-ai-family in compartment genai-apps where ALL { "
        f"request.principal.type='generativeaiapikey', request.principal.id='{KEY}' }}"
    )
    assert written("compartment-family", compartment="genai-apps") == (
        "allow any-user to use generative-ai-family in compartment genai-apps where ALL { "
        "request.principal.type='generativeaiapikey' }"
    )


def test_statements_of_the_article_are_said_word_for_word() -> None:
    """Its two statements, placeholder filled in, read from the article where it lies beside the checkout."""
    articles = sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))
    if not articles:
        pytest.skip("the article does not lie beside this checkout, in ../shared/seed")
    text = articles[0].read_text("utf-8").replace("<compartment-name>", "genai-apps")
    one_key, all_keys = re.findall(r"^allow any-user .*$", text, re.MULTILINE)
    (api_key_id,) = re.findall(r"request\.principal\.id='([^']*)'", one_key)

    said = statement(Rule(intent="key-family", key="bot"), compartment="genai-apps", api_key_id=api_key_id)
    assert said == one_key
    assert statement(Rule(intent="compartment-family"), compartment="genai-apps") == all_keys


def test_key_scope_has_one_policy_for_each_region() -> None:
    """One region's outage must hold up no other."""
    settings = stack(regions="all", keys={"a": {"compartment": "apps"}, "b": {"compartment": "apps"}})
    plans = access(settings, "apps")

    assert [plan.name for plan in plans] == [
        "p-trial-apps-us-chicago-1-access",
        "p-trial-apps-eu-frankfurt-1-access",
        "p-trial-apps-ap-osaka-1-access",
    ]
    assert [rule.intent for rule in plans[0].rules] == ["key-chat", "key-responses"] * 2
    assert plans[0].keys == {"a", "b"}


def test_compartment_scope_has_one_policy_that_names_all_models() -> None:
    """The union of its keys' models, and no key."""
    settings = stack(
        compartments={"apps": {"policyScope": "compartment"}},
        keys={
            "a": {"compartment": "apps", "models": ["xai.grok-4.3"]},
            "b": {"compartment": "apps", "models": ["openai.gpt-oss-20b"]},
        },
    )
    (plan,) = access(settings, "apps")

    assert plan.region is None
    assert plan.keys == frozenset()
    assert plan.rules == (
        Rule(intent="compartment-chat", models=("openai.gpt-oss-20b", "xai.grok-4.3")),
        Rule(intent="compartment-responses"),
    )


@pytest.mark.parametrize(
    ("given", "intents"),
    [
        ({}, ["key-chat", "key-responses"]),
        ({"apis": "chat"}, ["key-chat"]),
        ({"apis": "responses"}, ["key-chat", "key-responses"]),
        ({"grant": "family"}, ["key-family"]),
        ({"grant": "family", "apis": "chat"}, ["key-family"]),
        ({"compartments": {"apps": {"grant": "family"}}}, ["key-family"]),
    ],
)
def test_grant_and_apis_choose_the_statements(given: dict[str, Any], intents: list[str]) -> None:
    """`least` has chat, which Responses needs as well, and a statement for Responses; `family` is alone."""
    (plan,) = access(stack(**given), "apps")

    assert [rule.intent for rule in plan.rules] == intents


def test_compartment_without_keys_has_no_policy() -> None:
    """Nobody there could use it."""
    settings = stack(compartments={"apps": {}, "idle": {"policyScope": "compartment"}})

    assert access(settings, "idle") == ()
    assert readers(settings, "idle") == ()


def test_more_than_fifty_statements_are_split() -> None:
    """51 statements make two policies; a key's own policies can be told."""
    keys = {f"k{number:02}": {"compartment": "apps"} for number in range(26)}
    plans = access(stack(keys=keys), "apps")

    assert [len(plan.rules) for plan in plans] == [50, 2]
    assert [plan.name for plan in plans] == [
        "p-trial-apps-us-chicago-1-access",
        "p-trial-apps-us-chicago-1-access-2",
    ]
    assert plans[1].keys == {"k25"}


def test_long_policy_name_is_cut_and_stays_unique() -> None:
    """OCI allows 100 characters."""
    long = "c" * 95
    settings = stack(compartments={long: {}}, keys={"bot": {"compartment": long}}, regions="all")
    names = [plan.name for plan in access(settings, long)]

    assert all(len(name) == 100 for name in names)
    assert len(set(names)) == 3


def test_render_writes_every_policy_with_its_ocids() -> None:
    """Readers get the one secret and nothing else."""
    settings = stack(keys={"bot": {"compartment": "apps", "readers": ["dynamic-group support"]}}, apis="chat")
    place = ("bot", "us-chicago-1")
    compartment = "ocid1.compartment.oc1..aaaa"

    calling, reading = render(settings, {place: KEY}, {place: SECRET}, {"apps": compartment})

    assert (calling.name, calling.compartment) == ("p-trial-apps-us-chicago-1-access", "apps")
    assert calling.statements == (
        (
            f"allow any-user to use generative-ai-chat in compartment id {compartment} where ALL {{ "
            f"{SCOPED}, target.model.id in ('openai.gpt-oss-120b', 'openai.gpt-oss-20b') }}"
        ),
    )
    assert reading.statements == (
        (
            f"allow dynamic-group support to read secret-bundles in compartment id {compartment} where "
            f"target.secret.id='{SECRET}'"
        ),
    )

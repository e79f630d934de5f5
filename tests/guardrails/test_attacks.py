"""A pull request that wants to grant more than reviewers see, tried on the rules about policies."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.guardrails import judge
from policies.guardrails.kinds import TYPES
from policies.guardrails.rules import EACH
from policies.guardrails.values import POLICY, Resource, Unseen
from tests.guardrails.samples import RAW, resource, stack

APPS, KEY = "ocid1.compartment.oc1..apps", "ocid1.generativeaiapikey.oc1.ord.chatbot"
CHAT = (
    f"allow any-user to use generative-ai-chat in compartment id {APPS} where ALL {{ "
    f"request.principal.type='generativeaiapikey', request.principal.id='{KEY}', "
    "target.model.id in ('openai.gpt-oss-20b') }"
)
RESPONSES = (
    f"allow any-user to manage generative-ai-response in compartment id {APPS} where ALL {{ "
    f"request.principal.type='generativeaiapikey', request.principal.id='{KEY}' }}"
)
LABEL = "genai-apps-us-chicago-1-access"


def policy(*statements: Any, label: str = LABEL, **more: Any) -> Resource:
    """A policy as the program declares it."""
    properties = {"compartmentId": APPS, "statements": list(statements), **more}
    return resource({"type": POLICY, "name": label, "properties": properties})


TRIAL = stack()
STRICT = stack({"held": {"production": True, "tags": ["a"]}})


def told(made: Resource) -> list[str]:
    """What the rule says of it."""
    return [found.message for found in judge.each("rendered", made, TRIAL)]


def test_policy_of_the_kit_passes() -> None:
    """With OCIDs in the place of names, as it is made; and not known yet, as it is previewed."""
    assert told(policy(CHAT, RESPONSES)) == []
    assert told(policy(Unseen.UNKNOWN, RESPONSES, compartmentId=Unseen.UNKNOWN)) == []


HOSTILE = {
    "ANY for ALL": CHAT.replace("ALL", "ANY"),
    "another model": CHAT.replace("gpt-oss-20b'", "gpt-oss-20b', 'xai.grok-4.3'"),
    "no model": CHAT.replace(", target.model.id in ('openai.gpt-oss-20b')", ""),
    "another verb": CHAT.replace(" use ", " manage "),
    "a family": CHAT.replace("generative-ai-chat", "generative-ai-family"),
    "the tenancy": CHAT.replace(f"compartment id {APPS}", "tenancy"),
    "the tenancy as a compartment": CHAT.replace(APPS, "ocid1.tenancy.oc1..root"),
    "the compartment by its name": CHAT.replace(f"id {APPS}", "genai-apps"),
    "a wildcard for the key": CHAT.replace(f"'{KEY}'", "/ocid1.generativeaiapikey.*/"),
    "a wildcard in quotes": CHAT.replace(KEY, f"{KEY[:-4]}*"),
    "a variable for the key": CHAT.replace(f"'{KEY}'", "request.principal.id"),
    "a user for the key": CHAT.replace(KEY, "ocid1.user.oc1..mallory"),
    "two keys": CHAT.replace(f"id='{KEY}'", f"id in ('{KEY}', '{KEY}2')"),
    "the logical name itself": CHAT.replace(KEY, "<key chatbot in us-chicago-1>"),
    "another test": CHAT.replace(f"id='{KEY}'", f"id!='{KEY}'"),
    "a group besides": CHAT.replace("any-user", "group Everybody"),
    "denial turned round": CHAT.replace("allow", "deny"),
    "another case of the type": CHAT.replace("'generativeaiapikey'", "'GenerativeAIAPIKey'"),
    "two statements, a line each": f"{CHAT}\nallow any-user to manage all-resources in tenancy",
    "two statements, a semicolon": f"{CHAT}; allow any-user to manage all-resources in tenancy",
    "two statements, a carriage return": f"{CHAT}\rallow any-user to manage all-resources in tenancy",
    "a comment before the condition": CHAT.replace(" where", " // where"),
    "a comment behind it": f"{CHAT} # allow any-user to manage all-resources in tenancy",
    "upper case": CHAT.replace("allow any-user", "ALLOW ANY-USER"),
    "a blank more": CHAT.replace(" to ", "  to "),
    "a line break": CHAT.replace(" where", "\nwhere"),
    "a blank in front": f" {CHAT}",
    "a blank behind": f"{CHAT} ",
    "quotes around a name": CHAT.replace("{ request.principal.type", "{request.principal.type"),
    "a no-break space": CHAT.replace("any-user to", "any-user\u00a0to"),
    "a zero-width space": CHAT.replace("any-user", "any-\u200buser"),
    "a full-width letter": CHAT.replace("allow", "\uff41llow"),
    "a Cyrillic letter in the model": CHAT.replace("openai", "\u043epenai"),
    "a Cyrillic letter in the OCID": CHAT.replace("chatbot", "ch\u0430tbot"),
    "a right-to-left mark": CHAT.replace("gpt-oss", "\u202egpt-oss"),
    "a null": f"{CHAT}\0",
    "what stands for unknown, and more": f"04da6b54-80e4-46f7-96ec-b56ff0331ba9 {CHAT}",
    "nothing": "",
    "a number": 1,
    "none": None,
    "a list": [CHAT],
    "a mapping": {"statement": CHAT},
    "marked as secret": Unseen.HIDDEN,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_statement_that_is_no_rendered_one_is_refused(text: object) -> None:
    """However it is spelt, whatever it is, and in whichever place."""
    assert told(policy(text, RESPONSES))
    assert told(policy(RESPONSES, text))
    assert told(policy(Unseen.UNKNOWN, text))


@pytest.mark.parametrize(
    "made",
    [
        policy(Unseen.UNKNOWN, Unseen.UNKNOWN, label="mine"),
        policy(Unseen.UNKNOWN, Unseen.UNKNOWN, Unseen.UNKNOWN),
        policy(CHAT, CHAT),
        policy(CHAT, RESPONSES, RESPONSES),
        policy(CHAT),
        policy(),
        policy(CHAT, RESPONSES, versionDate="2016-01-01"),
        policy(CHAT, RESPONSES, compartmentId="ocid1.tenancy.oc1..root"),
        resource({"type": POLICY, "name": LABEL, "properties": {"statements": "(unknown)"}}),
        resource({"type": POLICY, "name": LABEL, "properties": {"statements": CHAT}}),
        resource({"type": POLICY, "name": LABEL}),
    ],
    ids=[
        *("another label", "one more, unknown", "one twice", "one more", "one less", "none", "a version"),
        *("attached elsewhere", "an unknown list", "a text for the list", "nothing"),
    ],
)
def test_policy_that_is_no_rendered_one_is_refused(made: Resource) -> None:
    """What can't be seen is counted at least, and must bear the label of a rendered policy."""
    assert told(made)


def test_two_statements_of_one_policy_must_mean_the_same_key() -> None:
    """Each could be the key's; both can't."""
    assert told(policy(CHAT, RESPONSES.replace(KEY, f"{KEY}s"))) == [
        f"statement 2 has {KEY}s for <key chatbot in us-chicago-1>, and a statement before has {KEY}"
    ]


def test_key_that_is_taken_over_is_known_before_it_is() -> None:
    """A preview prints its OCID among the inputs alone."""
    key = {"type": "genaikeys:index:ApiKey", "name": "chatbot-us-chicago-1", "properties": {"adopts": KEY}}

    assert judge.whole("rendered-names", [resource(key), policy(CHAT, RESPONSES)], TRIAL) == []


@pytest.mark.parametrize(("comes", "found"), [(True, 0), (False, 2)], ids=["its own", "another"])
def test_compartment_that_the_stack_makes_is_the_one_that_keys_lie_in(comes: bool, found: int) -> None:
    """Code that puts everything into a compartment that exists already is found out."""
    raw = {**RAW, "oci-genai-keys:compartments": {"genai-apps": {}}}
    key = {
        "type": "genaikeys:index:ApiKey",
        "name": "chatbot-us-chicago-1",
        "properties": {"apiKeyId": KEY, "compartmentId": APPS},
        "dependencies": {
            "compartmentId": ["oci:Identity/compartment:Compartment::genai-apps"] if comes else []
        },
    }

    assert (
        len(judge.whole("rendered-names", [resource(key), policy(CHAT, RESPONSES)], stack({}, raw))) == found
    )


def test_nothing_passes_where_nothing_is_rendered() -> None:
    """A stack without its file has no policy."""
    context = stack({"rendered": None})

    assert judge.each("rendered", policy(Unseen.UNKNOWN, Unseen.UNKNOWN), context)
    assert judge.each("rendered-file", resource({"type": "pulumi:pulumi:Stack", "name": "s"}), context)


def test_file_and_code_changed_together_are_refused() -> None:
    """A wide statement in both agrees with itself; but stack and templates don't make it."""
    wide = {"replace": {"use generative-ai-chat": "manage all-resources"}}
    made = policy(CHAT.replace("use generative-ai-chat", "manage all-resources"), RESPONSES)
    context = stack(wide)
    root = resource({"type": "pulumi:pulumi:Stack", "name": "oci-genai-keys-trial"})

    assert judge.each("rendered", made, context) == []
    assert len(judge.each("rendered-file", root, context)) == 1
    assert len(judge.each("manage-family", made, context)) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "oci:identity/policy:Policy",
        "oci:Identity/Policy:Policy",
        "oci:Identity/policy:Policy\u200b",
        "oci:Identity/dynamicGroup:DynamicGroup",
        "oci:Identity/user:User",
        "oci:Identity/userGroupMembership:UserGroupMembership",
        "oci:Identity/apiKey:ApiKey",
        "oci:Identity/authToken:AuthToken",
        "oci:Identity/customerSecretKey:CustomerSecretKey",
        "oci:Identity/domainsPolicy:DomainsPolicy",
        "oci:Core/instance:Instance",
        "oci:Functions/function:Function",
        "oci:ResourceManager/stack:Stack",
        "oci-native:identity:Policy",
        "genaikeys:index:apiKey",
        "genaikeys:components:Anything",
        "pulumi-python:dynamic:Resource",
        "pulumi-nodejs:dynamic:Resource",
        "pulumi:providers:command",
        "pulumi:providers:pulumi-python",
        "pulumi:pulumi:StackReference",
        "command:local:Command",
        "terraform:state:RemoteStateReference",
    ],
)
def test_foreign_type_is_refused(kind: str) -> None:
    """Whoever may be made by it, and under whatever token."""
    made = resource({"type": kind, "name": "any"})

    assert [found.message for found in judge.each("resource-types", made, TRIAL)] == [
        f"the kit makes no {kind}".replace("\u200b", "\\x200b")
    ]


OCID = re.compile(r"ocid1\.(generativeaiapikey|compartment|tenancy)\.[A-Za-z0-9._-]+")
LETTERS = st.one_of(st.sampled_from(list(" .,'{}()=:/#;*<>\t\n\r\0\u00a0\u200b\u202e")), st.characters())


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A statement of the kit with a few letters put in, taken out or exchanged."""
    text = draw(st.sampled_from([CHAT, RESPONSES]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 12))
        text = text[:start] + draw(st.text(LETTERS, max_size=8)) + text[end:]
    return text


@given(text=mangled())
def test_accepted_statement_differs_from_the_rendered_one_in_ocids_alone(text: str) -> None:
    """The law: whatever is done to a statement, it is refused, or is a rendered one with names filled in."""
    if told(policy(text, RESPONSES, compartmentId=Unseen.UNKNOWN)) and told(
        policy(CHAT, text, compartmentId=Unseen.UNKNOWN)
    ):
        return

    assert OCID.sub("OCID", text) in {OCID.sub("OCID", CHAT), OCID.sub("OCID", RESPONSES)}


def _anything() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(list(Unseen))
    names = st.sampled_from(["statements", "region", "probe", "models", "expiry", "secretContent", "tags"])
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    )


PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            *("statements", "compartmentId", "region", "probe", "expiry", "rotateEvery", "secretContent"),
            *(
                "freeformTags",
                "definedTags",
                "adopts",
                "replicationConfig",
                "protocol",
                "endpoint",
                "vaultType",
            ),
            *("apiKeyId", "vaultSecretId", "configFileProfile"),
        ]
    ),
    _anything(),
)


@given(
    kind=st.sampled_from(sorted(TYPES)),
    name=st.sampled_from([LABEL, "chatbot-us-chicago-1"]),
    given=PROPERTIES,
)
def test_rules_answer_whatever_a_property_holds(kind: str, name: str, given: dict[str, Any]) -> None:
    """A program may declare anything; a rule that raised would be one that looks at nothing."""
    made = Resource(type=kind, urn=f"urn:pulumi:trial::p::{kind}::{name}", name=name, properties=given)

    assert all("\n" not in found.message for found in judge.judge([made], [made], STRICT))


def test_wide_settings_are_found_in_a_preview_of_what_is_not_made() -> None:
    """Statements that aren't known yet are judged by their rendered text."""
    raw = {
        **RAW,
        "oci-genai-keys:compartments": {"genai-apps": {"policyScope": "compartment", "grant": "family"}},
    }
    context = stack({"held": {"production": True}}, raw)
    made = policy(Unseen.UNKNOWN, label="genai-apps-access")
    found = {rule: [each.message for each in judge.each(rule, made, context)] for rule in EACH}

    assert {rule: messages for rule, messages in found.items() if messages} == {
        "key-scope": [
            (
                "statement 1 is for more than one key; "
                "in production it must compare request.principal.id with a key's OCID"
            )
        ]
    }

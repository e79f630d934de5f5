"""Yes, no and unknown, each with the statement and the reason."""

import dataclasses
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.iam import (
    Answer,
    Compartments,
    Decision,
    Policies,
    Policy,
    Principal,
    Request,
    Statement,
    Target,
    decide,
    parse_statement,
    print_statement,
)
from genaikeys.iam.statement import Deny
from tests.iam.strategies import (
    APPS,
    LAB,
    LIVELY_ALLOWS,
    LIVELY_DENIES,
    POLICIES,
    PROD,
    REQUESTS,
    TENANCY,
    TREE,
)

KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.one"
OTHER_KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.two"
MODEL = "openai.gpt-oss-120b"
SECRET = "ocid1.vaultsecret.oc1.ord.one"
COMPARTMENTS = Compartments(TREE)
ANY_KEY = "ALL { request.principal.type='generativeaiapikey' }"
ONE_KEY = f"ALL {{ request.principal.type='generativeaiapikey', request.principal.id='{KEY}' }}"
LEAST = (
    f"ALL {{ request.principal.type='generativeaiapikey', request.principal.id='{KEY}',"
    f" target.model.id in ('{MODEL}', 'xai.grok-4.3') }}"
)
READS_A_SECRET = (
    f"allow dynamic-group app to read secret-bundles in compartment apps where target.secret.id='{SECRET}'"
)
CHAT = "GENERATIVE_AI_CHAT"
RESPONSES = "GENERATIVE_AI_RESPONSE_USE"
MANAGED_RESPONSES = "GENERATIVE_AI_RESPONSE_MANAGE"


def asks(
    permission: str = CHAT,
    *,
    key: str = KEY,
    principal: Principal | None = None,
    compartment: str = PROD,
    region: str = "us-chicago-1",
    variables: dict[str, str] | None = None,
) -> Request:
    """A key in prod chats with a model from Chicago, or as changed."""
    given = {"target.model.id": MODEL} if variables is None else variables
    return Request(
        principal=principal or Principal("generativeaiapikey", key, PROD),
        operation=None,
        permission=permission,
        target=Target(compartment, region, given),
        time=datetime(2026, 11, 23, tzinfo=UTC),
    )


def policy(*texts: str, attached: str = TENANCY, name: str = "p") -> Policy:
    """A policy with these statements."""
    return Policy(f"ocid1.policy.oc1..{name}", name, attached, tuple(parse_statement(text) for text in texts))


def told(decision: Decision) -> tuple[Answer, Statement | None, Policy | None, str]:
    """All that a decision says."""
    return decision.answer, decision.statement, decision.policy, decision.reason


def decided(request: Request, *policies: Policy) -> Decision:
    """The decision in the tenancy of the tests."""
    return decide(policies, COMPARTMENTS, request)


# The two statements of Oracle's API-key page, the kit's own, the readers' and the administrators'.
GRANTS = {
    "one key: it chats": (
        f"allow any-user to use generative-ai-family in compartment apps where {ONE_KEY}",
        asks(),
        True,
    ),
    "one key: another": (
        f"allow any-user to use generative-ai-family in compartment apps where {ONE_KEY}",
        asks(key=OTHER_KEY),
        False,
    ),
    "one key: Responses": (
        f"allow any-user to use generative-ai-family in compartment apps where {ONE_KEY}",
        asks(RESPONSES),
        True,
    ),
    "one key: Responses that need manage": (
        f"allow any-user to use generative-ai-family in compartment apps where {ONE_KEY}",
        asks(MANAGED_RESPONSES),
        False,
    ),
    "every key: another": (
        f"allow any-user to use generative-ai-family in compartment apps where {ANY_KEY}",
        asks(key=OTHER_KEY),
        True,
    ),
    "every key: a user": (
        f"allow any-user to use generative-ai-family in compartment apps where {ANY_KEY}",
        asks(principal=Principal("user", "ocid1.user.oc1..u")),
        False,
    ),
    "every key: another compartment": (
        f"allow any-user to use generative-ai-family in compartment apps where {ANY_KEY}",
        asks(compartment=LAB),
        False,
    ),
    "every key: the compartment above": (
        f"allow any-user to use generative-ai-family in compartment apps where {ANY_KEY}",
        asks(compartment=TENANCY),
        False,
    ),
    "every key: creating keys": (
        f"allow any-user to use generative-ai-family in compartment apps where {ANY_KEY}",
        asks("GENERATIVE_AI_APIKEY_CREATE"),
        False,
    ),
    "least: it chats": (
        f"allow any-user to use generative-ai-chat in compartment apps where {LEAST}",
        asks(),
        True,
    ),
    "least: another model": (
        f"allow any-user to use generative-ai-chat in compartment apps where {LEAST}",
        asks(variables={"target.model.id": "meta.llama-3.3-70b-instruct"}),
        False,
    ),
    "least: no model": (
        f"allow any-user to use generative-ai-chat in compartment apps where {LEAST}",
        asks(variables={}),
        False,
    ),
    "least: Responses": (
        f"allow any-user to use generative-ai-chat in compartment apps where {LEAST}",
        asks(RESPONSES),
        False,
    ),
    "least: Responses of their own": (
        f"allow any-user to manage generative-ai-response in compartment apps where {ONE_KEY}",
        asks(MANAGED_RESPONSES, variables={}),
        True,
    ),
    "chat: read is not enough": (
        f"allow any-user to read generative-ai-chat in compartment apps where {ONE_KEY}",
        asks(),
        False,
    ),
    "readers: their secret": (
        READS_A_SECRET,
        asks(
            "SECRET_BUNDLE_READ",
            principal=Principal("instance", "ocid1.instance.oc1..i", dynamic_groups=frozenset({"App"})),
            variables={"target.secret.id": SECRET},
        ),
        True,
    ),
    "readers: another secret": (
        READS_A_SECRET,
        asks(
            "SECRET_BUNDLE_READ",
            principal=Principal("instance", "ocid1.instance.oc1..i", dynamic_groups=frozenset({"App"})),
            variables={"target.secret.id": "ocid1.vaultsecret.oc1.ord.two"},
        ),
        False,
    ),
    "readers: a user group of that name": (
        READS_A_SECRET,
        asks(
            "SECRET_BUNDLE_READ",
            principal=Principal("user", "ocid1.user.oc1..u", groups=frozenset({"app"})),
            variables={"target.secret.id": SECRET},
        ),
        False,
    ),
    "administrators": (
        "Allow group Administrators to manage all-resources in tenancy",
        asks(
            "VAULT_CREATE",
            principal=Principal("user", "ocid1.user.oc1..a", groups=frozenset({"Administrators"})),
        ),
        True,
    ),
    "administrators: others": (
        "Allow group Administrators to manage all-resources in tenancy",
        asks(
            "VAULT_CREATE",
            principal=Principal("user", "ocid1.user.oc1..a", groups=frozenset({"Developers"})),
        ),
        False,
    ),
    "region": (
        "allow any-user to use generative-ai-chat in tenancy where request.region='ord'",
        asks(region="us-ashburn-1"),
        False,
    ),
}


@pytest.mark.parametrize(("text", "request_", "granted"), GRANTS.values(), ids=GRANTS.keys())
def test_statement_grants_what_it_says(text: str, request_: Request, granted: bool) -> None:
    """And no more."""
    decision = decided(request_, policy(text))
    assert decision.answer is (Answer.YES if granted else Answer.NO)
    closest = decision.statement or decision.closest[0].statement
    assert closest == parse_statement(text)


@pytest.mark.parametrize(
    ("attached", "where", "granted"),
    [
        (TENANCY, "tenancy", True),
        (APPS, "tenancy", False),
        (APPS, "compartment apps", True),
        (APPS, "compartment prod", True),
        (TENANCY, "compartment apps:prod", True),
        (TENANCY, "compartment prod", False),
        (LAB, f"compartment id {PROD}", False),
        (PROD, f"compartment id {APPS}", False),
        (PROD, f"compartment id {PROD}", True),
        (TENANCY, "compartment nowhere", False),
    ],
)
def test_location_is_seen_from_where_the_policy_is_attached(attached: str, where: str, granted: bool) -> None:
    """A name that doesn't resolve from there, and a place out of reach, grant nothing."""
    found = decided(asks(), policy(f"allow any-user to use generative-ai-chat in {where}", attached=attached))
    assert (found.answer is Answer.YES) is granted


def test_conditions_of_two_statements_do_not_combine() -> None:
    """One that fits the key and one that fits the model grant nothing together."""
    found = decided(
        asks(),
        policy(
            f"allow any-user to use generative-ai-chat in tenancy where ALL {{ request.principal.id='{KEY}',"
            " target.model.id='xai.grok-4.3' }",
            f"allow any-user to use generative-ai-chat in tenancy where ALL {{ target.model.id='{MODEL}',"
            f" request.principal.id='{OTHER_KEY}' }}",
        ),
    )
    assert found.answer is Answer.NO


def test_yes_names_policy_and_statement() -> None:
    """Whoever is let through can be told by what."""
    wide = policy(f"allow any-user to use generative-ai-family in tenancy where {ANY_KEY}", name="wide")
    found = decided(asks(), policy("allow group g to use keys in tenancy"), wide)
    assert told(found) == (
        Answer.YES,
        wide.statements[0],
        wide,
        (
            "policy wide grants it: allow any-user to use generative-ai-family in tenancy"
            " where ALL { request.principal.type='generativeaiapikey' }"
        ),
    )


REASONS = {
    "somebody else": (
        "allow group Administrators to manage all-resources in tenancy",
        asks(),
        f"no statement speaks of the generativeaiapikey {KEY}",
    ),
    "another permission": (
        f"allow any-user to use generative-ai-family in tenancy where {ANY_KEY}",
        asks(MANAGED_RESPONSES),
        (
            "use generative-ai-family does not include GENERATIVE_AI_RESPONSE_MANAGE:"
            " that takes manage generative-ai-response"
        ),
    ),
    "not found": (
        "allow any-user to use generative-ai-chat in compartment prod",
        asks(),
        "compartment prod is not found from acme, where the policy is attached",
    ),
    "another compartment": (
        "allow any-user to use generative-ai-chat in compartment lab",
        asks(),
        "compartment lab does not hold the target, which is in prod",
    ),
    "a compartment that is gone": (
        "allow any-user to use generative-ai-chat in tenancy",
        asks(compartment="ocid1.compartment.oc1..gone"),
        "tenancy does not hold the target, which is in ocid1.compartment.oc1..gone",
    ),
    "another model": (
        f"allow any-user to use generative-ai-chat in tenancy where target.model.id='{MODEL}'",
        asks(variables={"target.model.id": "a"}),
        f"target.model.id is 'a', not '{MODEL}'",
    ),
    "no model, another region": (
        (
            "allow any-user to use generative-ai-chat in tenancy"
            " where ALL { target.model.id!='a', request.region='iad' }"
        ),
        asks(variables={}),
        (
            "the request has no target.model.id, so any condition on it is false;"
            " request.region is 'ord', not 'iad'"
        ),
    ),
}


@pytest.mark.parametrize(("text", "request_", "why"), REASONS.values(), ids=REASONS.keys())
def test_no_says_what_failed(text: str, request_: Request, why: str) -> None:
    """And shows the statement that came closest."""
    spelt = print_statement(parse_statement(text))
    found = decided(request_, policy(text))
    assert [near.statement for near in found.closest] == [parse_statement(text)]
    assert "; ".join(found.closest[0].why) == why
    assert told(found) == (
        Answer.NO,
        None,
        None,
        f"{why}; the closest statement, in policy p: {spelt}",
    )


def test_no_without_statements() -> None:
    """Where nothing is said, nothing is allowed."""
    assert told(decided(asks(), policy())) == (Answer.NO, None, None, "there is no statement")


def test_closest_is_the_one_about_the_principal() -> None:
    """Among the statements of many keys, the one that speaks of this key is shown, not the first."""
    chat = "allow any-user to use generative-ai-chat in tenancy where ALL { request.principal.id='%s', %s }"
    about_another = chat % (OTHER_KEY, f"target.model.id='{MODEL}'")
    about_it = chat % (KEY, "target.model.id='a', request.region='iad'")
    found = decided(
        asks(), policy("allow group g to use keys in tenancy", about_another), policy(about_it, name="q")
    )
    assert found.answer is Answer.NO
    assert [(near.policy.name, near.statement) for near in found.closest] == [
        ("q", parse_statement(about_it)),
    ]


def test_closest_fits_in_more_parts() -> None:
    """Right permission in the wrong place is closer than the right place for another permission."""
    near = "allow any-user to use generative-ai-chat in compartment lab"
    found = decided(asks(), policy("allow any-user to use keys in tenancy", near))
    assert [each.statement for each in found.closest] == [parse_statement(near)]


FILES = "GENERATIVE_AI_FILE_READ"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("allow group a to manage all-resources in tenancy", Answer.YES),
        ("allow group a to use all-resources in tenancy", Answer.UNKNOWN),
        ("allow group a to { GENERATIVE_AI_FILE_READ } in tenancy", Answer.YES),
        ("allow group a to { GENERATIVE_AI_FILE_DELETE } in tenancy", Answer.NO),
        ("allow group a to manage generative-ai-file in tenancy", Answer.YES),
        ("allow group a to read generative-ai-file in tenancy", Answer.UNKNOWN),
        ("allow group a to manage generative-ai-family in tenancy", Answer.YES),
        ("allow group a to use generative-ai-family in tenancy", Answer.UNKNOWN),
        ("allow group a to manage generative-ai-chat in tenancy", Answer.UNKNOWN),
        ("allow group a to manage secret-family in tenancy", Answer.NO),
    ],
)
def test_permission_that_the_table_lacks(text: str, answer: Answer) -> None:
    """Who may manage all may do it; a verb on something of another service may not; the rest isn't known."""
    user = Principal("user", "u", groups=frozenset({"a"}))
    assert decided(asks(FILES, principal=user), policy(text)).answer is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("allow any-user to manage generative-ai-famly in tenancy", Answer.UNKNOWN),
        ("allow any-user to manage instance-family in tenancy", Answer.NO),
    ],
)
def test_resource_type_that_the_table_lacks(text: str, answer: Answer) -> None:
    """One that begins like those that grant may be one of them; others have nothing to do with it."""
    assert decided(asks(), policy(text)).answer is answer


def test_unknown_says_what_is_not_known() -> None:
    """A verb on a type that the table lacks, and a group that may include a key."""
    text = f"allow group g to use generative-ai-chats in tenancy where {ANY_KEY}"
    spelt = print_statement(parse_statement(text))
    assert decided(asks(), policy(text)).reason == (
        "whether use generative-ai-chats includes GENERATIVE_AI_CHAT is not known;"
        " whether group g includes a principal of type generativeaiapikey is not known;"
        f" the statement in question, in policy p: {spelt}"
    )


def test_unknown_variable() -> None:
    """A condition on what isn't modelled neither grants nor refuses."""
    text = "allow any-user to use generative-ai-chat in tenancy where request.networkSource.name='office'"
    assert told(decided(asks(), policy(text))) == (
        Answer.UNKNOWN,
        parse_statement(text),
        policy(text),
        f"request.networkSource.name is not modelled; the statement in question, in policy p: {text}",
    )


def test_unknown_gives_way_to_yes() -> None:
    """Another statement that grants settles it."""
    found = decided(
        asks(),
        policy(
            "allow any-user to use generative-ai-chat in tenancy where request.ad='AD-1'",
            "allow any-user to use generative-ai-chat in tenancy",
        ),
    )
    assert found.answer is Answer.YES


CHAT_ALLOWED = "allow any-user to use generative-ai-family in tenancy"
USER = Principal("user", "ocid1.user.oc1..u", groups=frozenset({"developers"}))
DENIALS = {
    "the same": ("deny any-user to use generative-ai-chat in tenancy", asks(), Answer.NO),
    "below on the path": (
        "deny any-user to use generative-ai-chat in compartment apps:prod",
        asks(),
        Answer.NO,
    ),
    "elsewhere": ("deny any-user to use generative-ai-chat in compartment lab", asks(), Answer.YES),
    "inspect takes all above it": (
        "deny any-user to inspect generative-ai-family in tenancy",
        asks(),
        Answer.NO,
    ),
    "read takes use": ("deny any-user to read generative-ai-family in tenancy", asks(), Answer.NO),
    "manage leaves use": ("deny any-user to manage generative-ai-family in tenancy", asks(), Answer.YES),
    "a set takes itself": ("deny any-user to { GENERATIVE_AI_CHAT } in tenancy", asks(), Answer.NO),
    "a set has no ladder": (
        "deny any-user to { GENERATIVE_AI_MODEL_INSPECT } in tenancy",
        asks(),
        Answer.YES,
    ),
    "condition holds": (
        "deny any-user to use generative-ai-chat in tenancy where target.model.id=/openai*/",
        asks(),
        Answer.NO,
    ),
    "condition fails": (
        "deny any-user to use generative-ai-chat in tenancy where target.model.id=/xai*/",
        asks(),
        Answer.YES,
    ),
    "no such variable": (
        "deny any-user to use generative-ai-chat in tenancy where target.secret.id!='a'",
        asks(),
        Answer.YES,
    ),
    "condition not known": (
        "deny any-user to use generative-ai-chat in tenancy where request.ad='a'",
        asks(),
        Answer.UNKNOWN,
    ),
    "another group": (
        "deny group others to use generative-ai-chat in tenancy",
        asks(principal=USER),
        Answer.YES,
    ),
    "its group": (
        "deny group developers to use generative-ai-chat in tenancy",
        asks(principal=USER),
        Answer.NO,
    ),
    "default administrators": (
        "deny any-user to inspect all-resources in tenancy",
        asks(principal=Principal("user", "u", groups=frozenset({"Default/Administrators"}))),
        Answer.YES,
    ),
    "administrators of another domain": (
        "deny any-user to inspect all-resources in tenancy",
        asks(principal=Principal("user", "u", groups=frozenset({"Partners/Administrators"}))),
        Answer.NO,
    ),
}


@pytest.mark.parametrize(("text", "request_", "answer"), DENIALS.values(), ids=DENIALS.keys())
def test_denial_wins(text: str, request_: Request, answer: Answer) -> None:
    """Over every grant, in either order, for what it takes and where it holds."""
    found = [decided(request_, policy(text, CHAT_ALLOWED)), decided(request_, policy(CHAT_ALLOWED, text))]
    assert [each.answer for each in found] == [answer, answer]
    deciding = CHAT_ALLOWED if answer is Answer.YES else text
    assert [each.statement for each in found] == [parse_statement(deciding)] * 2


def test_denial_is_named() -> None:
    """Whoever is denied is told by what, even where nothing is granted."""
    text = "deny any-user to use generative-ai-chat in tenancy"
    denial = policy(text)
    assert told(decided(asks(), denial)) == (
        Answer.NO,
        denial.statements[0],
        denial,
        f"policy p denies it: {text}",
    )


def test_denial_that_is_not_known_grants_nothing() -> None:
    """Without a grant it is a no all the same."""
    text = "deny any-user to use generative-ai-chat in tenancy where request.ad='a'"
    assert decided(asks(), policy(text)).answer is Answer.NO


@pytest.mark.parametrize(
    "text",
    [
        "define tenancy other as ocid1.tenancy.oc1..other",
        "endorse any-user to manage all-resources in any-tenancy",
        "admit any-user of any-tenancy to manage all-resources in tenancy",
        "deny admit any-user of any-tenancy to manage all-resources in tenancy",
    ],
)
def test_other_tenancies_decide_nothing_here(text: str) -> None:
    """What is said across tenancies neither grants nor denies within one."""
    assert told(decided(asks(), policy(text))) == (Answer.NO, None, None, "there is no statement")
    assert decided(asks(), policy(text, CHAT_ALLOWED)).answer is Answer.YES


SERVICE = Principal("service", "FaaS")
INSTANCE = Principal("instance", "ocid1.instance.oc1..i", dynamic_groups=frozenset({"Partners/app"}))
SUBJECTS = [
    ("any-user", SERVICE, Answer.YES),
    ("any-group", SERVICE, Answer.UNKNOWN),
    ("any-group", USER, Answer.YES),
    ("any-group", INSTANCE, Answer.YES),
    ("any-group", Principal("generativeaiapikey", KEY), Answer.UNKNOWN),
    ("group Developers", USER, Answer.YES),
    ("group default/developers", USER, Answer.YES),
    ("group Partners/developers", USER, Answer.NO),
    ("group others, developers", USER, Answer.YES),
    ("group id ocid1.group.oc1..d", USER, Answer.NO),
    (
        "group id ocid1.group.oc1..d",
        Principal("user", "u", groups=frozenset({"ocid1.group.oc1..D"})),
        Answer.YES,
    ),
    ("dynamic-group developers", USER, Answer.NO),
    ("dynamic-group Partners/app", INSTANCE, Answer.YES),
    ("dynamic-group app", INSTANCE, Answer.NO),
    ("group g", Principal("generativeaiapikey", KEY), Answer.NO),
    ("group g", Principal("generativeaiapikey", KEY, groups=frozenset({"g"})), Answer.UNKNOWN),
    ("service faas", SERVICE, Answer.YES),
    ("service blockstorage, FaaS", SERVICE, Answer.YES),
    ("service blockstorage", SERVICE, Answer.NO),
    ("service FaaS", USER, Answer.NO),
    ("resource instance", INSTANCE, Answer.UNKNOWN),
]


@pytest.mark.parametrize(("subject", "principal", "answer"), SUBJECTS)
def test_subject_includes(subject: str, principal: Principal, answer: Answer) -> None:
    """Groups by name, in their identity domain, or by OCID; services by name."""
    text = f"allow {subject} to use generative-ai-chat in tenancy"
    assert decided(asks(principal=principal), policy(text)).answer is answer


def test_operation_alone_stands_for_its_permissions() -> None:
    """A request may say what it calls instead of what that takes."""
    request = dataclasses.replace(asks(), operation="Chat", permission=None)
    assert decided(request, policy(CHAT_ALLOWED)).answer is Answer.YES
    assert decided(request, policy("allow any-user to use keys in tenancy")).answer is Answer.NO


def test_operation_that_the_table_lacks_is_unknown() -> None:
    """What it takes can't be told."""
    request = dataclasses.replace(asks(), operation="Teleport", permission=None)
    assert told(decided(request, policy(CHAT_ALLOWED))) == (
        Answer.UNKNOWN,
        None,
        None,
        "the operation Teleport is not in the table of operations",
    )


LAW = settings(deadline=None)


@LAW
@given(POLICIES, REQUESTS, st.randoms(use_true_random=False))
def test_order_and_division_change_nothing(policies: list[Policy], request: Request, chance: Random) -> None:
    """Statements in another order, one to a policy, decide the same."""
    divided = [dataclasses.replace(each, statements=(one,)) for each in policies for one in each.statements]
    chance.shuffle(divided)
    assert decide(divided, COMPARTMENTS, request).answer is decide(policies, COMPARTMENTS, request).answer


@LAW
@given(POLICIES, REQUESTS, LIVELY_ALLOWS, st.sampled_from(list(TREE)))
def test_another_grant_never_takes_away(
    policies: list[Policy], request: Request, statement: Statement, attached: str
) -> None:
    """More that is allowed is never less."""
    rank = [Answer.NO, Answer.UNKNOWN, Answer.YES]
    before = decide(policies, COMPARTMENTS, request).answer
    after = decide([*policies, Policy("q", "q", attached, (statement,))], COMPARTMENTS, request).answer
    assert rank.index(after) >= rank.index(before)


@LAW
@given(POLICIES, REQUESTS, LIVELY_DENIES, st.sampled_from(list(TREE)))
def test_another_denial_never_grants(
    policies: list[Policy], request: Request, statement: Statement, attached: str
) -> None:
    """More that is denied is never more."""
    rank = [Answer.NO, Answer.UNKNOWN, Answer.YES]
    before = decide(policies, COMPARTMENTS, request).answer
    after = decide([*policies, Policy("q", "q", attached, (statement,))], COMPARTMENTS, request).answer
    assert rank.index(after) <= rank.index(before)


@LAW
@given(POLICIES, REQUESTS)
def test_respelling_changes_nothing(policies: list[Policy], request: Request) -> None:
    """Printed, put in capitals where case has no meaning, and read again, they decide the same."""
    respelt = [
        dataclasses.replace(
            each,
            statements=tuple(parse_statement(_loud(print_statement(one))) for one in each.statements),
        )
        for each in policies
    ]
    assert decide(respelt, COMPARTMENTS, request).answer is decide(policies, COMPARTMENTS, request).answer


def _loud(text: str) -> str:
    # OCIDs are compared as they are, so those of locations keep their letters.
    return " ".join(word if word.startswith("ocid1.") else word.upper() for word in text.split(" "))


@LAW
@given(POLICIES, REQUESTS)
def test_deciding_statement_decides_alone(policies: list[Policy], request: Request) -> None:
    """The statement that is named gives the same answer without the others."""
    found = decide(policies, COMPARTMENTS, request)
    # A doubtful denial is a doubt only where something else grants.
    doubtful_denial = found.answer is Answer.UNKNOWN and isinstance(found.statement, Deny)
    if found.policy is not None and found.statement is not None and not doubtful_denial:
        alone = dataclasses.replace(found.policy, statements=(found.statement,))
        again = decide([alone], COMPARTMENTS, request)
        assert told(again) == (found.answer, found.statement, alone, found.reason)


@LAW
@given(POLICIES, REQUESTS, st.lists(st.sampled_from(["openai.gpt-oss-120b", "xai.grok-4.3", "a", ""])))
def test_deciding_each_value_is_deciding_each_alone(
    policies: list[Policy], request: Request, models: list[str]
) -> None:
    """Many values of one variable at once, each with its statement and reason."""
    prepared = Policies(policies, COMPARTMENTS)
    alone = [
        dataclasses.replace(
            request, target=dataclasses.replace(request.target, variables={"target.model.id": model})
        )
        for model in models
    ]
    found = prepared.decide_each(request, "Target.Model.id", models)
    assert found.answers == [prepared.decide(each).answer for each in alone]
    assert [told(found[place]) for place in range(len(models))] == [
        told(decide(policies, COMPARTMENTS, each)) for each in alone
    ]


@pytest.mark.parametrize("variable", ["request.region", "target.compartment.id"])
def test_error_when_the_value_follows_from_the_request(variable: str) -> None:
    """What a request is can't be left open."""
    with pytest.raises(ValueError, match="can't be decided for each") as caught:
        Policies([], COMPARTMENTS).decide_each(asks(), variable, ["a"])
    assert str(caught.value) == f"a request of GENERATIVE_AI_CHAT can't be decided for each {variable}"

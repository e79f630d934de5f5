"""When a condition holds, when it doesn't, and when that can't be said."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from genaikeys.iam import Compartments, Principal, Request, Target, parse_statement
from genaikeys.iam.conditions import distance, failures, holds
from genaikeys.iam.request import Variables
from genaikeys.iam.statement import Condition
from tests.iam.strategies import PROD, TREE

KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.one"


def condition(text: str) -> Condition:
    """The condition that a text says."""
    found = parse_statement(f"allow any-user to use keys in tenancy where {text}").condition
    assert found is not None
    return found


PRINCIPAL = Principal("generativeaiapikey", KEY, PROD)
TARGET = Target(PROD, "us-chicago-1", {"target.model.id": "openai.gpt-oss-120b"})
TIME = datetime(2026, 11, 23, 13, 30, tzinfo=timezone(timedelta(hours=9)))


def variables(
    principal: Principal = PRINCIPAL,
    operation: str | None = "Chat",
    target: Target = TARGET,
    time: datetime = TIME,
) -> Variables:
    """Those of a key that chats with a model from Chicago, or as changed."""
    return Variables(Request(principal, operation, "GENERATIVE_AI_CHAT", target, time), Compartments(TREE))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request.principal.type='generativeaiapikey'", True),
        ("request.principal.type='GenerativeAiApiKey'", True),
        ("REQUEST.Principal.Type='generativeaiapikey'", True),
        ("request.principal.type!='generativeaiapikey'", False),
        (f"request.principal.id='{KEY}'", True),
        (f"request.principal.compartment.id='{PROD}'", True),
        ("request.region='ord'", True),
        ("request.region='ORD'", True),
        ("request.region='us-chicago-1'", False),
        ("request.operation='chat'", True),
        ("request.permission='GENERATIVE_AI_CHAT'", True),
        ("request.utc-timestamp='2026-11-23T04:30:00Z'", True),
        (f"target.compartment.id='{PROD}'", True),
        ("target.compartment.name='Prod'", True),
        ("target.model.id in ('xai.grok-4.3', 'OpenAI.GPT-oss-120b')", True),
        ("target.model.id in ('xai.grok-4.3')", False),
        ("target.model.id!='xai.grok-4.3'", True),
        ("target.model.id=' openai.gpt-oss-120b'", False),
        # A variable that the request lacks.
        ("target.secret.id='a'", False),
        ("target.secret.id!='a'", False),
        ("target.secret.id=''", False),
        ("request.principal.typ='generativeaiapikey'", False),
        ("request.user.id='a'", False),
        ("request.user.id!='a'", False),
        ("request.user.name!='a'", False),
        ("request.groups.id='a'", False),
        # A variable that the engine doesn't model.
        ("request.ad='AD-1'", None),
        ("request.networkSource.name='office'", None),
        ("request.utc-timestamp.day-of-week='monday'", None),
        ("request.principal.group.tag.team.name='a'", None),
        # All and any, of true, false and not known.
        ("ALL { target.model.id!='x', request.region='ord' }", True),
        ("ALL { target.model.id!='x', request.region='iad' }", False),
        ("ALL { target.model.id!='x', request.ad='AD-1' }", None),
        ("ALL { request.ad='AD-1', request.region='iad' }", False),
        ("ANY { request.region='iad', request.region='ord' }", True),
        ("ANY { request.region='iad', target.secret.id!='a' }", False),
        ("ANY { request.ad='AD-1', request.region='ord' }", True),
        ("ANY { request.ad='AD-1', request.region='iad' }", None),
        ("ALL { ANY { request.region='iad', request.operation='Chat' }, request.region='ord' }", True),
    ],
)
def test_condition_holds(text: str, expected: bool | None) -> None:
    """Without regard to case; false where the variable is missing, whatever the operator."""
    assert holds(condition(text), variables()) is expected


@pytest.mark.parametrize("text", ["request.operation='Chat'", "request.operation!='Chat'"])
def test_condition_on_an_operation_that_is_not_known(text: str) -> None:
    """A request without an operation lacks the variable."""
    assert holds(condition(text), variables(operation=None)) is False


def test_condition_on_a_region_that_is_not_known() -> None:
    """A region whose key isn't in the table has one all the same."""
    assert holds(condition("request.region='ord'"), variables(target=Target(PROD, "xx-new-1"))) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request.user.id='OCID1.user.oc1..u'", True),
        ("request.user.name='a'", None),
        ("request.user.mfaTotpVerified='true'", None),
        ("request.groups.id='a'", None),
    ],
)
def test_condition_on_a_user(text: str, expected: bool | None) -> None:
    """Users have an OCID, and more that the engine isn't told."""
    user = Principal("user", "ocid1.user.oc1..u")
    assert holds(condition(text), variables(principal=user)) is expected


def test_target_cannot_override_the_request() -> None:
    """What follows from the request is not the target's to say."""
    target = Target(
        PROD, "us-chicago-1", {"request.principal.type": "user", "Target.Compartment.Name": "lab"}
    )
    found = variables(target=target)
    assert holds(condition("request.principal.type='user'"), found) is False
    assert holds(condition("target.compartment.name='prod'"), found) is True


def test_variables_of_a_target_have_any_case() -> None:
    """A service may spell its variables as it likes."""
    target = Target(PROD, "us-chicago-1", {"Target.Model.Id": "a"})
    assert holds(condition("target.model.id='A'"), variables(target=target)) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request.region='ord'", []),
        ("request.region='iad'", ["request.region is 'ord', not 'iad'"]),
        (
            "target.model.id in ('a', 'b')",
            ["target.model.id is 'openai.gpt-oss-120b', not one of 'a', 'b'"],
        ),
        ("request.region!='ORD'", ["request.region is 'ord', which the condition excludes"]),
        (
            "target.secret.id!='a'",
            ["the request has no target.secret.id, so any condition on it is false"],
        ),
        ("request.ad='AD-1'", ["request.ad is not modelled"]),
        (
            "ALL { request.region='iad', request.operation='Chat', request.operation='Embed' }",
            ["request.region is 'ord', not 'iad'", "request.operation is 'Chat', not 'Embed'"],
        ),
        (
            "ANY { request.region='iad', ALL { request.region='ord', request.region='phx' } }",
            ["request.region is 'ord', not 'iad' and request.region is 'ord', not 'phx'"],
        ),
    ],
)
def test_failures_name_what_was_found(text: str, expected: list[str]) -> None:
    """Each test that fails is told with what the request has; those that hold are not."""
    assert failures(condition(text), variables()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request.region='ord'", (0, 0)),
        ("request.region='iad'", (0, 1)),
        ("request.principal.id='x'", (1, 0)),
        ("ALL { request.principal.id='x', request.region='iad', request.region='phx' }", (1, 2)),
        ("ANY { request.principal.id='x', request.region='iad' }", (0, 1)),
    ],
)
def test_distance_counts_what_fails(text: str, expected: tuple[int, int]) -> None:
    """First the tests of who asks, then the others."""
    assert distance(condition(text), variables()) == expected


def test_time_is_in_utc() -> None:
    """A time of any zone becomes the one that OCI compares."""
    found = variables(time=datetime(2027, 1, 1, tzinfo=UTC)).value("request.utc-timestamp")
    assert found == "2027-01-01T00:00:00Z"

"""When a condition holds, when it doesn't, and when that can't be said."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.iam import Compartments, Principal, Request, Target, parse_statement
from genaikeys.iam.condition import Condition
from genaikeys.iam.evaluate import holds, specialise
from genaikeys.iam.reasons import distance, failures
from genaikeys.iam.statement import Allow
from genaikeys.iam.variables import Variables
from tests.iam.strategies import PROD, TREE

_TESTS = st.sampled_from(
    [
        "target.model.id='openai.gpt-oss-120b'",
        "Target.Model.Id!='xai.grok-4.3'",
        "target.model.id=/xai*/",
        "target.model.id=/o*b/",
        "target.model.id=request.operation",
        "request.operation!=target.model.id",
        "request.ad=target.model.id",
        "target.model.id not in ('xai.grok-4.3', '')",
        "request.region='ord'",
        "request.region='iad'",
        "request.ad='a'",
        "target.secret.id!='a'",
    ]
)
CONDITIONS_ABOUT_A_MODEL = st.recursive(
    _TESTS,
    lambda parts: st.builds(
        lambda word, inner: f"{word} {{ {', '.join(inner)} }}",
        st.sampled_from(["ALL", "ANY"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.one"


def condition(text: str) -> Condition:
    """The condition that a text says."""
    found = parse_statement(f"allow any-user to use keys in tenancy where {text}")
    assert isinstance(found, Allow)
    assert found.condition is not None
    return found.condition


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
        ("request.principal.group.tag.team.name='a'", None),
        # Lists and patterns.
        ("target.model.id not in ('xai.grok-4.3', 'openai.gpt-oss-20b')", True),
        ("target.model.id not in ('xai.grok-4.3', 'openai.gpt-oss-120b')", False),
        ("target.secret.id not in ('a')", False),
        ("target.model.id=/OpenAI.*/", True),
        ("target.model.id=/openai/", False),
        ("target.model.id=/*120b/", True),
        ("target.model.id=/*gpt-oss*/", True),
        ("target.model.id=/*/", True),
        ("target.model.id=/*120/", False),
        ("target.model.id=/120b*/", False),
        ("target.model.id!=/xai.*/", True),
        ("target.model.id!=/openai.*/", False),
        ("target.model.id in ('a', /openai.*/)", True),
        ("target.model.id not in ('a', /openai.*/)", False),
        ("target.secret.id=/*/", False),
        ("target.model.id=/o*120b/", None),
        ("target.model.id in ('openai.gpt-oss-120b', /o*120b/)", True),
        ("target.model.id not in ('a', /o*120b/)", None),
        ("target.model.id=/openai.gpt-oss-120b/", True),
        ("target.model.id='/openai.*/'", False),
        # Time: it is Monday 23 November 2026, 04:30 in UTC.
        ("request.utc-timestamp before '2026-11-23T04:30:01Z'", True),
        ("request.utc-timestamp before '2026-11-23T04:30:00Z'", False),
        ("request.utc-timestamp after '2026-11-23T04:29Z'", True),
        ("request.utc-timestamp after '2026-11-23T04:30:00Z'", False),
        ("request.utc-timestamp after '2026-11-23T13:00:00+09:00'", True),
        ("request.utc-timestamp before 'tomorrow'", None),
        ("request.utc-timestamp before '2027-01-01'", None),
        ("target.secret.id before '2027-01-01T00:00Z'", False),
        ("request.region before '2027-01-01T00:00Z'", None),
        ("request.utc-timestamp.time-of-day between '04:00:00Z' and '05:00:00Z'", True),
        ("request.utc-timestamp.time-of-day between '04:30:00Z' and '04:30:00Z'", True),
        ("request.utc-timestamp.time-of-day between '05:00:00Z' and '06:00:00Z'", False),
        ("request.utc-timestamp.time-of-day between '22:00:00Z' and '05:00:00Z'", True),
        ("request.utc-timestamp.time-of-day between '22:00:00Z' and '04:00:00Z'", False),
        ("request.utc-timestamp.time-of-day between '04:00' and '05:00'", True),
        ("request.utc-timestamp.time-of-day between '4:00:00Z' and '05:00:00'", True),
        ("request.utc-timestamp.time-of-day between 'four' and 'five'", None),
        ("request.utc-timestamp before '2026-11-24Z'", True),
        ("request.utc-timestamp after '2026-11-23Z'", True),
        # Against another variable.
        ("target.model.id=target.model.id", True),
        ("target.model.id!=Target.Model.ID", False),
        ("request.principal.id=target.model.id", False),
        ("request.principal.id!=target.model.id", True),
        ("target.model.id=target.secret.id", False),
        ("target.model.id!=target.secret.id", False),
        ("target.secret.id=target.model.id", False),
        ("request.ad=target.secret.id", False),
        ("request.ad!=target.secret.id", False),
        ("request.ad=target.model.id", None),
        ("request.ad in (target.secret.id, 'AD-1')", None),
        ("request.ad not in (target.secret.id, 'AD-1')", False),
        ("target.model.id in (target.secret.id, target.model.id)", True),
        ("target.model.id in (target.secret.id, request.region)", False),
        ("target.model.id in (target.secret.id, /open*/)", True),
        ("target.model.id not in (target.secret.id, 'a')", False),
        ("target.model.id not in (request.ad, /open*/)", False),
        ("target.model.id not in (request.ad, 'a')", None),
        ("target.model.id=request.ad", None),
        ("target.model.id in ('openai.gpt-oss-120b', request.ad)", True),
        ("target.model.id in ('a', request.ad)", None),
        ("target.model.id not in ('a', target.secret.id)", False),
        ("request.service='streaming'", None),
        ("request.utc-timestamp.time-of-day between '04:00:00+09:00' and '05:00:00Z'", None),
        ("request.utc-timestamp between '2026-01-01T00:00Z' and '2027-01-01T00:00Z'", None),
        ("request.utc-timestamp.day-of-week='monday'", True),
        ("request.utc-timestamp.day-of-week in ('Saturday', 'Sunday')", False),
        ("request.utc-timestamp.day-of-month='23'", True),
        ("request.utc-timestamp.month-of-year='11'", True),
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


@pytest.mark.parametrize(
    ("permission", "expected"), [("GENERATIVE_AI_CHAT", True), ("GENERATIVE_AI_RESPONSE_USE", None)]
)
def test_operation_follows_from_the_permission(permission: str, expected: bool | None) -> None:
    """Where one operation alone needs it; else the operation isn't known."""
    request = Request(PRINCIPAL, None, permission, TARGET, TIME)
    assert holds(condition("request.operation='Chat'"), Variables(request, Compartments(TREE))) is expected


def test_days_and_months_have_no_leading_zero() -> None:
    """The fifth of March is 5 and 3."""
    found = variables(time=datetime(2026, 3, 5, tzinfo=UTC))
    assert holds(condition("request.utc-timestamp.day-of-month='5'"), found) is True
    assert holds(condition("request.utc-timestamp.month-of-year='03'"), found) is False


@settings(deadline=None)
@given(CONDITIONS_ABOUT_A_MODEL, st.sampled_from(["openai.gpt-oss-120b", "xai.grok-4.3", "", "*"]))
def test_specialised_condition_holds_where_the_whole_does(text: str, model: str) -> None:
    """Leaving one variable open and filling it in later changes nothing."""
    target = Target(PROD, "us-chicago-1", {"target.model.id": model})
    found = specialise(condition(text), variables(target=Target(PROD, "us-chicago-1")), "target.model.id")
    assert (found(model.casefold()) if callable(found) else found) is holds(
        condition(text), variables(target=target)
    )


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
        (
            "target.model.id not in ('x', /OPEN*/)",
            ["target.model.id is 'openai.gpt-oss-120b', which the condition excludes"],
        ),
        ("target.model.id=/xai*/", ["target.model.id is 'openai.gpt-oss-120b', not /xai*/"]),
        ("target.model.id=/o*b/", ["what target.model.id = /o*b/ means is not modelled"]),
        (
            "request.utc-timestamp before '2026-01-01T00:00Z'",
            ["request.utc-timestamp is '2026-11-23T04:30:00Z', not before '2026-01-01T00:00Z'"],
        ),
        (
            "request.utc-timestamp.time-of-day between '22:00:00Z' and '04:00:00Z'",
            ["request.utc-timestamp.time-of-day is '04:30:00Z', not between '22:00:00Z' and '04:00:00Z'"],
        ),
        ("request.ad='AD-1'", ["request.ad is not modelled"]),
        ("target.model.id=request.ad", ["request.ad is not modelled"]),
        (
            "target.model.id!=target.secret.id",
            ["the request has no target.secret.id, so any condition on it is false"],
        ),
        ("request.operation=request.region", ["request.operation is 'Chat', not request.region ('ord')"]),
        (
            "request.operation in (target.secret.id, 'Embed')",
            ["request.operation is 'Chat', not one of target.secret.id (missing), 'Embed'"],
        ),
        (
            "request.ad in (target.secret.id)",
            ["the request has no target.secret.id, so any condition on it is false"],
        ),
        (
            "request.operation not in (request.ad, 'Chat')",
            ["request.operation is 'Chat', which the condition excludes"],
        ),
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

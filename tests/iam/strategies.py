"""Statements, policies and requests of any shape that the language allows, for laws that hold for all."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from genaikeys.iam import Policy, Principal, Request, Statement, Target
from genaikeys.iam.permissions import EVERYTHING, VERBS, table
from genaikeys.iam.statement import (
    AnyUser,
    Both,
    Comparison,
    CompartmentId,
    CompartmentPath,
    Condition,
    DynamicGroup,
    Either,
    Group,
    Location,
    Subject,
    Tenancy,
)

TENANCY = "ocid1.tenancy.oc1..root"
APPS = "ocid1.compartment.oc1..apps"
PROD = "ocid1.compartment.oc1..prod"
LAB = "ocid1.compartment.oc1..lab"
TREE: dict[str, tuple[str, str | None]] = {
    TENANCY: ("acme", None),
    APPS: ("apps", TENANCY),
    PROD: ("prod", APPS),
    LAB: ("lab", TENANCY),
}
"""The tenancy acme with apps, which holds prod, and lab."""
WORDS = st.text("abzAZ019_-", min_size=1, max_size=6)
NAMES = st.text("abzAZ019_.-", min_size=1, max_size=8).filter(lambda name: name.lower() != "id")
KEY_WORDS = st.sampled_from(["to", "in", "where", "ALL", "any-user", "tenancy", "compartment", "allow"])
VARIABLES = st.lists(WORDS, min_size=2, max_size=4).map(".".join)
VALUES = st.text(st.characters(exclude_characters="'", codec="utf-8"), max_size=12)
SUBJECTS: st.SearchStrategy[Subject] = st.one_of(
    st.just(AnyUser()), st.builds(Group, NAMES | KEY_WORDS), st.builds(DynamicGroup, NAMES | KEY_WORDS)
)
LOCATIONS: st.SearchStrategy[Location] = st.one_of(
    st.just(Tenancy()),
    st.lists(NAMES | KEY_WORDS, min_size=1, max_size=4).map(lambda names: CompartmentPath(tuple(names))),
    st.text("az019.-", max_size=20).map(lambda tail: CompartmentId(f"ocid1.compartment.{tail}")),
)
COMPARISONS = st.builds(
    Comparison, VARIABLES, st.sampled_from(["=", "!=", "in"]), st.tuples(VALUES)
) | st.builds(Comparison, VARIABLES, st.just("in"), st.lists(VALUES, min_size=1, max_size=3).map(tuple))


def _nested(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(Both, several) | st.builds(Either, several)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(COMPARISONS, _nested, max_leaves=6)
RESOURCES = st.sampled_from([*table().types, *table().families, EVERYTHING])
STATEMENTS = st.builds(
    Statement, SUBJECTS, st.sampled_from(VERBS), RESOURCES, LOCATIONS, st.none() | CONDITIONS
)
"""Any statement at all; hardly one that fits a request."""

_KEYS = ("ocid1.generativeaiapikey.oc1.us-chicago-1.one", "ocid1.generativeaiapikey.oc1.us-chicago-1.two")
_MODELS = ("openai.gpt-oss-120b", "xai.grok-4.3")
_LIVELY_TESTS = st.one_of(
    st.builds(
        Comparison,
        st.just("request.principal.type"),
        st.sampled_from(["=", "!="]),
        st.sampled_from([("generativeaiapikey",), ("user",)]),
    ),
    st.builds(
        Comparison,
        st.just("request.principal.id"),
        st.sampled_from(["=", "!="]),
        st.sampled_from(_KEYS).map(lambda key: (key,)),
    ),
    st.builds(Comparison, st.just("target.model.id"), st.just("in"), st.sampled_from([_MODELS, _MODELS[:1]])),
    st.builds(Comparison, st.just("request.region"), st.just("="), st.sampled_from([("ord",), ("iad",)])),
    st.builds(Comparison, st.just("request.ad"), st.just("="), st.just(("AD-1",))),
)
LIVELY_STATEMENTS = st.builds(
    Statement,
    st.sampled_from([AnyUser(), Group("developers")]),
    st.sampled_from(["use", "manage", "read"]),
    st.sampled_from(["generative-ai-chat", "generative-ai-family", "generative-ai-response", EVERYTHING]),
    st.sampled_from(
        [
            Tenancy(),
            CompartmentPath(("apps",)),
            CompartmentPath(("prod",)),
            CompartmentPath(("apps", "prod")),
            CompartmentId(PROD),
            CompartmentId(LAB),
        ]
    ),
    st.none() | st.recursive(_LIVELY_TESTS, _nested, max_leaves=5),
)
"""Statements about the requests below, so that every answer comes up."""
POLICIES = st.lists(
    st.builds(
        Policy,
        st.just("ocid1.policy.oc1..p"),
        st.just("p"),
        st.sampled_from([TENANCY, APPS, LAB]),
        st.lists(LIVELY_STATEMENTS, min_size=1, max_size=6).map(tuple),
    ),
    max_size=3,
)
PRINCIPALS = st.one_of(
    st.sampled_from(_KEYS).map(lambda key: Principal("generativeaiapikey", key, PROD)),
    st.sampled_from([frozenset({"developers"}), frozenset({"others"})]).map(
        lambda groups: Principal("user", "ocid1.user.oc1..u", groups=groups)
    ),
)
REQUESTS = st.builds(
    Request,
    PRINCIPALS,
    st.sampled_from(["Chat", None]),
    st.sampled_from(["GENERATIVE_AI_CHAT", "GENERATIVE_AI_RESPONSE_USE", "GENERATIVE_AI_RESPONSE_MANAGE"]),
    st.builds(
        Target,
        st.sampled_from([PROD, APPS, LAB]),
        st.sampled_from(["us-chicago-1", "us-ashburn-1", "xx-nowhere-1"]),
        st.sampled_from([{}, {"target.model.id": _MODELS[0]}, {"target.model.id": _MODELS[1]}]),
    ),
    st.just(datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
)

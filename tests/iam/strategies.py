"""Statements, policies and requests of any shape that the language allows, for laws that hold for all."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from genaikeys.iam import Policy, Principal, Request, Statement, Target
from genaikeys.iam.condition import Both, Comparison, Condition, Either, Pattern, Value, Variable
from genaikeys.iam.permissions import EVERYTHING, table
from genaikeys.iam.place import (
    AnyTenancy,
    CompartmentId,
    CompartmentPath,
    Location,
    Remote,
    RemoteCompartment,
    RemoteTenancy,
    Tenancy,
)
from genaikeys.iam.statement import (
    Action,
    Admit,
    Allow,
    Associate,
    Define,
    Deny,
    Endorse,
    Permissions,
    Verb,
)
from genaikeys.iam.subject import (
    AnyGroup,
    AnyUser,
    ById,
    DynamicGroups,
    Groups,
    Member,
    Named,
    Resources,
    Services,
    Subject,
)
from genaikeys.iam.words import VERBS

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
KEY_WORDS = st.sampled_from(
    ["to", "in", "where", "ALL", "any-user", "tenancy", "compartment", "allow", "id", "with", "of", "as"]
)
NAMES = (
    st.text("abzAZ019_.-", min_size=1, max_size=8)
    | KEY_WORDS
    | st.text(st.characters(exclude_characters="'", codec="utf-8"), min_size=1, max_size=8)
)
"""Names, the odd ones among them; those that need quotes get them in print."""
VARIABLES = st.lists(WORDS, min_size=2, max_size=4).map(".".join)
VALUES = st.text(st.characters(exclude_characters="'", codec="utf-8"), max_size=12)
_DOMAINS = st.none() | NAMES.filter(lambda name: name.casefold() != "default")
MEMBERS: st.SearchStrategy[Member] = st.builds(Named, NAMES, _DOMAINS) | st.builds(
    ById, WORDS.map(lambda tail: f"ocid1.group.oc1..{tail}")
)
_SEVERAL = st.lists(MEMBERS, min_size=1, max_size=3).map(tuple)
_SEVERAL_NAMES = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
SUBJECTS: st.SearchStrategy[Subject] = st.one_of(
    st.just(AnyUser()),
    st.just(AnyGroup()),
    st.builds(Groups, _SEVERAL),
    st.builds(DynamicGroups, _SEVERAL),
    st.builds(Services, _SEVERAL_NAMES),
    st.builds(Resources, _SEVERAL_NAMES),
)
PATHS = st.builds(CompartmentPath, st.lists(NAMES, min_size=1, max_size=4).map(tuple))
LOCATIONS: st.SearchStrategy[Location] = st.one_of(
    st.just(Tenancy()),
    PATHS,
    st.text("az019.-", max_size=20).map(lambda tail: CompartmentId(f"ocid1.compartment.{tail}")),
)
REMOTES: st.SearchStrategy[Remote] = st.one_of(
    st.just(AnyTenancy()),
    st.builds(RemoteTenancy, NAMES),
    st.builds(RemoteCompartment, PATHS, st.builds(RemoteTenancy, NAMES)),
)
PATTERNS = st.builds(
    Pattern,
    st.text(st.characters(exclude_characters="/'\\\r\n=(,#", codec="utf-8"), min_size=1, max_size=8),
)
REFERENCES = st.builds(
    Variable, st.sampled_from(["request.principal.id", "Target.user.id", "target.a-b.c_d"])
)
_TEXTS_AND_PATTERNS: st.SearchStrategy[Value] = VALUES | PATTERNS | REFERENCES
COMPARISONS = st.one_of(
    st.builds(Comparison, VARIABLES, st.sampled_from(["=", "!="]), st.tuples(_TEXTS_AND_PATTERNS)),
    st.builds(
        Comparison,
        VARIABLES,
        st.sampled_from(["in", "not in"]),
        st.lists(_TEXTS_AND_PATTERNS, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(Comparison, VARIABLES, st.sampled_from(["before", "after"]), st.tuples(VALUES)),
    st.builds(Comparison, VARIABLES, st.just("between"), st.tuples(VALUES, VALUES)),
)


def _nested(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.builds(Both, several) | st.builds(Either, several)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(COMPARISONS, _nested, max_leaves=6)
RESOURCES = st.sampled_from([*table().types, *table().families, EVERYTHING, "instance-family", "x"])
ACTIONS: st.SearchStrategy[Action] = st.builds(Verb, st.sampled_from(VERBS), RESOURCES) | st.builds(
    Permissions,
    st.lists(st.sampled_from(["GENERATIVE_AI_CHAT", "A", "B_2"]), min_size=1, max_size=3).map(tuple),
)
_HERE = ACTIONS | st.builds(Associate, RESOURCES, LOCATIONS, RESOURCES)
_THERE = ACTIONS | st.builds(Associate, RESOURCES, REMOTES, RESOURCES)
_WHEN = st.none() | CONDITIONS
_ORIGINS = st.none() | st.builds(RemoteTenancy, NAMES)
STATEMENTS: st.SearchStrategy[Statement] = st.one_of(
    st.builds(Allow, SUBJECTS, ACTIONS, LOCATIONS, _WHEN),
    st.builds(Deny, SUBJECTS, ACTIONS, LOCATIONS, _WHEN),
    st.builds(Endorse, SUBJECTS, _HERE, REMOTES, _WHEN, st.booleans()),
    st.builds(Admit, SUBJECTS, _ORIGINS, _THERE, LOCATIONS, _WHEN, st.booleans()),
    st.builds(Admit, st.just(AnyUser()), st.just(AnyTenancy()), _THERE, LOCATIONS, _WHEN, st.booleans()),
    st.builds(
        Define,
        st.sampled_from(["tenancy", "group", "dynamic-group", "compartment"]),
        st.builds(Named, NAMES),
        WORDS.map(lambda tail: f"ocid1.tenancy.oc1..{tail}"),
    ),
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
    st.builds(
        Comparison,
        st.just("target.model.id"),
        st.sampled_from(["=", "!="]),
        st.sampled_from([(Pattern("openai*"),), (Pattern("*4.3"),), (Pattern("x*3"),)]),
    ),
    st.builds(Comparison, st.just("target.model.id"), st.just("in"), st.sampled_from([_MODELS, _MODELS[:1]])),
    st.builds(Comparison, st.just("request.region"), st.just("="), st.sampled_from([("ord",), ("iad",)])),
    st.builds(Comparison, st.just("request.ad"), st.just("="), st.just(("AD-1",))),
)
_LIVELY_PARTS = (
    st.sampled_from([AnyUser(), AnyGroup(), Groups((Named("developers"),))]),
    st.builds(
        Verb,
        st.sampled_from(["inspect", "use", "manage", "read"]),
        st.sampled_from(["generative-ai-chat", "generative-ai-family", "generative-ai-response", EVERYTHING]),
    )
    | st.just(Permissions(("GENERATIVE_AI_CHAT",))),
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
LIVELY_ALLOWS = st.builds(Allow, *_LIVELY_PARTS)
LIVELY_DENIES = st.builds(Deny, *_LIVELY_PARTS)
LIVELY_STATEMENTS: st.SearchStrategy[Statement] = st.one_of(LIVELY_ALLOWS, LIVELY_ALLOWS, LIVELY_DENIES)
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

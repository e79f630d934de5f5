"""Small scenes, and strategies that make many, for laws of comparison."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from genaikeys.access.scene import Caller, Scene, Secret, Written
from genaikeys.iam import Compartments, Principal, parse_statement
from genaikeys.iam.statement import Statement
from tests.iam.strategies import APPS, LAB, PROD, TENANCY, TREE

KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.one"
OTHER = "ocid1.generativeaiapikey.oc1.us-chicago-1.two"
MODELS = ("openai.gpt-oss-120b", "xai.grok-4.3", "meta.llama-3.3-70b-instruct")
REGION = "us-chicago-1"
SECRET = "<secret bot in us-chicago-1>"
TIME = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def scene(*statements: Statement | str, attached: str = TENANCY, policy: str = "p") -> Scene:
    """A tenancy with two keys, anyone else, one secret, and these statements."""
    return Scene(
        stack="trial",
        compartments=Compartments(TREE),
        statements=tuple(written(each, attached, policy) for each in statements),
        callers=(
            Caller(
                name="bot",
                region=REGION,
                principal=Principal("generativeaiapikey", KEY, PROD),
                compartment=PROD,
            ),
            Caller(
                name="batch",
                region=REGION,
                principal=Principal("generativeaiapikey", OTHER, LAB),
                compartment=LAB,
            ),
            Caller(
                name="anyone else in apps",
                region=REGION,
                principal=Principal("user", "<anyone else>"),
                compartment=APPS,
            ),
        ),
        secrets=(Secret(key="bot", region=REGION, id=SECRET, compartment=PROD),),
        models=MODELS,
        time=TIME,
    )


def written(statement: Statement | str, attached: str = TENANCY, policy: str = "p") -> Written:
    """A statement in a policy."""
    parsed = parse_statement(statement) if isinstance(statement, str) else statement
    return Written(statement=parsed, policy=policy, compartment=attached)


_KEYS = st.sampled_from([KEY, OTHER])
_LISTS = st.lists(st.sampled_from(MODELS), min_size=1, max_size=3, unique=True)
_TESTS = st.one_of(
    st.just("request.principal.type='generativeaiapikey'"),
    _KEYS.map("request.principal.id='{}'".format),
    _LISTS.map(lambda models: f"target.model.id in ({', '.join(map(repr, models))})"),
    st.sampled_from(
        [
            "target.model.id=/xai.*/",
            "target.model.id!='xai.grok-4.3'",
            "request.region='ord'",
            "request.ad='a'",
        ]
    ),
)
CONDITIONS = st.recursive(
    _TESTS,
    lambda parts: st.builds(
        lambda word, inner: f"{word} {{ {', '.join(inner)} }}",
        st.sampled_from(["ALL", "ANY"]),
        st.lists(parts, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
_BODIES = st.builds(
    lambda subject, action, where, condition: (
        f"{subject} to {action} in {where}" + (f" where {condition}" if condition else "")
    ),
    st.sampled_from(["any-user", "any-group", "group g, h", "dynamic-group app"]),
    st.sampled_from(
        [
            "use generative-ai-chat",
            "use generative-ai-family",
            "manage generative-ai-response",
            "read secret-bundles",
            "manage instance-family",
            "{ GENERATIVE_AI_CHAT, SECRET_BUNDLE_READ }",
        ]
    ),
    st.sampled_from(["tenancy", "compartment apps", "compartment apps:prod", "compartment lab"]),
    st.none() | CONDITIONS,
)
ALLOWS = _BODIES.map("allow {}".format)
DENIES = _BODIES.map("deny {}".format)
STATEMENTS = st.lists(st.one_of(ALLOWS, ALLOWS, DENIES), max_size=5)

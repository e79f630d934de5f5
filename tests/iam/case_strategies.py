"""Cases of any kind, as dictionaries and texts: made without the engine's own types."""

from typing import Any

from hypothesis import strategies as st

TENANCY = "ocid1.tenancy.oc1..acme"
APPS, PROD, EU, LAB, LAB_PROD = (
    f"ocid1.compartment.oc1..{name}" for name in ("apps", "prod", "eu", "lab", "labprod")
)
TREE: dict[str, dict[str, str | None]] = {
    TENANCY: {"name": "acme", "parent": None},
    APPS: {"name": "apps", "parent": TENANCY},
    PROD: {"name": "prod", "parent": APPS},
    EU: {"name": "eu", "parent": PROD},
    LAB: {"name": "lab", "parent": TENANCY},
    LAB_PROD: {"name": "prod", "parent": LAB},
}
KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.one"
OTHER_KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.two"
ANA, BEN = "ocid1.user.oc1..ana", "ocid1.user.oc1..ben"
WEB = "ocid1.instance.oc1..web"
DEVELOPERS = "ocid1.group.oc1..developers"

Tree = tuple[str, Any] | tuple[str, str, list[str]]
"""``("all", parts)``, ``("any", parts)``, or a variable, an operator and values as they are written."""

SUBJECTS = st.sampled_from(
    [
        *["any-user"] * 16,
        "any-group",
        "group Developers",
        "group developers, Ops",
        "group Partners/Developers",
        "group 'Default'/'Developers'",
        f"group Ghosts, id {DEVELOPERS}",
        "group Administrators",
        "dynamic-group Webs",
        "dynamic-group Ghosts, Partners/Webs",
        "service faas",
        "resource disworkspace",
    ]
)
ACTIONS = st.one_of(
    st.tuples(
        st.sampled_from(["inspect", "read", "use", "use", "manage", "manage"]),
        st.sampled_from(
            [
                *["generative-ai-chat", "generative-ai-family", "all-resources", "all-resources"] * 5,
                "generative-ai-response",
                "generative-ai-apikey",
                "generative-ai-file",
                "generative-ai-chats",
                "secret-family",
                "secret-bundles",
                "vaults",
                "buckets",
                "policies",
            ]
        ),
    ).map(" ".join),
    st.sampled_from(
        ["{GENERATIVE_AI_CHAT}", "{ SECRET_BUNDLE_READ, BUCKET_CREATE }", "{generative_ai_response_use}"]
    ),
)
LOCATIONS = st.sampled_from(
    [
        *["tenancy"] * 14,
        *["compartment apps", "compartment prod"] * 3,
        "compartment apps:prod",
        "compartment 'apps' : PROD",
        "compartment lab:prod",
        "compartment apps:prod:eu",
        "compartment nowhere",
        f"compartment id {PROD}",
        f"compartment id {LAB}",
        f"compartment id {TENANCY}",
        "compartment id ocid1.compartment.oc1..ghost",
    ]
)
VALUES = {
    "request.principal.type": ["'generativeaiapikey'", "'User'", "/generative*/", "'instance'"],
    "request.principal.id": [f"'{KEY}'", f"'{OTHER_KEY}'", f"'{ANA.upper()}'", "/*one/"],
    "request.principal.compartment.id": [f"'{PROD}'", f"'{LAB}'"],
    "request.user.id": [f"'{ANA}'", f"'{BEN}'"],
    "request.user.name": ["'ana'"],
    "request.networkSource.name": ["'office'"],
    "request.ad": ["'AD-1'"],
    "request.groups.id": [f"'{DEVELOPERS}'"],
    "request.principal.group.tag.ops.project": ["'a'"],
    "request.permission": ["'GENERATIVE_AI_CHAT'", "'secret_bundle_read'", "/*_CHAT/"],
    "request.operation": ["'Chat'", "'GetSecretBundle'", "/Get*/"],
    "Request.Region": ["'ord'", "'IAD'", "'us-chicago-1'"],
    "target.compartment.id": [f"'{PROD}'", f"'{APPS}'"],
    "target.compartment.name": ["'Prod'", "'eu'", "/*/"],
    "target.model.id": [
        "'openai.gpt-oss-120b'",
        "/OPENAI*/",
        "/*4.3/",
        "/*grok*/",
        "/x*3/",
        "'xai.grok-4.3'",
    ],
    "target.secret.id": ["'ocid1.vaultsecret.oc1..one'", "/*one/"],
    "target.missing": ["'x'", "/*/"],
    "request.utc-timestamp.day-of-week": ["'Monday'", "'sunday'"],
    "request.utc-timestamp.day-of-month": ["'23'", "'1'", "'01'"],
    "request.utc-timestamp.month-of-year": ["'11'", "'2'"],
}
TIMES = ["'00:00:00Z'", "'09:00:00Z'", "'12:00:00Z'", "'17:30Z'", "'23:59:59Z'", "'noon'"]
MOMENTS = ["'2026-11-23T12:00:00Z'", "'2026-12-01T00:00Z'", "'2026-11-22T23:00:00-02:00'", "'never'"]


REFERENCES = ["Target.Model.Id", "target.missing", "request.ad", "request.principal.type"]


def _tests(variable: str) -> st.SearchStrategy[Tree]:
    # Also another variable, and itself: what the request has equals that, and what it lacks does not.
    value = st.sampled_from([*VALUES[variable] * 3, *REFERENCES, variable.upper()])
    one = st.tuples(st.just(variable), st.sampled_from(["=", "!="]), value.map(lambda each: [each]))
    several = st.tuples(
        st.just(variable), st.sampled_from(["in", "not in"]), st.lists(value, min_size=1, max_size=3)
    )
    return one | several


COMPARISONS: st.SearchStrategy[Tree] = st.one_of(
    st.sampled_from(sorted(VALUES)).flatmap(_tests),
    # What most requests below have.
    _tests("request.principal.type"),
    _tests("target.model.id"),
    _tests("Request.Region"),
    _tests("target.missing"),
    st.tuples(
        st.just("request.utc-timestamp.time-of-day"),
        st.just("between"),
        st.lists(st.sampled_from(TIMES), min_size=2, max_size=2),
    ),
    st.tuples(
        st.sampled_from(["request.utc-timestamp"] * 3 + ["target.model.id"]),
        st.sampled_from(["before", "after"]),
        st.sampled_from(MOMENTS).map(lambda each: [each]),
    ),
)
CONDITIONS: st.SearchStrategy[Tree] = st.recursive(
    COMPARISONS,
    lambda parts: st.tuples(st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=3)),
    max_leaves=6,
)
STATEMENTS = st.fixed_dictionaries(
    {
        "head": st.sampled_from(["allow", "allow", "allow", "allow", "deny"]),
        "subject": SUBJECTS,
        "action": ACTIONS,
        "location": LOCATIONS,
        "condition": st.none() | st.none() | COMPARISONS | CONDITIONS,
    }
)
ATTACHED = st.sampled_from([*[TENANCY] * 3, APPS, PROD, LAB])
ACROSS = st.sampled_from(
    [
        "define tenancy Partner as ocid1.tenancy.oc1..partner",
        "endorse any-user to use generative-ai-chat in any-tenancy",
        "admit any-user of tenancy Partner to use generative-ai-chat in tenancy",
        "deny admit any-user of any-tenancy to use generative-ai-chat in tenancy",
    ]
)
BETWEEN_WORDS = st.sampled_from([" ", " ", "  ", "\n", "\t", "\r\n  ", " # of the review\n", " // so\n "])


def written(tree: Tree) -> str:
    """A condition as text."""
    if len(tree) == 2:
        return f"{tree[0]} {{ {' , '.join(map(written, tree[1]))} }}"
    variable, operator, values = tree
    if operator in ("in", "not in"):
        return f"{variable} {operator} ( {' , '.join(values)} )"
    return f"{variable} {operator} {' and '.join(values)}"


def text(statement: dict[str, Any]) -> str:
    """A statement as text."""
    words = [statement["head"], statement["subject"], "to", statement["action"], "in", statement["location"]]
    if statement["condition"] is not None:
        words += ["where", written(statement["condition"])]
    return " ".join(words)


def spaced(plain: str, gap: str) -> str:
    """A statement with other gaps between its words; no quoted text here holds a space."""
    return gap.join(plain.split(" "))


TEXTS = st.one_of(*[st.builds(spaced, STATEMENTS.map(text), BETWEEN_WORDS)] * 9, ACROSS)
POLICIES = st.lists(
    st.fixed_dictionaries(
        {
            "compartment": st.sampled_from([*[TENANCY] * 8, APPS, APPS, PROD, LAB]),
            "statements": st.lists(TEXTS, min_size=1, max_size=5),
        }
    ),
    min_size=1,
    max_size=3,
)
PRINCIPALS = st.sampled_from(
    [
        *[{"type": "generativeaiapikey", "id": KEY, "compartment": PROD}] * 4,
        {"type": "GenerativeAiApiKey", "id": OTHER_KEY, "compartment": LAB},
        *[{"type": "user", "id": ANA}] * 2,
        {"type": "user", "id": BEN},
        {"type": "instance", "id": WEB, "compartment": PROD},
        {"type": "service", "id": "FaaS"},
    ]
)
GROUPS = st.sampled_from(
    [
        {},
        {"Developers": [ANA], DEVELOPERS: [ANA], "Ops": [BEN], "administrators": [ANA]},
        {"Default/developers": [BEN], "Administrators": [ANA]},
        {"Partners/Developers": [ANA, BEN], "default/Administrators": [BEN]},
        {"Partners/Administrators": [ANA], "Developers": [KEY]},
    ]
)
DYNAMIC_GROUPS = st.sampled_from([{}, {"Webs": [WEB]}, {"Partners/Webs": [WEB]}])
ASKS = st.sampled_from(
    [
        *[{"operation": "Chat", "permission": "GENERATIVE_AI_CHAT"}] * 8,
        {"permission": "GENERATIVE_AI_CHAT"},
        {"operation": "Chat"},
        {"operation": "Teleport"},
        {"permission": "GENERATIVE_AI_RESPONSE_USE"},
        {"permission": "GENERATIVE_AI_RESPONSE_MANAGE"},
        {"permission": "GENERATIVE_AI_APIKEY_CREATE"},
        {"permission": "GENERATIVE_AI_FILE_READ"},
        {"permission": "SECRET_BUNDLE_READ"},
        {"operation": "GetSecretBundle", "permission": "SECRET_BUNDLE_READ"},
        {"permission": "BUCKET_CREATE"},
        {"permission": "POLICY_READ"},
    ]
)
TARGETS = st.fixed_dictionaries(
    {
        "compartment": st.sampled_from([PROD, PROD, PROD, PROD, APPS, EU, LAB_PROD, TENANCY]),
        "region": st.sampled_from(
            ["us-chicago-1", "us-chicago-1", "us-chicago-1", "us-ashburn-1", "xx-nowhere-1"]
        ),
        "variables": st.sampled_from(
            [
                *[{"target.model.id": "openai.gpt-oss-120b"}] * 3,
                {"target.model.id": "xai.grok-4.3"},
                {"Target.Secret.Id": "ocid1.vaultsecret.oc1..one"},
                {},
            ]
        ),
    }
)
NOWS = st.sampled_from(
    ["2026-11-23T12:00:00Z", "2026-11-23T08:59:59Z", "2026-11-23T00:30:00+02:00", "2026-12-01T23:59:59.5Z"]
)


OPEN = {"compartment": TENANCY, "statements": ["allow any-user to manage all-resources in tenancy"]}
"""Where everything is allowed a deny can be seen."""


def _case(
    policies: list[dict[str, Any]],
    is_open: bool,
    groups: dict[str, list[str]],
    dynamic_groups: dict[str, list[str]],
    principal: dict[str, str],
    asks: dict[str, str],
    target: dict[str, Any],
    now: str,
) -> dict[str, Any]:
    return {
        "name": "any",
        "compartments": TREE,
        "policies": [OPEN, *policies] if is_open else policies,
        "groups": groups,
        "dynamicGroups": dynamic_groups,
        "request": {"principal": principal, **asks, "target": target, "time": now},
    }


CASES = st.builds(_case, POLICIES, st.booleans(), GROUPS, DYNAMIC_GROUPS, PRINCIPALS, ASKS, TARGETS, NOWS)

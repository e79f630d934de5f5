"""A tenancy to decide in: a hundred keys, each with statements of its own, and fifty more statements.

The fifty are what tenancies hold beside a stack of ours: administrators, groups, services, dynamic groups, a
few denials, and statements that hang on something that no engine outside OCI knows.
"""

from datetime import UTC, datetime

from genaikeys.iam import Answer, Compartments, Policy, Principal, Request, Target, parse_statement

KEYS = 100
MODELS = tuple(f"vendor{number % 5}.model-{number}" for number in range(20))
_TENANCY = "ocid1.tenancy.oc1..tenancy"
_GENAI = "ocid1.compartment.oc1..genai"
_LAB = "ocid1.compartment.oc1..lab"
_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_TEAMS = ("builders", "testers", "analysts", "operators", "auditors")
_OF_TEAM = """\
allow group TEAM to use generative-ai-family in compartment lab
allow group TEAM to read secret-family in compartment lab
allow group TEAM to inspect all-resources in tenancy
allow group TEAM to manage generative-ai-apikey in compartment lab where request.region='ord'
allow group TEAM-leads to manage object-family in compartment lab
allow dynamic-group TEAM-hosts to read secret-bundles in compartment genai where target.secret.name=/TEAM-*/
allow dynamic-group TEAM-hosts to use generative-ai-chat in compartment genai
deny group TEAM to manage policies in tenancy"""
_OF_ALL = """\
allow group Administrators to manage all-resources in tenancy
allow any-group to inspect compartments in tenancy
allow service objectstorage-us-chicago-1 to use keys in tenancy
allow any-user to use generative-ai-chat in compartment lab where request.networkSource.name='office'
allow any-user to use generative-ai-chat in compartment lab where target.model.id=/ven*dor/
allow any-user to read keys in tenancy where request.principal.compartment.tag.Operations.Tier='gold'
deny any-user to use generative-ai-chat in tenancy where target.model.id=/retired.*/
deny any-user to use generative-ai-family in tenancy where request.utc-timestamp before '2026-01-01T00:00Z'
define tenancy partner as ocid1.tenancy.oc1..partner
endorse group builders to read buckets in tenancy partner"""


def compartments() -> Compartments:
    """A tenancy with two compartments."""
    return Compartments({_TENANCY: ("root", None), _GENAI: ("genai", _TENANCY), _LAB: ("lab", _TENANCY)})


def key(number: int) -> str:
    """A key's OCID."""
    return f"ocid1.generativeaiapikey.oc1.us-chicago-1.key{number:03}"


def granted(number: int) -> tuple[str, ...]:
    """The models that a key may use: half of them, from a place of its own on."""
    return tuple(MODELS[(number + offset) % len(MODELS)] for offset in range(len(MODELS) // 2))


def policies() -> list[Policy]:
    """250 statements: two of each key, in policies of fifty, and those of the tenancy."""
    own = [text for number in range(KEYS) for text in _of_key(number)]
    parts = [own[start : start + 50] for start in range(0, len(own), 50)]
    return [
        *(_policy(f"genai-access-{place}", _GENAI, part) for place, part in enumerate(parts, 1)),
        _policy("tenancy", _TENANCY, _of_tenancy()),
    ]


def requests() -> dict[Answer, list[Request]]:
    """By what the answer must be: a thousand different requests of keys for models."""
    asked: dict[Answer, list[Request]] = {answer: [] for answer in Answer}
    for number in range(KEYS):
        for model in MODELS:
            answer = Answer.YES if model in granted(number) else Answer.NO
            asked[answer].append(_request(number, model, _GENAI))
        asked[Answer.UNKNOWN] += [_request(number, model, _LAB) for model in MODELS[:10]]
    return asked


def _request(number: int, model: str, compartment: str) -> Request:
    return Request(
        Principal("generativeaiapikey", key(number), _GENAI),
        "Chat",
        "GENERATIVE_AI_CHAT",
        Target(compartment, "us-chicago-1", {"target.model.id": model}),
        _NOON,
    )


def _policy(name: str, compartment: str, texts: list[str]) -> Policy:
    return Policy(f"ocid1.policy.oc1..{name}", name, compartment, tuple(map(parse_statement, texts)))


def _of_key(number: int) -> list[str]:
    who = f"request.principal.type='generativeaiapikey', request.principal.id='{key(number)}'"
    models = ", ".join(f"'{model}'" for model in granted(number))
    chat = f"use generative-ai-chat in compartment genai where ALL {{ {who}, target.model.id in ({models}) }}"
    responses = f"manage generative-ai-response in compartment genai where ALL {{ {who} }}"
    return [f"allow any-user to {chat}", f"allow any-user to {responses}"]


def _of_tenancy() -> list[str]:
    teams = [text.replace("TEAM", team) for team in _TEAMS for text in _OF_TEAM.splitlines()]
    return [*teams, *_OF_ALL.splitlines()]

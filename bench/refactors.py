"""Pull requests against policies, each written twice: in OCI's policy language, and for CloudFormation.

Ten change no access: what is said about them is a false alarm. Four do, so that silence is no virtue. The two
languages differ; each request is written as its people would write it, and both stand here to be judged.
"""

from dataclasses import dataclass

Statements = tuple[str, ...]
Policies = dict[str, Statements]
Template = dict[str, object]
AwsStatement = dict[str, object]
AwsPolicies = dict[str, tuple[AwsStatement, ...]]

KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.aaaaaaaachatbot"
MODELS = GROK, LLAMA, GPT = "xai.grok-4.20", "meta.llama-3.3-70b-instruct", "openai.gpt-oss-120b"
SECRET = "ocid1.vaultsecret.oc1.us-chicago-1.aaaaaaaachatbot"  # noqa: S105 - an OCID
_ARN = "arn:aws:bedrock:us-east-1::foundation-model/"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One pull request.

    Attributes:
        name: what it does.
        ours: OCI's policies before and after, by name.
        theirs: AWS's policies before and after, by name.
    """

    name: str
    ours: tuple[Policies, Policies]
    theirs: tuple[AwsPolicies, AwsPolicies]


def template(policies: AwsPolicies, role: str | None) -> Template:
    """A CloudFormation template with these managed policies.

    Args:
        policies: statements by the name of their policy.
        role: the role to which all are attached; None: each to a role of its own name.
    """
    return {
        "Resources": {
            name.title().replace("-", ""): {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "ManagedPolicyName": name,
                    "Roles": [role or name],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
                },
            }
            for name, statements in policies.items()
        }
    }


def chat(models: str, key: str = KEY) -> str:
    """A statement that lets one key chat, with a test of the model."""
    return (
        "allow any-user to use generative-ai-chat in compartment genai where ALL {"
        f" request.principal.type='generativeaiapikey', request.principal.id='{key}',"
        f" target.model.id {models} }}"
    )


def invoke(*models: str, region: str = "us-east-1") -> AwsStatement:
    """A statement that lets a role call models from one region."""
    return {
        "Effect": "Allow",
        "Action": "bedrock:InvokeModel",
        "Resource": [_ARN + model for model in models],
        "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
    }


def _bare(statement: AwsStatement) -> AwsStatement:
    """A statement with its one resource outside a list."""
    resources = statement["Resource"]
    return {**statement, "Resource": resources[0]} if isinstance(resources, list) else statement


_READ = (
    "allow dynamic-group support-app to read secret-bundles in compartment genai"
    f" where target.secret.id='{SECRET}'"
)
_FETCH: AwsStatement = {
    "Effect": "Allow",
    "Action": "secretsmanager:GetSecretValue",
    "Resource": "arn:aws:secretsmanager:us-east-1:111111111111:secret:chatbot",
}
_OURS: Policies = {"access-1": (chat(f"in ('{GROK}', '{LLAMA}')"), _READ)}
_THEIRS: AwsPolicies = {"access-1": (invoke(GROK, LLAMA), _FETCH)}
_OURS_SPLIT: Policies = {"access-1": (chat(f"in ('{GROK}')"), chat(f"in ('{LLAMA}')"), _READ)}
_THEIRS_SPLIT: AwsPolicies = {"access-1": (invoke(GROK), invoke(LLAMA), _FETCH)}

REFACTORS = (
    Request(
        name="reorder the statements",
        ours=(_OURS, {"access-1": _OURS["access-1"][::-1]}),
        theirs=(_THEIRS, {"access-1": _THEIRS["access-1"][::-1]}),
    ),
    Request(
        name="reorder the values of a list",
        ours=(_OURS, {"access-1": (chat(f"in ('{LLAMA}', '{GROK}')"), _READ)}),
        theirs=(_THEIRS, {"access-1": (invoke(LLAMA, GROK), _FETCH)}),
    ),
    Request(
        name="split a statement, one for each model",
        ours=(_OURS, _OURS_SPLIT),
        theirs=(_THEIRS, _THEIRS_SPLIT),
    ),
    Request(
        name="merge two statements into one",
        ours=(_OURS_SPLIT, _OURS),
        theirs=(_THEIRS_SPLIT, _THEIRS),
    ),
    Request(
        name="respell: the case of key words and actions",
        ours=(
            _OURS,
            {
                "access-1": (
                    _OURS["access-1"][0]
                    .replace("allow any-user to use", "Allow ANY-USER to USE")
                    .replace("ALL {", "all{"),
                    _READ,
                )
            },
        ),
        theirs=(_THEIRS, {"access-1": ({**invoke(GROK, LLAMA), "Action": "bedrock:invokemodel"}, _FETCH)}),
    ),
    Request(
        name="write a single value without a list",
        ours=(_OURS_SPLIT, {"access-1": (chat(f"='{GROK}'"), chat(f"='{LLAMA}'"), _READ)}),
        theirs=(
            _THEIRS_SPLIT,
            {"access-1": tuple(_bare(one) for one in _THEIRS_SPLIT["access-1"])},
        ),
    ),
    Request(
        name="add a statement that another one covers",
        ours=(_OURS, {"access-1": (*_OURS["access-1"], chat(f"in ('{GROK}')"))}),
        theirs=(_THEIRS, {"access-1": (*_THEIRS["access-1"], invoke(GROK))}),
    ),
    Request(
        name="an equivalent pattern: name what it covers already",
        ours=(
            {"access-1": (chat("in (/xai.*/)"), _READ)},
            {"access-1": (chat(f"in (/xai.*/, '{GROK}')"), _READ)},
        ),
        theirs=({"access-1": (invoke("xai.*"), _FETCH)}, {"access-1": (invoke("xai.*", GROK), _FETCH)}),
    ),
    Request(
        name="rename the policy",
        ours=(_OURS, {"chatbot-access-1": _OURS["access-1"]}),
        theirs=(_THEIRS, {"chatbot-access-1": _THEIRS["access-1"]}),
    ),
    Request(
        name="move a statement to the next numbered policy",
        ours=(_OURS, {"access-1": _OURS["access-1"][:1], "access-2": _OURS["access-1"][1:]}),
        theirs=(_THEIRS, {"access-1": _THEIRS["access-1"][:1], "access-2": _THEIRS["access-1"][1:]}),
    ),
)
"""Requests that change no access."""

CHANGES = (
    Request(
        name="add a model",
        ours=(_OURS, {"access-1": (chat(f"in ('{GROK}', '{LLAMA}', '{GPT}')"), _READ)}),
        theirs=(_THEIRS, {"access-1": (invoke(GROK, LLAMA, GPT), _FETCH)}),
    ),
    Request(
        name="remove a model",
        ours=(_OURS, {"access-1": (chat(f"in ('{GROK}')"), _READ)}),
        theirs=(_THEIRS, {"access-1": (invoke(GROK), _FETCH)}),
    ),
    Request(
        name="drop a condition",
        ours=(
            _OURS,
            {"access-1": (_OURS["access-1"][0].replace(f" request.principal.id='{KEY}',", ""), _READ)},
        ),
        theirs=(
            _THEIRS,
            {
                "access-1": (
                    {name: part for name, part in invoke(GROK, LLAMA).items() if name != "Condition"},
                    _FETCH,
                )
            },
        ),
    ),
    Request(
        name="take a statement away",
        ours=(_OURS, {"access-1": _OURS["access-1"][:1]}),
        theirs=(_THEIRS, {"access-1": _THEIRS["access-1"][:1]}),
    ),
)
"""Requests that change access: the first and third broaden it, the others narrow it."""

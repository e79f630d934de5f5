"""What `pulumi preview --json --show-sames` prints, in small; the real one is tried in tests/engine."""

import json
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine prints for a value that isn't known yet."""


def step(kind: str, name: str, op: str = "create", stack: str = "trial", **state: Any) -> dict[str, Any]:
    """One step, with its new state."""
    urn = f"urn:pulumi:{stack}::oci-genai-keys::{kind}::{name}"
    return {"op": op, "urn": urn, "newState": {"urn": urn, "type": kind, "custom": True, **state}}


def digest(*steps: dict[str, Any], **more: Any) -> str:
    """All of it."""
    same = sum(each.get("op") == "same" for each in steps)
    return json.dumps({"config": {}, "steps": steps, "changeSummary": {"same": same}, **more})


ROOT = step("pulumi:pulumi:Stack", "oci-genai-keys-trial")
KEY = step(
    "genaikeys:index:ApiKey",
    "bot-us-chicago-1",
    inputs={"region": "us-chicago-1", "expiry": "90d", "compartmentId": UNKNOWN},
    protect=True,
)
SECRET = step(
    "oci:Vault/secret:Secret",
    "bot-us-chicago-1",
    inputs={
        "secretContent": {
            "contentType": "BASE64",
            "content": "Tm8ga2V5IGhhcyBiZWVuIHB1Ymxpc2hlZCBoZXJlIHlldC4=",
        }
    },
    protect=True,
)
ROTATING = step(
    "genaikeys:index:RotatingSecret",
    "bot-us-chicago-1",
    inputs={"region": "us-chicago-1", "expiry": "90d", "rotateEvery": "30d", "apiKeyId": UNKNOWN},
    propertyDependencies={
        "apiKeyId": [KEY["urn"]],
        "vaultSecretId": [SECRET["urn"]],
        "expiry": [],
    },
)
POLICY = step(
    "oci:Identity/policy:Policy",
    "genai-apps-us-chicago-1-access",
    inputs={"compartmentId": UNKNOWN, "statements": [UNKNOWN]},
)
GOOD = (ROOT, KEY, SECRET, ROTATING, POLICY)
"""Steps of a preview in which nothing is wrong."""

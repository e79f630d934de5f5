"""Only resources of the types that the kit itself makes.

The strongest rule there is: what isn't in the table of `policies/guardrails/kinds.py` can't be declared. So
nobody has to foresee what a user, an auth token, a dynamic group, a second way to write a policy, a dynamic
provider or a command on the runner might be used for. A token in another case or of another version is
another type.

Passes::

    type: oci:Vault/secret:Secret
    name: chatbot-us-chicago-1

Fails::

    type: oci:Identity/authToken:AuthToken
    name: ci
    says: [the kit makes no oci:Identity/authToken:AuthToken]

Fails::

    type: pulumi-python:dynamic:Resource
    name: helper
    says: ["the kit makes no pulumi-python:dynamic:Resource"]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import TYPES
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

ID = "resource-types"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Refuse every other type."""
    if resource.type not in TYPES:
        yield f"the kit makes no {resource.type}"

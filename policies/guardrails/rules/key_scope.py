"""In production, a statement for any-user names one key by its OCID.

A statement for every key of a compartment makes each leaked key worth all of them, and covers keys that
somebody makes tomorrow. Choose `policyScope: key` for compartments of production.

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    held: {production: true}
    properties:
      statements: [(unknown), (unknown)]

Passes::

    type: oci:Identity/policy:Policy
    name: genai-lab-access
    held: {production: false}
    properties:
      statements: ["allow any-user to use generative-ai-chat in tenancy where \
request.principal.type='generativeaiapikey'"]

Fails::

    type: oci:Identity/policy:Policy
    name: genai-lab-access
    held: {production: true}
    properties:
      statements: ["allow any-user to use generative-ai-chat in tenancy where \
request.principal.type='generativeaiapikey'"]
    says: ["statement 1 is for more than one key; in production it must compare request.principal.id with \
a key's \
OCID"]
"""

from collections.abc import Iterator

from genaikeys.iam.subject import AnyGroup, AnyUser
from policies.guardrails.stack import Stack
from policies.guardrails.statements import equal_to, grants
from policies.guardrails.values import Resource

ID = "key-scope"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at each way in which a condition can hold."""
    if not stack.held.production:
        return
    for place, statement, ways in grants(resource, stack):
        wild = isinstance(statement.subject, AnyUser | AnyGroup)
        if wild and not all(equal_to(way, "request.principal.id") for way in ways):
            yield (
                f"{place} is for more than one key; in production it must compare request.principal.id with "
                "a key's OCID"
            )

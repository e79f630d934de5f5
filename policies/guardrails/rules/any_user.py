"""A statement for any-user or any-group says which principals it means.

`any-user` is everybody in the tenancy, and every resource principal. The statements of API keys need it,
and are safe only as long as each way in which their condition can hold compares `request.principal.type` or
`request.principal.id` with a value. A test by `!=`, a wildcard, or one of several alternatives doesn't do.

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    properties:
      statements: [(unknown), (unknown)]

Passes::

    type: oci:Identity/policy:Policy
    name: by-hand
    properties:
      statements:
      - "deny any-user to use generative-ai-family in tenancy"
      - "allow group Developers to use generative-ai-family in tenancy"

Fails::

    type: oci:Identity/policy:Policy
    name: by-hand
    properties:
      statements:
      - "allow any-user to use generative-ai-chat in tenancy"
      - "allow any-user to use generative-ai-chat in tenancy where request.principal.type!='user'"
      - "allow any-group to use generative-ai-chat in tenancy where any { request.principal.type=\
'generativeaiapikey', target.model.id='openai.gpt-oss-20b' }"
    says:
    - statement 1 lets everybody in; it must compare request.principal.type or request.principal.id with a \
value
    - statement 2 lets everybody in; it must compare request.principal.type or request.principal.id with a \
value
    - statement 3 lets everybody in; it must compare request.principal.type or request.principal.id with a \
value
"""

from collections.abc import Iterator

from genaikeys.iam.subject import AnyGroup, AnyUser
from policies.guardrails.stack import Stack
from policies.guardrails.statements import equal_to, grants
from policies.guardrails.values import Resource

ID = "any-user"
_TELLING = ("request.principal.type", "request.principal.id")


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at each way in which a condition can hold."""
    for place, statement, ways in grants(resource, stack):
        wild = isinstance(statement.subject, AnyUser | AnyGroup)
        if wild and not all(any(equal_to(way, name) for name in _TELLING) for way in ways):
            yield f"{place} lets everybody in; it must compare {' or '.join(_TELLING)} with a value"

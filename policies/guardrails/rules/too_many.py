"""No policy has more statements than OCI takes.

OCI refuses a policy of more than 50 statements halfway through a run. The kit splits its own; more than 500
on a path of compartments are refused when policies are rendered.

Passes::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    properties:
      statements: [(unknown), (unknown)]

Fails::

    type: oci:Identity/policy:Policy
    name: genai-apps-us-chicago-1-access
    properties:
      statements: [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x,
        x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x]
    says: [it has 51 statements; OCI takes 50]
"""

from collections.abc import Iterator

from genaikeys.numbering import MOST
from policies.guardrails.stack import Stack
from policies.guardrails.values import POLICY, Resource

ID = "too-many"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Count."""
    given = resource.properties.get("statements")
    if resource.type == POLICY and isinstance(given, list) and len(given) > MOST:
        yield f"it has {len(given)} statements; OCI takes {MOST}"

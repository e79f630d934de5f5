"""No statement lets anybody manage a family, or all resources.

Who manages `generative-ai-family` makes keys, clusters and endpoints; who manages `all-resources` does
everything. Nothing that the kit is for needs it.

Passes::

    type: oci:Identity/policy:Policy
    name: by-hand
    properties:
      statements:
      - "allow group Developers to use generative-ai-family in tenancy"
      - "allow group Developers to manage generative-ai-response in tenancy"

Fails::

    type: oci:Identity/policy:Policy
    name: by-hand
    properties:
      statements:
      - "allow group Developers to manage generative-ai-family in tenancy"
      - "Allow group Developers to MANAGE all-resources in tenancy"
    says:
    - statement 1 lets somebody manage generative-ai-family; use is the most that a family may be granted with
    - statement 2 lets somebody manage all-resources; use is the most that a family may be granted with
"""

from collections.abc import Iterator

from genaikeys.iam.permissions import EVERYTHING
from genaikeys.iam.statement import Verb
from policies.guardrails.stack import Stack
from policies.guardrails.statements import grants
from policies.guardrails.values import Resource

ID = "manage-family"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at verb and resource type."""
    for place, statement, _ in grants(resource, stack):
        action = statement.action
        if not isinstance(action, Verb) or action.verb != "manage":
            continue
        if action.resource == EVERYTHING or action.resource.endswith("-family"):
            yield (
                f"{place} lets somebody manage {action.resource}; use is the most that a family may be "
                "granted with"
            )

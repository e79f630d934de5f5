"""A grant that can name its models does.

Chat, embeddings and rerank see `target.model.id` (Oracle, Generative AI, "Limiting access to models", read
2026-11-23), so a statement about them alone must compare it with names in each way in which its condition
can hold; else next month's models, and their prices, are granted today. Responses doesn't carry the
variable for certain, so neither a statement about it nor a family can have the condition.

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
      - "allow group Developers to use generative-ai-family in tenancy"
      - "allow group Developers to manage generative-ai-response in tenancy"

Fails::

    type: oci:Identity/policy:Policy
    name: by-hand
    properties:
      statements:
      - "allow group Developers to use generative-ai-chat in tenancy"
      - "allow group Developers to { GENERATIVE_AI_CHAT } in tenancy where target.model.id=/openai.*/"
    says:
    - "statement 1 grants every model, also those to come; compare target.model.id with names"
    - "statement 2 grants every model, also those to come; compare target.model.id with names"
"""

from collections.abc import Iterator

from genaikeys.iam.permissions import EVERYTHING, table
from genaikeys.iam.statement import Action, Verb
from policies.guardrails.stack import Stack
from policies.guardrails.statements import equal_to, grants
from policies.guardrails.values import Resource

ID = "model-condition"
_SEEING = frozenset({"GENERATIVE_AI_CHAT", "GENERATIVE_AI_TEXT_EMBEDDING", "GENERATIVE_AI_TEXT_RERANK"})
"""Permissions of calls that see the model."""


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at each way in which a condition can hold."""
    for place, statement, ways in grants(resource, stack):
        action = statement.action
        names = all(equal_to(way, "target.model.id") for way in ways)
        if not names and isinstance(action, Action) and _sees_models(action):
            yield f"{place} grants every model, also those to come; compare target.model.id with names"


def _sees_models(action: Action) -> bool:
    if not isinstance(action, Verb):
        return not _SEEING.isdisjoint(action.names)
    if action.resource == EVERYTHING or action.resource.endswith("-family"):
        return False
    return not _SEEING.isdisjoint(table().granted(action.verb, action.resource))

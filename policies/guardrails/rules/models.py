"""Every model that a statement or a probe names is on offer, and may be called with an API key.

A statement about a model that is retired, misspelt or not to be had with a key grants nothing today and,
once a model of that name comes, something that nobody reviewed. Which models there are, and until when,
says the catalogue (`genaikeys models list`).

Passes::

    type: genaikeys:index:RotatingSecret
    name: chatbot-us-chicago-1
    properties: {probe: {models: [openai.gpt-oss-20b]}}

Fails::

    type: genaikeys:index:RotatingSecret
    name: chatbot-us-chicago-1
    properties: {probe: {models: [openai.gpt-oss-2b, xai.grok-3]}}
    says:
    - "probe.models names openai.gpt-oss-2b, which is not in the catalogue; the nearest is openai.gpt-oss-20b"
    - "probe.models names xai.grok-3, which is retired since 2026-08-15; move to xai.grok-4.3"

Fails::

    type: oci:Identity/policy:Policy
    name: by-hand
    properties:
      statements:
      - "allow group Developers to use generative-ai-chat in tenancy where target.model.id in \
('openai.gpt-oss-20b', 'cohere.command-a-03-2025')"
    says: ["statement 1 names cohere.command-a-03-2025, which can't be called with an API key"]
"""

from collections.abc import Iterator

from policies.guardrails.stack import Stack
from policies.guardrails.statements import equal_to, grants
from policies.guardrails.values import ROTATING, Resource

ID = "models"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look each model up."""
    for place, name in dict.fromkeys(_named(resource, stack)):
        problem = _problem(name, stack)
        if problem:
            yield f"{place} names {name}, which {problem}"


def _named(resource: Resource, stack: Stack) -> Iterator[tuple[str, str]]:
    for place, _, ways in grants(resource, stack):
        for way in ways:
            yield from ((place, name) for name in equal_to(way, "target.model.id"))
    probe = resource.properties.get("probe") if resource.type == ROTATING else None
    models = probe.get("models") if isinstance(probe, dict) else None
    for name in models if isinstance(models, list) else ():
        if isinstance(name, str):
            yield "probe.models", name


def _problem(name: str, stack: Stack) -> str | None:
    models = {each.casefold(): model for each, model in stack.settings.catalogue.models.items()}
    model = models.get(name.casefold())
    if model is None:
        from genaikeys.settings.problems import nearest

        near = nearest(name, [each.name for each in models.values()])
        return f"is not in the catalogue{f'; the nearest is {near}' if near else ''}"
    today = stack.settings.today
    if model.is_retired(today):
        others = stack.settings.catalogue.successors(model, today)
        return f"is retired since {model.retired}{f'; move to {others[0]}' if others else ''}"
    return None if model.openai_compatible else "can't be called with an API key"

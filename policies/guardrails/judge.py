"""All rules, applied to the resources of a stack; the level decides which are."""

from collections.abc import Iterable, Iterator, Sequence

from genaikeys.scan.shape import hidden
from policies.guardrails.rules import EACH, WHOLE
from policies.guardrails.stack import Stack
from policies.guardrails.values import Finding, Resource

__all__ = ["each", "judge", "whole"]

_LONGEST = 2000
"""Characters of a message: a statement may be of any length."""


def judge(before: Sequence[Resource], after: Sequence[Resource], stack: Stack) -> list[Finding]:
    """Apply every rule that the stack isn't free of.

    Args:
        before: The resources as they are declared.
        after: The same ones, with their outputs as far as they are known.
        stack: The stack that they belong to.
    """
    found: list[Finding] = []
    for resource in before:
        for rule in EACH:
            found += each(rule, resource, stack)
    for rule in WHOLE:
        found += whole(rule, after, stack)
    return found


def each(rule: str, resource: Resource, stack: Stack) -> list[Finding]:
    """What a rule of `EACH` finds in a resource."""
    told = ((resource, message) for message in EACH[rule].check(resource, stack))
    return list(_findings(rule, told, stack))


def whole(rule: str, resources: Sequence[Resource], stack: Stack) -> list[Finding]:
    """What a rule of `WHOLE` finds in all resources."""
    return list(_findings(rule, WHOLE[rule].check(resources, stack), stack))


def _findings(rule: str, told: Iterable[tuple[Resource, str]], stack: Stack) -> Iterator[Finding]:
    level = stack.held.level(rule)
    if level == "disabled":
        return
    for resource, message in told:
        text = message if len(message) <= _LONGEST else f"{message[:_LONGEST]} ..."
        yield Finding(rule=rule, level=level, resource=resource, message=hidden(text))

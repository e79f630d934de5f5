"""All rules, by their identifiers: `EACH` looks at one resource before it is made, `WHOLE` at all of them.

Written by hand: a rule is a file here, a line below, and a name in `stacks.yaml` where a stack has it at
another level. The docstring of its module is its manual, and the samples in it are tried by the tests.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from policies.guardrails.rules import (
    any_user,
    declared,
    key_scope,
    manage_family,
    model_condition,
    models,
    protected,
    providers,
    regions,
    rendered,
    rendered_file,
    rendered_names,
    resource_types,
    rotating_secret,
    rotation,
    secret_content,
    secret_outputs,
    tags,
    too_many,
    vaults,
)
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

__all__ = ["ALL", "EACH", "WHOLE", "EachRule", "WholeRule", "title"]


class EachRule(Protocol):
    """A module with a rule for one resource."""

    ID: str
    __doc__: str | None

    def check(self, resource: Resource, stack: Stack) -> Iterator[str]:
        """What is wrong with a resource, before it is made."""


class WholeRule(Protocol):
    """A module with a rule for all resources together."""

    ID: str
    __doc__: str | None

    def check(self, resources: Sequence[Resource], stack: Stack) -> Iterator[tuple[Resource, str]]:
        """What is wrong with which of the resources."""


EACH: Mapping[str, EachRule] = {
    resource_types.ID: resource_types,
    rendered_file.ID: rendered_file,
    rendered.ID: rendered,
    declared.ID: declared,
    any_user.ID: any_user,
    key_scope.ID: key_scope,
    manage_family.ID: manage_family,
    model_condition.ID: model_condition,
    too_many.ID: too_many,
    models.ID: models,
    regions.ID: regions,
    providers.ID: providers,
    rotation.ID: rotation,
    secret_content.ID: secret_content,
    protected.ID: protected,
    vaults.ID: vaults,
    tags.ID: tags,
}
WHOLE: Mapping[str, WholeRule] = {
    rendered_names.ID: rendered_names,
    rotating_secret.ID: rotating_secret,
    secret_outputs.ID: secret_outputs,
}
ALL: Mapping[str, EachRule | WholeRule] = dict((*EACH.items(), *WHOLE.items()))
"""Both, in the order in which they are applied."""


def title(rule: EachRule | WholeRule) -> str:
    """What a rule demands, in a sentence: the first line of its manual."""
    return (rule.__doc__ or "").strip().partition("\n")[0]

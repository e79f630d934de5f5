"""The policy pack: hands resources from Pulumi's engine to the rules, and findings back.

    pulumi preview --policy-pack policies/guardrails

The only module that knows `pulumi_policy`. The engine tells a pack neither the stack nor its config when it
starts it (Pulumi 3.259), so the stack is taken from the first URN, and its settings from the reviewed
files. They are those of the project in `GENAIKEYS_PROJECT`, by default of the checkout that this file lies
in.
"""

import gc
import importlib
import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parents[2]
# Rules and their code are those that lie beside this file, whatever the environment has installed.
sys.path.insert(0, str(_CHECKOUT))

import pulumi_policy

from genaikeys.access import revisions
from policies.guardrails import judge
from policies.guardrails.rules import ALL, EACH, WHOLE, title
from policies.guardrails.stack import Stack, stack_of
from policies.guardrails.values import Resource, plain

_PROJECT = Path(os.environ.get("GENAIKEYS_PROJECT") or _CHECKOUT)


@cache
def _stack(name: str) -> Stack:
    """The stack; from now on each policy has the level that it has there."""
    found = stack_of(name, revisions.folder(_PROJECT, str(_PROJECT)), ALL)
    for policy in _POLICIES:
        policy.enforcement_level = pulumi_policy.EnforcementLevel(found.held.level(policy.name))
    return found


def _resource(given: Any) -> Resource:  # noqa: ANN401 - two classes with the same fields
    dependencies = getattr(given, "property_dependencies", None) or {}
    return Resource(
        type=given.resource_type,
        urn=given.urn,
        name=given.name,
        properties=plain(_unwrapped(given.props)),
        protect=given.opts.protect,
        dependencies={name: tuple(each.urn for each in found) for name, found in dependencies.items()},
    )


def _unwrapped(value: Any) -> Any:  # noqa: ANN401 - a property may be anything
    """A value without the wrappers that raise where something is unknown."""
    inner = value["__target"] if type(value).__name__ in ("_DictProxy", "_ListProxy") else value
    if isinstance(inner, dict):
        return {name: _unwrapped(each) for name, each in inner.items()}
    return [_unwrapped(each) for each in inner] if isinstance(inner, list) else inner


def _each(rule: str) -> Callable[..., None]:
    def validate(args: pulumi_policy.ResourceValidationArgs, report: pulumi_policy.ReportViolation) -> None:
        resource = _resource(args)
        for finding in judge.each(rule, resource, _stack(resource.stack)):
            report(finding.message, None)

    return validate


def _whole(rule: str) -> Callable[..., None]:
    def validate(args: pulumi_policy.StackValidationArgs, report: pulumi_policy.ReportViolation) -> None:
        resources = [_resource(each) for each in args.resources]
        for finding in judge.whole(rule, resources, _stack(resources[0].stack)):
            report(finding.message, finding.resource.urn)

    return validate


_POLICIES: list[pulumi_policy.Policy] = [
    *(
        pulumi_policy.ResourceValidationPolicy(name=name, description=title(rule), validate=_each(name))
        for name, rule in EACH.items()
    ),
    *(
        pulumi_policy.StackValidationPolicy(name=name, description=title(rule), validate=_whole(name))
        for name, rule in WHOLE.items()
    ),
]


def _prepare() -> None:
    """Import what the first resource will take, while the engine starts the program."""
    for name in ("genaikeys.access.scenes", "genaikeys.scan.content", "policies.guardrails.held"):
        importlib.import_module(name)


if __name__ == "__main__":
    gc.disable()  # a run ends before waste matters
    threading.Thread(target=_prepare, daemon=True).start()
    pulumi_policy.PolicyPack(
        name="genaikeys",
        policies=_POLICIES,
        enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
    )

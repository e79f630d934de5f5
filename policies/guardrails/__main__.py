"""The policy pack: hands resources from Pulumi's engine to the rules, and findings back.

    pulumi preview --policy-pack policies/guardrails

The only module that knows `pulumi_policy`. Settings come from the reviewed files, not from the engine: from
those of the project in `GENAIKEYS_PROJECT`, by default of the checkout that this file lies in.
"""

import gc
import importlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).resolve().parents[2]
# Rules and their code are those that lie beside this file, whatever the environment has installed.
sys.path.insert(0, str(_CHECKOUT))

import pulumi_policy
from pulumi.runtime.proto.analyzer_pb2 import AnalyzerStackConfigureRequest
from pulumi_policy import policy

from genaikeys.access import revisions
from genaikeys.errors import KitError
from policies.guardrails import entries, judge
from policies.guardrails.rules import ALL, EACH, WHOLE, title
from policies.guardrails.stack import Stack, stack_of
from policies.guardrails.values import Finding, Resource, plain

_PROJECT = Path(os.environ.get("GENAIKEYS_PROJECT") or _CHECKOUT)


@cache
def _stack(name: str) -> Stack:
    return stack_of(name, revisions.folder(_PROJECT, str(_PROJECT)), ALL)


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


def _judged(rule: str, given: Sequence[Any]) -> list[Finding]:
    """What a rule finds; where it can't look, the engine is told so in one line, and stops.

    Raises:
        RuntimeError: The stack can't be read, or the rule itself is broken.
    """
    try:
        resources = [_resource(each) for each in given]
        stack = _stack(resources[0].stack)
        if rule in WHOLE:
            return judge.whole(rule, resources, stack)
        return judge.each(rule, resources[0], stack)
    except KitError as problem:
        raise RuntimeError(" ".join(str(problem).split())) from None
    except Exception as problem:  # noqa: BLE001 - what it says may hold a value, and a value may be a secret
        kind = type(problem).__name__
        raise RuntimeError(
            f"unexpected {kind} in the rule {rule}; this is a defect, please report it"
        ) from None


def _each(rule: str) -> Callable[..., None]:
    def validate(args: pulumi_policy.ResourceValidationArgs, report: pulumi_policy.ReportViolation) -> None:
        for finding in _judged(rule, [args]):
            report(finding.message, None)

    return validate


def _whole(rule: str) -> Callable[..., None]:
    def validate(args: pulumi_policy.StackValidationArgs, report: pulumi_policy.ReportViolation) -> None:
        for finding in _judged(rule, args.resources):
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


class _Servicer(policy._PolicyAnalyzerServicer):  # noqa: SLF001 - see ConfigureStack
    """Gives each policy the level that it has in the stack.

    pulumi-policy 1.21.0 keeps from a pack which stack it is for, although the engine tells it before it asks
    for levels (tried with 3.259). Where it tells nothing, every rule is mandatory.
    """

    def ConfigureStack(self, request: AnalyzerStackConfigureRequest, context: object) -> object:
        """Take note of the stack."""
        try:
            levels = entries.levels(entries.merged(request.stack), ALL)
        except KitError as problem:
            raise RuntimeError(" ".join(str(problem).split())) from None
        for each in _POLICIES:
            each.enforcement_level = pulumi_policy.EnforcementLevel(levels.get(each.name, "mandatory"))
        return super().ConfigureStack(request, context)


def _prepare() -> None:
    """Import what the first resource will take, while the engine starts the program."""
    for name in ("genaikeys.access.scenes", "genaikeys.scan.content", "policies.guardrails.held"):
        importlib.import_module(name)


if __name__ == "__main__":
    gc.disable()  # a run ends before waste matters
    threading.Thread(target=_prepare, daemon=True).start()
    policy._PolicyAnalyzerServicer = _Servicer  # type: ignore[misc]  # noqa: SLF001 - what PolicyPack serves
    pulumi_policy.PolicyPack(
        name="genaikeys",
        policies=_POLICIES,
        enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
    )

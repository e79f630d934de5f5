"""The resources in what `pulumi preview --json --show-sames` printed.

Built to the digest that the CLI prints (Pulumi 3.259, `display/json.go`). A preview that failed, or that
leaves out what stays as it is, has resources that nobody looked at: it is refused.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genaikeys.errors import KitError
from policies.guardrails.values import Resource, plain

__all__ = ["Preview", "read"]

_GONE = frozenset(
    {"delete", "delete-replaced", "remove-pending-replace", "discard", "discard-replaced", "read-discard"}
)
"""Steps after which a resource isn't there."""
_ASIDE = frozenset({"refresh"})
"""Steps that only look at what is there; what the program says of it comes in another step."""
_WAY_OUT = "Run: pulumi preview --json --show-sames"


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a preview declares."""

    stack: str
    before: tuple[Resource, ...]
    """Each resource with its inputs."""
    after: tuple[Resource, ...]
    """Each resource with its outputs, as far as they are known."""


def read(text: str, name: str) -> Preview:
    """Read what the command printed.

    Args:
        text: All of it.
        name: What to call it in an error, usually the file's path.

    Raises:
        KitError: It isn't a preview's JSON, the preview failed, or resources are missing in it.
    """
    digest = _digest(text, name)
    for told in digest.get("diagnostics") or ():
        if isinstance(told, dict) and told.get("severity") == "error":
            raise KitError(
                f"{name} is of a preview that failed: not every resource is in it.",
                next_step="Correct what the preview complained about, and run it again.",
            )
    states: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
    same = 0
    for step in digest.get("steps") or ():
        if not isinstance(step, dict) or not isinstance(step.get("op"), str):
            raise _strange(name)
        same += step["op"] == "same"
        if step["op"] in _GONE or step["op"] in _ASIDE:
            continue
        new, old = step.get("newState"), step.get("oldState") or {}
        if not isinstance(new, dict) or not isinstance(old, dict):
            raise _strange(name)
        states[_urn(new, name)] = (new, old)
    if not states:
        raise KitError(f"{name} holds no resource.", next_step=_WAY_OUT)
    summary = digest.get("changeSummary")
    if not isinstance(summary, dict) or summary.get("same", 0) != same:
        raise KitError(f"{name} leaves out resources that stay as they are.", next_step=_WAY_OUT)
    stacks = {urn.split(":")[2] for urn in states}
    if len(stacks) != 1:
        raise KitError(f"{name} holds resources of several stacks: {', '.join(sorted(stacks))}.")
    return Preview(
        stack=stacks.pop(),
        before=tuple(
            _resource(urn, new, _properties(new, "inputs", name)) for urn, (new, _) in states.items()
        ),
        after=tuple(_resource(urn, new, _outputs(new, old, name)) for urn, (new, old) in states.items()),
    )


def _digest(text: str, name: str) -> Mapping[str, Any]:
    try:
        digest = json.loads(text)
    except (ValueError, RecursionError):
        raise _strange(name) from None
    if not isinstance(digest, dict) or not isinstance(digest.get("steps"), list):
        raise _strange(name)
    if not isinstance(digest.get("diagnostics") or [], list):
        raise _strange(name)
    return digest


def _outputs(new: Mapping[str, Any], old: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Outputs as a preview knows them: those from before, but for what the program changes.

    A provider gives inputs back as outputs; a component, which has none, doesn't.
    """
    known = {**_properties(old, "outputs", name), **_properties(new, "outputs", name)}
    return {**known, **_properties(new, "inputs", name)} if new.get("custom") is True else known


def _properties(state: Mapping[str, Any], of: str, name: str) -> Mapping[str, Any]:
    found = state.get(of) or {}
    if not isinstance(found, dict):
        raise _strange(name)
    # What begins so is the engine's own, and isn't shown to a policy pack either.
    return {each: plain(value) for each, value in found.items() if each != "__internal"}


def _resource(urn: str, state: Mapping[str, Any], properties: Mapping[str, Any]) -> Resource:
    dependencies = state.get("propertyDependencies") or {}
    return Resource(
        type=str(state.get("type")),
        urn=urn,
        name=urn.split("::", 3)[3],
        properties=properties,
        protect=state.get("protect") is True,
        dependencies={
            str(name): tuple(map(str, urns))
            for name, urns in (dependencies.items() if isinstance(dependencies, dict) else ())
            if isinstance(urns, list)
        },
    )


def _urn(state: Mapping[str, Any], name: str) -> str:
    urn = state.get("urn")
    if not isinstance(urn, str) or not urn.startswith("urn:pulumi:") or urn.count("::") < 3:
        raise _strange(name)
    return urn


def _strange(name: str) -> KitError:
    return KitError(f"{name} is not what a preview prints as JSON.", next_step=_WAY_OUT)

"""What Check and Diff decide: from inputs alone, without any call.

The rules are those of the bridged official plugin (pulumi-terraform-bridge 3.135, terraform-provider-oci
8.28.0): an optional input that the program leaves out keeps the value it has, a name that the program leaves
out is made from the logical name, and a resource that keeps its name is deleted before its replacement is
made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.oci_plugin.resources import FORGOTTEN, Resource
from emulator.oci_plugin.values import UNKNOWN, Bag, same, short_digest


@dataclass(frozen=True)
class Problem:
    """Why an input is refused."""

    property: str
    reason: str


@dataclass(frozen=True)
class Change:
    """One input that is to change."""

    property: str
    kind: str
    """`add`, `delete` or `update`."""
    replaces: bool


def checked(
    resource: Resource,
    given: Bag,
    before: Mapping[str, Any],
    *,
    logical_name: str,
    seed: bytes,
    tenancy: str | None,
) -> tuple[Bag, list[Problem]]:
    """Inputs with their defaults, and what is wrong with them.

    Args:
        resource: Its type.
        given: Inputs of the program; a value may be `UNKNOWN`.
        before: Inputs of the last time, empty for a new resource.
        logical_name: Name of the resource in the program.
        seed: The engine's random seed for generated names.
        tenancy: OCID that a compartment without parent belongs to.
    """
    inputs = {name: value for name, value in given.items() if value is not None and not name.startswith("__")}
    if resource.named and "name" not in inputs:
        inputs["name"] = (
            before.get("name") or f"{logical_name}-{short_digest(seed, resource.type, logical_name)}"
        )
    if resource.noun == "Compartment" and "compartmentId" not in inputs and tenancy:
        inputs["compartmentId"] = tenancy
    problems = [
        Problem(name, f"{resource.noun} needs {name}; give it in the program")
        for name in resource.required
        if name not in inputs
    ]
    problems += [
        Problem(
            name,
            f"the local stand-in for the OCI plugin does not model {name} of {resource.type}; "
            f"it knows {', '.join(sorted(resource.inputs))}; use the official pulumi-resource-oci",
        )
        for name in inputs
        if name not in resource.inputs
    ]
    return inputs, problems


def changes(
    resource: Resource, old: Mapping[str, Any], state: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Change]:
    """The inputs that differ from those of the last time.

    Args:
        resource: Its type.
        old: Inputs of the last time, with drift written into them by a refresh.
        state: Outputs of the last time, for inputs that the program did not give then.
        new: Inputs of the program.
    """
    found = []
    for name in resource.inputs:
        before = old.get(name, state.get(name))
        if name in new:
            if new[name] != UNKNOWN and same(name, new[name], before) and same(name, before, new[name]):
                continue
            kind = "add" if before is None else "update"
        elif name in FORGOTTEN and before is not None:
            kind = "delete"
        else:
            continue
        found.append(Change(name, kind, name in resource.fixed))
    return found


def keeps_name(resource: Resource, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a replacement would carry the name that the old resource still holds."""
    return resource.named and new.get("name") is not None and new.get("name") == old.get("name")

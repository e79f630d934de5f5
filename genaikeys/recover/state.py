"""A stack's exported state: what recovery reads in it, and the one way in which it changes it.

Secrets stand in it as ciphertext (`pulumi stack export` without `--show-secrets`); they are passed on as they
are, in memory only.
"""

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from genaikeys.errors import KitError

__all__ = ["Pending", "Recorded", "State", "parse", "region_of", "without"]

_VERSIONS = (3, 4)
"""Of the format of states: 4 names what it needs besides, such as `refreshBeforeUpdate` (Pulumi 3.259,
sdk/go/common/apitype)."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A resource as the engine writes it down.

    Attributes:
        type: Such as ``oci:Kms/vault:Vault``.
        id: OCID; empty for a component, and for what is still being made.
        provider: ``<URN>::<id>`` of its provider; empty for a component.
    """

    urn: str
    type: str
    id: str = ""
    parent: str = ""
    provider: str = ""
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def provider_urn(self) -> str:
        """URN of its provider."""
        return self.provider.rpartition("::")[0]

    def told(self, field: str) -> str:
        """A field as OCI told it, or else as it was asked for; empty where neither is known."""
        value = self.outputs.get(field) or self.inputs.get(field)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Pending:
    """Work that a run began and didn't live to finish: ``creating``, ``updating``, ``deleting`` and so on."""

    operation: str
    resource: Recorded


@dataclass(frozen=True)
class State:
    """The resources of a stack in the engine's order, and what is pending."""

    resources: tuple[Recorded, ...]
    pending: tuple[Pending, ...]

    def of(self, urn: str) -> Recorded | None:
        """The resource with that URN, or None."""
        return next((each for each in self.resources if each.urn == urn), None)


def parse(exported: Mapping[str, Any]) -> State:
    """Read what `pulumi stack export` prints.

    Raises:
        KitError: It is of a format that is not known.
    """
    if exported.get("version") not in _VERSIONS:
        raise KitError(
            f"The state has format {exported.get('version')!r}; known are {_VERSIONS[0]} and {_VERSIONS[1]}",
            next_step="Use a Pulumi CLI of the generation that the README names.",
        )
    deployment = exported.get("deployment") or {}
    return State(
        tuple(recorded(each) for each in deployment.get("resources") or ()),
        tuple(
            Pending(str(each["type"]), recorded(each["resource"]))
            for each in deployment.get("pending_operations") or ()
        ),
    )


def recorded(entry: Mapping[str, Any]) -> Recorded:
    """One resource, from the state or from a preview."""
    return Recorded(
        urn=str(entry["urn"]),
        type=str(entry["type"]),
        id=str(entry.get("id") or ""),
        parent=str(entry.get("parent") or ""),
        provider=str(entry.get("provider") or ""),
        inputs=entry.get("inputs") or {},
        outputs=entry.get("outputs") or {},
    )


def region_of(state: State, resource: Recorded) -> str:
    """The region of a resource: that of its provider; empty where the provider isn't known."""
    provider = state.of(resource.provider_urn)
    return provider.told("region") if provider else ""


def without(exported: Mapping[str, Any], urns: Collection[str]) -> dict[str, Any]:
    """The state without some resources, and without what others remember of them.

    Dependents stay: the engine's next update gives them the OCIDs of what it makes anew. What was pending
    goes too, since `pulumi stack import` wouldn't take it.

    Args:
        exported: What `pulumi stack export` prints; it is left as it is.
        urns: What to leave out; no resource that stays may have one of them for its parent.
    """
    changed = copy.deepcopy(dict(exported))
    deployment = changed["deployment"]
    deployment.pop("pending_operations", None)
    kept = [each for each in deployment.get("resources") or () if each["urn"] not in urns]
    for each in kept:
        _forget(each, urns)
    deployment["resources"] = kept
    return changed


def _forget(entry: dict[str, Any], urns: Collection[str]) -> None:
    for field in ("dependencies", "replaceWith"):
        if entry.get(field):
            entry[field] = [urn for urn in entry[field] if urn not in urns]
    if entry.get("deletedWith") in urns:
        del entry["deletedWith"]
    for name, on in (entry.get("propertyDependencies") or {}).items():
        entry["propertyDependencies"][name] = [urn for urn in on or () if urn not in urns]

"""Where one resource type differs from the others.

Each rule says which part of terraform-provider-oci 8.28.0 it follows.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

from emulator.oci_plugin import values
from emulator.oci_plugin.errors import OciError, PluginError
from emulator.oci_plugin.resources import COMPARTMENT, KEY, POLICY, SECRET, Resource
from emulator.oci_plugin.values import Bag
from emulator.oci_plugin.wire import Reply, Wire

_CONFLICT = 409


class Tell(Protocol):
    """Says something to the person at the terminal."""

    def __call__(self, message: str) -> None:
        """Say it, in passing."""


def create_fields(resource: Resource, wanted: Bag) -> Bag:
    """Fields of a create: a secret always says whether OCI makes its content (vault_secret_resource.go)."""
    if resource is not SECRET:
        return wanted
    return {**wanted, "enableAutoGeneration": bool(wanted.get("enableAutoGeneration"))}


def adoptable(resource: Resource, inputs: Mapping[str, Any], refusal: OciError) -> bool:
    """Whether a refused create means that an existing compartment is taken over.

    Source: identity_compartment_resource.go.
    """
    is_taken = refusal.status == _CONFLICT and "already exists" in refusal.message
    if resource is not COMPARTMENT or not is_taken:
        return False
    if inputs.get("enableDelete"):
        raise PluginError(
            f"{refusal}\n"
            "  or: import the existing compartment; without enableDelete it would have been adopted"
        )
    return True


def adopt(wire: Wire, tell: Tell, url: str, inputs: Mapping[str, Any], refusal: OciError) -> Reply:
    """Take over the compartment that has this name, and give it the description and tags that were asked for.

    Args:
        wire: Calls to OCI.
        tell: Says something to the person at the terminal.
        url: Collection of compartments.
        inputs: Inputs of the compartment.
        refusal: The refused create.

    Raises:
        OciError: the refusal itself, where no compartment of that name is to be seen.
    """
    page: str | None = None
    while True:
        query = {
            "compartmentId": inputs["compartmentId"],
            "name": inputs["name"],
            **({"page": page} if page else {}),
        }
        reply = wire.call("ListCompartments", "GET", url, query=query)
        for item in reply.body if isinstance(reply.body, list) else []:
            if item.get("name") == inputs["name"] and item.get("lifecycleState") in ("ACTIVE", "CREATING"):
                tell(f"Compartment {inputs['name']} exists already ({item['id']}): adopted")
                given = {name: inputs[name] for name in COMPARTMENT.updated if inputs.get(name) is not None}
                body = {name: values.to_wire(name, value) for name, value in given.items()}
                return wire.call("UpdateCompartment", "PUT", f"{url}/{quote(item['id'], safe='')}", body=body)
        page = reply.next_page
        if page is None:
            raise refusal


def forgotten(resource: Resource, known: Mapping[str, Any]) -> bool:
    """Whether a delete only forgets: compartments stay unless `enableDelete` is true.

    Source: identity_compartment_resource.go.
    """
    return resource is COMPARTMENT and not known.get("enableDelete")


def import_parts(resource: Resource, given_id: str) -> tuple[Bag, str]:
    """Inputs and OCID in the id of an import, e.g. `managementEndpoint/https://…/keys/ocid1.key…`.

    Raises:
        PluginError: it has not the form that the type needs.
    """
    if resource.import_id is None:
        return {}, given_id
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(resource.import_id))
    found = re.fullmatch(pattern, given_id)
    if found is None:
        raise PluginError(
            f"import of {resource.type}: the id must look like {resource.import_id}; got {given_id!r}"
        )
    parts = found.groupdict()
    return {name: value for name, value in parts.items() if name != "id"}, parts["id"]


def switch_state(
    wire: Wire, url: str, resource: Resource, inputs: Mapping[str, Any], state: Mapping[str, Any]
) -> str | None:
    """Enable or disable a key whose `desiredState` says so; the state to wait for, if it was needed.

    Source: kms_key_resource.go.
    """
    wanted = inputs.get("desiredState")
    if resource is not KEY or wanted is None or wanted == state.get("state"):
        return None
    action = {"ENABLED": "enable", "DISABLED": "disable"}.get(str(wanted))
    if action is None:
        raise PluginError(f"{url}: desiredState must be ENABLED or DISABLED; got {wanted!r}")
    wire.call(f"{action.capitalize()}Key", "POST", f"{url}/actions/{action}")
    return str(wanted)


def hidden(resource: Resource, inputs: Mapping[str, Any]) -> list[str]:
    """Texts that no message may show: a secret's content."""
    if resource is not SECRET:
        return []
    told = inputs.get("secretContent")
    return values.texts(told.get("content") if isinstance(told, dict) else told)


def update_fields(resource: Resource, wanted: Bag, old: Mapping[str, Any], new: Mapping[str, Any]) -> Bag:
    """Fields of an update: a secret's content and rules only when they changed (vault_secret_resource.go)."""
    if resource is not SECRET:
        return wanted
    unchanged = [name for name in ("secretContent", "secretRules") if new.get(name) == old.get(name)]
    kept = {name: value for name, value in wanted.items() if name not in unchanged}
    return {**kept, "enableAutoGeneration": bool(wanted.get("enableAutoGeneration"))}


def header_outputs(resource: Resource, known: Mapping[str, Any], state: Bag, reply: Reply) -> Bag:
    """Outputs that come from headers: a policy's etag, and with it the hash of its statements.

    Source: identity_policy_resource.go.
    """
    if resource is not POLICY or reply.etag is None:
        return {}
    text = "\n".join(str(line) for line in state.get("statements", ()))
    return {
        "ETag": reply.etag,
        "lastUpdateETag": known.get("lastUpdateETag", reply.etag),
        "policyHash": hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    }


def drifted(resource: Resource, inputs: Bag, state: Mapping[str, Any], live: Mapping[str, Any]) -> Bag:
    """The inputs of the last time, with what is different now written into those that an answer tells.

    A policy whose etag is that of our last write has not changed, however OCI spells its statements.
    """
    found = dict(inputs)
    for name, given in inputs.items():
        if name in resource.local or name == resource.endpoint or live.get(name) is None:
            continue
        if resource is SECRET and name in ("secretContent", "enableAutoGeneration"):
            continue
        if resource is POLICY and name == "statements" and live.get("ETag") == state.get("lastUpdateETag"):
            continue
        if not values.same(name, given, live[name]):
            found[name] = live[name]
    if resource is KEY and "desiredState" in inputs and live.get("state") in ("ENABLED", "DISABLED"):
        found["desiredState"] = live["state"]
    return found

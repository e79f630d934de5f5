"""What the kit only looks at: compartments, policies and vaults."""

from collections.abc import Mapping

from genaikeys.oci.client import Clients

__all__ = ["compartment_named", "see_compartment", "see_key", "see_policy", "see_vault"]

_LEAVING = ("SCHEDULING_DELETION", "PENDING_DELETION", "DELETING", "DELETED")


def compartment_named(clients: Clients, region: str, parent: str, name: str) -> str | None:
    """OCID of the active compartment of that name in a parent, or None where a list that works lacks it.

    Raises:
        OciError: 404 where the caller may not list.
    """
    rows = clients.every(
        "ListCompartments",
        f"compartment {parent}",
        clients.client("identity", region).list_compartments,
        compartment_id=parent,
        name=name,
    )
    return next((str(row.id) for row in rows if row.name == name and row.lifecycle_state == "ACTIVE"), None)


def see_compartment(clients: Clients, region: str, compartment_id: str) -> Mapping[str, str]:
    """Name and state of a compartment, or of the tenancy.

    Raises:
        OciError: 404 where it is gone or forbidden.
    """
    client = clients.client("identity", region)
    row = clients.repeated(
        "GetCompartment", compartment_id, lambda: client.get_compartment(compartment_id)
    ).data
    return {"name": str(row.name), "state": str(row.lifecycle_state)}


def see_policy(clients: Clients, region: str, policy_id: str) -> Mapping[str, str]:
    """Name and state of a policy.

    Raises:
        OciError: 404 where it is gone or forbidden.
    """
    client = clients.client("identity", region)
    row = clients.repeated("GetPolicy", policy_id, lambda: client.get_policy(policy_id)).data
    return {"name": str(row.name), "state": str(row.lifecycle_state)}


def see_vault(clients: Clients, region: str, vault_id: str) -> Mapping[str, str]:
    """Name, state, management endpoint and compartment of a vault.

    Raises:
        OciError: 404 where it is gone or forbidden.
    """
    client = clients.client("key_management", region)
    row = clients.repeated("GetVault", vault_id, lambda: client.get_vault(vault_id)).data
    return {
        "name": str(row.display_name),
        "state": str(row.lifecycle_state),
        "endpoint": str(row.management_endpoint),
        "compartment": str(row.compartment_id),
    }


def see_key(clients: Clients, region: str, endpoint: str, key_id: str) -> Mapping[str, str]:
    """Name, state and compartment of a vault's AES key, at the vault's management endpoint.

    Raises:
        OciError: 404 where it is gone or forbidden.
    """
    client = clients.client("keys", region, endpoint)
    row = clients.repeated("GetKey", key_id, lambda: client.get_key(key_id)).data
    return {
        "name": str(row.display_name),
        "state": str(row.lifecycle_state),
        "compartment": str(row.compartment_id),
    }


def is_leaving(seen: Mapping[str, str]) -> bool:
    """Whether what was seen is deleted, or its deletion is scheduled."""
    return seen["state"] in _LEAVING

"""What a tenancy says of itself: its regions, a caller's groups, the policies on a compartment's path."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from genaikeys.oci.client import Clients

__all__ = ["PolicyText", "groups_of", "path_of", "policies_of", "regions_of"]


@dataclass(frozen=True)
class PolicyText:
    """A policy as it is written.

    Attributes:
        compartment_id: OCID of the compartment that it is attached to.
        statements: In order.
    """

    id: str
    name: str
    compartment_id: str
    statements: tuple[str, ...]


def regions_of(clients: Clients, region: str, tenancy: str) -> Mapping[str, bool]:
    """The regions that a tenancy is subscribed to and that are ready; whether each is its home.

    Raises:
        OciError: 401 where the credentials are refused, 404 where the caller may not look.
    """
    client = clients.client("identity", region)
    rows = clients.repeated(
        "ListRegionSubscriptions", tenancy, lambda: client.list_region_subscriptions(tenancy)
    ).data
    return {str(row.region_name): bool(row.is_home_region) for row in rows if row.status == "READY"}


def groups_of(clients: Clients, region: str, tenancy: str, user: str) -> frozenset[str]:
    """Names and OCIDs of the groups that a user is a member of.

    Raises:
        OciError: 404 where the caller may not inspect users and groups.
    """
    client = clients.client("identity", region)
    rows = clients.every(
        "ListUserGroupMemberships",
        user,
        client.list_user_group_memberships,
        compartment_id=tenancy,
        user_id=user,
    )
    ids = [str(row.group_id) for row in rows if row.lifecycle_state == "ACTIVE"]
    names = []
    for each in ids:
        group = clients.repeated("GetGroup", each, partial(client.get_group, each)).data
        names.append(str(group.name))
    return frozenset([*ids, *names])


def path_of(clients: Clients, region: str, tenancy: str, compartment_id: str) -> list[tuple[str, str]]:
    """OCID and name of a compartment and of all above it, the tenancy last.

    Raises:
        OciError: 404 where the caller may not look at one of them.
    """
    client = clients.client("identity", region)
    path: list[tuple[str, str]] = []
    while not path or path[-1][0] != tenancy:
        row = clients.repeated(
            "GetCompartment", compartment_id, partial(client.get_compartment, compartment_id)
        ).data
        path.append((str(row.id), str(row.name)))
        if row.compartment_id is None:
            break
        compartment_id = str(row.compartment_id)
    return path


def policies_of(clients: Clients, region: str, compartment_id: str) -> list[PolicyText]:
    """The policies that are attached to a compartment.

    Raises:
        OciError: 404 where the caller may not list.
    """
    rows = clients.every(
        "ListPolicies",
        f"compartment {compartment_id}",
        clients.client("identity", region).list_policies,
        compartment_id=compartment_id,
    )
    return [
        PolicyText(str(row.id), str(row.name), str(row.compartment_id), tuple(row.statements))
        for row in rows
        if row.lifecycle_state not in ("DELETING", "DELETED")
    ]

"""The kinds of resources that pulumi_oci makes for the kit: how each is read, and how each is listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genaikeys.oci.client import Clients

__all__ = [
    "COMPARTMENT",
    "KEY",
    "KINDS",
    "POLICY",
    "SECRET",
    "VAULT",
    "Kind",
    "Place",
    "Row",
    "listed",
    "read",
]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of resource (OCI Python SDK 2.189.0: identity, key_management, vault).

    Attributes:
        noun: What people call it.
        type: The word in its OCIDs, ``ocid1.<type>.``.
        service: Which of `Clients`' services knows it.
        one: What reads one, by its OCID: the client's method.
        many: What lists a compartment's.
        name: The answer's field with the name.
        leave: What a policy must grant for the list ("Details for IAM", "Details for the Vault service",
            docs.oracle.com/iaas/Content/Identity/Reference, read 2026-11-23).
    """

    noun: str
    type: str
    service: str
    one: str
    many: str
    name: str
    leave: str


POLICY = Kind(
    noun="policy",
    type="policy",
    service="identity",
    one="get_policy",
    many="list_policies",
    name="name",
    leave="inspect policies",
)
COMPARTMENT = Kind(
    noun="compartment",
    type="compartment",
    service="identity",
    one="get_compartment",
    many="list_compartments",
    name="name",
    leave="inspect compartments",
)
VAULT = Kind(
    noun="vault",
    type="vault",
    service="key_management",
    one="get_vault",
    many="list_vaults",
    name="display_name",
    leave="inspect vaults",
)
KEY = Kind(
    noun="AES key",
    type="key",
    service="keys",
    one="get_key",
    many="list_keys",
    name="display_name",
    leave="inspect keys",
)
SECRET = Kind(
    noun="Vault secret",
    type="vaultsecret",
    service="vault",
    one="get_secret",
    many="list_secrets",
    name="secret_name",
    leave="inspect secrets",
)
KINDS = (POLICY, COMPARTMENT, VAULT, KEY, SECRET)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to look for a resource.

    Attributes:
        region: Region identifier; the home region for identity.
        compartment_id: OCID of the compartment it lies in; a compartment's parent.
        endpoint: Management endpoint of its vault, for a key; None for all others.
    """

    region: str
    compartment_id: str
    endpoint: str | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """What any of them tells about itself; no field is ever secret.

    Attributes:
        state: Life-cycle state, such as ACTIVE or PENDING_DELETION.
        time_of_deletion: When a scheduled deletion will be done, or None.
        vault_id: OCID of the vault that a key or secret lies in, or None.
    """

    id: str
    name: str
    state: str
    compartment_id: str
    description: str
    freeform_tags: Mapping[str, str]
    time_created: datetime | None
    time_of_deletion: datetime | None
    vault_id: str | None


def read(clients: Clients, kind: Kind, place: Place, ocid: str) -> Row:
    """One resource.

    Raises:
        OciError: 404 where it is gone or forbidden; nobody can tell which.
    """
    client = clients.client(kind.service, place.region, place.endpoint)
    operation = "".join(word.capitalize() for word in kind.one.split("_"))
    return _row(kind, clients.repeated(operation, ocid, lambda: getattr(client, kind.one)(ocid)).data)


def listed(clients: Clients, kind: Kind, place: Place) -> list[Row]:
    """All of a compartment's resources of that kind, deleted ones included while OCI lists them.

    Raises:
        OciError: 404 where the caller may not list.
    """
    client = clients.client(kind.service, place.region, place.endpoint)
    operation = "".join(word.capitalize() for word in kind.many.split("_"))
    rows = clients.every(
        operation,
        f"compartment {place.compartment_id}",
        getattr(client, kind.many),
        compartment_id=place.compartment_id,
    )
    return [_row(kind, row) for row in rows]


def _row(kind: Kind, data: Any) -> Row:
    return Row(
        id=str(data.id),
        name=str(getattr(data, kind.name) or ""),
        state=str(data.lifecycle_state),
        compartment_id=str(data.compartment_id),
        description=str(getattr(data, "description", None) or ""),
        freeform_tags=dict(data.freeform_tags or {}),
        time_created=getattr(data, "time_created", None),
        time_of_deletion=getattr(data, "time_of_deletion", None),
        vault_id=getattr(data, "vault_id", None),
    )

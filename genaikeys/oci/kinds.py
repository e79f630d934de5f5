"""The kinds of resources that a stack has in OCI: how each is read, and how each is listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from genaikeys.oci.client import Clients

__all__ = [
    "ALARM",
    "API_KEY",
    "BUDGET",
    "COMPARTMENT",
    "KEY",
    "KINDS",
    "POLICY",
    "RULE",
    "SECRET",
    "SUBSCRIPTION",
    "TOPIC",
    "VAULT",
    "Kind",
    "Place",
    "Row",
    "listed",
    "read",
]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of resource (OCI Python SDK 2.189.0: identity, key_management, vault, ons, monitoring, budget).

    Attributes:
        noun: What people call it.
        type: The word in its OCIDs, ``ocid1.<type>.``.
        service: Which of `Clients`' services knows it.
        one: What reads one, by its OCID: the client's method.
        many: What lists a compartment's.
        name: The answer's field with the name.
        look: What a policy must grant for the list ("Details for IAM", "... for the Vault service", "... for
            Notifications", "... for Monitoring", docs.oracle.com/iaas/Content/Identity/Reference, read
            2026-11-23).
        read: The same for reading one.
        id: The answer's field with its OCID.
        holder: The answer's field with the OCID of what it lies in, beside its compartment.
        is_held: Whether it is read and listed by that OCID, and not by its compartment's.
    """

    noun: str
    type: str
    service: str
    one: str
    many: str
    name: str
    look: str
    read: str
    id: str = "id"
    holder: str = ""
    is_held: bool = False


POLICY = Kind(
    noun="policy",
    type="policy",
    service="identity",
    one="get_policy",
    many="list_policies",
    name="name",
    look="inspect policies",
    read="read policies",
)
COMPARTMENT = Kind(
    noun="compartment",
    type="compartment",
    service="identity",
    one="get_compartment",
    many="list_compartments",
    name="name",
    look="inspect compartments",
    read="read compartments",
)
VAULT = Kind(
    noun="vault",
    type="vault",
    service="key_management",
    one="get_vault",
    many="list_vaults",
    name="display_name",
    look="inspect vaults",
    read="read vaults",
)
KEY = Kind(
    noun="AES key",
    type="key",
    service="keys",
    one="get_key",
    many="list_keys",
    name="display_name",
    look="inspect keys",
    read="read keys",
    holder="vault_id",
)
SECRET = Kind(
    noun="Vault secret",
    type="vaultsecret",
    service="vault",
    one="get_secret",
    many="list_secrets",
    name="secret_name",
    look="inspect secrets",
    read="read secrets",
    holder="vault_id",
)
TOPIC = Kind(
    noun="topic",
    type="onstopic",
    service="topics",
    one="get_topic",
    many="list_topics",
    name="name",
    look="inspect ons-topics",
    read="read ons-topics",
    id="topic_id",
)
SUBSCRIPTION = Kind(
    noun="subscription",
    type="onssubscription",
    service="subscriptions",
    one="get_subscription",
    many="list_subscriptions",
    name="endpoint",
    look="inspect ons-subscriptions",
    read="use ons-topics",
    holder="topic_id",
)
ALARM = Kind(
    noun="alarm",
    type="alarm",
    service="alarms",
    one="get_alarm",
    many="list_alarms",
    name="display_name",
    look="inspect alarms",
    read="read alarms",
)
BUDGET = Kind(
    noun="budget",
    type="budget",
    service="budgets",
    one="get_budget",
    many="list_budgets",
    name="display_name",
    look="inspect usage-budgets",
    read="read usage-budgets",
)
RULE = Kind(
    noun="alert rule",
    type="alertrule",
    service="budgets",
    one="get_alert_rule",
    many="list_alert_rules",
    name="display_name",
    look="inspect usage-budgets",
    read="read usage-budgets",
    holder="budget_id",
    is_held=True,
)
API_KEY = Kind(
    noun="API key",
    type="generativeaiapikey",
    service="generative_ai",
    one="get_api_key",
    many="list_api_keys",
    name="display_name",
    look="inspect generative-ai-apikey",
    read="read generative-ai-apikey",
)
KINDS = (POLICY, COMPARTMENT, VAULT, KEY, SECRET, TOPIC, SUBSCRIPTION, ALARM, BUDGET, RULE, API_KEY)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where to look for a resource.

    Attributes:
        region: Region identifier; the home region for identity.
        compartment_id: OCID of the compartment it lies in; a compartment's parent; empty for an alert rule.
        endpoint: Management endpoint of its vault, for a key; None for all others.
        holder_id: OCID of its budget, for an alert rule; None for all others.
    """

    region: str
    compartment_id: str
    endpoint: str | None = None
    holder_id: str | None = None

    def __str__(self) -> str:
        return f"budget {self.holder_id}" if self.holder_id else f"compartment {self.compartment_id}"

    @property
    def spoken(self) -> str:
        """The location of a statement about it; a budget and its rules stand in the tenancy."""
        is_below = self.compartment_id and not self.compartment_id.startswith("ocid1.tenancy.")
        return f"compartment id {self.compartment_id}" if is_below else "tenancy"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What any of them tells about itself; no field is ever secret.

    Attributes:
        state: Life-cycle state, such as ACTIVE or PENDING_DELETION.
        time_of_deletion: When a scheduled deletion will be done, or None.
        holder_id: OCID of the vault of a key or secret, the topic of a subscription, the budget of an alert
            rule; None for all others.
    """

    id: str
    name: str
    state: str
    compartment_id: str
    description: str
    freeform_tags: Mapping[str, str]
    time_created: datetime | None
    time_of_deletion: datetime | None
    holder_id: str | None


def read(clients: Clients, kind: Kind, place: Place, ocid: str) -> Row:
    """One resource.

    Raises:
        OciError: 404 where it is gone or forbidden; nobody can tell which.
    """
    client = clients.client(kind.service, place.region, place.endpoint)
    operation = "".join(word.capitalize() for word in kind.one.split("_"))
    path = (place.holder_id, ocid) if kind.is_held else (ocid,)
    return _row(kind, clients.repeated(operation, ocid, lambda: getattr(client, kind.one)(*path)).data)


def listed(clients: Clients, kind: Kind, place: Place) -> list[Row]:
    """All of a compartment's resources of that kind, deleted ones included while OCI lists them.

    Raises:
        OciError: 404 where the caller may not list.
    """
    client = clients.client(kind.service, place.region, place.endpoint)
    operation = "".join(word.capitalize() for word in kind.many.split("_"))
    lies_in = {kind.holder: place.holder_id} if kind.is_held else {"compartment_id": place.compartment_id}
    rows = clients.every(operation, str(place), getattr(client, kind.many), **lies_in)
    return [_row(kind, row) for row in rows]


def _row(kind: Kind, data: Any) -> Row:
    return Row(
        id=str(getattr(data, kind.id)),
        name=str(getattr(data, kind.name) or ""),
        state=str(data.lifecycle_state),
        compartment_id=str(getattr(data, "compartment_id", "")),
        description=str(getattr(data, "description", None) or ""),
        freeform_tags=dict(data.freeform_tags or {}),
        time_created=getattr(data, "time_created", None),
        time_of_deletion=getattr(data, "time_of_deletion", None),
        holder_id=getattr(data, kind.holder) if kind.holder else None,
    )

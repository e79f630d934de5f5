"""The statements that deploying a stack takes."""

from dataclasses import dataclass
from typing import Literal

from genaikeys.settings import Settings

__all__ = ["NEEDS", "Need", "needed"]

Where = Literal["compartment", "above", "tenancy", "vault"]


@dataclass(frozen=True)
class Need:
    """A statement that a deployer needs.

    Attributes:
        grant: Verb and resource type.
        where: The compartment that holds the keys; what a compartment is made in; the tenancy; or where the
            vaults and AES keys lie that the stack names.
        calls: Operations that take it, each with its permission ("Details for ..." of the services in
            docs.oracle.com/iaas/Content/Identity/Reference, and Generative AI, "API permissions", read
            2026-11-23; of `resource-availability` by analogy).
        is_identity: Whether its calls go to the home region alone; the others go to each region of the stack.
        when: Which stacks need it: all of them, or those that make this.
    """

    grant: str
    where: Where
    calls: tuple[tuple[str, str], ...]
    is_identity: bool = False
    when: Literal["always", "compartments", "vaults", "named vaults", "alerts", "budget"] = "always"


NEEDS = (
    Need("inspect tenancies", "tenancy", (("ListRegionSubscriptions", "TENANCY_INSPECT"),), is_identity=True),
    Need("inspect compartments", "tenancy", (("GetCompartment", "COMPARTMENT_INSPECT"),), is_identity=True),
    Need(
        "manage compartments",
        "above",
        (("CreateCompartment", "COMPARTMENT_CREATE"),),
        is_identity=True,
        when="compartments",
    ),
    Need(
        "manage policies",
        "compartment",
        (
            ("CreatePolicy", "POLICY_CREATE"),
            ("GetPolicy", "POLICY_READ"),
            ("UpdatePolicy", "POLICY_UPDATE"),
            ("DeletePolicy", "POLICY_DELETE"),
        ),
        is_identity=True,
    ),
    Need(
        "manage generative-ai-apikey",
        "compartment",
        (
            ("ListApiKeys", "GENERATIVE_AI_APIKEY_INSPECT"),
            ("CreateApiKey", "GENERATIVE_AI_APIKEY_CREATE"),
            ("UpdateApiKey", "GENERATIVE_AI_APIKEY_UPDATE"),
            ("DeleteApiKey", "GENERATIVE_AI_APIKEY_DELETE"),
        ),
    ),
    Need(
        "manage secret-family",
        "compartment",
        (
            ("CreateSecret", "SECRET_CREATE"),
            ("UpdateSecret", "SECRET_UPDATE"),
            ("ListSecretVersions", "SECRET_VERSION_INSPECT"),
            ("GetSecretBundle", "SECRET_BUNDLE_READ"),
            ("ScheduleSecretDeletion", "SECRET_DELETE"),
        ),
    ),
    Need(
        "manage vaults",
        "compartment",
        (
            ("CreateVault", "VAULT_CREATE"),
            ("GetVault", "VAULT_READ"),
            ("ScheduleVaultDeletion", "VAULT_DELETE"),
        ),
        when="vaults",
    ),
    Need(
        "manage keys",
        "compartment",
        (("CreateKey", "KEY_CREATE"), ("GetKey", "KEY_READ"), ("ScheduleKeyDeletion", "KEY_DELETE")),
        when="vaults",
    ),
    Need(
        "use vaults",
        "vault",
        (("GetVault", "VAULT_READ"), ("CreateSecret", "VAULT_CREATE_SECRET")),
        when="named vaults",
    ),
    Need(
        "use keys",
        "vault",
        (("GetKey", "KEY_READ"), ("CreateSecret", "KEY_ENCRYPT"), ("CreateSecret", "KEY_DECRYPT")),
        when="named vaults",
    ),
    Need(
        "manage ons-family",
        "compartment",
        (("CreateTopic", "ONS_TOPIC_CREATE"), ("CreateSubscription", "ONS_SUBSCRIPTION_CREATE")),
        when="alerts",
    ),
    Need("manage alarms", "compartment", (("CreateAlarm", "ALARM_CREATE"),), when="alerts"),
    Need(
        "manage usage-budgets",
        "tenancy",
        (("CreateBudget", "USAGE_BUDGET_CREATE"),),
        is_identity=True,
        when="budget",
    ),
    Need("inspect generative-ai-model", "tenancy", (("ListModelDiscovery", "GENERATIVE_AI_MODEL_INSPECT"),)),
    Need(
        "read resource-availability", "tenancy", (("GetResourceAvailability", "RESOURCE_AVAILABILITY_READ"),)
    ),
)


def needed(settings: Settings) -> list[Need]:
    """The statements that deploying a stack takes."""
    used = {placement.region for placement in settings.placements()}
    made = {
        "always": True,
        "compartments": any(each.id is None for each in settings.compartments.values()),
        "vaults": bool(used - set(settings.vaults)),
        "named vaults": bool(used & set(settings.vaults)),
        "alerts": bool(settings.alerts.emails),
        "budget": settings.alerts.budget is not None,
    }
    return [need for need in NEEDS if made[need.when]]

"""The resource types as data: what is sent, what is answered, and which states mean what.

Type tokens, inputs and which of them are updatable: docstrings of pulumi_oci 5.5.0. Paths, actions, states
and timeouts: terraform-provider-oci 8.28.0, internal/service/<service>.
"""

from dataclasses import dataclass, field
from typing import Literal

TAGS = ("freeformTags", "definedTags")

TIMEOUT = 20 * 60.0
"""Seconds that a create, update or delete is waited for, unless the program or the table says otherwise."""


FORGOTTEN = frozenset({"enableDelete"})
"""Optional inputs that count no more once the program drops them; all others keep their last value."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource type."""

    type: str
    """Type token of Pulumi."""
    noun: str
    """What OCI calls it; operations are `CreateX`, `GetX`, `UpdateX`, `DeleteX`, as in its API reference."""
    service: str
    """Key of `hosts.HOSTS`; "" where an input names the host (`endpoint`)."""
    path: str
    """Collection. Names in braces are inputs."""
    required: tuple[str, ...]
    created: tuple[str, ...]
    """Inputs that the create request carries."""
    updated: tuple[str, ...]
    """Inputs that the update request carries, all of them each time."""
    computed: tuple[str, ...]
    """Outputs besides the inputs, read from the answer's body."""
    local: tuple[str, ...] = ()
    """Inputs that steer the plugin and are part of neither request."""
    spelled: dict[str, str] = field(default_factory=dict)
    """Name in an answer where it is not the property's; `state` is `lifecycleState` everywhere."""
    move: str | None = None
    """Action that takes a changed compartmentId, if it can be changed."""
    move_field: str = "compartmentId"
    endpoint: str | None = None
    """Input that holds scheme and host of the service."""
    named: bool = False
    """Whether a missing `name` is made from the logical name."""
    id_field: str = "id"
    import_id: str | None = None
    """Form of the id that an import is given, where it is more than the OCID."""
    pending: frozenset[str] = frozenset({"CREATING"})
    """States in which to go on waiting for another. Empty: any state but the one waited for."""
    ready: frozenset[str] = frozenset({"ACTIVE"})
    settle_after_update: frozenset[str] = frozenset()
    """States to wait for after an update. Empty: the answer to the update is taken as it is."""
    reread_after_update: bool = False
    delete: Literal["delete", "schedule"] = "delete"
    gone: frozenset[str] = frozenset({"DELETED"})
    """States that count as gone, on a read too. After a delete any other is waited out."""
    delete_timeout: float = TIMEOUT

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every input that is modelled."""
        own = (self.endpoint,) if self.endpoint else ()
        return tuple(dict.fromkeys((*own, *self.created, *self.updated, *self.local, *self.path_inputs)))

    @property
    def steady(self) -> frozenset[str]:
        """States in which the resource can be changed."""
        return self.ready | self.settle_after_update

    @property
    def path_inputs(self) -> tuple[str, ...]:
        """Inputs that are part of the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def fixed(self) -> frozenset[str]:
        """Inputs whose change means a new resource."""
        changeable = {*self.updated, *self.local, *(("compartmentId",) if self.move else ())}
        return frozenset(self.inputs) - changeable

    @property
    def outputs(self) -> tuple[str, ...]:
        """Properties that the body of an answer tells."""
        return (
            *(name for name in self.inputs if name not in (*self.local, self.endpoint)),
            *self.computed,
            "state",
        )

    def answered(self, name: str) -> str:
        """What an answer calls a property."""
        return {"state": "lifecycleState", **self.spelled}.get(name, name)


_SCHEDULED_GONE = frozenset({"PENDING_DELETION", "DELETED"})

_ALARM = (
    "alarmSummary", "body", "compartmentId", "destinations", "displayName", "evaluationSlackDuration",
    "isEnabled", "isNotificationsPerMetricDimensionEnabled", "messageFormat", "metricCompartmentId",
    "metricCompartmentIdInSubtree", "namespace", "notificationTitle", "notificationVersion", "overrides",
    "pendingDuration", "query", "repeatNotificationDuration", "resolution", "resourceGroup", "ruleName",
    "severity", "suppression", *TAGS,
)  # fmt: skip
_BUDGET = (
    "amount", "budgetProcessingPeriodStartOffset", "description", "displayName", "endDate",
    "processingPeriodType", "resetPeriod", "startDate", *TAGS,
)  # fmt: skip
_RULE = ("description", "displayName", "message", "recipients", "threshold", "thresholdType", "type", *TAGS)

COMPARTMENT = Resource(
    type="oci:Identity/compartment:Compartment",
    noun="Compartment",
    service="identity",
    path="/20160918/compartments",
    required=("compartmentId", "description"),
    created=("compartmentId", "name", "description", *TAGS),
    updated=("name", "description", *TAGS),
    local=("enableDelete",),
    computed=("inactiveState", "isAccessible", "timeCreated"),
    spelled={"inactiveState": "inactiveStatus"},
    move="moveCompartment",
    move_field="targetCompartmentId",
    named=True,
    delete_timeout=90 * 60.0,
)
POLICY = Resource(
    type="oci:Identity/policy:Policy",
    noun="Policy",
    service="identity",
    path="/20160918/policies",
    required=("compartmentId", "description", "statements"),
    created=("compartmentId", "name", "description", "statements", "versionDate", *TAGS),
    updated=("description", "statements", "versionDate", *TAGS),
    computed=("ETag", "inactiveState", "lastUpdateETag", "policyHash", "timeCreated"),
    spelled={"inactiveState": "inactiveStatus"},
    named=True,
)
DYNAMIC_GROUP = Resource(
    type="oci:Identity/dynamicGroup:DynamicGroup",
    noun="DynamicGroup",
    service="identity",
    path="/20160918/dynamicGroups",
    required=("compartmentId", "description", "matchingRule"),
    created=("compartmentId", "name", "description", "matchingRule", *TAGS),
    updated=("description", "matchingRule", *TAGS),
    computed=("inactiveState", "timeCreated"),
    spelled={"inactiveState": "inactiveStatus"},
    named=True,
)
VAULT = Resource(
    type="oci:Kms/vault:Vault",
    noun="Vault",
    service="kms",
    path="/20180608/vaults",
    required=("compartmentId", "displayName", "vaultType"),
    created=("compartmentId", "displayName", "vaultType", *TAGS),
    updated=("displayName", *TAGS),
    local=("timeOfDeletion",),
    computed=("cryptoEndpoint", "managementEndpoint", "isPrimary", "restoredFromVaultId", "timeCreated"),
    move="changeCompartment",
    pending=frozenset({"CREATING", "RESTORING"}),
    delete="schedule",
    gone=_SCHEDULED_GONE,
)
KEY = Resource(
    type="oci:Kms/key:Key",
    noun="Key",
    service="",
    path="/20180608/keys",
    required=("compartmentId", "displayName", "keyShape", "managementEndpoint"),
    created=(
        "compartmentId", "displayName", "keyShape", "protectionMode", "isAutoRotationEnabled",
        "autoKeyRotationDetails", *TAGS,
    ),
    updated=("displayName", "isAutoRotationEnabled", "autoKeyRotationDetails", *TAGS),
    local=("desiredState", "timeOfDeletion"),
    computed=("currentKeyVersion", "isPrimary", "restoredFromKeyId", "timeCreated", "vaultId"),
    move="changeCompartment",
    endpoint="managementEndpoint",
    import_id="managementEndpoint/{managementEndpoint}/keys/{id}",
    pending=frozenset({"CREATING", "ENABLING", "DISABLING", "RESTORING", "UPDATING"}),
    ready=frozenset({"ENABLED"}),
    settle_after_update=frozenset({"ENABLED", "DISABLED"}),
    delete="schedule",
    gone=_SCHEDULED_GONE,
)  # fmt: skip
SECRET = Resource(
    type="oci:Vault/secret:Secret",
    noun="Secret",
    service="vaults",
    path="/20180608/secrets",
    required=("compartmentId", "keyId", "secretName", "vaultId"),
    created=(
        "compartmentId", "vaultId", "keyId", "secretName", "secretContent", "description", "metadata",
        "secretRules", "enableAutoGeneration", *TAGS,
    ),
    updated=("description", "metadata", "secretContent", "secretRules", "enableAutoGeneration", *TAGS),
    computed=(
        "currentVersionNumber", "isAutoGenerationEnabled", "isReplica", "lastRotationTime",
        "lifecycleDetails", "nextRotationTime", "rotationStatus", "timeCreated",
        "timeOfCurrentVersionExpiry", "timeOfDeletion",
    ),
    move="changeCompartment",
    delete="schedule",
    gone=_SCHEDULED_GONE,
)  # fmt: skip
TOPIC = Resource(
    type="oci:Ons/notificationTopic:NotificationTopic",
    noun="Topic",
    service="notification",
    path="/20181201/topics",
    required=("compartmentId",),
    created=("compartmentId", "name", "description", *TAGS),
    updated=("description", *TAGS),
    computed=("apiEndpoint", "etag", "shortTopicId", "timeCreated", "topicId"),
    move="changeCompartment",
    named=True,
    id_field="topicId",
    delete_timeout=150 * 60.0,
)
SUBSCRIPTION = Resource(
    type="oci:Ons/subscription:Subscription",
    noun="Subscription",
    service="notification",
    path="/20181201/subscriptions",
    required=("compartmentId", "endpoint", "protocol", "topicId"),
    created=("compartmentId", "topicId", "protocol", "endpoint", *TAGS),
    updated=("deliveryPolicy", *TAGS),
    computed=("createdTime", "etag"),
    spelled={"deliveryPolicy": "deliverPolicy"},
    move="changeCompartment",
    pending=frozenset(),
    ready=frozenset({"PENDING", "ACTIVE"}),
    reread_after_update=True,
)
ALARM = Resource(
    type="oci:Monitoring/alarm:Alarm",
    noun="Alarm",
    service="telemetry",
    path="/20180401/alarms",
    required=(
        "compartmentId", "destinations", "displayName", "isEnabled", "metricCompartmentId", "namespace",
        "query", "severity",
    ),
    created=_ALARM,
    updated=_ALARM,
    computed=("timeCreated", "timeUpdated"),
    pending=frozenset(),
)  # fmt: skip
BUDGET = Resource(
    type="oci:Budget/budget:Budget",
    noun="Budget",
    service="usage",
    path="/20190111/budgets",
    required=("amount", "compartmentId", "resetPeriod"),
    created=(*_BUDGET, "compartmentId", "targetCompartmentId", "targetType", "targets"),
    updated=_BUDGET,
    computed=(
        "actualSpend", "alertRuleCount", "forecastedSpend", "systemTags", "timeCreated",
        "timeSpendComputed", "timeUpdated", "version",
    ),
    pending=frozenset(),
    ready=frozenset({"ACTIVE", "INACTIVE"}),
)  # fmt: skip
RULE = Resource(
    type="oci:Budget/rule:Rule",
    noun="AlertRule",
    service="usage",
    path="/20190111/budgets/{budgetId}/alertRules",
    required=("budgetId", "threshold", "thresholdType", "type"),
    created=_RULE,
    updated=_RULE,
    computed=("timeCreated", "timeUpdated", "version"),
    import_id="budgets/{budgetId}/alertRules/{id}",
    pending=frozenset(),
    ready=frozenset({"ACTIVE", "INACTIVE"}),
)

RESOURCES = {
    resource.type: resource
    for resource in (
        COMPARTMENT, POLICY, DYNAMIC_GROUP, VAULT, KEY, SECRET, TOPIC, SUBSCRIPTION, ALARM, BUDGET, RULE,
    )
}  # fmt: skip

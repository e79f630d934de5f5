"""The types of resources that the kit makes: no other may be declared."""

from policies.guardrails.values import API_KEY, POLICY, ROTATING, SECRET, STACK

__all__ = ["COMPARTMENT", "LASTING", "OCI_PROVIDER", "SUBSCRIPTION", "TAGGED", "TYPES", "VAULT"]

COMPARTMENT = "oci:Identity/compartment:Compartment"
VAULT = "oci:Kms/vault:Vault"
SUBSCRIPTION = "oci:Ons/subscription:Subscription"
OCI_PROVIDER = "pulumi:providers:oci"
_AES_KEY = "oci:Kms/key:Key"

TAGGED = frozenset(
    {
        API_KEY,
        COMPARTMENT,
        POLICY,
        _AES_KEY,
        VAULT,
        SECRET,
        "oci:Budget/budget:Budget",
        "oci:Budget/rule:Rule",
        "oci:Monitoring/alarm:Alarm",
        "oci:Ons/notificationTopic:NotificationTopic",
        SUBSCRIPTION,
    }
)
"""What takes tags."""

LASTING = frozenset({API_KEY, VAULT, _AES_KEY, SECRET})
"""What can't be had back once it is deleted: a key's values, and the OCID of a secret, which readers know."""

_COMPONENTS = frozenset(
    f"genaikeys:components:{name}"
    for name in ("Alerts", "Compartment", "PolicySet", "RegionVault", "RegionalKey")
)
TYPES = TAGGED | _COMPONENTS | {STACK, OCI_PROVIDER, "pulumi:providers:genaikeys", ROTATING}
"""Every type that may be declared."""

"""A stack's own tags, on every resource that takes tags."""

from collections.abc import Mapping
from typing import Any

from pulumi import ResourceTransformationArgs, ResourceTransformationResult
from pulumi.runtime import register_stack_transformation

from genaikeys.settings import Settings

__all__ = ["tag_everything"]

_API_KEY = "genaikeys:index:ApiKey"
_OCI = frozenset(
    {
        "oci:Budget/budget:Budget",
        "oci:Budget/rule:Rule",
        "oci:Identity/compartment:Compartment",
        "oci:Identity/policy:Policy",
        "oci:Kms/key:Key",
        "oci:Kms/vault:Vault",
        "oci:Monitoring/alarm:Alarm",
        "oci:Ons/notificationTopic:NotificationTopic",
        "oci:Ons/subscription:Subscription",
        "oci:Vault/secret:Secret",
    }
)
"""What the program makes of pulumi_oci 5.5.0; each takes `freeform_tags` and `defined_tags`."""


def tag_everything(settings: Settings) -> None:
    """Have each resource that is declared from now on carry the stack's tags, beside the kit's own."""
    if not settings.freeform_tags and not settings.defined_tags:
        return  # an empty map would take off what others put on, tag defaults of the tenancy among it

    def tagged(made: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        if made.type_ == _API_KEY:
            tags = {"freeformTags": settings.freeform_tags, "definedTags": _nested(settings.defined_tags)}
        elif made.type_ in _OCI:
            tags = {"freeform_tags": settings.freeform_tags, "defined_tags": settings.defined_tags}
        else:
            return None
        props: dict[str, Any] = dict(made.props)
        for name, more in tags.items():
            if more:
                props[name] = {**more, **(props.get(name) or {})}
        return ResourceTransformationResult(props, made.opts)

    register_stack_transformation(tagged)


def _nested(flat: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`Namespace.Key` as OCI's own API has it: keys by namespace."""
    found: dict[str, dict[str, str]] = {}
    for name, value in flat.items():
        namespace, _, key = name.partition(".")
        found.setdefault(namespace, {})[key] = value
    return found

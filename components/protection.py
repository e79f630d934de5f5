"""Protection from deletion, for what can't be had back."""

from pulumi import ResourceOptions, ResourceTransformationArgs, ResourceTransformationResult
from pulumi.runtime import register_stack_transformation

from genaikeys.settings import Settings

__all__ = ["LASTING", "protect_what_lasts"]

LASTING = frozenset(
    {
        "genaikeys:index:ApiKey",
        "oci:Kms/key:Key",
        "oci:Kms/vault:Vault",
        "oci:Vault/secret:Secret",
    }
)
"""A key's values go with it, and with a Vault secret the OCID that readers know. A vault or AES key takes all
secrets along."""


def protect_what_lasts(settings: Settings) -> None:
    """If the stack says so, have Pulumi refuse to delete or replace what lasts."""
    if settings.protect:
        register_stack_transformation(_protected)


def _protected(made: ResourceTransformationArgs) -> ResourceTransformationResult | None:
    if made.type_ not in LASTING:
        return None
    return ResourceTransformationResult(
        made.props, ResourceOptions.merge(made.opts, ResourceOptions(protect=True))
    )

"""The vault and AES key that encrypt a region's secrets: made, or ones that exist."""

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_oci.kms._inputs import KeyKeyShapeArgs
from pulumi_oci.kms.key import Key
from pulumi_oci.kms.vault import Vault
from pulumi_oci.provider import Provider as OciProvider

from genaikeys.settings import Vault as VaultSettings

__all__ = ["RegionVault"]


class RegionVault(ComponentResource):
    """One vault for all secrets of a region.

    A vault that is made lies in the stack's first compartment by name and stays there: `ignoreChanges` on
    the compartment, so that a new compartment doesn't move it. Its key is protected by software, which is
    free; a vault with a key in hardware can be named in the stack.

    Args:
        name: Logical and display name.
        existing: A vault and key that exist, or None.
        compartment_id: OCID of the compartment to make them in.
        region: Provider in the region.

    Attributes:
        vault_id: OCID of the vault.
        key_id: OCID of the AES key.
    """

    vault_id: Output[str]
    key_id: Output[str]

    def __init__(
        self,
        name: str,
        *,
        existing: VaultSettings | None,
        compartment_id: Input[str],
        region: OciProvider,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("genaikeys:components:RegionVault", name, None, opts)
        if existing is not None:
            self.vault_id = Output.from_input(existing.id)
            self.key_id = Output.from_input(existing.key)
        else:
            child = ResourceOptions(parent=self, provider=region, ignore_changes=["compartmentId"])
            vault = Vault(
                name, compartment_id=compartment_id, display_name=name, vault_type="DEFAULT", opts=child
            )
            key = Key(
                name,
                compartment_id=compartment_id,
                display_name=name,
                key_shape=KeyKeyShapeArgs(algorithm="AES", length=32),
                protection_mode="SOFTWARE",
                management_endpoint=vault.management_endpoint,
                opts=child,
            )
            self.vault_id = vault.id
            self.key_id = key.id
        self.register_outputs({"vaultId": self.vault_id, "keyId": self.key_id})

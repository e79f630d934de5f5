"""In production, vaults are brought, not made along the way.

A vault that the stack makes is one of the default kind, in the stack's first compartment, and is deleted
with the stack: deletion is pending for 7 to 30 days and blocks the compartment meanwhile. Name existing
vaults under `vaults` in the stack file.

Passes::

    type: oci:Kms/vault:Vault
    name: oci-genai-keys-trial-us-chicago-1
    held: {production: false}
    properties: {vaultType: DEFAULT}

Passes::

    type: oci:Kms/vault:Vault
    name: private
    held: {production: true}
    properties: {vaultType: VIRTUAL_PRIVATE}

Fails::

    type: oci:Kms/vault:Vault
    name: oci-genai-keys-trial-us-chicago-1
    held: {production: true}
    properties: {vaultType: DEFAULT}
    says: ["it is a default vault; name one that exists under oci-genai-keys:vaults in \
stacks/Pulumi.trial.yaml"]
"""

from collections.abc import Iterator

from policies.guardrails.kinds import VAULT
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource

ID = "vaults"
_OWN = "VIRTUAL_PRIVATE"
"""A vault with a partition of its own (OCI SDK 2.189.0, `CreateVaultDetails.vault_type`)."""


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Look at the vault's type."""
    made = resource.type == VAULT and resource.properties.get("vaultType") != _OWN
    if stack.held.production and made:
        key = f"{stack.settings.project}:vaults"
        yield (f"it is a default vault; name one that exists under {key} in stacks/Pulumi.{stack.name}.yaml")

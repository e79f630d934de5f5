"""What a key needs around it in the local OCI, made with the official SDK."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import oci

from tests.contracts.clients import client, shell, until
from tests.local import Local

REGION = "us-chicago-1"
MODEL = "openai.gpt-oss-20b"
PLACEHOLDER = base64.b64encode(b"nothing here yet").decode()


@dataclass
class Stage:
    """A compartment, a vault with a key, and a policy for every API key of the compartment.

    Attributes:
        local: The local OCI.
        compartment: OCID.
        vault: OCID.
        kms_key: OCID.
        policy: OCID.
    """

    local: Local
    compartment: str
    vault: str
    kms_key: str
    policy: str
    count: int = 0

    def api_key_inputs(self, **more: Any) -> dict[str, Any]:
        """Inputs of an ApiKey."""
        return {
            "region": REGION,
            "compartmentId": self.compartment,
            "displayName": "chatbot",
            "keyNames": ["key-one", "key-two"],
            "expiry": "90d",
            **more,
        }

    def rotating_inputs(self, key_id: str, secret_id: str, **more: Any) -> dict[str, Any]:
        """Inputs of a RotatingSecret."""
        return {
            "apiKeyId": key_id,
            "region": REGION,
            "vaultSecretId": secret_id,
            "vaultId": self.vault,
            "policyIds": [self.policy],
            "keyNames": ["key-one", "key-two"],
            "grace": "7d",
            "expiry": "90d",
            "probe": {"models": [MODEL], "wait": "5s"},
            **more,
        }

    def new_secret(self) -> str:
        """OCID of a new Vault secret that holds the placeholder."""
        self.count += 1
        models = oci.vault.models
        vaults = self.sdk(oci.vault.VaultsClient)
        made = vaults.create_secret(
            models.CreateSecretDetails(
                compartment_id=self.compartment,
                vault_id=self.vault,
                key_id=self.kms_key,
                secret_name=f"chatbot-{self.count}",
                secret_content=models.Base64SecretContentDetails(content=PLACEHOLDER),
            )
        ).data
        until("ACTIVE", lambda: vaults.get_secret(made.id))
        return str(made.id)

    def sdk(self, kind: Any) -> Any:
        """A client of the official SDK in the region."""
        with shell(self.local):
            return client(self.local, kind, REGION)

    def value(self, secret_id: str) -> str:
        """What readers get from a Vault secret."""
        bundle = self.sdk(oci.secrets.SecretsClient).get_secret_bundle(secret_id).data
        return base64.b64decode(bundle.secret_bundle_content.content).decode()

    def slots(self, key_id: str) -> dict[str, str]:
        """State of each slot of a key."""
        keys = self.sdk(oci.generative_ai.GenerativeAiClient)
        return {slot.key_name: slot.state for slot in keys.get_api_key(key_id).data.keys}

    def key_ids(self) -> list[str]:
        """OCIDs of the compartment's keys that are not deleted."""
        keys = self.sdk(oci.generative_ai.GenerativeAiClient)
        rows = keys.list_api_keys(self.compartment).data.items
        return [row.id for row in rows if row.lifecycle_state != "DELETED"]


def staged(local: Local) -> Iterator[Stage]:
    """Make a stage in a local OCI, with a policy that takes effect at once."""
    local.switch("policy-delay", 0)
    with shell(local):
        identity = client(local, oci.identity.IdentityClient)
        place = identity.create_compartment(
            oci.identity.models.CreateCompartmentDetails(
                compartment_id=local.home["tenancy"], name="genai-apps", description="made by a test"
            )
        ).data
        until("ACTIVE", lambda: identity.get_compartment(place.id))
        statement = (
            "allow any-user to use generative-ai-family in compartment genai-apps where "
            "ALL { request.principal.type='generativeaiapikey' }"
        )
        policy = identity.create_policy(
            oci.identity.models.CreatePolicyDetails(
                compartment_id=local.home["tenancy"],
                name="genai-apps",
                description="made by a test",
                statements=[statement],
            )
        ).data
        vaults = client(local, oci.key_management.KmsVaultClient, REGION)
        vault = vaults.create_vault(
            oci.key_management.models.CreateVaultDetails(
                compartment_id=place.id, display_name="keys", vault_type="DEFAULT"
            )
        ).data
        until("ACTIVE", lambda: vaults.get_vault(vault.id))
        management = client(
            local, oci.key_management.KmsManagementClient, REGION, service_endpoint=vault.management_endpoint
        )
        key = management.create_key(
            oci.key_management.models.CreateKeyDetails(
                compartment_id=place.id,
                display_name="keys",
                key_shape=oci.key_management.models.KeyShape(algorithm="AES", length=32),
            )
        ).data
        until("ENABLED", lambda: management.get_key(key.id))
        yield Stage(local, place.id, vault.id, key.id, policy.id)

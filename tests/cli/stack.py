"""A small stack in a local OCI, made with the official SDK only: two keys, a policy, two Vault secrets."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import oci

from tests.cli.conftest import Ran, ran
from tests.contracts.clients import client, until
from tests.local import CHECKOUT, Local

REGION = "us-chicago-1"
SETTINGS = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [us-chicago-1]
  oci-genai-keys:models: [openai.gpt-oss-20b]
  oci-genai-keys:compartments:
    genai-apps: {policyScope: key}
  oci-genai-keys:keys:
    oss: {compartment: genai-apps}
    llama: {compartment: genai-apps, models: [meta.llama-3.3-70b-instruct]}
"""
MODELS = {"oss": "openai.gpt-oss-20b", "llama": "meta.llama-3.3-70b-instruct"}


@dataclass
class Stack:
    """The stack `local` of a project folder of its own, in a local OCI."""

    local: Local
    project: Path
    compartment: str = ""
    policy: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)

    def kit(self, *arguments: str) -> Ran:
        """Run a verb in this process, on this project and this home."""
        with mock.patch("genaikeys.cli.home.project_root", return_value=self.project):
            return ran(self.local.folder, *arguments)

    @contextmanager
    def statements(self, extra: str) -> Iterator[None]:
        """Grant something more for a while."""
        self.write_policy([*self.granted(), extra])
        try:
            yield
        finally:
            self.write_policy(self.granted())

    def granted(self) -> list[str]:
        """The statements of the stack, as its grant `least` has them."""
        return [
            f"Allow any-user to {access} in compartment genai-apps where ALL {{"
            f"request.principal.type='generativeaiapikey', request.principal.id='{self.keys[name]}'{model}}}"
            for name in self.keys
            for access, model in (
                ("use generative-ai-chat", f", target.model.id in ('{MODELS[name]}')"),
                ("manage generative-ai-response", ""),
            )
        ]

    def write_policy(self, statements: list[str]) -> None:
        """Replace the stack's statements."""
        identity, models = client(self.local, oci.identity.IdentityClient), oci.identity.models
        if not self.policy:
            details = models.CreatePolicyDetails(
                compartment_id=self.local.home["tenancy"],
                name="stack",
                description="d",
                statements=statements,
            )
            self.policy = str(identity.create_policy(details).data.id)
        else:
            identity.update_policy(self.policy, models.UpdatePolicyDetails(statements=statements))


def make(local: Local, folder: Path) -> Stack:
    """Make the stack."""
    stack = Stack(local, folder)
    (folder / "stacks").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_bytes((CHECKOUT / "Pulumi.yaml").read_bytes())
    (folder / "stacks" / "Pulumi.local.yaml").write_text(SETTINGS)
    local.switch("policy-delay", 0)
    identity = client(local, oci.identity.IdentityClient)
    details = oci.identity.models.CreateCompartmentDetails(
        compartment_id=local.home["tenancy"], name="genai-apps", description="d"
    )
    stack.compartment = str(identity.create_compartment(details).data.id)
    until("ACTIVE", lambda: identity.get_compartment(stack.compartment))
    for name in MODELS:
        stack.keys[name] = _key(stack, name)
    stack.write_policy(stack.granted())
    vault, key = _vault(stack)
    for name in MODELS:
        stack.secrets[name] = _publish(stack, name, vault, key)
    return stack


def _digest(name: str) -> str:
    parts = ("oci-genai-keys", "oci-genai-keys", "local", f"{name}-{REGION}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _details(name: str) -> "oci.generative_ai.models.KeyDetails":
    expiry = datetime.now(UTC) + timedelta(days=90)
    return oci.generative_ai.models.KeyDetails(key_name=name, time_expiry=expiry)


def _key(stack: Stack, name: str) -> str:
    keys, models = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION), oci.generative_ai.models
    details = models.CreateApiKeyDetails(
        display_name=name,
        compartment_id=stack.compartment,
        key_details=[_details("key-one"), _details("key-two")],
        freeform_tags={"genaikeys-resource": _digest(name)},
    )
    made = keys.create_api_key(details).data
    until("ACTIVE", lambda: keys.get_api_key(made.id))
    return str(made.id)


def _vault(stack: Stack) -> tuple[str, str]:
    models = oci.key_management.models
    vaults = client(stack.local, oci.key_management.KmsVaultClient, REGION)
    details = models.CreateVaultDetails(
        compartment_id=stack.compartment, display_name="v", vault_type="DEFAULT"
    )
    made = vaults.create_vault(details).data
    vault = until("ACTIVE", lambda: vaults.get_vault(made.id))
    kind, endpoint = oci.key_management.KmsManagementClient, vault.management_endpoint
    keys = client(stack.local, kind, REGION, service_endpoint=endpoint)
    shape = models.KeyShape(algorithm="AES", length=32)
    key = keys.create_key(
        models.CreateKeyDetails(compartment_id=stack.compartment, display_name="k", key_shape=shape)
    ).data
    until("ENABLED", lambda: keys.get_key(key.id))
    return str(vault.id), str(key.id)


def _publish(stack: Stack, name: str, vault: str, key: str) -> str:
    keys = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION)
    renew = oci.generative_ai.models.RenewApiKeyDetails(details=_details("key-two"))
    slots = keys.renew_api_key(stack.keys[name], renew).data.keys
    value = next(str(slot.key) for slot in slots if slot.key_name == "key-two")
    stack.values.append(value)
    vaults, models = client(stack.local, oci.vault.VaultsClient, REGION), oci.vault.models
    content = models.Base64SecretContentDetails(
        content=base64.b64encode(value.encode()).decode(),
        name=f"key-two.{hashlib.sha256(value.encode()).hexdigest()[:16]}.{hashlib.sha256(b'').hexdigest()[:8]}",
    )
    made = vaults.create_secret(
        models.CreateSecretDetails(
            compartment_id=stack.compartment,
            vault_id=vault,
            key_id=key,
            secret_name=name,
            secret_content=content,
            freeform_tags={"genaikeys-resource": _digest(name)},
        )
    ).data
    until("ACTIVE", lambda: vaults.get_secret(made.id))
    return str(made.id)

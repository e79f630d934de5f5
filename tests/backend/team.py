"""A vault for a team's passphrase, made with the official SDK in the local OCI of a machine."""

import json
import subprocess
import sys

from tests.engine.machine import Machine

_VAULT = """
import json, os, time, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
config = dict(config, region='us-chicago-1', log_requests=False)
tenancy, kms = config['tenancy'], oci.key_management
vaults = kms.KmsVaultClient(config)
def until(state, get):
    while get().data.lifecycle_state != state:
        time.sleep(0.05)
    return get().data
made = vaults.create_vault(kms.models.CreateVaultDetails(
    compartment_id=tenancy, display_name='team', vault_type='DEFAULT')).data
vault = until('ACTIVE', lambda: vaults.get_vault(made.id))
keys = kms.KmsManagementClient(config, vault.management_endpoint)
key = keys.create_key(kms.models.CreateKeyDetails(compartment_id=tenancy, display_name='team',
    key_shape=kms.models.KeyShape(algorithm='AES', length=32))).data
until('ENABLED', lambda: keys.get_key(key.id))
print(json.dumps({'COMPARTMENT': tenancy, 'VAULT': vault.id, 'KEY': key.id}))
"""
_SECRET = """
import base64, json, os, sys, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
config = dict(config, region='us-chicago-1', log_requests=False)
given = json.load(sys.stdin)
client, models = oci.vault.VaultsClient(config), oci.vault.models
content = models.Base64SecretContentDetails(content=base64.b64encode(given['value'].encode()).decode())
secret = client.create_secret(models.CreateSecretDetails(compartment_id=given['COMPARTMENT'],
    vault_id=given['VAULT'], key_id=given['KEY'], secret_name='passphrase', secret_content=content)).data
while client.get_secret(secret.id).data.lifecycle_state != 'ACTIVE':
    pass
print(json.dumps(secret.id))
"""


def vault(machine: Machine) -> dict[str, str]:
    """OCIDs of compartment, vault and AES key, under the names that docs/state.md gives them."""
    found: dict[str, str] = machine.ask_oci(_VAULT)
    return found


def secret(machine: Machine, within: dict[str, str], value: str) -> str:
    """OCID of a Vault secret with that value, which goes through a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", _SECRET],
        input=json.dumps({**within, "value": value}),
        cwd=machine.project,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return str(json.loads(done.stdout))

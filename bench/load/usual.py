"""Run as a process of its own: rotation as it is usually done, with OCI's SDK in twenty lines.

``usual.py REGION KEY SECRET SLOT`` renews the slot in use, then writes the new value to the Vault.
"""

import base64
import os
import sys
from datetime import UTC, datetime, timedelta

import oci


def main() -> None:
    """Renews and writes: one slot, as if there were no second."""
    region, key, secret, slot = sys.argv[1:]
    config = {**oci.config.from_file(os.environ["OCI_CONFIG_FILE"]), "region": region}
    keys = oci.generative_ai.GenerativeAiClient(config)
    vaults = oci.vault.VaultsClient(config)
    expiry = datetime.now(UTC) + timedelta(days=365)
    details = oci.generative_ai.models.KeyDetails(key_name=slot, time_expiry=expiry)
    made = keys.renew_api_key(key, oci.generative_ai.models.RenewApiKeyDetails(details=details)).data
    value = next(each.key for each in made.keys if each.key_name == slot)
    content = oci.vault.models.Base64SecretContentDetails(content=base64.b64encode(value.encode()).decode())
    vaults.update_secret(secret, oci.vault.models.UpdateSecretDetails(secret_content=content))


if __name__ == "__main__":
    main()

"""What a machine's stack has in OCI, asked of the official SDK."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import oci

__all__ = ["api_keys", "vault_value", "vault_values"]

Config = Mapping[str, Any]
"""Configuration of the SDK's clients, in the home region."""

_REGIONS = ("us-ashburn-1", "us-chicago-1", "us-phoenix-1", "eu-frankfurt-1", "ap-hyderabad-1", "ap-osaka-1")


def api_keys(config: Config) -> list[dict[str, str]]:
    """The API keys that aren't deleted: id, display name, life-cycle state, region."""
    compartments = _compartments(config)
    found = []
    for region in _REGIONS:
        client = oci.generative_ai.GenerativeAiClient({**config, "region": region})
        for compartment in compartments:
            found += [
                {"id": key.id, "name": key.display_name, "state": key.lifecycle_state, "region": region}
                for key in client.list_api_keys(compartment_id=compartment).data.items
                if key.lifecycle_state not in ("DELETED", "DELETING")
            ]
    return found


def vault_value(config: Config, region: str, secret_id: str) -> str:
    """The value that a secret in the Vault serves now."""
    bundles = oci.secrets.SecretsClient({**config, "region": region})
    return _content(bundles.get_secret_bundle(secret_id).data)


def vault_values(config: Config) -> list[str]:
    """Every value that any version of any secret in the Vault holds, placeholders left out."""
    return sorted({value for value in _contents(config) if value.startswith("sk-")})


def _contents(config: Config) -> Iterator[str]:
    compartments = _compartments(config)
    for region in _REGIONS:
        vaults = oci.vault.VaultsClient({**config, "region": region})
        bundles = oci.secrets.SecretsClient({**config, "region": region})
        for compartment in compartments:
            for secret in vaults.list_secrets(compartment_id=compartment).data:
                if secret.lifecycle_state != "ACTIVE":
                    continue
                for version in vaults.list_secret_versions(secret.id).data:
                    number = version.version_number
                    yield _content(bundles.get_secret_bundle(secret.id, version_number=number).data)


def _compartments(config: Config) -> list[str]:
    """OCIDs of the tenancy and of all its compartments."""
    tenancy = config["tenancy"]
    listed = oci.pagination.list_call_get_all_results(
        oci.identity.IdentityClient(config).list_compartments, tenancy, compartment_id_in_subtree=True
    )
    return [tenancy, *(each.id for each in listed.data)]


def _content(bundle: Any) -> str:
    return base64.b64decode(bundle.secret_bundle_content.content).decode()

"""Exported states for the pure tests of recovery, told in a few words."""

from typing import Any

COMPARTMENT = "ocid1.compartment.oc1..c"
VAULT = "ocid1.vault.oc1.us-chicago-1.v"
KEY = "ocid1.key.oc1.us-chicago-1.k"
SECRET = "ocid1.vaultsecret.oc1.us-chicago-1.s"
POLICY = "ocid1.policy.oc1..p"
DIGEST = "0123456789abcdef0123456789abcdef"
_ROOT = "urn:pulumi:dev::project"


def urn(kind: str, name: str = "x") -> str:
    """URN of a resource below the stack."""
    return f"{_ROOT}::{kind}::{name}"


REGION = urn("pulumi:providers:oci", "oci-us-chicago-1")
KEYS = urn("genaikeys:components:RegionalKey")


def entry(kind: str, ocid: str = "", **inputs: Any) -> dict[str, Any]:
    """A resource as it is exported."""
    return {
        "urn": urn(kind),
        "type": kind,
        "id": ocid,
        "parent": KEYS,
        "provider": f"{REGION}::1234",
        "inputs": inputs,
        "outputs": inputs,
    }


def exported(
    *, without: tuple[str, ...] = (), pending: tuple[tuple[str, dict[str, Any]], ...] = ()
) -> dict[str, Any]:
    """The state of a stack with one key, whole or without some types."""
    resources: list[dict[str, Any]] = [
        {"urn": urn("pulumi:pulumi:Stack"), "type": "pulumi:pulumi:Stack"},
        {"urn": REGION, "type": "pulumi:providers:oci", "id": "1234", "inputs": {"region": "us-chicago-1"}},
        {"urn": KEYS, "type": "genaikeys:components:RegionalKey"},
        entry("oci:Kms/vault:Vault", VAULT, compartmentId=COMPARTMENT, managementEndpoint="https://v"),
        entry(
            "oci:Kms/key:Key", KEY, compartmentId=COMPARTMENT, managementEndpoint="https://v", vaultId=VAULT
        ),
        secret(SECRET),
        {
            **entry("oci:Identity/policy:Policy", POLICY, compartmentId=COMPARTMENT),
            "dependencies": [urn("oci:Vault/secret:Secret"), KEYS],
            "propertyDependencies": {"statements": [urn("oci:Vault/secret:Secret")], "name": []},
        },
        entry(
            "genaikeys:index:RotatingSecret", SECRET, vaultSecretId=SECRET, vaultId=VAULT, policyIds=[POLICY]
        ),
    ]
    return {
        "version": 4,
        "deployment": {
            "resources": [each for each in resources if each["type"] not in without],
            "pending_operations": [{"type": what, "resource": resource} for what, resource in pending],
            "secrets_providers": {"type": "passphrase", "state": {"salt": "v1:x"}},
        },
    }


def secret(ocid: str = "") -> dict[str, Any]:
    """The Vault secret, made or wanted."""
    return entry(
        "oci:Vault/secret:Secret",
        ocid,
        compartmentId=COMPARTMENT,
        vaultId=VAULT,
        keyId=KEY,
        secretName="dev-chatbot-12345678",
        freeformTags={"genaikeys-resource": DIGEST},
        secretContent={
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "ciphertext": "v1:y",
        },
    )

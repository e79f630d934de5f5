"""OCI says 404 for "gone" and for "you may not look": the first is proven, the second keeps the state."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from tests.engine.machine import Machine
from tests.sampling import sampled

_SDK = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
far = dict(config, region='us-chicago-1')
identity = oci.identity.IdentityClient(config)
vaults = oci.key_management.KmsVaultClient(far)
secrets = oci.vault.VaultsClient(far)
keys = oci.generative_ai.GenerativeAiClient(far)
"""
_MONTH = 31 * 24 * 3600
_WAYS = {"refreshed": True, "not-refreshed": False}
"""Whether `pulumi refresh` comes between the deletion and `up`."""
_FORBIDDEN = {
    "keys": (
        ("GENERATIVE_AI_APIKEY_INSPECT", "GENERATIVE_AI_APIKEY_READ"),
        "The API key {ApiKey} is not confirmed",
    ),
    "policies": (("POLICY_READ",), "The policy {Policy} is not confirmed"),
    "secrets": (("SECRET_INSPECT", "SECRET_READ"), "The Vault secret {Secret} is not confirmed"),
    "vaults": (("VAULT_INSPECT", "VAULT_READ"), "The vault {Vault} is not confirmed"),
    "AES keys": (("KEY_INSPECT", "KEY_READ"), "The AES key {Key} is not confirmed"),
}
"""The permissions that are taken away, and what the refusal begins with."""


def _sdk(machine: Machine, program: str) -> Any:
    return machine.ask_oci(_SDK + program)


@contextmanager
def _without(machine: Machine, permissions: tuple[str, ...]) -> Iterator[None]:
    """Takes permissions from the administrators, who run the kit here, by their own policy.

    Its OCID is read before, and it is written by its OCID after: neither takes leave to read policies.
    """
    machine.admin("PUT", "/switches/policy-delay", {"value": 0})
    policy = _sdk(machine, "print(json.dumps(identity.list_policies(config['tenancy']).data[0].id))")
    usual = "Allow group Administrators to manage all-resources in tenancy"
    without = ", ".join(f"request.permission != '{name}'" for name in permissions)

    def write(statement: str) -> None:
        details = f"oci.identity.models.UpdatePolicyDetails(statements=[{statement!r}])"
        _sdk(machine, f"identity.update_policy({policy!r}, {details})\nprint('null')")

    write(f"{usual} where all {{{without}}}")
    try:
        yield
    finally:
        write(usual)


def _recorded(machine: Machine) -> dict[str, tuple[str | None, str]]:
    """OCID and inputs of everything in the state."""
    return {each["urn"]: (each.get("id"), json.dumps(each.get("inputs"))) for each in machine.state()}


def _ids(machine: Machine) -> dict[str, str]:
    """OCIDs by the last word of their types."""
    return {each["type"].rpartition(":")[2]: each.get("id", "") for each in machine.state()}


def _in_oci(machine: Machine, ids: Mapping[str, str]) -> dict[str, str]:
    """The life-cycle states of policy, vault and Vault secret in OCI."""
    found: dict[str, str] = _sdk(
        machine,
        f"ids = {dict(ids)!r}\n"
        "print(json.dumps(dict(Policy=identity.get_policy(ids['Policy']).data.lifecycle_state, "
        "Vault=vaults.get_vault(ids['Vault']).data.lifecycle_state, "
        "Secret=secrets.get_secret(ids['Secret']).data.lifecycle_state)))",
    )
    return found


@pytest.mark.parametrize("what", sampled(_FORBIDDEN, "keys"))
def test_forbidden_is_not_gone(deployed: Machine, what: str) -> None:
    """Without leave to look, `refresh`, `up`, `destroy` and `recover` refuse, say why, and change nothing."""
    permissions, reason = _FORBIDDEN[what]
    before, ids = _recorded(deployed), _ids(deployed)

    with _without(deployed, permissions):
        for verb in ("refresh", "up", "destroy"):
            refused = deployed.pulumi(verb, "--yes", "--skip-preview")
            assert refused.code != 0, refused.said
            assert reason.format(**ids) in refused.said
            assert "Traceback" not in refused.said
            assert _recorded(deployed) == before
        recovering = deployed.kit("recover", "small", "--yes")
        assert recovering.code == 1
        assert _recorded(deployed) == before

    asked = what.removeprefix("AES ")
    assert what == "keys" or f"the caller needs: inspect {asked} in compartment id" in recovering.err
    assert set(_in_oci(deployed, ids).values()) == {"ACTIVE"}
    assert [key["id"] for key in deployed.api_keys()] == [ids["ApiKey"]]
    deployed.up(check=True)
    assert deployed.refused() == []


@pytest.mark.parametrize("way", sampled(_WAYS, "refreshed"))
def test_deleted_api_key_is_made_again(deployed: Machine, way: str) -> None:
    """A refresh drops it, and `up` makes another, whose value readers find in the same Vault secret."""
    is_refreshed = _WAYS[way]
    before = _ids(deployed)
    _sdk(deployed, f"keys.delete_api_key({before['ApiKey']!r})\nprint('null')")

    if is_refreshed:
        deployed.pulumi("refresh", "--yes", "--skip-preview", check=True)
        assert "ApiKey" not in _ids(deployed)
    deployed.up(check=True)

    after = _ids(deployed)
    assert after["ApiKey"] != before["ApiKey"]
    assert after["Secret"] == before["Secret"]
    assert deployed.refused() == []


@pytest.mark.parametrize("way", sampled(_WAYS))
def test_deleted_policy_is_made_again_after_recover(deployed: Machine, way: str) -> None:
    """`up` fails and names it; `recover` takes it out after the proof; the same key works under a new one."""
    is_refreshed = _WAYS[way]
    before = _ids(deployed)
    # What is read right after its deletion is still told as DELETED; from then on OCI says 404.
    _sdk(
        deployed,
        f"identity.delete_policy({before['Policy']!r})\n"
        + ("" if is_refreshed else f"identity.get_policy({before['Policy']!r})\n")
        + "print('null')",
    )
    if is_refreshed:
        deployed.pulumi("refresh", "--yes", "--skip-preview")

    refused = deployed.up()
    dry = deployed.kit("recover", "small", "--dry-run", check=True)
    deployed.kit("recover", "small", "--yes", check=True)

    assert refused.code != 0
    assert f"The policy {before['Policy']} is not confirmed" in refused.said
    if not is_refreshed:
        assert f"Gone: the policy genai-apps-us-chicago-1-access ({before['Policy']})." in dry.err
        assert "works and lacks it." in dry.err
    after = _ids(deployed)
    assert after["Policy"] != before["Policy"]
    assert {name: after[name] for name in ("ApiKey", "Vault", "Secret")} == {
        name: before[name] for name in ("ApiKey", "Vault", "Secret")
    }
    assert "unchanged" in deployed.up("--refresh", "--expect-no-changes", check=True).said
    assert deployed.refused() == []


@pytest.mark.parametrize("way", sampled(_WAYS))
def test_vault_secret_that_waits_for_its_deletion_comes_back(deployed: Machine, way: str) -> None:
    """Its name stays reserved, so the way is back: the message has the command, and the OCID stays."""
    is_refreshed = _WAYS[way]
    before = _ids(deployed)
    secret = before["Secret"]
    details = "oci.vault.models.ScheduleSecretDeletionDetails()"
    _sdk(deployed, f"secrets.schedule_secret_deletion({secret!r}, {details})\nprint('null')")
    command = f"oci vault secret cancel-secret-deletion --secret-id {secret}"
    if is_refreshed:
        deployed.pulumi("refresh", "--yes", "--skip-preview")
    else:
        said = deployed.up().said
        assert f"The Vault secret {secret} is PENDING_DELETION" in said
        assert command in said

    refused = deployed.kit("recover", "small", "--yes")
    _sdk(deployed, f"secrets.cancel_secret_deletion({secret!r})\nprint('null')")
    deployed.kit("recover", "small", "--yes", check=True)
    deployed.up("--refresh", check=True)

    assert refused.code == 1
    assert f"{command} --region us-chicago-1" in refused.err
    assert _ids(deployed)["Secret"] == secret
    assert _ids(deployed)["ApiKey"] == before["ApiKey"]
    assert deployed.refused() == []


def test_deleted_vault_secret_is_made_again_after_recover(deployed: Machine) -> None:
    """Once OCI shows it as DELETED there is no way back: another secret, with another OCID, is published."""
    secret = _ids(deployed)["Secret"]
    details = "oci.vault.models.ScheduleSecretDeletionDetails()"
    _sdk(deployed, f"secrets.schedule_secret_deletion({secret!r}, {details})\nprint('null')")
    deployed.admin("POST", "/clock", {"by": _MONTH})

    refused = deployed.up()
    recovered = deployed.kit("recover", "small", "--yes", check=True)

    assert refused.code != 0
    assert secret in refused.said
    assert (
        f"Gone: the Vault secret chatbot-us-chicago-1 ({secret}). OCI shows it as DELETED." in recovered.err
    )
    assert _ids(deployed)["Secret"] != secret
    assert deployed.refused() == []


@pytest.mark.full
def test_deleted_vault_takes_what_lies_in_it(deployed: Machine) -> None:
    """While it can come back, recover says how; once it is gone, vault, key and secret are made again."""
    before = _ids(deployed)
    details = "oci.key_management.models.ScheduleVaultDeletionDetails()"
    _sdk(deployed, f"vaults.schedule_vault_deletion({before['Vault']!r}, {details})\nprint('null')")

    waiting = deployed.kit("recover", "small", "--yes")
    deployed.admin("POST", "/clock", {"by": _MONTH})
    refused = deployed.up()
    deployed.kit("recover", "small", "--yes", check=True)

    assert waiting.code == 1
    assert f"oci kms management vault cancel-deletion --vault-id {before['Vault']}" in waiting.err
    assert "cancel-deletion --key-id" not in waiting.err
    assert refused.code != 0
    assert before["Vault"] in refused.said
    after = _ids(deployed)
    assert after["ApiKey"] == before["ApiKey"]
    assert not {after[name] for name in ("Vault", "Key", "Secret")} & set(before.values())
    assert deployed.refused() == []

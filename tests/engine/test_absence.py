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


@pytest.mark.parametrize("what", sampled(_FORBIDDEN, "keys", "policies"))
def test_forbidden_is_not_gone(small: Machine, what: str) -> None:
    """Without leave to look, `refresh`, `up`, `destroy` and `recover` refuse, say why, and change nothing."""
    permissions, reason = _FORBIDDEN[what]
    small.up(check=True)
    before, ids = _recorded(small), _ids(small)

    with _without(small, permissions):
        for verb in ("refresh", "up", "destroy"):
            refused = small.pulumi(verb, "--yes", "--skip-preview")
            assert refused.code != 0, refused.said
            assert reason.format(**ids) in refused.said
            assert "Traceback" not in refused.said
            assert _recorded(small) == before
        recovering = small.kit("recover", "small", "--yes")
        assert recovering.code == 1
        assert _recorded(small) == before

    asked = what.removeprefix("AES ")
    assert what == "keys" or f"the caller needs: inspect {asked} in compartment id" in recovering.err
    assert set(_in_oci(small, ids).values()) == {"ACTIVE"}
    assert [key["id"] for key in small.api_keys()] == [ids["ApiKey"]]
    small.up(check=True)
    small.kit("verify", "--stack", "small", check=True)


@pytest.mark.parametrize("way", sampled(_WAYS, "refreshed"))
def test_deleted_api_key_is_made_again(small: Machine, way: str) -> None:
    """A refresh drops it, and `up` makes another, whose value readers find in the same Vault secret."""
    is_refreshed = _WAYS[way]
    small.up(check=True)
    before = _ids(small)
    _sdk(small, f"keys.delete_api_key({before['ApiKey']!r})\nprint('null')")

    if is_refreshed:
        small.pulumi("refresh", "--yes", "--skip-preview", check=True)
        assert "ApiKey" not in _ids(small)
    small.up(check=True)

    after = _ids(small)
    assert after["ApiKey"] != before["ApiKey"]
    assert after["Secret"] == before["Secret"]
    small.kit("verify", "--stack", "small", check=True)


@pytest.mark.parametrize("way", sampled(_WAYS, "refreshed"))
def test_deleted_policy_is_made_again_after_recover(small: Machine, way: str) -> None:
    """`up` fails and names it; `recover` takes it out after the proof; the same key works under a new one."""
    is_refreshed = _WAYS[way]
    small.up(check=True)
    before = _ids(small)
    # What is read right after its deletion is still told as DELETED; from then on OCI says 404.
    _sdk(
        small,
        f"identity.delete_policy({before['Policy']!r})\n"
        + ("" if is_refreshed else f"identity.get_policy({before['Policy']!r})\n")
        + "print('null')",
    )
    if is_refreshed:
        small.pulumi("refresh", "--yes", "--skip-preview")

    refused = small.up()
    dry = small.kit("recover", "small", "--dry-run", check=True)
    small.kit("recover", "small", "--yes", check=True)

    assert refused.code != 0
    assert f"The policy {before['Policy']} is not confirmed" in refused.said
    if not is_refreshed:
        assert f"Gone: the policy genai-apps-us-chicago-1-access ({before['Policy']})." in dry.err
        assert "works and lacks it." in dry.err
    after = _ids(small)
    assert after["Policy"] != before["Policy"]
    assert {name: after[name] for name in ("ApiKey", "Vault", "Secret")} == {
        name: before[name] for name in ("ApiKey", "Vault", "Secret")
    }
    assert "unchanged" in small.up("--refresh", "--expect-no-changes", check=True).said
    small.kit("verify", "--stack", "small", check=True)


@pytest.mark.parametrize("way", sampled(_WAYS, "refreshed"))
def test_vault_secret_that_waits_for_its_deletion_comes_back(small: Machine, way: str) -> None:
    """Its name stays reserved, so the way is back: the message has the command, and the OCID stays."""
    is_refreshed = _WAYS[way]
    small.up(check=True)
    before = _ids(small)
    secret = before["Secret"]
    details = "oci.vault.models.ScheduleSecretDeletionDetails()"
    _sdk(small, f"secrets.schedule_secret_deletion({secret!r}, {details})\nprint('null')")
    command = f"oci vault secret cancel-secret-deletion --secret-id {secret}"
    if is_refreshed:
        small.pulumi("refresh", "--yes", "--skip-preview")
    else:
        said = small.up().said
        assert f"The Vault secret {secret} is PENDING_DELETION" in said
        assert command in said

    refused = small.kit("recover", "small", "--yes")
    _sdk(small, f"secrets.cancel_secret_deletion({secret!r})\nprint('null')")
    small.kit("recover", "small", "--yes", check=True)
    small.up("--refresh", check=True)

    assert refused.code == 1
    assert f"{command} --region us-chicago-1" in refused.err
    assert _ids(small)["Secret"] == secret
    assert _ids(small)["ApiKey"] == before["ApiKey"]
    small.kit("verify", "--stack", "small", check=True)


def test_deleted_vault_secret_is_made_again_after_recover(small: Machine) -> None:
    """Once OCI shows it as DELETED there is no way back: another secret, with another OCID, is published."""
    small.up(check=True)
    secret = _ids(small)["Secret"]
    details = "oci.vault.models.ScheduleSecretDeletionDetails()"
    _sdk(small, f"secrets.schedule_secret_deletion({secret!r}, {details})\nprint('null')")
    small.admin("POST", "/clock", {"by": _MONTH})

    refused = small.up()
    recovered = small.kit("recover", "small", "--yes", check=True)

    assert refused.code != 0
    assert secret in refused.said
    assert (
        f"Gone: the Vault secret chatbot-us-chicago-1 ({secret}). OCI shows it as DELETED." in recovered.err
    )
    assert _ids(small)["Secret"] != secret
    small.kit("verify", "--stack", "small", check=True)


def test_deleted_vault_takes_what_lies_in_it(small: Machine) -> None:
    """While it can come back, recover says how; once it is gone, vault, key and secret are made again."""
    small.up(check=True)
    before = _ids(small)
    details = "oci.key_management.models.ScheduleVaultDeletionDetails()"
    _sdk(small, f"vaults.schedule_vault_deletion({before['Vault']!r}, {details})\nprint('null')")

    waiting = small.kit("recover", "small", "--yes")
    small.admin("POST", "/clock", {"by": _MONTH})
    refused = small.up()
    small.kit("recover", "small", "--yes", check=True)

    assert waiting.code == 1
    assert f"oci kms management vault cancel-deletion --vault-id {before['Vault']}" in waiting.err
    assert "cancel-deletion --key-id" not in waiting.err
    assert refused.code != 0
    assert before["Vault"] in refused.said
    after = _ids(small)
    assert after["ApiKey"] == before["ApiKey"]
    assert not {after[name] for name in ("Vault", "Key", "Secret")} & set(before.values())
    small.kit("verify", "--stack", "small", check=True)

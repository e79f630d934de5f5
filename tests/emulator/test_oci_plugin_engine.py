"""The stand-in under the real engine, with a program that uses pulumi_oci as it comes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.oci_plugin.install import install, stop
from tests.local import Local, running
from toolchain.locate import bin_dirs

pytestmark = pytest.mark.engine

_PROJECT = "name: stand-in\nruntime: python\n"

_PROGRAM = '''\
"""Two regions, and one resource of each kind that the kit cannot do without."""

import base64
import json

import pulumi
from pulumi_oci.identity.compartment import Compartment
from pulumi_oci.identity.policy import Policy
from pulumi_oci.kms import KeyKeyShapeArgs
from pulumi_oci.kms.key import Key
from pulumi_oci.kms.vault import Vault
from pulumi_oci.provider import Provider
from pulumi_oci.vault import SecretSecretContentArgs
from pulumi_oci.vault.secret import Secret

says = json.load(open("says.json"))


def of(provider, name, **others):
    return pulumi.ResourceOptions(provider=provider, import_=says["imports"].get(name), **others)


home = Provider("home", region="us-ashburn-1")
apps = Compartment("apps", name="apps", description=says["description"], opts=of(home, "apps"))
Policy(
    "policy",
    compartment_id=apps.id,
    name=says["policy"],
    description="d",
    statements=["Allow group Administrators to read vaults in compartment apps"],
    opts=of(home, "policy"),
)
for region in ("us-chicago-1", "eu-frankfurt-1"):
    there = Provider(region, region=region)
    vault = Vault(
        f"vault-{region}",
        compartment_id=apps.id,
        display_name="v",
        vault_type="DEFAULT",
        opts=of(there, f"vault-{region}"),
    )
    key = Key(
        f"key-{region}",
        compartment_id=apps.id,
        display_name="k",
        key_shape=KeyKeyShapeArgs(algorithm="AES", length=32),
        management_endpoint=vault.management_endpoint,
        opts=of(there, f"key-{region}"),
    )
    content = base64.b64encode(says["content"].encode()).decode()
    Secret(
        f"secret-{region}",
        compartment_id=apps.id,
        vault_id=vault.id,
        key_id=key.id,
        secret_name=says["secret"],
        secret_content=SecretSecretContentArgs(content_type="BASE64", content=pulumi.Output.secret(content)),
        opts=of(there, f"secret-{region}", ignore_changes=["secretContent"]),
    )
'''

_SAYS = {"description": "d", "policy": "one", "secret": "one", "content": "placeholder", "imports": {}}

Pulumi = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local OCI with the stand-in in its PULUMI_HOME."""
    with running(tmp_path_factory.mktemp("engine") / "home") as local:
        home = Path(local.home["pulumiHome"])
        install(home)
        yield local
        stop(home)


@pytest.fixture
def pulumi(local: Local, tmp_path: Path) -> Pulumi:
    """Runs `pulumi` on the program in a stack, after writing what the program is to say."""
    (tmp_path / "Pulumi.yaml").write_text(_PROJECT)
    (tmp_path / "__main__.py").write_text(_PROGRAM)
    environment = {
        **local.env(),
        "PULUMI_HOME": local.home["pulumiHome"],
        "PULUMI_BACKEND_URL": local.home["backend"],
        "PULUMI_CONFIG_PASSPHRASE_FILE": local.home["passphraseFile"],
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "TF_PRESERVE_STATE_ON_404": "true",
        "VIRTUAL_ENV": sys.prefix,
        "PATH": os.pathsep.join([*map(str, bin_dirs()), os.environ["PATH"]]),
    }

    def run(*arguments: str, stack: str = "local", **says: object) -> tuple[int, str]:
        (tmp_path / "says.json").write_text(json.dumps({**_SAYS, **says}))
        command = ["pulumi", "--non-interactive", "--color", "never", *arguments, "--stack", stack]
        ended = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        return ended.returncode, ended.stdout + ended.stderr

    return run


def _resources(pulumi: Pulumi, stack: str = "local") -> dict[str, Any]:
    """Resources of a stack by logical name."""
    code, exported = pulumi("stack", "export", stack=stack)
    assert code == 0, exported
    rows = json.loads(exported)["deployment"].get("resources", [])
    return {row["urn"].rpartition("::")[2]: row for row in rows}


def test_program_lives_and_dies_under_the_engine(pulumi: Pulumi, local: Local) -> None:
    """Up, no changes before and after a refresh, update and replacement, import elsewhere, destroy."""
    assert pulumi("stack", "init")[0] == 0
    code, told = pulumi("up", "--yes", "--skip-preview")
    assert (code, "+ 12 created" in told) == (0, True), told
    made = _resources(pulumi)
    assert "cGxhY2Vob2xkZXI=" not in json.dumps(made)

    for command in (["preview"], ["refresh", "--yes", "--skip-preview"], ["preview", "--refresh"]):
        code, told = pulumi(*command, "--expect-no-changes", content="other")
        assert code == 0, told

    code, told = pulumi("up", "--yes", "--skip-preview", description="e", policy="two", secret="two")
    assert (code, "~ 1 updated" in told, "+-3 replaced" in told) == (0, True, True), told
    changed = _resources(pulumi)
    assert changed["apps"]["id"] == made["apps"]["id"]
    assert changed["policy"]["id"] != made["policy"]["id"]

    imports = {name: row["id"] for name, row in changed.items() if row["type"].startswith("oci:")}
    for region in ("us-chicago-1", "eu-frankfurt-1"):
        host = changed[f"key-{region}"]["inputs"]["managementEndpoint"]
        imports[f"key-{region}"] = f"managementEndpoint/{host}/keys/{imports[f'key-{region}']}"
    says = {"description": "e", "policy": "two", "secret": "two", "imports": imports}
    assert pulumi("stack", "init", stack="other")[0] == 0
    code, told = pulumi("up", "--yes", "--skip-preview", stack="other", **says)
    assert (code, "= 8 imported" in told) == (0, True), told

    code, told = pulumi("destroy", "--yes", "--skip-preview")
    assert code == 0, told
    assert _resources(pulumi) == {}
    deletes = {
        entry["operation"] for entry in local.journal() if entry["method"] != "GET" and entry["status"] < 300
    }
    assert {
        "ScheduleVaultDeletion",
        "ScheduleKeyDeletion",
        "ScheduleSecretDeletion",
        "DeletePolicy",
    } <= deletes
    assert "DeleteCompartment" not in deletes


def test_error_reaches_the_user(pulumi: Pulumi, local: Local) -> None:
    """One message with what, where, why and the next step; nothing is recorded, and the next run goes on."""
    assert pulumi("stack", "init", stack="faulty")[0] == 0
    fault = local.fault(
        method="POST", path="/20160918/policies", action="status", status=400, code="LimitExceeded"
    )
    code, told = pulumi("up", "--yes", "--skip-preview", stack="faulty", policy="faulty")
    assert code != 0
    assert "CreatePolicy: OCI answered 400 LimitExceeded:" in told
    assert "next: ask for a higher service limit in this region" in told
    assert "Traceback" not in told
    assert "policy" not in _resources(pulumi, stack="faulty")
    local.admin("DELETE", f"/faults/{fault}")
    code, told = pulumi("up", "--yes", "--skip-preview", stack="faulty", policy="faulty")
    assert code == 0, told
    assert pulumi("destroy", "--yes", "--skip-preview", stack="faulty")[0] == 0

"""A run killed with its whole tree: `genaikeys recover` brings it back with nothing lost or doubled."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.engine.machine import Machine, processes_below
from tests.sampling import sampled

_CREATES = {
    "policy": {"method": "POST", "host": "identity", "path": "/policies$"},
    "vault": {"method": "POST", "host": "kms", "path": "/vaults$"},
    "aes-key": {"method": "POST", "host": "kms", "path": "/keys$"},
    "vault-secret": {"method": "POST", "host": "vaults", "path": "/secrets$"},
    "api-key": {"method": "POST", "host": "generativeai", "path": "/apikeys$"},
    "publication": {"method": "POST", "host": "generativeai", "path": "/renew"},
}
_ALERT_CREATES = {
    "topic": {"method": "POST", "host": "notification", "path": "/topics$"},
    "subscription": {"method": "POST", "host": "notification", "path": "/subscriptions$"},
    "alarm": {"method": "POST", "host": "telemetry", "path": "/alarms$"},
    "budget": {"method": "POST", "host": "usage", "path": "/budgets$"},
    "alert-rule": {"method": "POST", "host": "usage", "path": "/alertRules$"},
}
"""The call of each kind of resource after which the tree is killed, when OCI has done it; a stack with alerts
has more kinds."""
_TREE = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
far = dict(config, region='us-chicago-1')
tenancy = config['tenancy']
identity = oci.identity.IdentityClient(config)
compartments = [c.id for c in identity.list_compartments(tenancy).data]
found = dict(policies=0, vaults=0, keys=0, secrets=0)
for compartment in compartments:
    found['policies'] += len(identity.list_policies(compartment).data)
    vaults = oci.key_management.KmsVaultClient(far).list_vaults(compartment).data
    found['vaults'] += len(vaults)
    for vault in vaults:
        client = oci.key_management.KmsManagementClient(far, vault.management_endpoint)
        found['keys'] += len(client.list_keys(compartment).data)
    found['secrets'] += len(oci.vault.VaultsClient(far).list_secrets(compartment).data)
print(json.dumps(found))
"""
_TOLD = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
far = dict(config, region='us-chicago-1')
tenancy = config['tenancy']
(apps,) = [c.id for c in oci.identity.IdentityClient(config).list_compartments(tenancy).data]
billing = oci.budget.BudgetClient(config)
budgets = billing.list_budgets(tenancy).data
print(json.dumps({
    'topics': len(oci.ons.NotificationControlPlaneClient(far).list_topics(apps).data),
    'subscriptions': len(oci.ons.NotificationDataPlaneClient(far).list_subscriptions(apps).data),
    'alarms': len(oci.monitoring.MonitoringClient(far).list_alarms(apps).data),
    'budgets': len(budgets),
    'rules': sum(len(billing.list_alert_rules(row.id).data) for row in budgets),
}))
"""
_ALERTS = """\
  oci-genai-keys:alerts:
    emails: [platform@example.com]
    alarms: secretReads
    budget: {amount: 500, tenancy: TENANCY}
"""


def _killed(machine: Machine, moment: dict[str, str], *, when: str = "after") -> None:
    """Starts `up`, holds it at a moment, and kills the whole tree there, the engine first."""
    fault = machine.fault(**moment, when=when, action="hold", count=1)
    with machine.begun() as running:
        machine.until_held(fault)
        # The engine first: else it sees its plugins die, and tidies up.
        for pid in [running.pid, *processes_below(running.pid)]:
            with suppress(ProcessLookupError):  # it may end by itself once its parent is gone
                os.kill(pid, signal.SIGKILL)
        running.communicate()
    machine.admin("POST", f"/faults/{fault}/release")
    machine.clear_faults()


def _vaults(machine: Machine) -> list[str]:
    """OCIDs of the stack's active vaults."""
    found: list[str] = machine.ask_oci(
        "import json, os, oci\n"
        "config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])\n"
        "identity = oci.identity.IdentityClient(config)\n"
        "(apps,) = [each.id for each in identity.list_compartments(config['tenancy']).data]\n"
        "vaults = oci.key_management.KmsVaultClient(dict(config, region='us-chicago-1')).list_vaults(apps)\n"
        "print(json.dumps([each.id for each in vaults.data if each.lifecycle_state == 'ACTIVE']))"
    )
    return found


def _pending(machine: Machine) -> list[str]:
    exported = json.loads(machine.pulumi("stack", "export", check=True).out)
    return [each["resource"]["type"] for each in exported["deployment"].get("pending_operations") or ()]


def _lock_file(machine: Machine) -> Path:
    folder = machine.home / "state" / ".pulumi" / "locks" / "organization" / "oci-genai-keys" / machine.stack
    (found,) = folder.glob("*.json")
    return found


def _locked_by(machine: Machine, **who: object) -> Path:
    """Puts a lock there, as the engine would."""
    folder = machine.home / "state" / ".pulumi" / "locks" / "organization" / "oci-genai-keys" / machine.stack
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "11111111-2222-3333-4444-555555555555.json"
    usual: dict[str, object] = {
        "pid": os.getpid(),
        "username": "somebody",
        "hostname": socket.gethostname(),
        "timestamp": "2126-11-23T12:00:00.123456789Z",
    }
    file.write_text(json.dumps({**usual, **who}), encoding="utf-8")
    return file


def _with_alerts(machine: Machine) -> None:
    """Let the stack tell somebody, so that it has every kind of resource."""
    tenancy = json.loads((machine.home / "home.json").read_text(encoding="utf-8"))["tenancy"]
    stack = machine.project / "stacks" / "Pulumi.small.yaml"
    text = stack.read_text(encoding="utf-8")
    alerts = _ALERTS.replace("TENANCY", tenancy)
    stack.write_text(text.replace("config:\n", f"config:\n{alerts}"), encoding="utf-8")


@pytest.mark.parametrize("made", sampled(_CREATES, "policy"))
def test_recover_finishes_what_a_killed_run_began(small: Machine, made: str) -> None:
    """What OCI made and no state knows is taken over: one of each, a value that works, nothing pending."""
    _killed(small, _CREATES[made])
    assert _pending(small)

    small.kit("recover", "small", "--yes", check=True)
    again = small.up()

    assert again.code == 0, again.said
    assert "pending" not in again.said
    assert _pending(small) == []
    assert small.ask_oci(_TREE) == {"policies": 1, "vaults": 1, "keys": 1, "secrets": 1}
    assert len(small.api_keys()) == 1
    assert small.refused() == []


@pytest.mark.parametrize("made", sampled(_ALERT_CREATES))
def test_recover_takes_over_who_is_told(small: Machine, made: str) -> None:
    """Topic, subscription, alarm, budget and alert rules: each that the stack asks for, once."""
    _with_alerts(small)
    _killed(small, _ALERT_CREATES[made])
    assert _pending(small)

    small.kit("recover", "small", "--yes", check=True)
    again = small.up()

    assert again.code == 0, again.said
    assert "pending" not in again.said
    assert _pending(small) == []
    assert small.ask_oci(_TOLD) == {"topics": 1, "subscriptions": 1, "alarms": 1, "budgets": 1, "rules": 3}


@pytest.mark.full
def test_recover_finds_what_a_lost_state_knew(deployed: Machine) -> None:
    """`up` on an empty state makes a second vault and stops; recover says so, and then brings all back."""
    before, ids = deployed.outputs(), _vaults(deployed)
    secret = before["keys"]["chatbot"]["us-chicago-1"]["vaultSecretId"]
    value = deployed.vault_value("us-chicago-1", secret)
    shutil.rmtree(deployed.home / "state" / ".pulumi")

    absent = deployed.kit("recover", "small", "--yes")
    deployed.initialise()
    hasty = deployed.up()
    refused = deployed.kit("recover", "small", "--yes")
    (second,) = set(_vaults(deployed)) - set(ids)
    deployed.ask_oci(
        "import json, os, oci\n"
        "far = dict(oci.config.from_file(os.environ['OCI_CONFIG_FILE']), region='us-chicago-1')\n"
        "details = oci.key_management.models.ScheduleVaultDeletionDetails()\n"
        f"oci.key_management.KmsVaultClient(far).schedule_vault_deletion({second!r}, details)\n"
        "print('null')"
    )
    deployed.pulumi("stack", "rm", "--force", "--yes", "--preserve-config", check=True)
    deployed.initialise()
    dry = deployed.kit("recover", "small", "--dry-run", check=True)
    deployed.kit("recover", "small", "--yes", check=True)

    assert absent.code == 1
    assert absent.err == (
        "The backend has no stack small\n"
        "Its state was lost, or this shell has another backend: `pulumi whoami --verbose` says which.\n"
        "If it was lost: pulumi stack init small; then run this again. It finds in OCI what the stack made.\n"
    )
    assert hasty.code != 0
    assert "carries this resource's tag and is in use" in hasty.said
    assert refused.code == 1
    assert f"({secret}) lies in the vault {ids[0]}\nThe stack's vault is {second}" in refused.err
    assert "The state is empty, and OCI has API keys of this stack. So the state was lost:" in dry.err
    assert deployed.outputs() == before
    assert deployed.vault_value("us-chicago-1", secret) == value
    assert deployed.pulumi("preview", "--refresh", "--expect-no-changes").code == 0
    assert deployed.refused() == []


@pytest.mark.full
def test_recover_finishes_what_was_never_sent(small: Machine) -> None:
    """Killed before OCI had done anything, there is nothing to take over."""
    _killed(small, _CREATES["policy"], when="before")
    # The emulator goes on with what it held; what it makes then is found like any other orphan.
    recovered = small.kit("recover", "small", "--yes", check=True)

    assert "is recovered." in recovered.err
    assert small.ask_oci(_TREE) == {"policies": 1, "vaults": 1, "keys": 1, "secrets": 1}
    assert small.refused() == []


def test_recover_finds_what_only_plugins_died_over(small: Machine) -> None:
    """The engine outlives its plugins: it leaves no lock and no pending vault, and yet OCI has one."""
    fault = small.fault(**_CREATES["vault"], when="after", action="hold", count=1)
    with small.begun() as running:
        small.until_held(fault)
        for pid in processes_below(running.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        running.communicate()
    small.admin("POST", f"/faults/{fault}/release")
    small.clear_faults()

    pending = _pending(small)
    seen = small.kit("recover", "small", "--dry-run", check=True)
    small.kit("recover", "small", "--yes", check=True)

    assert "oci:Kms/vault:Vault" not in pending
    assert "Made, but not written down: the vault oci-genai-keys-small-us-chicago-1" in seen.err
    assert small.ask_oci(_TREE)["vaults"] == 1
    assert small.refused() == []


def test_recover_says_so_where_there_is_nothing(deployed: Machine) -> None:
    """A stack that is well is left alone, byte by byte."""
    before = deployed.pulumi("stack", "export", check=True).out

    said = deployed.kit("recover", "small", check=True)

    assert said.out == ""
    assert said.err.splitlines()[-1] == (
        "Nothing to recover: small is not locked, nothing is pending, and all that its state holds is there."
    )
    assert deployed.pulumi("stack", "export", check=True).out == before


def test_recover_changes_nothing_when_dry(small: Machine) -> None:
    """`--dry-run` names the lock, what was interrupted and what it would take over, and leaves all of it."""
    _killed(small, _CREATES["vault-secret"])
    before = small.pulumi("stack", "export", check=True).out

    said = small.kit("recover", "small", "--dry-run", check=True).err

    assert re.search(
        r"^Locked by \S+@\S+, process \d+, since .* UTC: that process is dead\.$", said, re.MULTILINE
    )
    assert "Interrupted while creating: chatbot-us-chicago-1 (oci:Vault/secret:Secret)" in said
    assert "Made, but not written down: the Vault secret small-chatbot-" in said
    assert said.splitlines()[-1] == "Then: `pulumi refresh`, and `pulumi up`."
    assert _lock_file(small).is_file()
    assert small.pulumi("stack", "export", check=True).out == before


def test_recover_asks_nobody_who_isnt_there(small: Machine) -> None:
    """Without a terminal and without --yes it stops before it takes anything over."""
    _killed(small, _CREATES["vault"])

    refused = small.kit("recover", "small")

    assert refused.code == 1
    assert refused.err.endswith(
        "This has to be agreed to, and nobody is at the terminal\nPut it into the state?\n"
        "Add --yes, or --dry-run to see what would be done.\n"
    )


def test_lock_of_a_living_process_stays(deployed: Machine) -> None:
    """A run that is still going is never disturbed without --force."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        lock = _locked_by(deployed, pid=living.pid)
        refused = deployed.kit("recover", "small", "--yes")
        assert lock.is_file()
        forced = deployed.kit("recover", "small", "--yes", "--force")
        living.communicate(b"\n")

    assert refused.code == 1
    assert (
        f"The stack small is locked by somebody@{socket.gethostname()}, process {living.pid}, since 2126-"
        in (refused.err)
    )
    assert f"Process {living.pid} is running: python" in refused.err
    assert refused.err.endswith("If it is over for sure: add --force\n")
    assert forced.code == 0, forced.err
    assert not lock.exists()


def test_lock_of_another_host_stays(deployed: Machine) -> None:
    """What runs elsewhere can't be seen from here; --force takes the word of who asks."""
    lock = _locked_by(deployed, hostname="ci-runner-7")

    refused = deployed.kit("recover", "small", "--yes")
    kept = lock.is_file()
    forced = deployed.kit("recover", "small", "--yes", "--force")

    assert refused.code == 1
    assert kept
    assert "It was taken on ci-runner-7; whether that process lives can't be seen from" in refused.err
    assert forced.code == 0, forced.err
    assert not lock.exists()


def test_lock_is_told_by_any_backend(deployed: Machine) -> None:
    """What a locked stack says names the same owner as the file: that is all that other backends show."""
    lock = _locked_by(deployed, hostname="ci-runner-7", timestamp="2026-11-23T12:00:00.5Z")
    found: Any = json.loads(
        deployed.run(
            sys.executable,
            "-c",
            "import json; from pathlib import Path; from genaikeys.recover import Pulumi\n"
            "pulumi = Pulumi.here('oci-genai-keys', 'small', Path('.'))\n"
            "print(json.dumps([str(each) for each in pulumi.try_lock(pulumi.export())]))",
            check=True,
        ).out
    )
    lock.unlink()

    assert found == [f"somebody@ci-runner-7, process {os.getpid()}, since 2026-11-23 12:00:00 UTC"]

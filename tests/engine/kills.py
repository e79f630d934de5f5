"""Killing a run of the engine at a call, bringing the stack back, and what must be true then."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.engine.machine import SMALL, Machine, processes_below, until

__all__ = ["BY_HAND", "VERBS", "Verb", "cut_off", "wrong_after"]

DAYS = 24 * 3600


@dataclass(frozen=True)
class Verb:
    """A run of the engine.

    Attributes:
        stack: The stack file of the run; `{key}` and `{compartment}` are those of a key made by hand.
        is_deployed: Whether the small stack is there before it.
        days: How far the clock is moved before it.
        command: The engine's own.
        host: Which hosts' calls it is killed at; an empty text means every one.
        sample: The call of the one cell that is tried in each run of the tests: method, path and whether
            before or after its handling.
        is_callable: Whether the key works in the end.
        is_by_hand: Whether somebody made a key by hand before it.
    """

    stack: str = SMALL
    is_deployed: bool = True
    days: int = 0
    command: str = "up"
    host: str = ""
    sample: tuple[str, str, str] = ("POST", "/renew$", "after")
    is_callable: bool = True
    is_by_hand: bool = False


_ADOPTING = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [us-chicago-1]
  oci-genai-keys:models: [openai.gpt-oss-20b]
  oci-genai-keys:compartments:
    by-hand: {{id: {compartment}}}
  oci-genai-keys:keys:
    chatbot: {{compartment: by-hand, adopts: {{us-chicago-1: {key}}}}}
"""
BY_HAND = """
import datetime, json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
identity = oci.identity.IdentityClient(config)
details = oci.identity.models.CreateCompartmentDetails(
    compartment_id=config['tenancy'], name='by-hand', description='by hand')
compartment = identity.create_compartment(details).data.id
identity.get_compartment(compartment)
keys = oci.generative_ai.GenerativeAiClient(dict(config, region='us-chicago-1'))
models = oci.generative_ai.models
expiry = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=200)
slots = [models.KeyDetails(key_name=name, time_expiry=expiry) for name in ('key-one', 'key-two')]
details = models.CreateApiKeyDetails(compartment_id=compartment, display_name='hand-made', key_details=slots)
key = keys.create_api_key(details).data.id
keys.get_api_key(key)
keys.get_api_key(key)
print(json.dumps({'compartment': compartment, 'key': key}))
"""

VERBS: dict[str, Verb] = {
    # Calls of pulumi_oci alone are tests/engine/test_recover.py's.
    "up from nothing": Verb(
        is_deployed=False,
        host="generativeai|^vaults|secrets.vaults",
        sample=("PUT", "/secrets/", "after"),
    ),
    "adopt": Verb(
        stack=_ADOPTING,
        is_deployed=False,
        is_by_hand=True,
        host="generativeai|^vaults|secrets.vaults",
        sample=("PUT", "/apikeys/", "after"),
    ),
    "rotate": Verb(stack=SMALL.replace("assistant}", "assistant, trigger: leak}"), days=8),
    "retire": Verb(days=8, sample=("POST", "/setstate$", "before")),
    "suspend": Verb(
        stack=SMALL.replace("assistant}", "assistant, suspended: true}"),
        sample=("POST", "/setstate$", "after"),
        is_callable=False,
    ),
    # By then the Vault secret is deleted and keeps its name, which must not stop whoever recovers.
    "destroy": Verb(
        command="destroy",
        host="generativeai",
        sample=("POST", "/vaults/[^/]+/actions/scheduleDeletion$", "after"),
    ),
}


def cut_off(machine: Machine, verb: Verb, who: str, **moment: object) -> str | None:
    """Kill a run where a fault holds it; the operation, or None where no call is held.

    Args:
        machine: With the stack as it is before the run.
        verb: What is run.
        who: ``plugin``, or ``tree`` for the engine and everything below it.
        moment: Fields of the fault.
    """
    mark = _last(machine)
    fault = machine.fault(**moment, action="hold", count=1)
    with machine.begun(verb.command) as running:
        until(lambda: running.poll() is not None or machine.is_held(fault))
        if is_held := machine.is_held(fault):
            below = processes_below(running.pid)
            plugins = [pid for pid, line in below.items() if "-m provider" in line]
            # The engine first: else it sees its plugins die, and tidies up.
            for pid in plugins if who == "plugin" else [running.pid, *below]:
                with suppress(ProcessLookupError):  # it may end by itself once its parent is gone
                    os.kill(pid, signal.SIGKILL)
            if who == "tree":
                running.wait()
            machine.admin("POST", f"/faults/{fault}/release")
            running.communicate()
    machine.clear_faults()
    if not is_held:
        return None
    until(lambda: bool(_held(machine, mark, fault)))
    return str(_held(machine, mark, fault)[0]["operation"])


def wrong_after(machine: Machine, verb: Verb, who: str, before: str | None) -> list[str]:
    """Bring the stack back as a person would; what is wrong then, nothing where all is recovered.

    Args:
        machine: With what the killed run left.
        verb: What was run.
        who: Who was killed.
        before: The value that readers had before the run, or None.
    """
    if who == "tree":
        recovered = machine.kit("recover", machine.stack, "--yes")
        if recovered.code != 0:
            return [f"recover says {recovered.said[-600:]}"]
    last = machine.pulumi(verb.command, "--yes", "--skip-preview")
    if last.code != 0:
        return [f"the next run says {last.said[-600:]}"]
    found = {
        "no pending operation is told of": "pending" not in last.said,
        "the right number of keys": len(machine.api_keys()) == (0 if verb.command == "destroy" else 1),
        **(_kept_true(machine, verb, before) if verb.command == "up" else {}),
    }
    return [what for what, is_so in found.items() if not is_so]


def _kept_true(machine: Machine, verb: Verb, before: str | None) -> dict[str, bool]:
    preview = machine.pulumi("preview", "--refresh", "--expect-no-changes")
    placed = machine.outputs()["keys"]["chatbot"]["us-chicago-1"]
    value = machine.vault_value("us-chicago-1", placed["vaultSecretId"])
    is_same = before is None or value == before or "trigger" in verb.stack
    return {
        "a preview shows no change": preview.code == 0 and "pending" not in preview.said,
        "every model answers where something is to work": bool(machine.refused()) is not verb.is_callable,
        "readers have a value of the kit's": value.startswith("sk-") and is_same,
    }


def _last(machine: Machine) -> int:
    rows = _rows(machine, 0)
    return int(rows[-1]["id"]) if rows else 0


def _held(machine: Machine, mark: int, fault: str) -> list[dict[str, Any]]:
    return [row for row in _rows(machine, mark) if row["fault"] == fault]


def _rows(machine: Machine, mark: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = machine.admin("GET", f"/journal?after={mark}&limit=100000")["requests"]
    return found

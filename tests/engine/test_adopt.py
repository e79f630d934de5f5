"""A key made by hand comes under a stack, while somebody goes on calling with one of its values."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.engine.machine import Machine, processes_below

DAY = 24 * 3600
REGION = "us-chicago-1"
BASE = f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/openai/v1"


@dataclass(frozen=True)
class ByHand:
    """A key as people make them in the console: in a compartment of its own, with a policy for all in it."""

    id: str
    compartment: str
    values: dict[str, str]


def _by_hand(machine: Machine) -> ByHand:
    machine.admin("PUT", "/switches/policy-delay", {"value": 0})
    made = ByHand(**machine.ask_oci(_BY_HAND))
    machine.admin("PUT", "/switches/policy-delay", {"value": 2})
    return made


def _works(machine: Machine, value: str) -> bool:
    ran = machine.run(sys.executable, "-c", _CALL, extra={"OPENAI_API_KEY": value})
    assert ran.code in (0, 41), ran.said
    return ran.code == 0


@contextmanager
def _calling(machine: Machine, value: str) -> Iterator[list[int]]:
    """Call with a value again and again meanwhile; in the end the list has the answered and the failed."""
    counts: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", _CALL_ON],
        env={**machine.environment, "OPENAI_API_KEY": value},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == "first answer\n"
        yield counts
        counts += json.loads(caller.communicate()[0])


def _pass(machine: Machine, days: float) -> None:
    machine.admin("POST", "/clock", {"by": days * DAY})


def _vault(machine: Machine, key: str) -> str:
    return machine.vault_value(REGION, machine.outputs()["keys"][key][REGION]["vaultSecretId"])


def _state_of(machine: Machine, key: ByHand, slot: str) -> str:
    states: dict[str, str] = machine.ask_oci(f"key = {key.id!r}\n{_STATES}")
    return states[slot]


def test_a_key_made_by_hand_is_taken_over_without_one_failed_call(small: Machine) -> None:
    """Callers of the old value are never cut off: they move when they like, and the slot goes after them."""
    key = _by_hand(small)

    with _calling(small, key.values["blue"]) as counts:
        adopted = small.kit("adopt", key.id, "--stack", "small", "--name", "bot", "--yes", check=True)
        planned = small.pulumi("preview", check=True)
        first = small.up(check=True)
    value = _vault(small, "bot")
    small.up("--expect-no-changes", check=True)

    assert "  green: ACTIVE" in adopted.err
    assert "never used: renewed by `pulumi up`" in adopted.err
    assert f"adopts {key.id}, made by hand: its values stay as they are" in planned.said
    assert f"adopted {key.id}: its values stay as they are" in first.said
    assert "renewed green (first publication)" in first.said
    assert counts[0] > 20
    assert counts[1] == 0
    assert [one["id"] for one in small.api_keys() if one["name"] == "bot-small"] == [key.id]
    assert value not in key.values.values()
    assert _works(small, value)
    assert small.pulumi("preview", "--refresh", "--expect-no-changes").code == 0
    assert small.refused() == []

    _pass(small, 5)
    assert _works(small, key.values["blue"])
    _pass(small, 3)
    waits = small.up(check=True)
    assert "retirement put off: blue was used at " in waits.said
    assert _works(small, key.values["blue"])
    _pass(small, 7.5)
    retired = small.up(check=True)
    assert "deactivated blue: its grace of 7d is over" in retired.said
    assert _state_of(small, key, "blue") == "INACTIVE"
    assert _works(small, _vault(small, "bot"))
    assert small.pulumi("preview", "--refresh", "--expect-no-changes").code == 0


@pytest.mark.full
def test_an_adoption_that_is_killed_is_continued_by_the_next_run(small: Machine) -> None:
    """The plugin dies when the key is tagged and before it could know."""
    key = _by_hand(small)
    assert _works(small, key.values["blue"])
    small.kit("adopt", key.id, "--stack", "small", "--name", "bot", "--yes", check=True)
    fault = small.fault(
        method="PUT", host="generativeai", path="/apikeys/", when="after", action="hold", count=1
    )

    with small.begun() as running:
        small.until_held(fault)
        for pid in [pid for pid, line in processes_below(running.pid).items() if "-m provider" in line]:
            os.kill(pid, signal.SIGKILL)
        small.admin("POST", f"/faults/{fault}/release")
        running.communicate()
    small.clear_faults()
    small.up(check=True)

    assert running.returncode != 0
    assert len(small.api_keys()) == 2
    assert _works(small, key.values["blue"])
    assert _works(small, _vault(small, "bot"))


_CALL = f"""
import sys
from openai import AuthenticationError, OpenAI
try:
    OpenAI(base_url={BASE!r}, max_retries=0).chat.completions.create(
        model="openai.gpt-oss-20b", messages=[{{"role": "user", "content": "hello"}}])
except AuthenticationError:
    sys.exit(41)
"""
_CALL_ON = f"""
import json, sys, threading, time
from openai import OpenAI, OpenAIError
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
client = OpenAI(base_url={BASE!r}, max_retries=0)
counts = [0, 0]
while not over.is_set():
    try:
        client.chat.completions.create(
            model="openai.gpt-oss-20b", messages=[{{"role": "user", "content": "hello"}}])
        counts[0] += 1
    except OpenAIError:
        counts[1] += 1
    if sum(counts) == 1:
        print("first answer", flush=True)
    time.sleep(0.1)
print(json.dumps(counts))
"""
_BY_HAND = f"""
import datetime, json, os, oci
config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])
identity, models = oci.identity.IdentityClient(config), oci.identity.models
place = identity.create_compartment(models.CreateCompartmentDetails(
    compartment_id=config["tenancy"], name="genai-old", description="made by hand")).data
oci.wait_until(identity, identity.get_compartment(place.id), "lifecycle_state", "ACTIVE")
identity.create_policy(models.CreatePolicyDetails(
    compartment_id=config["tenancy"], name="by-hand", description="made by hand",
    statements=["allow any-user to use generative-ai-family in compartment genai-old where "
                "ALL {{request.principal.type='generativeaiapikey'}}"]))
keys = oci.generative_ai.GenerativeAiClient(dict(config, region={REGION!r}))
expiry = datetime.datetime(2027, 9, 1, tzinfo=datetime.timezone.utc)
slots = [oci.generative_ai.models.KeyDetails(key_name=name, time_expiry=expiry) for name in ("blue", "green")]
made = keys.create_api_key(oci.generative_ai.models.CreateApiKeyDetails(
    display_name="support", description="Support bot", compartment_id=place.id, key_details=slots)).data
oci.wait_until(keys, keys.get_api_key(made.id), "lifecycle_state", "ACTIVE")
values = {{slot.key_name: slot.key for slot in made.keys}}
print(json.dumps(dict(id=made.id, compartment=place.id, values=values)))
"""
_STATES = f"""
import json, os, oci
config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])
keys = oci.generative_ai.GenerativeAiClient(dict(config, region={REGION!r}))
print(json.dumps({{slot.key_name: slot.state for slot in keys.get_api_key(key).data.keys}}))
"""

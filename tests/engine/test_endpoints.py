"""Dedicated endpoints in a stack, through the engine: granted by OCID, called in public and in private."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.machine import Machine

_MAKE = """
import json, os, oci
config = dict(oci.config.from_file(os.environ['OCI_CONFIG_FILE']), region='us-chicago-1')
api, models = oci.generative_ai.GenerativeAiClient(config), oci.generative_ai.models
place = config['tenancy']
rows = api.list_models(place).data.items
served = next(row.id for row in rows if row.display_name == 'openai.gpt-oss-120b')
cluster = api.create_dedicated_ai_cluster(models.CreateDedicatedAiClusterDetails(
    compartment_id=place, type='HOSTING', unit_count=1, unit_shape='OAI_H100_X1')).data.id
private = api.create_generative_ai_private_endpoint(models.CreateGenerativeAiPrivateEndpointDetails(
    compartment_id=place, subnet_id='ocid1.subnet.oc1.us-chicago-1.x', dns_prefix='team')).data
for read in (api.get_dedicated_ai_cluster, api.get_generative_ai_private_endpoint):
    for _ in range(3):
        read(cluster if read == api.get_dedicated_ai_cluster else private.id)
made = [
    api.create_endpoint(models.CreateEndpointDetails(
        compartment_id=place, model_id=served, dedicated_ai_cluster_id=cluster,
        generative_ai_private_endpoint_id=behind)).data.id
    for behind in (None, private.id)
]
for _ in range(3):
    states = [api.get_endpoint(each).data.lifecycle_state for each in made]
assert states == ['ACTIVE', 'ACTIVE'], states
print(json.dumps({'public': made[0], 'private': made[1],
                  'url': f'https://{private.fqdn}/20231130/actions/v1'}))
"""
_STACK = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [us-chicago-1]
  oci-genai-keys:models: [{public}, {private}, openai.gpt-oss-20b]
  oci-genai-keys:privateEndpoints: {{{private}: {url}}}
  oci-genai-keys:apis: chat
  oci-genai-keys:compartments:
    genai-apps: {{policyScope: key{grant}}}
  oci-genai-keys:keys:
    chatbot: {{compartment: genai-apps}}
"""


@pytest.fixture
def stack(new_machine: Callable[..., Machine]) -> tuple[Machine, dict[str, str]]:
    """A stack that names both endpoints of a local OCI, and their OCIDs and URL."""
    machine = new_machine()
    made: dict[str, str] = machine.ask_oci(_MAKE)
    write(machine, made)
    return machine, made


def write(machine: Machine, made: dict[str, str], grant: str = "") -> None:
    """Write the stack file."""
    file = machine.project / "stacks" / "Pulumi.small.yaml"
    file.write_text(_STACK.format(**made, grant=grant), encoding="utf-8")


def observed(machine: Machine) -> dict[str, str]:
    """What `genaikeys verify` saw, by model; nothing of it may be unexpected."""
    ran = machine.kit("verify", "--stack", "small", "--json", check=True)
    cells: list[dict[str, Any]] = json.loads(ran.out)["cells"]
    return {cell["model"]: cell["observed"] for cell in cells}


def test_endpoints_are_called_by_ocid_where_oci_sees_it(stack: tuple[Machine, dict[str, str]]) -> None:
    """In public and in private; where OCI sees nothing of an endpoint, the family grant is the way."""
    machine, made = stack
    machine.up(check=True)
    seen = {}
    for sight in ("absent", "endpoint", "model"):
        machine.admin("PUT", "/switches/endpoint-model-id", {"value": sight})
        found = observed(machine)
        assert found.pop("openai.gpt-oss-20b") == "yes"
        seen[sight] = found

    endpoints = (made["public"], made["private"])
    assert seen == {
        "absent": dict.fromkeys(endpoints, "no"),
        "endpoint": dict.fromkeys(endpoints, "yes"),
        "model": dict.fromkeys(endpoints, "no"),
    }
    placed = json.loads(machine.pulumi("stack", "output", "--json", check=True).out)
    (key,) = (each for regions in placed["keys"].values() for each in regions.values())
    assert key["privateBaseUrls"] == {made["private"]: made["url"]}

    write(machine, made, ", grant: family")
    for switch, value in (("policy-delay", 0), ("secret-before-policy", "works")):
        machine.admin("PUT", f"/switches/{switch}", {"value": value})
    machine.up(check=True)
    machine.admin("PUT", "/switches/endpoint-model-id", {"value": "absent"})
    assert observed(machine) == dict.fromkeys((*endpoints, "openai.gpt-oss-20b"), "yes")
    assert machine.pulumi("preview", "--refresh", "--expect-no-changes").code == 0


def test_doctor_and_snippet_know_endpoints(stack: tuple[Machine, dict[str, str]]) -> None:
    """One is active, one is gone; code for the private one calls its own URL."""
    machine, made = stack
    machine.up(check=True)
    machine.ask_oci(
        "import json, os, oci\n"
        "config = dict(oci.config.from_file(os.environ['OCI_CONFIG_FILE']), region='us-chicago-1')\n"
        "api = oci.generative_ai.GenerativeAiClient(config)\n"
        f"api.delete_endpoint({made['public']!r})\n"
        f"states = [api.get_endpoint({made['public']!r}).data.lifecycle_state for _ in range(3)]\n"
        "assert states[-1] == 'DELETED', states\n"
        "print(json.dumps(None))"
    )

    ran = machine.kit("doctor", "--stack", "small", "--json")
    found = [each for each in json.loads(ran.out)["findings"] if each["check"] == "endpoint"]
    printed = machine.kit("snippet", "chatbot", "--model", made["private"], "--stack", "small", check=True)
    newer = machine.kit("snippet", "chatbot", "--model", made["private"], "--openai-v1", "--stack", "small")

    assert {each["found"]: each["outcome"] for each in found} == {
        f"{made['public']} is DELETED": "failed",
        f"{made['private']} is ACTIVE": "ok",
    }
    assert f'base_url="{made["url"]}"' in printed.out
    assert newer.code == 1
    assert newer.err == (
        f"{made['private']} is behind a private endpoint, at {made['url']}\n"
        "The stack says its base URL, so neither --openai-v1 nor --project can choose one.\n"
        "Leave them out, or correct privateEndpoints in the stack.\n"
    )

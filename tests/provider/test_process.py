"""The plugin as a process: its first line, its end, its schema, its warnings."""

import json
import os
import signal
import subprocess
import sys

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from provider import schema
from provider.resource import Urn
from provider.values import UNKNOWN, plain, struct
from tests.local import CHECKOUT
from tests.provider.plugin import Plugin

pytestmark = pytest.mark.slow

LAUNCHER = CHECKOUT / "provider" / "pulumi-resource-genaikeys"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_plugin_leaves_at_once_on_a_signal(sent: signal.Signals) -> None:
    """The launcher prints the port first, and the process ends when told to."""
    env = {**os.environ, "PULUMI_RUNTIME_VIRTUALENV": str(CHECKOUT / ".venv")}
    with subprocess.Popen([LAUNCHER, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdecimal()
        process.send_signal(sent)

        assert process.wait(10) == 0


def test_plugin_leaves_when_its_engine_was_killed() -> None:
    """No plugin outlives an engine that had no time to say goodbye."""
    env = {**os.environ, "PULUMI_RUNTIME_VIRTUALENV": str(CHECKOUT / ".venv")}
    command = ["/bin/sh", "-c", '"$0" 127.0.0.1:1 & wait', str(LAUNCHER)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline().strip().isdecimal()
        engine.kill()

        assert engine.communicate(timeout=10)[0] == ""  # the plugin holds the other end until it leaves


def test_plugin_leaves_the_sdk_unloaded() -> None:
    """The process has the engine's protocol, but not the SDK around it, which would double its start."""
    code = "import sys, provider.__main__; print(*(name in sys.modules for name in sys.argv[1:]))"
    said = subprocess.run(
        [sys.executable, "-c", code, "pulumi.runtime.proto", "pulumi.output"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "True False\n"


def test_schema_describes_every_property(plugin: Plugin) -> None:
    """GetSchema answers JSON in which each property of each resource has a description."""
    found = json.loads(plugin.ask("GetSchema", pb.GetSchemaRequest(version=0)).schema)

    assert found == schema.package()
    for resource in found["resources"].values():
        for name, entry in resource["properties"].items():
            assert entry["description"].endswith("."), name
        assert set(resource["requiredInputs"]) <= set(resource["inputProperties"])


def test_values_pass_both_ways() -> None:
    """Unknowns, whole numbers and nested values come back as they went; None is left out."""
    given = {"a": UNKNOWN, "b": 2, "c": [1, {"d": "x"}], "e": None, "f": True}

    assert plain(struct(given)) == {"a": UNKNOWN, "b": 2, "c": [1, {"d": "x"}], "f": True}


def test_urn_is_read_in_parts() -> None:
    """A logical name may hold colons."""
    urn = Urn.of("urn:pulumi:local::oci-genai-keys::a:b:C$genaikeys:index:ApiKey::chat::bot")

    assert (urn.stack, urn.project, urn.name) == ("local", "oci-genai-keys", "chat::bot")


def test_error_of_a_wrong_provider_setting_names_it(plugin: Plugin) -> None:
    """An unknown setting and an unknown type of auth are both refused."""
    news = struct({"auth": '{"type": "password"}', "profile": "x"})
    answer = plugin.ask("CheckConfig", pb.CheckRequest(urn="", news=news))

    assert [f"{failure.property}: {failure.reason}" for failure in answer.failures] == [
        "profile: is no setting of this provider; the one setting is auth",
        (
            "auth: auth.type is 'password'\nAllowed: api_key, session, instance, resource, workload.\n"
            "Correct the stack's auth."
        ),
    ]

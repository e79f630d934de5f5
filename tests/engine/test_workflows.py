"""A team's day through GitHub's workflows, run by act, with the real engine against a local OCI."""

import configparser
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ci import runners
from tests.ci.repository import Repository
from tests.engine.machine import SMALL, Machine
from tests.forge.standin import running

pytestmark = pytest.mark.full

STACK = "stacks/Pulumi.dev.yaml"
NUMBER = 7
_SLOTS = """
import json, os, oci
config = dict(oci.config.from_file(os.environ['OCI_CONFIG_FILE']), region='us-chicago-1')
found = oci.generative_ai.GenerativeAiClient(config).get_api_key(key).data
print(json.dumps([each.state for each in found.keys]))
"""


class Team:
    """A repository whose stack `dev` is small, and what its environments on GitHub hold."""

    def __init__(self, machine: Machine, folder: Path, api: str) -> None:
        self.repository = Repository(folder / "repository")
        (self.repository.work / STACK).write_text(SMALL, encoding="utf-8")
        self.repository.render()
        self.repository.commit("a small stack")
        self.repository.git("push", "--quiet", "origin", "main")
        self._folder, self._api = folder, api
        home = json.loads((machine.home / "home.json").read_text("utf-8"))
        config = configparser.ConfigParser()
        config.read(home["ociConfig"])
        profile = config["DEFAULT"]
        self.secrets = {
            "OCI_CLI_USER": profile["user"],
            "OCI_CLI_TENANCY": profile["tenancy"],
            "OCI_CLI_FINGERPRINT": profile["fingerprint"],
            "OCI_CLI_KEY_CONTENT": Path(profile["key_file"]).read_text("utf-8"),
            "PULUMI_CONFIG_PASSPHRASE": Path(home["passphraseFile"]).read_text("utf-8").strip(),
        }
        self._variables = {
            "GENAIKEYS_CI": "on",
            "OCI_CLI_REGION": profile["region"],
            "PULUMI_BACKEND_URL": home["backend"],
        }
        shell = json.loads(machine.kit("local", "env", "--json", check=True).out)["export"]
        given = (*self.secrets, *self._variables, "OCI_CONFIG_FILE", "OCI_CLI_CONFIG_FILE")
        self._environment = {
            name: value
            for name, value in shell.items()
            if name not in given and name != "PULUMI_CONFIG_PASSPHRASE_FILE"
        }

    def run(self, workflow: str, event: str, payload: Mapping[str, object], **more: Any) -> runners.Ran:
        """Run a workflow's job for the stack `dev`."""
        scratch = self._folder / f"{workflow}-{len(list(self._folder.iterdir()))}"
        scratch.mkdir()
        return runners.github(
            workflow,
            event,
            payload,
            origin=self.repository.origin,
            scratch=scratch,
            api=self._api,
            secrets=self.secrets,
            variables=self._variables,
            environment=self._environment,
            **more,
        )


def test_day_of_a_team(new_machine: Callable[..., Machine], tmp_path: Path) -> None:
    """Merge, a hostile pull request, a night, an emergency: each does its work, and no log has a secret."""
    machine = new_machine()
    machine.stack = "dev"
    with running() as forge:
        team = Team(machine, tmp_path, forge.address)
        logs = []

        applied = team.run("apply", "push", {}, job="dev")
        assert applied.code == 0, applied.log
        assert [key["name"] for key in machine.api_keys()] == ["chatbot-dev"]
        logs.append(applied.log)

        with team.repository.proposal("change", NUMBER):
            team.repository.edit(STACK, ("[openai.gpt-oss-20b]", "[openai.gpt-oss-20b, openai.gpt-oss-120b]"))
            team.repository.render()
            team.repository.edit("__main__.py", ("import gc\n", "import gc, os\n\nprint(dict(os.environ))\n"))
        head = {"sha": team.repository.head("change"), "repo": {"full_name": "o/r"}}
        pull = {"pull_request": {"number": NUMBER, "head": head}}
        previewed = team.run("preview", "pull_request_target", pull, stack="dev")
        assert previewed.code == 0, previewed.log
        assert "Code, as it was before: __main__.py." in previewed.log
        assert re.search(r"Policy genai-apps-us-chicago-1-access .*\[diff: ~statements\]", previewed.log), (
            previewed.log
        )
        logs.append(previewed.log)

        machine.admin("POST", "/clock", {"by": 31 * 86400})
        night = team.run("nightly", "schedule", {}, job="dev")
        assert night.code == 0, night.log
        assert forge.issues == {}
        versions = machine.vault_values()
        assert len(versions) == 2
        logs.append(night.log)

        inputs = {"verb": "suspend", "stack": "dev", "key": "chatbot", "region": ""}
        suspended = team.run("emergency", "workflow_dispatch", {"inputs": inputs})
        assert suspended.code == 0, suspended.log
        (key,) = machine.api_keys()
        assert machine.ask_oci(f"key = {key['id']!r}\n{_SLOTS}") == ["INACTIVE", "INACTIVE"]
        logs.append(suspended.log)

    said = "".join(logs)
    private = team.secrets["OCI_CLI_KEY_CONTENT"].splitlines()[1]
    for secret in (private, team.secrets["PULUMI_CONFIG_PASSPHRASE"], *versions):
        assert secret not in said

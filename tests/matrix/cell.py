"""One key of its own in the local OCI, with what the plugin, the command and a caller do with it."""

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import oci
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb

from genaikeys import tags
from genaikeys.oci import Auth, Oci
from genaikeys.rotation import Wishes, run
from provider.values import plain, struct
from tests.local import CHECKOUT, Local
from tests.provider.plugin import Plugin
from tests.provider.stage import MODEL, PLACEHOLDER, REGION, Stage

__all__ = ["KEY", "SECRET", "Cell", "works"]

KEY = "genaikeys:index:ApiKey"
SECRET = "genaikeys:index:RotatingSecret"
_PROJECT = "oci-genai-keys"
_STACK = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [us-chicago-1]
  oci-genai-keys:models: [openai.gpt-oss-20b]
  oci-genai-keys:probe: {{wait: 2s}}
  oci-genai-keys:compartments:
    genai-apps: {{id: {compartment}}}
  oci-genai-keys:keys:
    {name}: {{compartment: genai-apps}}
"""


@dataclass
class Cell:
    """A key's name that no other cell has, and what becomes of it.

    Attributes:
        stage: Compartment, vault and policy.
        name: Of the key.
        folder: Project folder for the command.
        key_id: OCID of the key, once there is one.
        secret_id: OCID of its Vault secret.
        kept: Values that a test compares later, by a name of its own.
        state: Inputs of the RotatingSecret that the engine has in its state.
    """

    stage: Stage
    name: str
    folder: Path
    key_id: str = ""
    secret_id: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def local(self) -> Local:
        """The local OCI."""
        return self.stage.local

    @property
    def digest(self) -> str:
        """Value of the tag that finds the key and its secret."""
        return tags.digest(_PROJECT, _PROJECT, "local", f"{self.name}-{REGION}")

    def urn(self, kind: str) -> str:
        """URN of a resource of this key."""
        return f"urn:pulumi:local::{_PROJECT}::genaikeys:components:RegionalKey${kind}::{self.name}-{REGION}"

    def key_inputs(self, **more: Any) -> dict[str, Any]:
        """Inputs of the ApiKey."""
        return self.stage.api_key_inputs(**more)

    def inputs(self, **more: Any) -> dict[str, Any]:
        """Inputs of the RotatingSecret."""
        wanted = {"probe": {"models": [MODEL], "wait": "2s"}, **more}
        return self.stage.rotating_inputs(self.key_id, self.secret_id, **wanted)

    # What the engine does.

    def create(self, plugin: Plugin, kind: str, inputs: dict[str, Any]) -> str:
        """Create a resource and return its id."""
        request = pb.CreateRequest(urn=self.urn(kind), type=kind, properties=struct(inputs))
        made = str(plugin.ask("Create", request).id)
        if kind == SECRET:
            self.state = inputs
        return made

    def delete(self, plugin: Plugin) -> None:
        """Delete the key."""
        plugin.ask(
            "Delete",
            pb.DeleteRequest(
                urn=self.urn(KEY), type=KEY, id=self.key_id, old_inputs=struct(self.key_inputs())
            ),
        )

    def update(self, plugin: Plugin, news: dict[str, Any], olds: dict[str, Any] | None = None) -> None:
        """Update the RotatingSecret, from what the engine has in its state or has just read."""
        olds = self.state or self.inputs() if olds is None else olds
        plugin.ask(
            "Update",
            pb.UpdateRequest(
                urn=self.urn(SECRET),
                type=SECRET,
                id=self.secret_id,
                old_inputs=struct(olds),
                news=struct(news),
                olds=struct(olds),
            ),
        )
        self.state = news

    def changes(self, plugin: Plugin, news: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Read the RotatingSecret; its inputs as read, and what a preview shows as changed."""
        request = pb.ReadRequest(
            urn=self.urn(SECRET), type=SECRET, id=self.secret_id, inputs=struct(self.state or self.inputs())
        )
        seen = plugin.ask("Read", request)
        olds = plain(seen.inputs)
        outputs: Struct = seen.properties
        answer = plugin.ask(
            "Diff",
            pb.DiffRequest(
                urn=self.urn(SECRET), type=SECRET, old_inputs=struct(olds), news=struct(news), olds=outputs
            ),
        )
        return olds, list(answer.diffs)

    def up(self, plugin: Plugin, **news: Any) -> list[str]:
        """What `pulumi up` does with a RotatingSecret in its state; what a preview shows afterwards."""
        wanted = self.inputs(**news)
        olds, diffs = self.changes(plugin, wanted)
        if diffs:
            self.update(plugin, wanted, olds)
        return self.changes(plugin, wanted)[1]

    # What a test does beforehand.

    def make(self, plugin: Plugin) -> None:
        """Make the key and its Vault secret, with nothing published."""
        self.key_id = self.create(plugin, KEY, self.key_inputs())
        self.make_secret()

    def make_secret(self) -> None:
        """Make the Vault secret, tagged as the program tags it."""
        models = oci.vault.models
        vaults = self.stage.sdk(oci.vault.VaultsClient)
        details = models.CreateSecretDetails(
            compartment_id=self.stage.compartment,
            vault_id=self.stage.vault,
            key_id=self.stage.kms_key,
            secret_name=self.name,
            freeform_tags={tags.RESOURCE: self.digest},
            secret_content=models.Base64SecretContentDetails(content=PLACEHOLDER),
        )
        self.secret_id = str(vaults.create_secret(details).data.id)

    def publish(self) -> None:
        """Publish a first value, without the wait for a policy that a plugin has."""
        wishes = Wishes(
            slot_names=("key-one", "key-two"),
            grace=timedelta(days=7),
            expiry=timedelta(days=90),
            probe_models=(MODEL,),
        )
        run(Oci(Auth()), REGION, self.key_id, self.secret_id, wishes, tell=lambda line: None)  # noqa: ARG005

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a verb of the command in a process of its own."""
        stacks = self.folder / "stacks"
        stacks.mkdir(parents=True, exist_ok=True)
        (stacks / "Pulumi.local.yaml").write_text(
            _STACK.format(compartment=self.stage.compartment, name=self.name), encoding="utf-8"
        )
        (self.folder / "Pulumi.yaml").write_bytes((CHECKOUT / "Pulumi.yaml").read_bytes())
        program = (
            "import sys; from unittest import mock; from pathlib import Path\n"
            "from genaikeys.cli import main\n"
            f"with mock.patch('genaikeys.cli.home.project_root', return_value=Path({str(self.folder)!r})):\n"
            "    sys.exit(main(sys.argv[1:]))"
        )
        return subprocess.Popen(
            [sys.executable, "-c", program, arguments[0], self.name, *arguments[1:]],
            cwd=CHECKOUT,
            env={**self.local.env(), "GENAIKEYS_LOCAL_HOME": str(self.local.folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    # What is there now.

    def value(self) -> str:
        """What readers get."""
        return self.stage.value(self.secret_id)

    def slots(self) -> dict[str, str]:
        """State of each slot."""
        return self.stage.slots(self.key_id)

    def keys(self) -> list[str]:
        """OCIDs of the keys that carry this cell's tag and are not deleted."""
        client = self.stage.sdk(oci.generative_ai.GenerativeAiClient)
        rows = oci.pagination.list_call_get_all_results(client.list_api_keys, self.stage.compartment).data
        return [
            row.id
            for row in getattr(rows, "items", rows)
            if row.freeform_tags.get(tags.RESOURCE) == self.digest and row.lifecycle_state != "DELETED"
        ]

    def stages(self) -> dict[int, list[str]]:
        """Stages of each version of the secret."""
        rows = self.stage.sdk(oci.vault.VaultsClient).list_secret_versions(self.secret_id).data
        return {row.version_number: list(row.stages) for row in rows}


def works(value: str) -> bool:
    """Whether a call with a value is answered rather than refused."""
    answer = httpx.post(
        f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/20231130/actions/v1/chat/completions",
        headers={"Authorization": f"Bearer {value}"},
        json={"model": MODEL, "messages": [{"role": "user", "content": "hello"}]},
    )
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200

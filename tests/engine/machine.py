"""A person's machine: a project folder, a local home, and the commands one types there.

Nothing here imports the kit: what these tests claim, they claim from outside, through `make`, `pulumi`,
`genaikeys`, the official SDK and the local OCI's admin address.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import oci
import openai

from tests.contracts.clients import parsing_keys_once
from tests.engine import in_oci

CHECKOUT = Path(__file__).resolve().parents[2]
_CODE = ("genaikeys", "provider", "emulator", "components", "policies", "toolchain")
_FILES = ("Pulumi.yaml", "__main__.py", "pyproject.toml")
_LIMIT = 300.0
"""Seconds after which a command counts as stuck; the slowest takes a tenth of that."""

SMALL = """\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [us-chicago-1]
  oci-genai-keys:models: [openai.gpt-oss-20b]
  oci-genai-keys:compartments:
    genai-apps: {policyScope: key}
  oci-genai-keys:keys:
    chatbot: {compartment: genai-apps, description: Support assistant}
"""
"""A stack with one key in one region: the least that has every kind of resource."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Both streams, as a person at a terminal has them."""
        return self.out + self.err


@dataclass
class Machine:
    """A project folder with a local home of its own, and the environment of that home's shell."""

    project: Path
    home: Path
    stack: str
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Starts the local OCI and takes over the environment that it prints; it stays so after a restart."""
        outside = {**os.environ, "GENAIKEYS_LOCAL_HOME": str(self.home)}
        for name in ("PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):
            outside.pop(name, None)
        self.environment = outside
        self.kit("local", "up", check=True)
        printed = self.kit("local", "env", "--json", check=True)
        shell = json.loads(printed.out)
        for name in shell["unset"]:
            self.environment.pop(name, None)
        self.environment.update(shell["export"])

    def stop(self) -> None:
        """Stops the local OCI and whatever plugin process stays beside it."""
        self.kit("local", "down", "--remove")

    def run(self, *command: str, check: bool = False, extra: Mapping[str, str] | None = None) -> Ran:
        """Runs a command in the project folder, with this home's environment."""
        done = subprocess.run(
            command,
            cwd=self.project,
            env={**self.environment, **(extra or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            check=False,
        )
        ran = Ran(done.returncode, done.stdout, done.stderr)
        assert not check or ran.code == 0, f"{' '.join(command)} ended with {ran.code}:\n{ran.said}"
        return ran

    def kit(self, *arguments: str, check: bool = False) -> Ran:
        """Runs a `genaikeys` verb, from this project folder's code."""
        return self.run(
            sys.executable,
            "-c",
            "import sys; from genaikeys.cli import main; sys.exit(main())",
            *arguments,
            check=check,
        )

    def pulumi(
        self, verb: str, *arguments: str, check: bool = False, extra: Mapping[str, str] | None = None
    ) -> Ran:
        """Runs a `pulumi` verb on this machine's stack."""
        return self.run(
            *("pulumi", verb, "--stack", self.stack, "--non-interactive", *arguments),
            check=check,
            extra=extra,
        )

    def up(self, *arguments: str, check: bool = False, extra: Mapping[str, str] | None = None) -> Ran:
        """`pulumi up` as `make up` does it."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, check=check, extra=extra)

    @contextmanager
    def begun(self, verb: str = "up") -> Iterator[subprocess.Popen[str]]:
        """A `pulumi` verb in the background, in its own process group; in the end it is over or killed."""
        with subprocess.Popen(
            ["pulumi", verb, "--stack", self.stack, "--non-interactive", "--yes", "--skip-preview"],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    def initialise(self) -> None:
        """Makes the stack, once."""
        self.run("pulumi", "stack", "select", "--create", self.stack, "--non-interactive", check=True)

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Asks the local OCI's admin address; returns its JSON."""
        address = json.loads((self.home / "home.json").read_text(encoding="utf-8"))["admin"]
        request = urllib.request.Request(  # noqa: S310 - loopback
            address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def keep_to_guardrails(self, held: str = "{production: false}") -> None:
        """Renders the stack's policies, and has the guardrails hold it to what stands in their table."""
        self.kit("policy", "render", self.stack, check=True)
        table = self.project / "policies" / "guardrails" / "stacks.yaml"
        table.write_text(f"{table.read_text('utf-8')}  {self.stack}: {held}\n", "utf-8")

    def fault(self, **wanted: object) -> str:
        """Sets a fault and returns its id."""
        found: str = self.admin("POST", "/faults", wanted)["id"]
        return found

    def until_held(self, fault: str) -> None:
        """Waits until a fault of the action `hold` holds a request."""
        until(lambda: self.is_held(fault))

    def is_held(self, fault: str) -> bool:
        """Whether a fault of the action `hold` holds a request."""
        found = self.admin("GET", "/faults")["faults"]
        return any(one["id"] == fault and one["held"] for one in found)

    def clear_faults(self) -> None:
        """Removes every fault."""
        self.admin("DELETE", "/faults")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        found: dict[str, Any] = json.loads(self.pulumi("stack", "output", "--json", check=True).out)
        return found

    def state(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, secrets decrypted."""
        exported = json.loads(self.pulumi("stack", "export", "--show-secrets", check=True).out)
        found: list[dict[str, Any]] = exported["deployment"].get("resources", [])
        return found

    def _within(self) -> AbstractContextManager[object]:
        """This process with this home's environment, for a while: a process of its own takes a second."""
        return mock.patch.dict(os.environ, self.environment, clear=True)

    def ask_oci(self, program: str) -> Any:
        """Runs a few lines of the official SDK; what they `print` must be JSON."""
        return json.loads(self.run(sys.executable, "-c", program, check=True).out)

    @contextmanager
    def _sdk(self) -> Iterator[dict[str, Any]]:
        """The official SDK's configuration, for what is asked so often that a process each takes too long."""
        with self._within(), parsing_keys_once():
            yield oci.config.from_file(os.environ["OCI_CONFIG_FILE"])

    def refused(self) -> list[str]:
        """Calls that the OpenAI SDK is refused: each key of the outputs, with its value in the Vault."""
        wrong = []
        for key, places in self.outputs()["keys"].items():
            for region, told in places.items():
                value = self.vault_value(region, told["vaultSecretId"])
                with self._within(), openai.OpenAI(api_key=value, base_url=told["baseUrl"]) as client:
                    for model in told["models"]:
                        try:
                            client.chat.completions.create(
                                model=model, messages=[{"role": "user", "content": "hello"}]
                            )
                        except openai.APIStatusError as refusal:
                            wrong.append(f"{key} in {region}, {model}: {refusal.status_code}")
        return wrong

    def api_keys(self) -> list[dict[str, str]]:
        """The API keys in OCI that aren't deleted: id, display name, life-cycle state, region."""
        with self._sdk() as config:
            return in_oci.api_keys(config)

    def vault_value(self, region: str, secret_id: str) -> str:
        """The value that a secret in the Vault serves now."""
        with self._sdk() as config:
            return in_oci.vault_value(config, region, secret_id)

    def vault_values(self) -> list[str]:
        """Every value that any version of any secret in the Vault holds, placeholders left out."""
        with self._sdk() as config:
            return in_oci.vault_values(config)


def until(true: Callable[[], bool]) -> None:
    """Waits for something that is about to become true; gives up as for a stuck command."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < _LIMIT, "waited in vain"
        time.sleep(0.05)


def processes_below(pid: int) -> dict[int, str]:
    """The descendants of a process, with their command lines."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    found: dict[int, str] = {}
    family = {pid}
    while grown := {int(row[0]) for row in rows if int(row[1]) in family} - family:
        family |= grown
    for row in rows:
        if int(row[0]) in family - {pid}:
            found[int(row[0])] = row[2]
    return found


def project(folder: Path, stack: str, text: str) -> Path:
    """Makes a project folder: the checkout's code, and one stack file."""
    folder.mkdir(parents=True)
    for name in _CODE:
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, folder / name)
    for name in _FILES:
        if (CHECKOUT / name).is_file():
            shutil.copy2(CHECKOUT / name, folder / name)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    (folder / "stacks").mkdir()
    (folder / "stacks" / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")
    return folder

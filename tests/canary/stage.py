"""One run of the kit on a person's machine, from nothing to destroy, and everything it leaves, by surface.

The same code collects it for the kit and for the double that leaks.
"""

import contextlib
import json
import os
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
import yaml

from tests.backend import team
from tests.canary.double import MEMORY, make_leaky
from tests.canary.surfaces import CALLS, SURFACES
from tests.canary.tap import Tap, tapping
from tests.canary.watch import Looks, watching
from tests.engine.machine import SMALL, Machine, Ran, project

__all__ = ["Run", "running"]

_STACK = f"{SMALL}  oci-genai-keys:probe: {{wait: 1s}}\n"
"""A stack with one key that gives up soon on a value that is refused."""
_BY_HAND = """
import json, os, oci
from datetime import UTC, datetime, timedelta
config = dict(oci.config.from_file(os.environ["OCI_CONFIG_FILE"]), log_requests=False)
identity = oci.identity.IdentityClient(config)
compartment = identity.list_compartments(config["tenancy"], name="genai-apps").data[0]
of = oci.generative_ai.models
expiry = datetime.now(UTC) + timedelta(days=90)
slots = [of.KeyDetails(key_name=name, time_expiry=expiry) for name in ("a", "b")]
keys = oci.generative_ai.GenerativeAiClient(dict(config, region="us-chicago-1"))
made = keys.create_api_key(of.CreateApiKeyDetails(
    compartment_id=compartment.id, display_name="by-hand", key_details=slots)).data
print(json.dumps(made.id))
"""
_DEBUG = ("--logtostderr", "--logflow", "-v=9")


@dataclass
class Run:
    """A machine whose every word is kept.

    Attributes:
        machine: It.
        folder: All of its folders lie here.
        tap: What was issued.
        looks: What was seen of processes and temporary files.
        contents: What was collected so far, by surface: bytes, and cores, which are big, as files.
    """

    machine: Machine
    folder: Path
    tap: Tap
    looks: Looks
    contents: dict[str, list[tuple[str, bytes | Path]]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    @property
    def values(self) -> list[bytes]:
        """Every value issued so far."""
        return list(self.tap.issued)

    def journal(self) -> list[dict[str, Any]]:
        """Every request that the local OCI had."""
        found: list[dict[str, Any]] = []
        while page := self.machine.admin("GET", f"/journal?after={found[-1]['id'] if found else 0}")[
            "requests"
        ]:
            found += page
        return found

    def make_talkative(self) -> None:
        """Turns on the debug logs of the libraries under the kit, as anybody may have them on."""
        profile = self.machine.home / "oci" / "config"
        profile.write_text(profile.read_text(encoding="utf-8") + "log_requests=true\n", encoding="utf-8")
        self.machine.environment |= {"OPENAI_LOG": "debug", "PYTHONDEVMODE": "1", "GRPC_VERBOSITY": "debug"}

    def evidence(self, *surfaces: str) -> Iterator[tuple[str, bytes]]:
        """Name and content of all that was collected of surfaces, one after the other."""
        for surface in surfaces:
            for name, content in self.contents[surface]:
                yield name, content.read_bytes() if isinstance(content, Path) else content

    def keep(self, surface: str, name: str, content: str | bytes | Path) -> None:
        """Adds a content to a surface."""
        assert surface in SURFACES, surface
        self.contents[surface].append((name, content.encode() if isinstance(content, str) else content))

    def pulumi(self, *words: str, surface: str = "", extra: Mapping[str, str] | None = None) -> Ran:
        """Runs a pulumi verb with every log on, and keeps all that it says.

        Args:
            words: Verb and arguments.
            surface: Where everything is kept; by default each kind on a surface of its own.
            extra: Variables to add to the environment.
        """
        self._count += 1
        name = f"{self._count} {' '.join(words[:2])}"
        grpc = self.folder / "logs" / f"grpc-{self._count}.json"
        variables = {"PULUMI_DEBUG_GRPC": str(grpc), "PULUMI_DEBUG_COMMANDS": "true", **(extra or {})}
        ran = self.machine.pulumi(*words, *_DEBUG, extra=variables)
        self.keep(surface or "output of pulumi", name, ran.out)
        self.keep(surface or "debug log", name, ran.err)
        if grpc.exists():
            self.keep(surface or "gRPC log", name, grpc.read_bytes())
        return ran

    def up(self, *arguments: str, surface: str = "", extra: Mapping[str, str] | None = None) -> Ran:
        """`pulumi up` with every log on."""
        events = self.folder / "logs" / f"events-{self._count}.json"
        ran = self.pulumi(
            *("up", "--yes", "--skip-preview", "--event-log", str(events), *arguments),
            surface=surface,
            extra=extra,
        )
        if events.exists():
            self.keep(surface or "event log", events.name, events.read_bytes())
        return ran

    def plain_up(self) -> Ran:
        """`pulumi up` as people run it: what they see on the terminal has no debug log in between."""
        ran = self.machine.up()
        self.keep("output of pulumi", "up", ran.said)
        return ran

    def preview(self) -> None:
        """The previews: as JSON, refreshed, and with a plan to keep."""
        plan = self.folder / "logs" / f"plan-{self._count}.json"
        shown = self.pulumi("preview", "--json", "--show-sames", "--refresh")
        self.keep("preview JSON", "preview", shown.out)
        (self.machine.project / "preview.json").write_text(shown.out, encoding="utf-8")  # for a verb to read
        planned = self.pulumi(
            *("preview", "--save-plan", str(plan), "--show-secrets"), extra={"PULUMI_EXPERIMENTAL": "true"}
        )
        assert plan.exists(), planned.said[-3000:]
        self.keep("plan files", plan.name, plan.read_bytes())

    def exports(self) -> None:
        """State and outputs, decrypted."""
        for words in (("stack", "export", "--show-secrets"), ("stack", "output", "--json", "--show-secrets")):
            ran = self.machine.run(
                "pulumi", *words, "--stack", self.machine.stack, "--non-interactive", check=True
            )
            self.keep("state", " ".join(words), ran.said)

    def verb(self, words: str, arguments: str, *, surface: str = "output of every verb") -> Ran:
        """Runs a verb of `genaikeys` and keeps what it says."""
        if "{by_hand}" in arguments:
            arguments = arguments.format(by_hand=self.machine.ask_oci(_BY_HAND))
        if "{passphrase}" in arguments:
            within = team.vault(self.machine)
            arguments = arguments.format(passphrase=team.secret(self.machine, within, token_hex(16)))
        ran = self.machine.kit(*words.split(), *arguments.split())
        self.keep(surface, f"{words} {arguments}".strip(), ran.said)
        return ran

    def write_key(self, name: str, **entry: object) -> None:
        """Writes a key's entry into the stack file, new or changed."""
        path = self.machine.project / "stacks" / f"Pulumi.{self.machine.stack}.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        document["config"]["oci-genai-keys:keys"][name] = {
            "compartment": "genai-apps",
            "description": "Support assistant",
            **entry,
        }
        path.write_text(yaml.safe_dump(document), encoding="utf-8")

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold each call with a value once, before or after it, and look at all processes meanwhile."""
        faults = [
            self.machine.fault(**where, action="hold", when=when, count=1)
            for name, where in CALLS.items()
            for when in (("after",) if name == "create" else ("before", "after"))
        ]
        ending = threading.Event()

        def release() -> None:
            while not ending.wait(0.05):
                for one in self.machine.admin("GET", "/faults")["faults"]:
                    if one["id"] in faults and one["held"]:
                        self.looks.at_processes()
                        self.machine.admin("POST", f"/faults/{one['id']}/release")

        thread = threading.Thread(target=release)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()
            self.machine.clear_faults()

    def collect(self, since: float) -> None:
        """What lies in files at the end, and what was seen of processes.

        Args:
            since: When the run began; in the virtual environment only what was written later is its work.
        """
        machine = self.machine
        backend = machine.home / "state"
        self._keep_files("checkpoints, backups and history", backend)
        self._keep_files("local OCI", machine.home, but=backend)
        self._keep_files("working tree", machine.project)
        self._keep_files("working tree", machine.project / ".venv" / "lib", since=since)
        self._keep_files("home folder", self.folder / "person")
        self._keep_files("temporary files", self.looks.kept)
        self.looks.at_processes()
        for content in tuple(self.looks.arguments):
            self.keep("process arguments", content[:60].decode("latin-1"), content)
        for content in tuple(self.looks.environments):
            self.keep("process environments", "a process", content)

    def _keep_files(self, surface: str, folder: Path, *, but: Path | None = None, since: float = 0.0) -> None:
        """Keeps every file below a folder that was written since a time; links aren't followed."""
        for where, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if Path(where) / name != but]
            for path in (Path(where) / name for name in sorted(names)):
                if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                    self.keep(surface, str(path.relative_to(folder)), path.read_bytes())


@contextmanager
def running(folder: Path, *, leaky: bool = False) -> Iterator[Run]:
    """Make a machine with a tap before its local OCI, and look on for as long as the context lasts.

    Args:
        folder: An empty folder for all of it.
        leaky: Whether its copy of the code is the double that leaks.
    """
    machine = Machine(project(folder / "project", "small", _STACK), folder / "home", "small")
    if leaky:
        make_leaky(machine.project)
    for name in ("person", "tmp", "logs", "cores"):
        (folder / name).mkdir()
    with contextlib.ExitStack() as stack:
        context = stack.enter_context(pytest.MonkeyPatch.context())
        context.setenv("HOME", str(folder / "person"))
        context.setenv("TMPDIR", str(folder / "tmp"))
        context.setenv("PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS", "true")
        context.setenv(MEMORY, str(folder / "memory"))
        looks = stack.enter_context(watching(folder / "tmp", folder / "kept"))
        stack.callback(machine.stop)
        machine.start()
        machine.environment["PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS"] = "true"
        tap = stack.enter_context(tapping(machine.home, _port(machine.home)))
        _lead_through(tap, machine)
        machine.initialise()
        yield Run(machine, folder, tap, looks)


def _port(home: Path) -> int:
    return int(json.loads((home / "home.json").read_text(encoding="utf-8"))["port"])


def _lead_through(tap: Tap, machine: Machine) -> None:
    """Have the home name the tap as its proxy: whoever asks the home is then led there, verbs included."""
    path = machine.home / "home.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "proxy": tap.address}), encoding="utf-8")
    shell = json.loads(machine.kit("local", "env", "--json", check=True).out)
    assert shell["export"]["HTTPS_PROXY"] == tap.address
    machine.environment.update(shell["export"])

"""One key under load: its clients, what is done to it meanwhile, and when exactly that took effect."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.load.share import Share
from tests.engine.machine import CHECKOUT, Machine, project

__all__ = ["REGION", "Call", "Course", "Deed", "Load", "Stage", "staged"]

REGION = "us-chicago-1"
DAY = 24 * 3600
_MODEL = "openai.gpt-oss-20b"
_STACK = f"""\
config:
  oci:region: us-ashburn-1
  oci-genai-keys:regions: [{REGION}]
  oci-genai-keys:models: [{_MODEL}]
  oci-genai-keys:compartments:
    genai-apps: {{policyScope: key}}
  oci-genai-keys:keys:
    chatbot: {{compartment: genai-apps, trigger: none}}
    plain: {{compartment: genai-apps}}
"""
_IN_PROCESS = 5
"""Clients that share a process: more would wait for one another, and more processes for the two cores."""


@dataclass(frozen=True)
class Load:
    """How many clients, and how often each does what.

    Attributes:
        clients: How many.
        reads_every: Seconds between two reads of the Vault by one client.
        calls_every: Seconds between two calls by one client.
    """

    clients: int
    reads_every: float
    calls_every: float


@dataclass(frozen=True)
class Call:
    """One request of a client.

    Attributes:
        time: Seconds since the course began.
        client: Number of the client.
        what: ``call`` of the model or ``read`` of the Vault.
        seconds: How long it took.
        outcome: ``200``, another status, or the name of an error.
        value: Fingerprint of the value that it was made with.
    """

    time: float
    client: int
    what: str
    seconds: float
    outcome: str
    value: str

    @property
    def failed(self) -> bool:
        """Whether it was not answered."""
        return self.outcome != "200"


@dataclass(frozen=True)
class Deed:
    """What was done to the key, and when it took effect, by the local OCI's journal.

    Attributes:
        name: E.g. ``rotation 1``.
        how: The command.
        began: Seconds since the course began.
        ended: The same.
        published: When readers of the Vault got another value, or None.
        renewed: When a slot was renewed, which kills the value that it had.
        retired: When a slot was deactivated, or None.
    """

    name: str
    how: str
    began: float
    ended: float
    published: float | None
    renewed: tuple[float, ...]
    retired: float | None


@dataclass
class Course:
    """What happened, from the first call to the last."""

    way: str
    load: Load
    began: float
    calls: list[Call] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def now(self) -> float:
        """Seconds since it began."""
        return time.time() - self.began

    def made(self, what: str) -> list[Call]:
        """The requests of one kind."""
        return [each for each in self.calls if each.what == what]

    @property
    def failed(self) -> list[Call]:
        """The requests of either kind that were not answered."""
        return [each for each in self.calls if each.failed]

    @property
    def published(self) -> dict[str, float]:
        """When readers of the Vault got another value, by the name of the deed."""
        return {deed.name: deed.published for deed in self.deeds if deed.published is not None}

    @property
    def moving(self) -> float:
        """Seconds for which a client went on with a value after another was published; the longest."""
        published = list(self.published.values())
        longest = 0.0
        for moment, following in zip(published, [*published[1:], self.seconds], strict=True):
            before = {each.value for each in self.calls if each.time + each.seconds < moment}
            late = [
                each.time - moment
                for each in self.made("call")
                if moment < each.time < following and each.value in before
            ]
            longest = max([longest, *late])
        return longest


@dataclass
class Stage:
    """A machine whose stack is up, with a key that is rotated in the kit's way and one in the usual way."""

    machine: Machine
    keys: dict[str, Any]
    _seen: int = 0
    _slots: dict[str, str] = field(default_factory=dict)

    def placed(self, key: str) -> dict[str, Any]:
        """What an application is told of a key."""
        found: dict[str, Any] = self.keys[key][REGION]
        return found

    def only_slot(self, key: str) -> str:
        """The slot that the usual script renews, for good: the one in use when it was first asked for."""
        if key not in self._slots:
            ran = self.machine.kit("status", "--json", "--stack", self.machine.stack)
            rows = json.loads(ran.out)["keys"]
            self._slots[key] = str(next(row["slotInUse"] for row in rows if row["key"] == key))
        return self._slots[key]

    def pass_days(self, days: float) -> None:
        """Move the local OCI's clock."""
        self.machine.admin("POST", "/clock", {"by": days * DAY})

    def trigger(self, text: str) -> None:
        """Write another trigger into the stack."""
        file = self.machine.project / "stacks" / f"Pulumi.{self.machine.stack}.yaml"
        file.write_text(_STACK.replace("trigger: none", f"trigger: {text}"), encoding="utf-8")

    @contextmanager
    def loaded(self, way: str, key: str, load: Load) -> Iterator[Course]:
        """Clients call with a key for as long as the context lasts; their requests are there afterwards."""
        placed, processes = self.placed(key), -(-load.clients // _IN_PROCESS)
        workers = [
            self._begun(
                Share(
                    clients=list(range(first, load.clients, processes)),
                    of=load.clients,
                    region=REGION,
                    secret=placed["vaultSecretId"],
                    base_url=placed["baseUrl"],
                    model=_MODEL,
                    reads_every=load.reads_every,
                    calls_every=load.calls_every,
                )
            )
            for first in range(processes)
        ]
        try:
            for worker in workers:
                if _pipe(worker.stdout).readline() != "ready\n":
                    raise RuntimeError("a process with clients did not start")
            course = Course(way, load, time.time())
            for worker in workers:
                _pipe(worker.stdin).write("go\n")
                _pipe(worker.stdin).flush()
            yield course
            course.seconds = course.now
            for worker in workers:
                _pipe(worker.stdin).close()
            rows = [row for worker in workers for row in json.load(_pipe(worker.stdout))]
            rows.sort(key=lambda row: row["time"])
            course.calls += [Call(**{**row, "time": row["time"] - course.began}) for row in rows]
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
                _pipe(worker.stdout).close()

    def _begun(self, share: Share) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "bench.load.clients", json.dumps(asdict(share))],
            cwd=CHECKOUT,
            env=self.machine.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def noted(self, course: Course, key: str, name: str, how: str) -> Iterator[None]:
        """Note what is done to a key in this context; the clock must not be moved in it."""
        before = self._seen = max([self._seen, *(int(row["id"]) for row in self._journal(self._seen))])
        placed, began = self.placed(key), course.now
        yield
        ended = course.now
        offset = self.machine.admin("GET", "/clock")["offsetSeconds"]
        rows = [
            (row["operation"], datetime.fromisoformat(row["time"]).timestamp() - offset - course.began)
            for row in self._journal(before)
            if row["status"] == 200
            and any(placed[name] in row["path"] for name in ("apiKeyId", "vaultSecretId"))
        ]
        times = {name: [at for operation, at in rows if operation == name] for name, _ in rows}
        # Where a value was published, a slot was switched on for it, and none off.
        published = max(times.get("UpdateSecret", ()), default=None)
        retired = None if published else max(times.get("SetApiKeyState", ()), default=None)
        course.deeds.append(
            Deed(
                name,
                how,
                began,
                ended,
                published,
                tuple(times.get("RenewApiKey", ())),
                retired,
            )
        )

    def _journal(self, after: int) -> list[dict[str, Any]]:
        path = f"/journal?after={after}&limit=100000"
        found: list[dict[str, Any]] = self.machine.admin("GET", path)["requests"]
        return found


@contextmanager
def staged(home: Path) -> Iterator[Stage]:
    """The stack, up, in a local OCI of its own."""
    machine = Machine(project(home / "project", "load", _STACK), home / "home", "load")
    machine.start()
    try:
        machine.initialise()
        machine.up(check=True)
        yield Stage(machine, machine.outputs()["keys"])
    finally:
        machine.stop()


def _pipe(pipe: Any) -> Any:  # noqa: ANN401 - Popen's pipes are None only where they weren't asked for
    return pipe

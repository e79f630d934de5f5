"""The engine's lock on a stack: who holds it, and whether they still live.

Pulumi's own backends (file, S3 and so on) keep a JSON file for each lock, with process id, user, host and
time (pulumi 3.259, pkg/backend/diy/lock.go). `pulumi cancel` deletes them all without a look.
"""

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["Lock", "Process", "in_folder", "in_message", "is_cloud_conflict", "process", "why_alive"]

_LINE = re.compile(
    r"^  (?P<at>\S+): created by (?P<user>.*)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<time>\S+)$"
)
_CLOUD = "Another update is currently in progress"
_LATER = timedelta(seconds=5)
"""How much later than the lock a process must have started to count as another: `ps` tells whole seconds."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A lock.

    Attributes:
        at: Its file's address.
        time: When it was taken.
    """

    at: str
    user: str
    host: str
    pid: int
    time: datetime

    def __str__(self) -> str:
        return f"{self.user}@{self.host}, process {self.pid}, since {self.time:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True)
class Process:
    """A process of this machine: when it started, and its command."""

    started: datetime
    command: str


def in_folder(folder: Path) -> list[Lock]:
    """The locks that lie in a folder of a file backend; none where there is no such folder."""
    found = []
    for file in sorted(folder.glob("*.json")):
        try:
            content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:  # let go meanwhile
            continue
        found.append(
            Lock(
                at=str(file),
                user=str(content["username"]),
                host=str(content["hostname"]),
                pid=int(content["pid"]),
                time=_time(str(content["timestamp"])),
            )
        )
    return found


def in_message(said: str) -> list[Lock]:
    """The locks that a refusal of the CLI names; none where it is about something else."""
    return [
        Lock(
            at=found["at"],
            user=found["user"],
            host=found["host"],
            pid=int(found["pid"]),
            time=_time(found["time"]),
        )
        for found in map(_LINE.match, said.splitlines())
        if found
    ]


def is_cloud_conflict(said: str) -> bool:
    """Whether a refusal is Pulumi Cloud's, which doesn't tell who is at work."""
    return _CLOUD in said


def why_alive(lock: Lock, here: str, look: Callable[[int], Process | None]) -> str | None:
    """Why a lock must be taken for that of a living process; None where its owner is proven dead.

    Args:
        lock: The lock.
        here: This machine's host name.
        look: Finds a process of this machine by its id.
    """
    if lock.host != here:
        return f"It was taken on {lock.host}; whether that process lives can't be seen from {here}."
    found = look(lock.pid)
    if found is None:
        return None
    if found.started > lock.time + _LATER and "pulumi" not in found.command:
        return None  # the number was given to another process since
    return f"Process {lock.pid} is running: {found.command}, since {found.started:%Y-%m-%d %H:%M:%S} UTC."


def process(pid: int) -> Process | None:
    """A process of this machine by its id; None where there is none."""
    ended = subprocess.run(
        ["ps", "-o", "lstart=,stat=,comm=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
    )
    words = ended.stdout.split()
    if len(words) < 7 or words[5].startswith("Z"):  # a zombie is dead, only not yet fetched by its parent
        return None
    started = datetime.strptime(" ".join(words[:5]), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    return Process(started, " ".join(words[6:]))


def _time(text: str) -> datetime:
    # Go writes nanoseconds, which fromisoformat refuses.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(UTC)

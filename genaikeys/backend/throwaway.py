"""A project and a stack that exist only to try a backend with the real Pulumi CLI.

Nothing of theirs is left in the backend, whatever ends the trial; but a process that is killed outright can't
tidy up, so a stack's name tells when it was made, and the next trial removes those older than an hour.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from genaikeys.engine import Engine

__all__ = ["PROJECT", "Ended", "Held", "Throwaway", "TooLong", "stale", "throwaway"]

PROJECT = "genaikeys-backend-check"
_LIMIT = 120.0
"""Seconds that one command may take: the CLI repeats a refused write for about half a minute."""
_STEP = 0.2
_STALE = timedelta(hours=1)
_TIME = "%Y%m%dt%H%M%S"
_PROGRAM = """\
import socket

with socket.create_connection(("127.0.0.1", {port}), timeout=10) as waiting:
    waiting.settimeout(None)
    waiting.recv(1)  # until the other end goes, whatever the reason
"""
Ended = subprocess.CompletedProcess[str]


class TooLong(Exception):  # noqa: N818 - what a command took
    """A command took longer than any that works; the text is the command."""


@dataclass
class Held:
    """A run that is held.

    Attributes:
        pid: Of its engine.
        is_running: Whether its program was reached; else the run ended before.
        ended: How it ended, once it did.
    """

    pid: int
    is_running: bool = False
    ended: Ended | None = None


class Throwaway:
    """The stack, through the CLI.

    Args:
        engine: The CLI.
        url: Of the backend.
        folder: Of the project; made for this.
        environment: Of the commands.
    """

    def __init__(self, engine: Engine, url: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.stack = f"check-{datetime.now(UTC):{_TIME}}-{secrets.token_hex(3)}"
        self._cli = engine.cli
        self._folder = folder
        strays = ("PULUMI_STACK", "PULUMI_CONFIG_PASSPHRASE_FILE")
        self._environment = {
            **{name: value for name, value in environment.items() if name not in strays},
            # Our own Python first: it has Pulumi's SDK, which the language host looks for.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), engine.path]),
            "PULUMI_BACKEND_URL": url,
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(32),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }

    def run(self, *arguments: str, stdin: str = "") -> Ended:
        """Run one command to its end.

        Raises:
            TooLong: It was stopped.
        """
        with self._started(*arguments, stdin=subprocess.PIPE) as running:
            try:
                out, err = running.communicate(stdin, timeout=_LIMIT)
            except subprocess.TimeoutExpired:
                raise TooLong(f"pulumi {arguments[0]}") from None
            return Ended(arguments, running.returncode, out, err)

    @contextlib.contextmanager
    def run_held(self) -> Iterator[Held]:
        """`pulumi up`, held in its program: so it holds the stack's lock. It goes on at the end of the block.

        Raises:
            TooLong: It didn't end.
        """
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(_STEP)
            text = _PROGRAM.format(port=server.getsockname()[1])
            (self._folder / "__main__.py").write_text(text, encoding="utf-8")
            arguments = ("up", "--stack", self.stack, "--yes", "--skip-preview", "--non-interactive")
            with self._started(*arguments, stdin=subprocess.DEVNULL) as running:
                held = Held(running.pid)
                with contextlib.closing(_caller(server, running)) as program:
                    held.is_running = program.fileno() >= 0
                    yield held
                try:
                    out, err = running.communicate(timeout=_LIMIT)
                except subprocess.TimeoutExpired:
                    raise TooLong("pulumi up") from None
                held.ended = Ended(arguments, running.returncode, out, err)

    def listed(self) -> Ended:
        """List the stacks of this project, as JSON.

        Raises:
            TooLong: As `run`.
        """
        return self.run("stack", "ls", "--project", PROJECT, "--json")

    def remove(self, stack: str) -> bool:
        """Remove a stack of a trial, its lock, history and backups; whether it is gone.

        Raises:
            TooLong: As `run`.
        """
        self.run("cancel", stack, "--yes", "--non-interactive")
        ended = self.run("stack", "rm", stack, "--yes", "--force", "--remove-backups", "--non-interactive")
        return ended.returncode == 0 or "no stack named" in ended.stderr

    @contextlib.contextmanager
    def _started(self, *arguments: str, stdin: int) -> Iterator[subprocess.Popen[str]]:
        """A command in a process group of its own, which is gone at the end of the block."""
        with subprocess.Popen(
            [self._cli, *arguments],
            cwd=self._folder,
            env=self._environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # an interrupt is for us: we end it, and tidy up
        ) as running:
            try:
                yield running
            finally:
                if running.poll() is None:
                    os.killpg(running.pid, signal.SIGKILL)


@contextlib.contextmanager
def throwaway(engine: Engine, url: str, environment: Mapping[str, str]) -> Iterator[Throwaway]:
    """The project's folder, for as long as the trial takes."""
    with tempfile.TemporaryDirectory(prefix=f"{PROJECT}-", ignore_cleanup_errors=True) as folder:
        runtime: dict[str, object] = {"name": "python"}
        if sys.prefix != sys.base_prefix:
            runtime["options"] = {"virtualenv": sys.prefix}
        project = {"name": PROJECT, "runtime": runtime}
        # JSON is YAML.
        Path(folder, "Pulumi.yaml").write_text(json.dumps(project), encoding="utf-8")
        yield Throwaway(engine, url, Path(folder), environment)


def stale(listing: str) -> list[str]:
    """The stacks of earlier trials that nobody removed, and that are too old to be in use.

    Args:
        listing: What `Throwaway.listed` printed.
    """
    names = [str(each["name"]).rpartition("/")[2] for each in json.loads(listing or "[]")]
    return [name for name in names if _is_stale(name)]


def _caller(server: socket.socket, running: subprocess.Popen[str]) -> socket.socket:
    """The program's connection; a closed socket where the run ended, or took too long, without one."""
    limit = time.monotonic() + _LIMIT
    while running.poll() is None and time.monotonic() < limit:
        with contextlib.suppress(TimeoutError):
            return server.accept()[0]
    none = socket.socket()
    none.close()
    return none


def _is_stale(name: str) -> bool:
    try:
        made = datetime.strptime(name.split("-")[1], _TIME).replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return False
    return datetime.now(UTC) - made > _STALE

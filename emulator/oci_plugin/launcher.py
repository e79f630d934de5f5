"""What the engine starts: a thin process that stands for one provider instance of the resident.

It runs with `python -I -S` and imports little, because the engine starts one for every provider of every
command: it asks the resident for a fresh port, prints it, and stays until it is told to go. The resident
takes the end of the connection as the end of the instance, however this process ends.
"""

import fcntl
import json
import os
import select
import signal
import socket
import stat
import sys
import time
from typing import NoReturn

SOCKET = "oci-plugin.sock"
LOCK = "oci-plugin.lock"
LOG = "oci-plugin.log"

PATIENCE = 20.0
"""Seconds in which a resident that was started must answer."""

# pathlib would double the start time, so this file does without.
FOLDER = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
CHECKOUT = os.path.dirname(os.path.dirname(FOLDER))  # noqa: PTH120


class Refusal(Exception):  # noqa: N818  # its text is for a person, its name for this file
    """The resident can't serve, and why."""


def code_version() -> str:
    """What tells one version of this code from another: interpreter, names, sizes and times of its files."""
    with os.scandir(FOLDER) as entries:
        files = [entry for entry in entries if entry.name.endswith(".py")]
        told = sorted(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)
    return "\n".join([sys.executable, FOLDER, *told])


def connect() -> socket.socket | None:
    """A connection to the resident of the working directory, or None where none listens.

    The socket is named relative to the working directory, because its whole path may be longer than a
    socket's address can be.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(SOCKET)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    return connection


def ask(connection: socket.socket, request: dict[str, object]) -> dict[str, object]:
    """Send one line of JSON and read one. An empty answer means that the resident went away."""
    try:
        connection.sendall(json.dumps(request).encode() + b"\n")
        received = b""
        while not received.endswith(b"\n"):
            part = connection.recv(4096)
            if not part:
                return {}
            received += part
    except OSError:
        return {}
    answer: dict[str, object] = json.loads(received)
    return answer


def instance(request: dict[str, object]) -> tuple[socket.socket, int]:
    """Connection and port of a fresh provider instance; starts the resident where none of this version runs.

    Raises:
        Refusal: it can't be had.
    """
    with open(LOCK, "a") as lock:  # noqa: PTH123
        deadline = time.monotonic() + PATIENCE
        held = False
        while time.monotonic() < deadline:
            connection = connect()
            if connection is not None:
                answer = ask(connection, request)
                port = answer.get("port")
                if isinstance(port, int):
                    return connection, port
                connection.close()
                if "problem" in answer:
                    raise Refusal(str(answer["problem"]))
                # It was of another version, or just leaving; it has made room for a new one.
            if held:
                start()
            else:
                fcntl.flock(lock, fcntl.LOCK_EX)
                held = True  # and look again: somebody may have started one meanwhile
    raise Refusal(f"no resident answered within {PATIENCE:.0f} s; see {os.path.abspath(LOG)}")  # noqa: PTH100


def start() -> None:
    """Start a resident and wait until it listens.

    Raises:
        Refusal: it ended, or does not listen in time.
    """
    import subprocess  # slow to import, and seldom needed

    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    }
    command = [sys.executable, "-m", "emulator.oci_plugin.resident", os.getcwd()]  # noqa: PTH109
    with open(LOG, "wb") as log:  # noqa: PTH123
        child = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env={**kept, "no_proxy": "127.0.0.1,localhost"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        connection = connect()
        if connection is not None:
            connection.close()
            return
        if child.poll() is not None:
            break
        time.sleep(0.01)
    raise Refusal(f"the resident could not start; see {os.path.abspath(LOG)}")  # noqa: PTH100


def stay(connection: socket.socket) -> None:
    """Wait until the engine closes our standard input, our parent dies, or the resident goes away."""
    watched: list[socket.socket | int] = [connection]
    kind = os.fstat(0).st_mode if _is_open(0) else 0
    if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
        watched.append(0)
    parent = os.getppid()
    while os.getppid() == parent:
        readable, _, _ = select.select(watched, [], [], 1.0)
        if connection in readable:
            return
        if 0 in readable and not os.read(0, 4096):
            return


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def leave(*_: object) -> NoReturn:
    """End at once. The engine waits five seconds at the end of a command for a plugin that does not."""
    os._exit(0)


def main(arguments: list[str]) -> int:
    """Serve as `pulumi-resource-oci`.

    Args:
        arguments: PULUMI_HOME, then what the engine says; its address comes last.

    Returns:
        Exit code.
    """
    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    home, *rest = arguments
    request: dict[str, object] = {
        "version": code_version(),
        "environment": dict(os.environ),
        "directory": os.getcwd(),  # noqa: PTH109
        "engine": rest[-1] if rest and not rest[-1].startswith("-") else None,
    }
    try:
        os.chdir(home)
        connection, port = instance(request)
    except (OSError, Refusal) as problem:
        sys.stderr.write(f"pulumi-resource-oci: the local stand-in can't serve: {problem}\n")
        return 1
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    stay(connection)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

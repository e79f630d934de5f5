"""What the engine starts: a thin process that stands for one provider instance of the resident.

The engine starts one for every provider of every command, so it runs with `python -I -S` and imports next to
nothing: `socket`, `signal`, `json`, `typing` and `pathlib` would each cost more than all it does (together
20 ms instead of 9, measured). It asks the resident for a fresh port, prints it, and stays until it is told to
go. The resident takes the end of the connection as the end of the instance, however this process ends.

A request is its length in four bytes, then texts with a zero byte between them: what is asked for (`instance`
or `stop`), the version of the code, the working directory, the engine's address, then the environment. The
answer is one line: `port N`, `stale`, or `problem` and what it is.
"""

import _signal  # type: ignore[import-not-found]  # in C, without the enums of signal; the stubs know it not
import _socket
import fcntl
import os
import select
import stat
import sys
import time

SOCKET = "oci-plugin.sock"
LOCK = "oci-plugin.lock"
LOG = "oci-plugin.log"

PATIENCE = 60.0
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


def connect() -> _socket.socket | None:
    """A connection to the resident of the working directory, or None where none listens.

    The socket is named relative to the working directory, because its whole path may be longer than a
    socket's address can be.
    """
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(SOCKET)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    return connection


def ask(connection: _socket.socket, *request: str) -> str:
    """Send a request and read the answer. An empty one means that the resident went away."""
    told = "\0".join(request).encode(errors="surrogateescape")
    received = b""
    try:
        connection.sendall(len(told).to_bytes(4, "big") + told)
        while not received.endswith(b"\n"):
            part = connection.recv(4096)
            if not part:
                return ""
            received += part
    except OSError:
        return ""
    return received.decode().strip()


def instance(*request: str) -> tuple[_socket.socket, str]:
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
                kind, _, told = ask(connection, "instance", *request).partition(" ")
                if kind == "port":
                    return connection, told
                connection.close()
                if kind == "problem":
                    raise Refusal(told)
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


def stay(connection: _socket.socket, parent: int) -> None:
    """Wait until the engine closes our standard input, our parent dies, or the resident goes away."""
    watched = [connection.fileno()]
    kind = os.fstat(0).st_mode if _is_open(0) else 0
    if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
        watched.append(0)
    while os.getppid() == parent:
        readable, _, _ = select.select(watched, [], [], 1.0)
        if connection.fileno() in readable:
            return
        if 0 in readable and not os.read(0, 4096):
            return


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Serve as `pulumi-resource-oci`.

    Args:
        arguments: PULUMI_HOME, then what the engine says; its address comes last.

    Returns:
        Exit code.
    """
    parent = os.getppid()  # before it can learn our port, so that it can't have died unseen
    home, *rest = arguments
    engine = rest[-1] if rest and not rest[-1].startswith("-") else ""
    environment = [f"{name}={value}" for name, value in os.environ.items()]
    try:
        directory = os.getcwd()  # noqa: PTH109
        os.chdir(home)
        connection, port = instance(code_version(), directory, engine, *environment)
    except (OSError, Refusal) as problem:
        sys.stderr.write(f"pulumi-resource-oci: the local stand-in can't serve: {problem}\n")
        return 1
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    stay(connection, parent)
    return 0


if __name__ == "__main__":
    # Ignored where a shell started the engine in the background, and inherited from there.
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    try:
        code = main(sys.argv[1:])
    except KeyboardInterrupt:
        # The engine's way to say that it is done; it waits five seconds for a plugin that does not obey.
        code = 0
    os._exit(code)

"""The process that serves every provider instance of one PULUMI_HOME.

A launcher asks for an instance over a socket in that folder and gets the port of a gRPC server of its own, so
that configuring one region can't overwrite another. The instance lives as long as the launcher's connection.
The resident ends when nobody was connected for a while, when its socket is gone (with its PULUMI_HOME), when
code of another version asks, or when it is told to stop.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from emulator.oci_plugin.launcher import SOCKET, code_version
from emulator.oci_plugin.pools import Pools
from emulator.oci_plugin.servicer import Plugin
from emulator.oci_plugin.surroundings import Surroundings, relevant

IDLE = 600.0
"""Seconds without any instance after which it ends."""

LOOK = 0.5
"""Seconds between looks at whether it should end."""

WORKERS = 16
"""Calls that one instance serves at a time; the engine sends at most four for each processor."""


class Instance:
    """One provider instance: its gRPC server on a port of its own."""

    def __init__(self, surroundings: Surroundings, pools: Pools, engine: str | None) -> None:
        self.plugin = Plugin(surroundings, pools, engine)
        self._server = grpc.server(ThreadPoolExecutor(WORKERS), options=[("grpc.so_reuseport", 0)])
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(self.plugin, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def close(self) -> None:
        """End its calls and give the port back."""
        self.plugin.cancelled.set()
        self._server.stop(grace=None)


class Resident:
    """Listens in one PULUMI_HOME."""

    def __init__(self, home: Path, version: str, *, idle: float = IDLE) -> None:
        self._version = version
        self._idle = idle
        self._pools = Pools()
        self._ending = threading.Event()
        self._instances = 0
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._path = home / SOCKET
        os.chdir(home)  # the address of a socket is short: see launcher.connect
        Path(SOCKET).unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        previous = os.umask(0o177)
        try:
            self._listener.bind(SOCKET)
        finally:
            os.umask(previous)
        self._listener.listen(64)
        self._mark = self._found()

    def run(self) -> None:
        """Serve until there is a reason to end; instances that are still in use are served to their end."""
        while not self._ending.is_set() and not self._is_idle() and self._is_ours():
            ready, _, _ = select.select([self._listener], [], [], LOOK)
            if ready:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()
        self._make_room()
        self._listener.close()
        while self._instances and self._path.parent.exists():
            time.sleep(0.1)

    def _is_idle(self) -> bool:
        with self._lock:
            return self._instances == 0 and time.monotonic() - self._last > self._idle

    def _found(self) -> tuple[int, int] | None:
        """What tells the socket that lies there from another: an inode number alone is soon used again."""
        try:
            told = self._path.stat()
        except OSError:
            return None
        return told.st_ino, told.st_ctime_ns

    def _is_ours(self) -> bool:
        return self._mark is not None and self._found() == self._mark

    def _make_room(self) -> None:
        if self._is_ours():
            self._path.unlink(missing_ok=True)

    def _attend(self, connection: socket.socket) -> None:
        """One connection, from its request to its end."""
        with connection, contextlib.suppress(OSError):
            stream = connection.makefile("rb")
            told = stream.read(int.from_bytes(stream.read(4), "big")).decode(errors="surrogateescape")
            kind, *request = told.split("\0")
            if kind == "stop":
                self._make_room()
                os._exit(0)
            if kind != "instance":
                return
            version, *request = request
            if version != self._version:
                self._make_room()
                self._ending.set()
                connection.sendall(b"stale\n")
                return
            try:
                self._serve(connection, *request)
            except RuntimeError as problem:
                connection.sendall(f"problem {problem}\n".encode())

    def _serve(self, connection: socket.socket, directory: str, engine: str, *environment: str) -> None:
        with self._lock:
            self._instances += 1
        try:
            variables = dict(entry.split("=", 1) for entry in environment)
            instance = Instance(
                Surroundings(relevant(variables), Path(directory)), self._pools, engine or None
            )
            try:
                connection.sendall(f"port {instance.port}\n".encode())
                connection.recv(1)
            finally:
                instance.close()
        finally:
            with self._lock:
                self._instances -= 1
                self._last = time.monotonic()


def main(arguments: list[str]) -> int:
    """Serve the PULUMI_HOME that is named."""
    version = code_version()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the engine interrupts launchers, not us
    Resident(Path(arguments[0]), version).run()
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # Threads of grpc and of calls that nobody waits for any more must not hold the process.
    os._exit(code)

"""A tap on the wire: a proxy before the local OCI that sees every answer, and so every value issued.

The local OCI keeps only digests of the values it issues, and tells each once. So whoever wants to search for
all of them, those that clients throw away or never receive included, must listen. The tap takes the place of
the proxy that clients are led to, shows them the home's own certificate, and passes each request on. What it
saw stays in this process's memory.

It can lose an answer itself, once it has read it: so the lost values are known as well.
"""

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import h11

from tests.canary.spellings import ISSUED, SHAPES

__all__ = ["Loss", "Tap", "tapping"]

_CHUNK = 1 << 16
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, for 0 seconds: closing then sends RST (socket(7))."""


@dataclass(frozen=True)
class Loss:
    """An answer to lose: to which request, and how.

    Attributes:
        method: The request's.
        host: Pattern found in its host.
        path: Pattern found in its path.
        how: ``reset`` sends nothing, ``truncate`` breaks off in the middle of the first value.
    """

    method: str
    host: str
    path: str
    how: Literal["reset", "truncate"]

    def meets(self, method: str, host: str, path: str) -> bool:
        """Whether it is about this request."""
        return (
            self.method == method
            and re.search(self.host, host) is not None
            and re.search(self.path, path) is not None
        )


@dataclass
class Tap:
    """What was heard so far.

    Attributes:
        address: Where clients find it, as a proxy.
        issued: Every value in an answer of the Generative AI service, in order, with the operation's path.
        carried: Hosts to which a request or from which an answer carried a value, in any spelling.
        losses: Answers to lose from now on.
        lost: How many were lost.
    """

    address: str
    issued: dict[bytes, str] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)
    losses: list[Loss] = field(default_factory=list)
    lost: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard_request(self, host: str, content: bytes) -> None:
        """Notes a request, its headers included."""
        if any(shape.search(content) for shape in SHAPES):
            with self._lock:
                self.carried.add(host)

    def heard_answer(self, host: str, path: str, content: bytes) -> None:
        """Notes an answer's body."""
        found = ISSUED.findall(content)
        with self._lock:
            if any(shape.search(content) for shape in SHAPES):
                self.carried.add(host)
            if host.startswith("generativeai."):
                self.issued.update(dict.fromkeys(found, path.rpartition("/")[2]))

    def loss_of(self, method: str, host: str, path: str) -> Loss | None:
        """What is to become of the answer to a request; None where it arrives."""
        return next((loss for loss in self.losses if loss.meets(method, host, path)), None)


@contextmanager
def tapping(home: Path, port: int) -> Iterator[Tap]:
    """Listen before a local OCI.

    Args:
        home: Its folder: for the certificate of every host, and the CA that signed it.
        port: Its port.
    """
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(home / "tls" / "hosts.pem", home / "tls" / "hosts.key")
    client = ssl.create_default_context(cafile=str(home / "ca.pem"))
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        tap = Tap(f"http://127.0.0.1:{listening.getsockname()[1]}")

        def accept() -> None:
            with contextlib.suppress(OSError):  # it was closed: that is the end
                while True:
                    connection, _ = listening.accept()
                    line = _Line(tap, port, server, client)
                    threading.Thread(target=line.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield tap
        finally:
            listening.shutdown(socket.SHUT_RDWR)


@dataclass
class _Line:
    """One client's connection."""

    tap: Tap
    port: int
    server: ssl.SSLContext
    client: ssl.SSLContext

    def serve(self, connection: socket.socket) -> None:
        """Serve it to its end; a side that goes away ends it."""
        with contextlib.suppress(OSError, h11.RemoteProtocolError, EOFError), connection:
            host = _connected(connection)
            with self.server.wrap_socket(connection, server_side=True) as near:
                inner = socket.create_connection(("127.0.0.1", self.port))
                with self.client.wrap_socket(inner, server_hostname=host) as far:
                    self._relay(host, near, far)

    def _relay(self, host: str, near: ssl.SSLSocket, far: ssl.SSLSocket) -> None:
        asking, answering = h11.Connection(h11.SERVER), h11.Connection(h11.CLIENT)
        while True:
            request = _next(asking, near)
            if not isinstance(request, h11.Request):
                return
            body = b"".join(_body(asking, near))
            method, path = request.method.decode(), request.target.decode()
            self.tap.heard_request(host, b"\n".join([*(value for _, value in request.headers), body]))
            far.sendall(
                (answering.send(request) or b"")
                + (answering.send(h11.Data(body)) or b"" if body else b"")
                + (answering.send(h11.EndOfMessage()) or b"")
            )
            answer = _next(answering, far)
            if not isinstance(answer, h11.Response):
                return
            loss = self.tap.loss_of(method, host, path)
            if loss is not None:
                self._lose(loss, host, path, answer, b"".join(_body(answering, far)), near)
                return
            near.sendall(asking.send(answer) or b"")
            heard = b""
            for part in _body(answering, far):
                heard += part
                near.sendall(asking.send(h11.Data(part)) or b"")
            self.tap.heard_answer(host, path, heard)
            near.sendall(asking.send(h11.EndOfMessage()) or b"")
            if asking.our_state is not h11.DONE or answering.our_state is not h11.DONE:
                return
            asking.start_next_cycle()
            answering.start_next_cycle()

    def _lose(
        self, loss: Loss, host: str, path: str, answer: h11.Response, body: bytes, near: ssl.SSLSocket
    ) -> None:
        self.tap.heard_answer(host, path, body)
        self.tap.lost += 1
        if loss.how == "reset":
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            return
        found = ISSUED.search(body)
        middle = (found.start() + found.end()) // 2 if found else len(body) // 2
        head = b"".join(b"%b: %b\r\n" % each for each in answer.headers)
        near.sendall(b"HTTP/1.1 %d \r\n%b\r\n" % (answer.status_code, head) + body[:middle])


def _connected(connection: socket.socket) -> str:
    """Take a CONNECT and return its host."""
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(_CHUNK)
        if not part:
            raise EOFError
        head += part
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return head.split(b" ")[1].rpartition(b":")[0].decode()


def _next(side: h11.Connection, wire: ssl.SSLSocket) -> object:
    while (event := side.next_event()) is h11.NEED_DATA:
        side.receive_data(wire.recv(_CHUNK))
    return event


def _body(side: h11.Connection, wire: ssl.SSLSocket) -> Iterator[bytes]:
    while isinstance(event := _next(side, wire), h11.Data):
        yield bytes(event.data)

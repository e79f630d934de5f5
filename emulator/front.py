"""The door: one loopback port for proxies, TLS and the admin address, told apart by the first bytes.

* ``CONNECT host:443`` to a host of ours: answered 200, then spliced to the TLS side of the app, so that every
  client keeps its real host names (RFC 9110, section 9.3.6). Any other host gets 403.
* A TLS handshake (first byte 0x16): spliced to the TLS side.
* Anything else is plain HTTP, for the admin address or to a proxy for an http URL: spliced to the plain side.

Bytes pass through unread. What the app can't do to its own connection, cutting the client off with a reset,
it asks for here.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable

from emulator.hosts import locate, without_port

__all__ = ["Front"]

_TLS = b"\x16"
_CHUNK = 1 << 16
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER on, for 0 seconds: closing then sends RST (socket(7))."""

_REFUSAL = "The local OCI doesn't have the host {}, and lets nothing leave this machine.\n"


class Front:
    """Accepts clients and splices them to the app.

    Args:
        on_refused: Called with the authority of each CONNECT that is refused.
    """

    def __init__(self, on_refused: Callable[[str], None]) -> None:
        self._tls_port = self._plain_port = 0
        self._on_refused = on_refused
        self._clients: dict[int, asyncio.StreamWriter] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listening: socket.socket, tls_port: int, plain_port: int) -> asyncio.Server:
        """Accept clients from now on.

        Args:
            listening: Bound socket.
            tls_port: Loopback port of the app's TLS side.
            plain_port: Loopback port of its plain side.
        """
        self._tls_port, self._plain_port = tls_port, plain_port
        return await asyncio.start_server(self._accept, sock=listening, backlog=512)

    async def drain(self, seconds: float) -> None:
        """Give connections that long to end, then cut them."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    def reset(self, inner_port: int) -> None:
        """Cut the client off with a TCP reset.

        Args:
            inner_port: Port from which the app sees the client's connection come.
        """
        client = self._clients.get(inner_port)
        if client is None:
            return
        client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        client.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve_quietly(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve_quietly(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            # A client that goes away is no mistake of ours, whatever way it goes.
            with contextlib.suppress(OSError, EOFError, asyncio.LimitOverrunError):
                await self._serve_client(reader, writer)
        finally:
            writer.close()

    async def _serve_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        if first == _TLS:
            await self._splice(self._tls_port, first, reader, writer)
            return
        line = first + await reader.readuntil(b"\n")
        method, _, rest = line.partition(b" ")
        if method != b"CONNECT":
            await self._splice(self._plain_port, line, reader, writer)
            return
        authority = rest.split(b" ")[0].decode("latin-1")
        while (await reader.readuntil(b"\n")).strip():
            pass
        if locate(without_port(authority)) is None or not authority.endswith(":443"):
            self._on_refused(authority)
            text = _REFUSAL.format(authority).encode()
            writer.write(
                b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n"
                b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(text), text)
            )
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._splice(self._tls_port, b"", reader, writer)

    async def _splice(
        self, port: int, start: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        inner_port = inner_writer.get_extra_info("sockname")[1]
        self._clients[inner_port] = writer
        try:
            inner_writer.write(start)
            directions = [
                asyncio.create_task(_pump(reader, inner_writer)),
                asyncio.create_task(_pump(inner_reader, writer)),
            ]
            try:
                await asyncio.gather(*directions)
            finally:
                for direction in directions:
                    direction.cancel()
        finally:
            # The system may have given the port to the next connection already.
            if self._clients.get(inner_port) is writer:
                del self._clients[inner_port]
            inner_writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(_CHUNK):
        sink.write(data)
        await sink.drain()
    # The other direction may have more to say.
    sink.write_eof()

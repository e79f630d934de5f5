"""Requests and answers as ASGI has them (asgi.readthedocs.io, HTTP & WebSocket ASGI Message Format 2.5)."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from emulator.hosts import without_port
from emulator.wire import Answer

__all__ = ["Message", "Receive", "Request", "Scope", "Send", "gone", "received", "send_answer"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_NO_CONTENT = 204


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Attributes:
        method: HTTP method.
        host: Host in lower case, without port.
        target: Path and query in origin form, not decoded.
        path: Path alone.
        query: Query alone.
        headers: Headers by lower-case name; one that came twice is joined with a comma.
        body: Whole body.
        peer: Port that it came from.
    """

    method: str
    host: str
    target: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    peer: int


async def received(scope: Scope, receive: Receive) -> Request:
    """Read a request to its end."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    path = scope["raw_path"].decode("latin-1")
    if not path.startswith("/"):
        # A request to a proxy for an http URL has the whole URL here; signatures cover the origin form.
        path = "/" + path.partition("://")[2].partition("/")[2]
    query = scope["query_string"].decode("latin-1")
    return Request(
        method=scope["method"],
        host=without_port(headers.get("host", "")).lower(),
        target=f"{path}?{query}" if query else path,
        path=path,
        query=query,
        headers=headers,
        body=bytes(body),
        peer=scope["client"][1],
    )


async def gone(receive: Receive) -> None:
    """Wait until the client's connection has ended."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_answer(send: Send, answer: Answer, *, truncated: bool = False) -> None:
    """Send an answer.

    Args:
        send: ASGI's.
        answer: Answer with all its headers but those of its body.
        truncated: Stop after half of the body, with the length of the whole one promised; the server then
            closes the connection.
    """
    headers = dict(answer.headers)
    body = b""
    if answer.stream is None:
        body = _encoded(answer.body)
        if body:
            headers.setdefault("content-type", "application/json")
        if answer.status != _NO_CONTENT:
            headers["content-length"] = str(len(body))
    elif truncated:
        body = b"".join(answer.stream)
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()],
        }
    )
    if truncated:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        return
    for piece in answer.stream or ():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": body})


def _encoded(body: object) -> bytes:
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    return json.dumps(body, separators=(",", ":")).encode()

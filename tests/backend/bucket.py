"""A bucket of a real S3 server, versitygw, on loopback; and a front that can fail and hold its requests."""

import http.client
import os
import secrets
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from tests.gomodule import Program

VERSITYGW = Program(
    "versitygw",
    "1.8.0",
    Path(__file__).parent / "versitygw",
    "github.com/versity/versitygw/cmd/versitygw",
)
"""Its build takes under three minutes on two busy cores."""
REGION = "eu-frankfurt-1"
NAME = "team-state"
_LIMIT = 60.0
_REFUSAL = b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
_LIFETIME = 900
"""Seconds after which the server ends by itself, whatever became of the test."""


@dataclass(frozen=True)
class Bucket:
    """A bucket.

    Attributes:
        folder: Where the server keeps its objects, each as a file.
        port: Of the server, on loopback.
        access, secret: The one pair of keys that it takes.
    """

    folder: Path
    port: int
    access: str
    secret: str

    def url(self, port: int | None = None, **changed: str | None) -> str:
        """The backend's URL; a parameter that is changed to None is left out."""
        parameters: dict[str, str | None] = {
            "endpoint": f"http://127.0.0.1:{port or self.port}",
            "region": REGION,
            "s3ForcePathStyle": "true",
            "request_checksum_calculation": "when_required",
            **changed,
        }
        query = "&".join(f"{name}={value}" for name, value in parameters.items() if value is not None)
        return f"s3://{NAME}?{query}"

    def credentials(self) -> dict[str, str]:
        """The variables that hold the pair of keys."""
        return {"AWS_ACCESS_KEY_ID": self.access, "AWS_SECRET_ACCESS_KEY": self.secret}

    def objects(self) -> list[str]:
        """The names of what lies in it."""
        return sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*") if file.is_file())


@contextmanager
def bucket(folder: Path) -> Iterator[Bucket]:
    """Start a server with one empty bucket, and stop it at the end."""
    top = folder / "s3"
    (top / NAME).mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    made = Bucket(top / NAME, port, secrets.token_hex(10), secrets.token_urlsafe(30))
    with (folder / "versitygw.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *("timeout", str(_LIFETIME), str(VERSITYGW.path()), "--port", f"127.0.0.1:{port}"),
                *("--region", REGION, "--quiet", "posix", str(top)),
            ],
            env={**os.environ, "ROOT_ACCESS_KEY": made.access, "ROOT_SECRET_KEY": made.secret},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _until_up(server, port)
            yield made
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(_LIMIT)


def _until_up(server: subprocess.Popen[bytes], port: int) -> None:
    limit = time.monotonic() + _LIMIT
    while time.monotonic() < limit:
        assert server.poll() is None, f"versitygw ended at once with exit code {server.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError("versitygw did not start")


@dataclass
class Front:
    """What stands before the bucket.

    Attributes:
        port: Where it listens, on loopback.
        fails: Given a method, a path and headers, the status by which to refuse, or a body in place of the
            server's; None lets it pass.
        holds: Whether to hold a request until `release`, before it is passed on.
        seen: Every request: method, path, headers.
    """

    port: int = 0
    fails: Callable[[str, str, dict[str, str]], int | bytes | None] = lambda *_: None
    holds: Callable[[str, str], bool] = lambda *_: False
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    held: int = 0
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Let go what is held, and hold nothing any more."""
        self._released.set()

    def wait(self) -> None:
        """Wait for the release."""
        self.held += 1
        self._released.wait(_LIMIT)


def self_signed(folder: Path) -> Path:
    """Make a certificate for loopback, with its private key in the same file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "loopback.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@contextmanager
def front(behind: int, certificate: Path | None = None) -> Iterator[Front]:
    """Stand before a server of loopback; requests keep their Host, which their signature covers.

    Args:
        behind: Port of the server.
        certificate: Of `self_signed`; with it, clients speak TLS.
    """
    made = Front()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made, behind))
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    made.port = int(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.release()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(made: Front, behind: int) -> type[BaseHTTPRequestHandler]:
    """What answers the requests that come to a front."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = dict(self.headers.items())
            made.seen.append((self.command, self.path, headers))
            if made.holds(self.command, self.path):
                made.wait()
            instead = made.fails(self.command, self.path, headers)
            if instead is not None:
                self._answer(*((200, {}, instead) if isinstance(instead, bytes) else (instead, {}, _REFUSAL)))
                return
            server = http.client.HTTPConnection("127.0.0.1", behind, timeout=_LIMIT)
            try:
                server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in headers.items():
                    server.putheader(name, value)
                server.endheaders(body)
                got = server.getresponse()
                self._answer(got.status, dict(got.getheaders()), got.read())
            finally:
                server.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass  # noqa: N815 - the names of the interface

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler

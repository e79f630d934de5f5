"""Signed calls to OCI's REST API.

Signature: "Request Signatures", docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm, version 1.
Which answers are tried again: terraform-provider-oci 8.28.0, internal/tfresource/retry.go; the windows there
are minutes, here they are seconds, because a stand-in should not make anybody wait.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from emulator.oci_plugin import VERSION
from emulator.oci_plugin.credentials import Credentials
from emulator.oci_plugin.errors import CancelledError, OciError, UnreachableError
from emulator.oci_plugin.pools import Pools, proxy_for
from emulator.oci_plugin.surroundings import Surroundings

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try."""

LONGEST_PAUSE = 10.0
"""Seconds of `Retry-After` that are obeyed at most."""

_AGAIN = frozenset({409, 429, 500, 501, 502, 503, 504})
_FINAL = ("AlreadyExists", "InvalidatedRetryToken", "TenantCapacityExceeded")
_HEADERS = {
    "accept": "*/*",
    "content-type": "application/json",
    "user-agent": f"oci-plugin-stand-in/{VERSION}",
}
_BODY_METHODS = ("POST", "PUT", "PATCH")


@dataclass(frozen=True)
class Reply:
    """A successful answer."""

    body: Any
    """Decoded JSON, or None where there was no body."""
    etag: str | None
    next_page: str | None


class Signature(httpx.Auth):
    """Puts OCI's `Authorization` header on a request."""

    requires_request_body = True

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Sign the request as it goes out."""
        request.headers["date"] = formatdate(usegmt=True)
        signed = ["date", "(request-target)", "host"]
        if request.method in _BODY_METHODS:
            digest = hashlib.sha256(request.content).digest()
            request.headers["x-content-sha256"] = base64.b64encode(digest).decode()
            request.headers["content-length"] = str(len(request.content))
            signed += ["content-length", "content-type", "x-content-sha256"]
        target = f"{request.method.lower()} {request.url.raw_path.decode()}"
        values = {**request.headers, "(request-target)": target}
        text = "\n".join(f"{name}: {values[name]}" for name in signed)
        signature = base64.b64encode(self._credentials.key.sign(text.encode(), PKCS1v15(), SHA256())).decode()
        request.headers["authorization"] = (
            f'Signature version="1",headers="{" ".join(signed)}",keyId="{self._credentials.key_id}",'
            f'algorithm="rsa-sha256",signature="{signature}"'
        )
        yield request


class Wire:
    """Calls of one provider instance."""

    def __init__(
        self, credentials: Credentials, surroundings: Surroundings, pools: Pools, cancelled: threading.Event
    ) -> None:
        self.region = credentials.region
        self.cancelled = cancelled
        self._signature = Signature(credentials)
        self._surroundings = surroundings
        self._pools = pools

    def pause(self, seconds: float) -> None:
        """Wait, unless the engine has asked to stop.

        Raises:
            CancelledError: it has.
        """
        if self.cancelled.wait(seconds):
            raise CancelledError("stopped, as the engine asked")

    def call(
        self,
        operation: str,
        method: str,
        url: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        retry_token: str | None = None,
        hidden: Iterable[str] = (),
    ) -> Reply:
        """Make one call, trying again for a few seconds where that can help.

        Args:
            operation: Name in OCI's API reference, for messages.
            method: HTTP method.
            url: Scheme, host and path.
            body: JSON object to send.
            query: Query parameters.
            retry_token: `opc-retry-token`, the same on every try: a create that is repeated happens once.
            hidden: Texts that are dots in the message of a refusal, should OCI quote them.

        Raises:
            OciError: OCI refused.
            UnreachableError: no answer.
            CancelledError: the engine asked to stop.
        """
        headers = {**_HEADERS}
        if retry_token:
            headers["opc-retry-token"] = retry_token
        content = b"" if body is None else json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
        for pause in (*PAUSES, None):
            headers["opc-request-id"] = token_hex(16).upper()
            try:
                answer = self._send(method, url, content, query, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.InvalidURL) as problem:
                raise self._unreachable(operation, url, problem) from None
            except httpx.HTTPError as problem:
                # Broken off after it was sent: it may have been done; the retry token makes that harmless.
                if pause is None:
                    raise self._unreachable(operation, url, problem) from None
                self.pause(pause)
                continue
            if answer.is_success:
                return _reply(operation, answer)
            error = _error(operation, answer, hidden)
            if pause is None or error.status not in _AGAIN or error.code.endswith(_FINAL):
                raise error
            self.pause(_advised(answer, pause))
        raise AssertionError  # pragma: no cover  # the loop above always ends in a return or a raise

    def _send(
        self,
        method: str,
        url: str,
        content: bytes,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str],
    ) -> httpx.Response:
        host = urlsplit(url).hostname or ""
        client = self._pools.client(self.region, host, self._surroundings)
        return client.request(
            method, url, content=content, params=query, headers=dict(headers), auth=self._signature
        )

    def _unreachable(self, operation: str, url: str, problem: Exception) -> UnreachableError:
        why = str(problem) or type(problem).__name__
        host = urlsplit(url).hostname or ""
        return UnreachableError(operation, host, why, proxy_for(host, self._surroundings))


def _reply(operation: str, answer: httpx.Response) -> Reply:
    body = None
    if answer.content:
        try:
            body = answer.json()
        except ValueError:
            raise OciError(
                operation,
                answer.request.url.host,
                502,
                "BadResponse",
                f"a {answer.status_code} answer whose body is not JSON",
                answer.headers.get("opc-request-id", "none"),
            ) from None
    return Reply(body, answer.headers.get("etag"), answer.headers.get("opc-next-page"))


def _error(operation: str, answer: httpx.Response, hidden: Iterable[str]) -> OciError:
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {}
    message = str(told.get("message", answer.reason_phrase))
    for text in hidden:
        message = message.replace(text, "•••")
    return OciError(
        operation,
        answer.request.url.host,
        answer.status_code,
        str(told.get("code", "BadErrorResponse")),
        message,
        answer.headers.get("opc-request-id", "none"),
    )


def _advised(answer: httpx.Response, pause: float) -> float:
    advice = answer.headers.get("retry-after", "")
    return min(float(advice), LONGEST_PAUSE) if advice.isdecimal() else pause

"""Calls to OCI through its SDK: one client for each service and region, made when first needed."""

import importlib
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

from genaikeys.errors import KitError
from genaikeys.oci.credentials import AuthLike, config_and_signer
from genaikeys.oci.errors import OciError

__all__ = ["Clients"]

TRIES = 5
"""How often a call that may be repeated is made at the most."""
_FIRST_WAIT = 0.5
"""Seconds before the second try; doubled before each further one."""
_TIMEOUT = (10, 60)
"""Seconds to connect and to read (the SDK's own defaults; OCI Python SDK 2.189.0, base_client)."""

_CLASSES = {
    "alarms": ("oci.monitoring", "MonitoringClient"),
    "budgets": ("oci.budget", "BudgetClient"),
    "generative_ai": ("oci.generative_ai", "GenerativeAiClient"),
    "identity": ("oci.identity", "IdentityClient"),
    "key_management": ("oci.key_management", "KmsVaultClient"),
    "keys": ("oci.key_management", "KmsManagementClient"),
    "limits": ("oci.limits", "LimitsClient"),
    "secrets": ("oci.secrets", "SecretsClient"),
    "subscriptions": ("oci.ons", "NotificationDataPlaneClient"),
    "topics": ("oci.ons", "NotificationControlPlaneClient"),
    "vault": ("oci.vault", "VaultsClient"),
}
"""Module and class of each service's client (OCI Python SDK 2.189.0), imported when one is made."""


class Clients:
    """The SDK's clients, and the one way to call them.

    The SDK's own retries and circuit breakers are off: they would repeat a renewal whose answer was lost,
    and its answer is the only place where a secret is ever shown.

    Args:
        auth: How to authenticate.
    """

    def __init__(self, auth: AuthLike) -> None:
        self._auth = auth
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str, str | None], Any] = {}
        self._credentials: tuple[dict[str, Any], Any] | None = None
        self._ahead = 0.0
        self._heard = False

    def client(self, service: str, region: str, endpoint: str | None = None) -> Any:
        """The client of a service.

        Args:
            service: A key of `_CLASSES`, such as ``vault``.
            region: Region identifier.
            endpoint: Where the service has no address of its own: `keys` are asked for at the management
                endpoint of their vault.

        Raises:
            KitError: The credentials aren't there.
        """
        with self._lock:
            if (service, region, endpoint) not in self._clients:
                self._clients[service, region, endpoint] = self._make(service, region, endpoint)
            return self._clients[service, region, endpoint]

    def tenancy(self) -> str:
        """OCID of the caller's tenancy.

        Raises:
            KitError: The credentials aren't there.
        """
        with self._lock:
            config, signer = self._known()
        return str(getattr(signer, "tenancy_id", None) or config["tenancy"])

    def user(self) -> str | None:
        """OCID of the calling user; None for a principal of OCI.

        Raises:
            KitError: The credentials aren't there.
        """
        with self._lock:
            config, _ = self._known()
        return config.get("user")

    def ahead(self) -> float | None:
        """Seconds by which OCI's clock is ahead of this machine's; None before its first answer."""
        return self._ahead if self._heard else None

    def now(self) -> datetime:
        """The time by OCI's last answer, and by this machine's clock until there is one."""
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    def once(self, operation: str, on: str, call: Callable[[], Any]) -> Any:
        """Make a call that must not be repeated by itself.

        Args:
            operation: For the message, such as ``RenewApiKey``.
            on: What it is done to, for the message.
            call: The SDK's method with its arguments.

        Returns:
            The SDK's response.

        Raises:
            OciError: OCI refused, or no whole answer came back.
        """
        import oci

        try:
            response = call()
        except oci.exceptions.ServiceError as problem:
            self._note(problem.headers)
            raise OciError(
                operation,
                on,
                status=int(problem.status),
                code=str(problem.code or ""),
                message=str(problem.message or ""),
                request_id=problem.request_id,
            ) from None
        except (oci.exceptions.RequestException, oci.exceptions.ConnectTimeout) as problem:
            raise OciError(
                operation, on, status=0, code="", message=f"The connection broke: {_kind(problem)}."
            ) from None
        except KitError:
            raise
        except Exception as problem:  # noqa: BLE001 - of an odd answer the SDK's reader makes whatever it makes
            raise OciError(
                operation,
                on,
                status=0,
                code="",
                message=f"The answer can't be read: {type(problem).__name__}.",
            ) from None
        self._note(response.headers)
        return response

    def repeated(self, operation: str, on: str, call: Callable[[], Any]) -> Any:
        """Make a call that may be repeated: a read, or a change with an etag or a retry token.

        What may pass (429, 5xx, a broken connection) is tried up to five times within about eight seconds.

        Raises:
            OciError: As `once`, after the last try.
        """
        wait = _FIRST_WAIT
        for _ in range(TRIES - 1):
            try:
                return self.once(operation, on, call)
            except OciError as problem:
                if not problem.is_passing:
                    raise
            time.sleep(wait)
            wait *= 2
        return self.once(operation, on, call)

    def every(self, operation: str, on: str, call: Callable[..., Any], **arguments: Any) -> list[Any]:
        """All items of a list, page after page; a list is either bare or a collection with items.

        Raises:
            OciError: As `repeated`; or an answer has no list.
        """
        found: list[Any] = []
        page: dict[str, str] = {}
        while True:
            response = self.repeated(operation, on, partial(call, **arguments, **page))
            rows = getattr(response.data, "items", response.data)
            if not isinstance(rows, list):
                raise OciError(operation, on, status=0, code="", message="The answer holds no list.")
            found += rows
            following = response.headers.get("opc-next-page")
            if not following:
                return found
            page = {"page": following}

    def _note(self, headers: Any) -> None:
        stamp = (headers or {}).get("date")
        if stamp:
            try:
                self._ahead = parsedate_to_datetime(stamp).timestamp() - time.time()
                self._heard = True
            except ValueError:
                return

    def _known(self) -> tuple[dict[str, Any], Any]:
        if self._credentials is None:
            self._credentials = config_and_signer(self._auth)
        return self._credentials

    def _make(self, service: str, region: str, endpoint: str | None) -> Any:
        import oci

        config, signer = self._known()
        where = {} if endpoint is None else {"service_endpoint": endpoint}
        return _class(service)(
            # With log_requests, which a profile may set, the SDK prints whole requests: secrets on stdout.
            {**config, "region": region, "log_requests": False},
            **where,
            signer=signer,
            retry_strategy=oci.retry.NoneRetryStrategy(),
            circuit_breaker_strategy=oci.circuit_breaker.NoCircuitBreakerStrategy(),
            timeout=_TIMEOUT,
        )


def _class(service: str) -> Any:
    module, name = _CLASSES[service]
    return getattr(importlib.import_module(module), name)


def _kind(problem: BaseException) -> str:
    """Name of the innermost cause: the texts around it can hold whole requests."""
    seen: BaseException = problem
    while True:
        inner = next((part for part in seen.args if isinstance(part, BaseException)), None)
        if inner is None:
            return type(seen).__name__
        seen = inner

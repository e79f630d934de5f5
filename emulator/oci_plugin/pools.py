"""Kept connections, one pool for each region, shared by the commands that follow each other."""

import ssl
import threading
from pathlib import Path

import httpx

from emulator.oci_plugin.errors import ConfigurationError
from emulator.oci_plugin.surroundings import Surroundings

_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
_KEPT = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=4.0)
_MOST = 32
"""Pools at a time: six regions, with room for several local OCIs after each other."""


class Pools:
    """The pools of one process. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[tuple[object, ...], httpx.Client] = {}

    def client(self, region: str, host: str, surroundings: Surroundings) -> httpx.Client:
        """The pool for calls to a host, by the way that the surroundings tell.

        Raises:
            ConfigurationError: the authorities to trust can't be read.
        """
        proxy = proxy_for(host, surroundings)
        authorities = _authorities(surroundings)
        key = (region, proxy, authorities, _written(authorities))
        with self._lock:
            if key not in self._clients:
                if len(self._clients) >= _MOST:
                    self._close()
                self._clients[key] = httpx.Client(
                    proxy=proxy, verify=_trust(authorities), trust_env=False, timeout=_TIMEOUT, limits=_KEPT
                )
            return self._clients[key]

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        while self._clients:
            self._clients.popitem()[1].close()


def proxy_for(host: str, surroundings: Surroundings) -> str | None:
    """The proxy for a host: HTTPS_PROXY, unless NO_PROXY takes the host out.

    Entries of NO_PROXY are domains, with or without leading dot, or `*` for all.
    """
    entries = (surroundings.get("NO_PROXY", "no_proxy") or "").split(",")
    domains = [entry.strip().lstrip(".").lower() for entry in entries if entry.strip()]
    if any(domain == "*" or host == domain or host.endswith(f".{domain}") for domain in domains):
        return None
    return surroundings.get("HTTPS_PROXY", "https_proxy")


def _authorities(surroundings: Surroundings) -> Path | None:
    """The file of certificates to trust instead of the system's."""
    named = surroundings.get("custom_cert_location", "TF_VAR_custom_cert_location", "SSL_CERT_FILE")
    return surroundings.path(named) if named else None


def _trust(authorities: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(authorities) if authorities else None)
    except OSError as problem:
        why = "it holds no certificate" if isinstance(problem, ssl.SSLError) else problem.strerror
        raise ConfigurationError(
            f"{authorities} is no readable PEM file of certificates: {why}\n"
            "  next: correct custom_cert_location or SSL_CERT_FILE"
        ) from None


def _written(path: Path | None) -> float:
    """When a file was written, so that another authority at the same path is noticed."""
    try:
        return path.stat().st_mtime if path else 0.0
    except OSError:
        return 0.0

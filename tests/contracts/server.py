"""A local OCI as a process of its own, and the environment in which any client talks to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import oci

Client = TypeVar("Client")
Json = Any
"""A decoded JSON value, or what the SDK made of one."""

STRAYS = (
    "https_proxy", "http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY", "SSL_CERT_DIR", "OCI_CLI_PROFILE",
    "OCI_CLI_REGION", "OCI_CLI_ENDPOINT", "OCI_CLI_CERT_BUNDLE", "OPENAI_API_KEY", "OPENAI_BASE_URL",
)  # fmt: skip
STARTS_WITHIN = 20.0
READS = 5


class Server:
    """One running local OCI."""

    def __init__(self, home: Path) -> None:
        self.folder = home
        self.process = subprocess.Popen([sys.executable, "-m", "emulator", "--home", str(home)])
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._is_ready():
            assert self.process.poll() is None, f"the emulator ended with code {self.process.returncode}"
            assert time.monotonic() < deadline, f"the emulator was not ready within {STARTS_WITHIN:.0f} s"
            time.sleep(0.02)
        self.config = oci.config.from_file(self.home["ociConfig"])
        self.tenancy: str = self.home["tenancy"]

    @property
    def home(self) -> dict[str, Any]:
        """What home.json says."""
        found: dict[str, Any] = json.loads((self.folder / "home.json").read_text())
        return found

    def environment(self) -> dict[str, str]:
        """Variables that lead a client here, whatever the shell had."""
        home = self.home
        ca = str(home["ca"])
        kept = {name: value for name, value in os.environ.items() if name not in STRAYS}
        return {
            **kept,
            "HTTPS_PROXY": home["proxy"],
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "SSL_CERT_FILE": ca,
            "REQUESTS_CA_BUNDLE": ca,
            "CURL_CA_BUNDLE": ca,
            "OCI_CONFIG_FILE": home["ociConfig"],
            "OCI_CLI_CONFIG_FILE": home["ociConfig"],
            "SUPPRESS_LABEL_WARNING": "True",
            "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING": "True",
        }

    @contextmanager
    def shell(self) -> Iterator[None]:
        """Lead every client of this process here, for a while."""
        before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self.environment())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def admin(self, method: str, path: str, body: object = None) -> Json:
        """Call the admin API."""
        answer = httpx.request(method, f"{self.home['admin']}/{path}", json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def switch(self, name: str, value: str | int) -> None:
        """Set a switch."""
        self.admin("PUT", f"switches/{name}", {"value": value})

    def client(self, kind: Callable[..., Client], region: str = "us-ashburn-1", **how: str) -> Client:
        """A client of the official SDK for a region, without retries: a refusal is to be seen at once."""
        return kind({**self.config, "region": region}, retry_strategy=oci.retry.NoneRetryStrategy(), **how)

    def stop(self) -> None:
        """Stop the process and wait for its end."""
        self.admin("POST", "stop")
        assert self.process.wait(10) == 0

    def _is_ready(self) -> bool:
        try:
            return bool(self.admin("GET", "health")["ready"])
        except (OSError, KeyError, ValueError, httpx.HTTPError):
            return False


def until(state: str, read: Callable[[], Json]) -> Json:
    """Read a resource until it is in a state, and return what was read: a passing state ends with reading."""
    seen = []
    for _ in range(READS):
        data = read().data
        if data.lifecycle_state == state:
            return data
        seen.append(data.lifecycle_state)
    raise AssertionError(f"not {state} after {READS} reads but {seen}")

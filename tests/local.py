"""A running local OCI for tests of any room: started as a process of its own, stopped by its own pid."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]

_LIMIT = 30.0
_STEP = 0.01
_ALL = 100_000
"""More requests than any test makes."""
DIVERTING = ("PROXY", "CA_BUNDLE", "SSL_CERT", "OCI_", "TF_VAR_", "PULUMI_", "OPENAI_")
"""What a shell may have that would lead a client elsewhere."""


@dataclass
class Local:
    """A local OCI that is up.

    Attributes:
        folder: Its home.
        process: Its process.
        home: ``home.json`` as of the start.
    """

    folder: Path
    process: subprocess.Popen[bytes]
    home: dict[str, Any]
    _newest: int = 0

    def admin(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Ask the admin address for what must succeed, e.g. ``admin("POST", "/clock", {"by": 60})``."""
        status, answer = self.ask(method, path, body)
        assert status == http.client.OK, answer
        return answer

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """Ask the admin address and return status and answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.home["port"], timeout=_LIMIT)
        try:
            connection.request(method, f"/_local{path}", body=None if body is None else json.dumps(body))
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        return response.status, answer

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Requests after an id, oldest first, however many."""
        found: list[dict[str, Any]] = self.admin("GET", f"/journal?after={after}&limit={_ALL}")["requests"]
        return found

    def last_request(self) -> int:
        """Id of the newest request in the journal, of which only what is new is read; 0 if there is none."""
        for request in self.journal(self._newest)[-1:]:
            self._newest = int(request["id"])
        return self._newest

    def switch(self, name: str, value: object) -> None:
        """Set a switch."""
        self.admin("PUT", f"/switches/{name}", {"value": value})

    def fault(self, **given: object) -> str:
        """Set a fault and return its id."""
        return str(self.admin("POST", "/faults", given)["id"])

    def env(self) -> dict[str, str]:
        """This process's environment, led to the local OCI: for subprocesses."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not any(part in name.upper() for part in DIVERTING)
        }
        return {**kept, **self.variables()}

    def variables(self) -> dict[str, str]:
        """The variables alone that lead clients to the local OCI."""
        ca = str(self.home["ca"])
        return {
            "HTTPS_PROXY": str(self.home["proxy"]),
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "SSL_CERT_FILE": ca,
            "REQUESTS_CA_BUNDLE": ca,
            "CURL_CA_BUNDLE": ca,
            "custom_cert_location": ca,
            "OCI_CONFIG_FILE": str(self.home["ociConfig"]),
            "OCI_CLI_CONFIG_FILE": str(self.home["ociConfig"]),
        }

    def oci_config(self, region: str | None = None) -> dict[str, Any]:
        """The administrator's configuration for clients of the OCI SDK, by default in the home region."""
        import oci

        found: dict[str, Any] = oci.config.from_file(self.home["ociConfig"])
        return {**found, "region": region or found["region"]}

    def stop(self) -> int:
        """Stop it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_LIMIT)


@contextmanager
def running(folder: Path, *, port: int | None = None) -> Iterator[Local]:
    """Start a local OCI, and stop it at the end.

    Args:
        folder: Its home, new or not.
        port: Its port; by default that of the last start, or a free one.
    """
    command = [sys.executable, "-m", "emulator", "--home", str(folder)]
    if port is not None:
        command += ["--port", str(port)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.DEVNULL)
    try:
        local = Local(folder, process, _home(folder, process))
        yield local
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(_LIMIT)


def _home(folder: Path, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait until the process has put its own pid into its home: from then on it answers."""
    limit = time.monotonic() + _LIMIT
    while time.monotonic() < limit:
        assert process.poll() is None, f"the local OCI ended at once with exit code {process.returncode}"
        try:
            home: dict[str, Any] = json.loads((folder / "home.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            home = {}
        if home.get("pid") == process.pid:
            return home
        time.sleep(_STEP)
    raise TimeoutError(f"the local OCI in {folder} did not start within {_LIMIT:.0f} s")

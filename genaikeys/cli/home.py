"""The local home: the one folder that holds everything of a local OCI, and the way to talk to it.

The command knows the local OCI through its files and its admin address only: `home.json` says where it is,
the admin address answers JSON over plain HTTP on loopback.
"""

import http.client
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genaikeys import layout
from genaikeys.errors import KitError

__all__ = ["Home", "folder", "project_root", "read", "running"]

_FILE = "home.json"
_TIMEOUT = 10.0
_PAGE = 1000


def project_root() -> Path:
    """Return the folder of the project; `Pulumi.yaml` and `stacks/` lie there."""
    return layout.project()


def folder() -> Path:
    """Return the folder of the local home: `GENAIKEYS_LOCAL_HOME`, else `.local` in the project."""
    named = os.environ.get("GENAIKEYS_LOCAL_HOME")
    return (Path(named).expanduser() if named else project_root() / ".local").resolve()


@dataclass(frozen=True, kw_only=True)
class Home:
    """What `home.json` says; every path is absolute, `pid` is None while nothing runs."""

    folder: Path
    port: int
    pid: int | None
    proxy: str
    ca: Path
    oci_config: Path
    key_file: Path
    tenancy: str
    user: str
    fingerprint: str
    region: str
    pulumi_home: Path
    backend: str
    passphrase_file: Path

    def is_up(self) -> bool:
        """Say whether this home's own local OCI answers; another program on its port doesn't count."""
        try:
            status, health = self._exchange("GET", "/health", None, timeout=2.0)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        if status != http.client.OK or health.get("ready") is not True:
            return False
        return Path(str(health.get("home"))).resolve() == self.folder.resolve()

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Send one request to the admin address and return its answer.

        Args:
            method: The HTTP method.
            path: The path below `/_local`, such as `/clock`.
            body: What to send as JSON.

        Raises:
            KitError: Nothing answers, something else does, or the request was refused; then with its reason.
        """
        try:
            status, answer = self._exchange(method, path, body, timeout=_TIMEOUT)
        except ConnectionRefusedError:
            raise down(self.folder) from None
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise KitError(
                f"The local OCI in {self.folder} gave no usable answer on 127.0.0.1:{self.port}: "
                f"{type(problem).__name__}.",
                why="It may be stopping, or another program listens on its port.",
                next_step=f"Look at {self.folder / 'log' / 'emulator.log'}, then run: genaikeys local down; "
                "genaikeys local up",
            ) from None
        if status >= http.client.BAD_REQUEST:
            raise KitError(str(answer.get("message") or f"The local OCI answered {status} on {path}."))
        return answer

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Return every request that was recorded after the one with this id, oldest first."""
        requests: list[dict[str, Any]] = []
        while page := self.ask("GET", f"/journal?after={after}&limit={_PAGE}")["requests"]:
            requests += page
            after = page[-1]["id"]
        return requests

    def _exchange(
        self, method: str, path: str, body: Mapping[str, object] | None, *, timeout: float
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"content-type": "application/json"} if body is not None else {}
            content = json.dumps(body) if body is not None else None
            connection.request(method, f"/_local{path}", body=content, headers=headers)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        answer = json.loads(raw) if raw else {}
        if not isinstance(answer, dict):
            raise ValueError("not a JSON object")
        return response.status, answer


def read(at: Path | None = None) -> Home | None:
    """Read a local home.

    Args:
        at: Its folder; by default the one that `folder` names.

    Returns:
        The home, or None where none was made yet.

    Raises:
        KitError: `home.json` is there, but can't be read or isn't one.
    """
    where = at or folder()
    try:
        document = json.loads((where / _FILE).read_text(encoding="utf-8"))
        if document["port"] is None:
            # Made, but never up: the first start ended before it had a port.
            return None
        return Home(
            folder=where,
            port=int(document["port"]),
            pid=document["pid"],
            proxy=document["proxy"],
            ca=Path(document["ca"]),
            oci_config=Path(document["ociConfig"]),
            key_file=Path(document["keyFile"]),
            tenancy=document["tenancy"],
            user=document["user"],
            fingerprint=document["fingerprint"],
            region=document["region"],
            pulumi_home=Path(document["pulumiHome"]),
            backend=document["backend"],
            passphrase_file=Path(document["passphraseFile"]),
        )
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise KitError(
            f"The local home {where} is broken: {_FILE} can't be read ({type(problem).__name__}).",
            why="It was damaged, or made by another version.",
            next_step="Run: genaikeys local down --remove; genaikeys local up",
        ) from None


def running(at: Path | None = None) -> Home:
    """Return the local home whose local OCI is up.

    Raises:
        KitError: There is none, it is broken, or its local OCI is down.
    """
    where = at or folder()
    home = read(where)
    if home is None:
        raise KitError(f"There is no local home in {where}.", next_step="Run: genaikeys local up")
    if not home.is_up():
        raise down(where)
    return home


def down(where: Path) -> KitError:
    """Say that the local OCI of a home doesn't run."""
    return KitError(f"The local OCI in {where} is down.", next_step="Run: genaikeys local up")

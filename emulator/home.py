"""The home: the folder with everything of one local OCI.

Made at the first start; later starts find it as it was. The folder is its owner's alone (0700), and what is
secret in it doubly so (0600). One process uses a home at a time; the kernel's lock on a file says so, because
a process id from a file may be somebody else's by now.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from emulator.ids import Ids

__all__ = ["Home", "HomeError", "opened", "write_private"]

REGION = "us-ashburn-1"
"""Home region of the local tenancy, and the region of its OCI profile."""

PASSPHRASE = "local"  # noqa: S105 protects nothing: the local stack's secrets are made up, and this is public
_FOLDERS = ("tls", "oci", "log", "pulumi", "state")
_IDENTITY = ("tenancy", "user", "fingerprint")


class HomeError(Exception):
    """A home that can't be used; the text is for people."""


@dataclass(frozen=True)
class Home:
    """A home that this process holds.

    Attributes:
        folder: Absolute path.
        tenancy: OCID of the tenancy.
        user: OCID of the administrator.
        fingerprint: Of the administrator's key: MD5 of its public half (Required Keys and OCIDs,
            docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm).
        port: Port of the last start, or None before the first.
        lock: Open file whose lock makes the home this process's own.
    """

    folder: Path
    tenancy: str
    user: str
    fingerprint: str
    port: int | None
    lock: TextIO

    @property
    def state(self) -> Path:
        """The database."""
        return self.folder / "state.db"

    @property
    def log(self) -> Path:
        """The log."""
        return self.folder / "log" / "emulator.log"

    @property
    def ca(self) -> Path:
        """The local CA's certificate; its key was thrown away once it had signed."""
        return self.folder / "ca.pem"

    @property
    def certificate(self) -> Path:
        """The certificate of every host, and the CA's after it."""
        return self.folder / "tls" / "hosts.pem"

    @property
    def certificate_key(self) -> Path:
        """The private key of that certificate."""
        return self.folder / "tls" / "hosts.key"

    @property
    def admin_key(self) -> Path:
        """The administrator's private key."""
        return self.folder / "oci" / "admin.pem"

    def master_key(self) -> bytes:
        """The 32 bytes that encrypt what the Vault holds."""
        return bytes.fromhex((self.folder / "master.key").read_text())

    def publish(self, *, port: int, pid: int | None) -> None:
        """Write ``home.json`` and the OCI profile, as they are true from now on."""
        folder = self.folder
        document = {
            "port": port,
            "pid": pid,
            "admin": f"http://127.0.0.1:{port}/_local",
            "proxy": f"http://127.0.0.1:{port}",
            "ca": str(self.ca),
            "ociConfig": str(folder / "oci" / "config"),
            "tenancy": self.tenancy,
            "user": self.user,
            "fingerprint": self.fingerprint,
            "keyFile": str(self.admin_key),
            "region": REGION,
            "pulumiHome": str(folder / "pulumi"),
            # Without the checksum that the file backend would write beside each file, and nobody would read.
            "backend": f"{(folder / 'state').as_uri()}?metadata=skip",
            "passphraseFile": str(folder / "passphrase"),
        }
        profile = (
            f"[DEFAULT]\nuser={self.user}\nfingerprint={self.fingerprint}\ntenancy={self.tenancy}\n"
            f"region={REGION}\nkey_file={self.admin_key}\n"
        )
        write_private(folder / "oci" / "config", profile)
        write_private(folder / "home.json", json.dumps(document, indent=2) + "\n")


def opened(folder: Path) -> Home:
    """Take a home for this process; make it where there is none.

    Raises:
        HomeError: Another process has it, it is broken, or the folder can't be written.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = (folder / "lock").open("a")
    except OSError as problem:
        raise HomeError(f"home {folder} can't be used: {problem.strerror}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HomeError(
            f"home {folder} is in use by process {_owner(folder)}; stop that one, or take another home"
        ) from None
    try:
        for name in _FOLDERS:
            (folder / name).mkdir(mode=0o700, exist_ok=True)
        if not (folder / "home.json").exists():
            if (folder / "state.db").exists():
                raise _broken(folder, "home.json is missing")
            _make(folder)
    except OSError as problem:
        raise HomeError(f"home {folder} can't be made: {problem.strerror}") from None
    known = _known(folder)
    return Home(folder, known["tenancy"], known["user"], known["fingerprint"], known["port"], lock)


def _make(folder: Path) -> None:
    # x509 is slow to import, and no later start needs it.
    from emulator.certificates import authority, fingerprint, rsa_key

    ids = Ids()
    made = authority()
    write_private(folder / "ca.pem", made.ca)
    write_private(folder / "tls" / "hosts.pem", made.certificate)
    write_private(folder / "tls" / "hosts.key", made.key)
    key = rsa_key()
    # The label tells the OCI CLI that this is an API key, which it otherwise warns about on every call.
    write_private(folder / "oci" / "admin.pem", key + "OCI_API_KEY\n")
    write_private(folder / "master.key", os.urandom(32).hex())
    write_private(folder / "passphrase", PASSPHRASE)
    # Last, for its presence says that the rest is there.
    document = {
        "tenancy": ids.ocid("tenancy"),
        "user": ids.ocid("user"),
        "fingerprint": fingerprint(key),
        "port": None,
    }
    write_private(folder / "home.json", json.dumps(document))


def _known(folder: Path) -> dict[str, Any]:
    try:
        known = json.loads((folder / "home.json").read_text())
        whole = all(isinstance(known[name], str) for name in _IDENTITY)
        if not whole or not isinstance(known["port"], int | None):
            raise ValueError("wrong type")
        key = bytes.fromhex((folder / "master.key").read_text())
        if len(key) != 32:
            raise ValueError("master.key")
        for part in ("ca.pem", "tls/hosts.pem", "tls/hosts.key", "oci/admin.pem"):
            (folder / part).read_bytes()
    except FileNotFoundError as problem:
        raise _broken(folder, f"{Path(problem.filename).relative_to(folder)} is missing") from None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise _broken(folder, f"its files can't be read ({type(problem).__name__})") from None
    return dict(known)


def _broken(folder: Path, why: str) -> HomeError:
    return HomeError(f"home {folder} is broken: {why}; remove that folder and start again")


def _owner(folder: Path) -> str:
    try:
        return str(json.loads((folder / "home.json").read_text())["pid"])
    except (OSError, ValueError, KeyError):
        return "unknown"


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
    draft.replace(path)

"""Credentials of a job as the OCI configuration file that every client reads.

A runner hands secrets over as variables. The names are those of Oracle's own command line and actions (OCI
CLI, "Environment variables", as of 2026-11).
"""

import os
from collections.abc import Mapping
from pathlib import Path

from genaikeys.errors import KitError

__all__ = ["write"]

_FIELDS = {
    "user": "OCI_CLI_USER",
    "tenancy": "OCI_CLI_TENANCY",
    "fingerprint": "OCI_CLI_FINGERPRINT",
    "region": "OCI_CLI_REGION",
}
_KEY = "OCI_CLI_KEY_CONTENT"
_FILE = "OCI_CONFIG_FILE"


def write(environment: Mapping[str, str], profile: str, checkout: Path) -> Path:
    """Write the file, and the private key beside it, for the owner's eyes only.

    Args:
        environment: The job's variables.
        profile: Name of the section, as the stack's auth has it.
        checkout: Where the file may not lie: what lies there may be committed, cached or uploaded.

    Returns:
        The file.

    Raises:
        KitError: A variable is missing or no single line, the file is there already, or lies in the checkout.
    """
    wanted = (*_FIELDS.values(), _KEY, _FILE)
    missing = [name for name in wanted if not environment.get(name)]
    if missing:
        raise KitError(
            f"Variables are missing: {', '.join(missing)}.",
            next_step="Set them where the job runs, as docs/ci.md says; a runner inside OCI needs none of "
            "them, with auth: {type: instance} in the stack.",
        )
    broken = [name for name in _FIELDS.values() if "\n" in environment[name].strip()]
    if broken or "\n" in profile:
        raise KitError(f"These must be one line each: {', '.join(broken) or 'auth.profile'}.")
    file = Path(environment[_FILE]).expanduser().absolute()
    if file.is_relative_to(checkout):
        raise KitError(f"{_FILE} is {file}, inside the checkout.", next_step="Name a place outside of it.")
    key = file.with_name("key.pem")
    lines = [f"{name}={environment[variable].strip()}" for name, variable in _FIELDS.items()]
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _create(key, f"{environment[_KEY].strip()}\n")
    _create(file, "\n".join([f"[{profile}]", *lines, f"key_file={key}"]) + "\n")
    return file


def _create(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except FileExistsError:
        raise KitError(f"{path} is there already.", next_step="Remove it, or name another place.") from None

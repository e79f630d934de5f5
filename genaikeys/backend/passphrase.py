"""A stack's passphrase, from a Vault secret into the environment of one command."""

import os
import shutil
from collections.abc import Mapping, Sequence
from typing import NoReturn

from genaikeys.errors import KitError
from genaikeys.iam.permissions import region_keys
from genaikeys.oci import Oci, Secret
from genaikeys.scan.shape import PREFIX, Kind, kind_of

__all__ = ["become", "region_of"]

VARIABLE = "PULUMI_CONFIG_PASSPHRASE"
_FILE = "PULUMI_CONFIG_PASSPHRASE_FILE"


def region_of(secret_id: str) -> str:
    """The region that the OCID of a Vault secret names, by its identifier or by its key.

    Raises:
        KitError: It is not the OCID of a Vault secret, or names no region that is known.
    """
    parts = secret_id.split(".")
    allowed = "Allowed: the OCID of a Vault secret, ocid1.vaultsecret.REALM.REGION.UNIQUE."
    if len(parts) < 5 or parts[:2] != ["ocid1", "vaultsecret"]:
        raise KitError(
            f"{secret_id} is not the OCID of a Vault secret",
            why=allowed,
            next_step="Copy it from the secret's page in the console, or from `oci vault secret list`.",
        )
    named = parts[3]
    known = region_keys()
    found = named if named in known else next((name for name, key in known.items() if key == named), None)
    if found is None:
        raise KitError(
            f"{secret_id} names the region {named or 'nothing'}, which is not known",
            why=allowed,
            next_step="Copy it from the secret's page in the console, or from `oci vault secret list`.",
        )
    return found


def become(command: Sequence[str], secret_id: str, oci: Oci, environment: Mapping[str, str]) -> NoReturn:
    """Read a passphrase, and become a command that has it in its environment.

    The command takes this process's place, so nothing of ours stays in memory beside it, and its exit code is
    this process's.

    Args:
        command: The program and its arguments.
        secret_id: OCID of the Vault secret; its CURRENT version is the passphrase, to the last character.
        oci: Who reads it.
        environment: What the command has besides.

    Raises:
        KitError: There is no such program, or the secret can't be a passphrase.
        OciError: The secret is gone or forbidden.
    """
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise KitError(
            f"There is no program {command[0]}",
            why="It isn't on PATH, or can't be run.",
            next_step="Correct what stands after --; nothing was read.",
        )
    passphrase = oci.read_secret(region_of(secret_id), secret_id)
    _check(passphrase, secret_id)
    kept = {name: value for name, value in environment.items() if name != _FILE}
    os.execve(program, list(command), {**kept, VARIABLE: passphrase.reveal()})  # noqa: S606 - no shell is wanted


def _check(passphrase: Secret, secret_id: str) -> None:
    value = passphrase.reveal()
    if not value.strip() or "\0" in value:
        raise KitError(
            f"The Vault secret {secret_id} can't be a passphrase",
            why="It is empty, or holds a zero byte, which no variable can hold.",
            next_step="Write a long random text into it; docs/state.md says how.",
        )
    token = value.encode()
    if token.startswith(PREFIX) and kind_of(token) in (Kind.SHAPE, Kind.LOCAL):
        raise KitError(
            f"The Vault secret {secret_id} holds an API key, not a passphrase",
            why="A command's environment is no place for it, and its next rotation would lock the state.",
            next_step="Name the secret with the passphrase; docs/state.md says how to make one.",
        )

"""Where the Pulumi CLI is that the kit calls, and the `PATH` that it needs."""

import os
import shutil
from dataclasses import dataclass

from genaikeys.errors import KitError

__all__ = ["Engine", "find"]


@dataclass(frozen=True)
class Engine:
    """The Pulumi CLI.

    Attributes:
        cli: Path of the executable.
        path: The `PATH` with its folder and its language host first.
    """

    cli: str
    path: str


def find(why: str) -> Engine:
    """The CLI on `PATH`, or else the one that the kit keeps in its cache.

    Args:
        why: What it is needed for, as a sentence for the message.

    Raises:
        KitError: There is none.
    """
    from toolchain.locate import bin_dirs

    parts = [*map(str, bin_dirs()), os.environ.get("PATH", "")]
    path = os.pathsep.join(part for part in parts if part)
    cli = shutil.which("pulumi", path=path)
    if cli is None:
        raise KitError(
            "There is no Pulumi CLI",
            why=why,
            next_step="Install it (pulumi.com/docs/install), or run: python -m toolchain ensure",
        )
    return Engine(cli, path)

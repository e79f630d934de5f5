"""Which stack a verb is about, and its settings."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.errors import KitError

if TYPE_CHECKING:
    from datetime import date

    from genaikeys.settings import Settings

__all__ = ["LOCAL", "StackOption", "choose", "names", "offline_settings_of", "path_of", "settings_of"]

LOCAL = "local"

StackOption = Annotated[
    str | None, typer.Option("--stack", help="The stack; default: local, while a local OCI is up.")
]


def choose(named: str | None) -> str:
    """Settle on a stack; for `local`, point this process at the local OCI before it makes a client.

    Raises:
        KitError: No stack is named and no local OCI is up, or `local` is named and it is down.
    """
    from genaikeys.cli import environment
    from genaikeys.cli import home as homes

    if named not in (None, LOCAL):
        return str(named)
    home = homes.read()
    if named is None and (home is None or not home.is_up()):
        raise KitError(
            "No stack is named, and no local OCI is up.",
            why=f"Known stacks: {', '.join(names()) or 'none'}.",
            next_step="Name one with --stack, or run: genaikeys local up",
        )
    environment.apply(homes.running())
    return LOCAL


def settings_of(stack: str) -> "Settings":
    """Read a stack's settings.

    Raises:
        KitError: The stack has no file, or its settings are wrong.
    """
    return _read(stack, _today() if stack == LOCAL else None)


def offline_settings_of(stack: str) -> "Settings":
    """Read a stack's settings without asking any clock but this machine's.

    Raises:
        KitError: As `settings_of`.
    """
    return _read(stack, None)


def path_of(stack: str) -> Path:
    """Where a stack's file stands, or would stand."""
    return _folder() / f"Pulumi.{stack}.yaml"


def _read(stack: str, today: "date | None") -> "Settings":
    path = path_of(stack)
    if not path.is_file():
        raise KitError(
            f"There is no stack {stack!r}: {path} is missing.",
            why=f"Known stacks: {', '.join(names()) or 'none'}.",
        )
    from genaikeys.settings import from_file

    return from_file(path, today)


def _today() -> "date":
    """Return the day of the local OCI's clock, by which its models retire."""
    from datetime import datetime

    from genaikeys.cli.home import running

    return datetime.fromisoformat(running().ask("GET", "/clock")["now"]).date()


def _folder() -> Path:
    from genaikeys.cli.home import project_root

    return project_root() / "stacks"


def names() -> list[str]:
    """Name every stack that has a file."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in _folder().glob("Pulumi.*.yaml")
    )

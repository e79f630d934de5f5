"""A local home of the article's own: the clock at its day, one family key, made by the real engine."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genaikeys.cli import environment, lifecycle
from genaikeys.cli import home as homes
from genaikeys.cli.home import Home
from genaikeys.cli.moment import clock_request
from genaikeys.cli.output import say
from genaikeys.cli.stacks import settings_of
from genaikeys.errors import KitError

if TYPE_CHECKING:
    from genaikeys.oci import Secret

__all__ = ["STACK", "Stage", "stage"]

STACK = "seed"


@dataclass(frozen=True)
class Stage:
    """Where the article plays: `secret` is what the Vault holds for the key in `region`."""

    home: Home
    region: str
    secret: "Secret"

    def move_clock(self, day: str) -> None:
        """Set the clock to the start of a day, such as 2026-03-01."""
        self.home.ask("POST", "/clock", clock_request(day))


@contextlib.contextmanager
def stage(day: str) -> Iterator[Stage]:
    """Bring up a second local home, make the key in it, and take all of it away at the end.

    The home lies in the folder `seed` of the local home, so that nothing lies outside that one folder, and
    both can be up at once. This process gets its environment.

    Args:
        day: Where the clock stands when the key is made.

    Raises:
        KitError: The local OCI doesn't start, or the engine fails; then with the end of what it said.
    """
    where = homes.folder() / "seed"
    # What an interrupted run left behind would have keys of another day.
    lifecycle.stop(where, forget=True)
    lifecycle.remove(where)
    home, _ = lifecycle.start(where, None)
    try:
        before = dict(os.environ)
        shell = environment.with_path(environment.of(home, before), before)
        environment.apply(home)
        os.environ["PATH"] = shell.export["PATH"]
        home.ask("POST", "/clock", clock_request(day))
        say(f"Making the key of stack {STACK} with the Pulumi engine ...")
        _pulumi("stack", "select", "--create", STACK)
        _pulumi("up", "--yes", "--skip-preview", "--stack", STACK)
        yield Stage(home, *_published())
    finally:
        lifecycle.stop(where, forget=True)
        lifecycle.remove(where)


def _pulumi(*arguments: str) -> None:
    if shutil.which("pulumi") is None:
        raise KitError("There is no Pulumi CLI.", next_step="Run: make up")
    ended = subprocess.run(
        ["pulumi", "--non-interactive", *arguments],
        cwd=homes.project_root(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        said = (ended.stdout + ended.stderr).strip().splitlines()
        raise KitError(
            f"pulumi {arguments[0]} failed with exit code {ended.returncode}.", why="\n".join(said[-20:])
        )


def _published() -> tuple[str, "Secret"]:
    """Read the one secret of the stack from the Vault; return its region and what it is."""
    from genaikeys.inventory import inventory
    from genaikeys.oci import Oci

    settings = settings_of(STACK)
    oci = Oci(settings.auth)
    (placed,) = inventory(settings, oci)
    if placed.problem is not None or placed.vault_secret_id is None:
        raise KitError(f"{placed.key} in {placed.region}: {placed.problem}.")
    return placed.region, oci.read_secret(placed.region, placed.vault_secret_id)

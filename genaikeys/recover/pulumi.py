"""The `pulumi` command, as recovery calls it. States go through pipes only, never through a file."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from genaikeys.engine import find
from genaikeys.errors import KitError
from genaikeys.recover import lock
from genaikeys.recover.lock import Lock
from genaikeys.recover.state import Recorded, recorded

__all__ = ["Failed", "Locked", "Pulumi"]

_ABSENT = "no stack named"
"""How the CLI says that a backend lacks a stack (Pulumi 3.259, pkg/cmd/pulumi/stack)."""
_SHOWN = 12
"""Lines of a failed command that a message repeats."""


class Failed(KitError):  # noqa: N818 - it is the command that failed
    """A `pulumi` command that ended badly."""


class Locked(KitError):  # noqa: N818 - it is the stack that is locked
    """The stack is locked.

    Attributes:
        locks: Whose locks they are; empty where the backend doesn't tell.
    """

    def __init__(self, locks: Sequence[Lock]) -> None:
        super().__init__("The stack is locked")
        self.locks = tuple(locks)


class Pulumi:
    """The Pulumi CLI on one stack.

    Args:
        project: Name of the project.
        stack: Name of the stack.
        folder: The project's.
        environment: Of the commands.
        cli: Path of the executable.
    """

    def __init__(
        self, project: str, stack: str, folder: Path, environment: Mapping[str, str], cli: str
    ) -> None:
        self.stack = stack
        self._project = project
        self._folder = folder
        # Else pulumi_oci forgets what it isn't allowed to see.
        self._environment = {
            **environment,
            "TF_PRESERVE_STATE_ON_404": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self._cli = cli

    @staticmethod
    def here(project: str, stack: str, folder: Path) -> "Pulumi":
        """The CLI that the kit uses, with this process's environment.

        Raises:
            KitError: There is none.
        """
        engine = find("It holds the stack's state, so nothing can be recovered without it.")
        return Pulumi(project, stack, folder, {**os.environ, "PATH": engine.path}, engine.cli)

    def locks(self) -> list[Lock] | None:
        """The stack's locks, without touching it; None where the backend shows them only to who wants one.

        Raises:
            Failed: The backend can't be reached.
        """
        url = urlsplit(str(json.loads(self._said("whoami", "--json"))["url"]))
        if url.scheme != "file":
            return None
        root = Path(f"{url.netloc}{url.path}").expanduser()
        return lock.in_folder(root / ".pulumi" / "locks" / "organization" / self._project / self.stack)

    def try_lock(self, export: Mapping[str, Any]) -> list[Lock]:
        """The stack's locks, found by taking one for a moment: its root is refreshed, which asks nobody.

        Raises:
            Failed: The command failed for another reason.
        """
        resources = (export.get("deployment") or {}).get("resources") or []
        root = [str(each["urn"]) for each in resources if each["type"] == "pulumi:pulumi:Stack"]
        targets = [part for urn in root for part in ("--target", urn)]
        try:
            self._said("refresh", "--yes", "--skip-preview", "--non-interactive", *targets)
        except Locked as problem:
            return list(problem.locks)
        return []

    def unlock(self) -> None:
        """Take every lock away, whosever it is.

        Raises:
            Failed: The command failed.
        """
        self._said("cancel", "--yes")

    def export(self) -> dict[str, Any]:
        """The stack's state, secrets as ciphertext.

        Raises:
            Failed: There is no such stack, or the backend can't be reached.
        """
        try:
            found: dict[str, Any] = json.loads(self._said("stack", "export"))
        except Failed as problem:
            if _ABSENT not in (problem.why or ""):
                raise
            raise Failed(
                f"The backend has no stack {self.stack}",
                why="Its state was lost, or this shell has another backend: `pulumi whoami --verbose` says "
                "which.",
                next_step=f"If it was lost: pulumi stack init {self.stack}; then run this again. It finds in "
                "OCI what the stack made.",
            ) from None
        return found

    def put(self, exported: Mapping[str, Any]) -> None:
        """Replace the stack's state; the backend keeps the old one as a backup.

        Raises:
            Failed: It was refused.
        """
        self._said("stack", "import", stdin=json.dumps(exported))

    def creations(self) -> list[Recorded]:
        """What the program wants and the state lacks; a value that is not known yet is no value of OCI's.

        Raises:
            Failed: The preview failed.
        """
        ended = self.ended("preview", "--json", "--non-interactive", "--suppress-progress")
        try:
            told = json.loads(ended.stdout)
        except ValueError:
            told = {}
        if ended.returncode != 0:
            lines = [
                str(each.get("message", "")).strip()
                for each in told.get("diagnostics") or ()
                if each.get("severity") == "error"
            ]
            raise _failed("preview", "\n".join(lines) or ended.stderr or ended.stdout)
        return [recorded(step["newState"]) for step in told.get("steps") or () if step["op"] == "create"]

    def take_over(self, wanted: Recorded, given_id: str) -> None:
        """Put a resource that exists into the state.

        Args:
            wanted: What it is to be.
            given_id: Its id in the form that its type's import takes.

        Raises:
            Failed: It was refused.
        """
        self._said(
            *("import", wanted.type, wanted.name, given_id),
            *("--parent", f"above={wanted.parent}", "--provider", f"by={wanted.provider_urn}"),
            *("--yes", "--skip-preview", "--non-interactive", "--protect=false", "--generate-code=false"),
        )

    def lay(self, urns: Sequence[str]) -> None:
        """Make these of the program's resources, and nothing else.

        Raises:
            Failed: It failed.
        """
        targets = [part for urn in urns for part in ("--target", urn)]
        self._said("up", "--yes", "--skip-preview", "--non-interactive", *targets)

    def refresh(self) -> None:
        """Look at everything, shown to the person; pending operations are forgotten.

        Raises:
            Failed: Something is not as it should be, and was told.
        """
        self._shown(
            "refresh", "--yes", "--skip-preview", "--non-interactive", "--clear-pending-creates", asks=False
        )

    def up(self, *, asks: bool) -> None:
        """Apply the program, shown to the person.

        Args:
            asks: Whether the engine shows a preview and asks.

        Raises:
            Failed: It failed, and was told.
        """
        arguments = () if asks else ("--yes", "--skip-preview", "--non-interactive")
        self._shown("up", *arguments, asks=asks)

    def _shown(self, *arguments: str, asks: bool) -> None:
        sys.stdout.flush()
        ended = subprocess.run(
            self._command(*arguments),
            cwd=self._folder,
            env=self._environment,
            stdin=None if asks else subprocess.DEVNULL,
            stdout=None if asks else sys.stderr,  # it is talk, and a person's terminal shows both
            check=False,
        )
        if ended.returncode != 0:
            raise Failed(
                f"`pulumi {arguments[0]} --stack {self.stack}` ended with {ended.returncode}",
                why="Its reason stands above.",
                next_step="Do what it says, then run `genaikeys recover` again: it goes on from there.",
            )

    def _said(self, *arguments: str, stdin: str | None = None) -> str:
        ended = self.ended(*arguments, stdin=stdin)
        if ended.returncode == 0:
            return ended.stdout
        said = f"{ended.stderr}\n{ended.stdout}"
        found = lock.in_message(said)
        if found or lock.is_cloud_conflict(said):
            raise Locked(found)
        raise _failed(arguments[0], said)

    def ended(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command on the stack to its end, however it ends; nothing of it is shown."""
        return subprocess.run(
            self._command(*arguments),
            cwd=self._folder,
            env=self._environment,
            input=stdin or "",
            capture_output=True,
            text=True,
            check=False,
        )

    def _command(self, *arguments: str) -> list[str]:
        return [self._cli, *arguments, *(() if arguments[0] == "whoami" else ("--stack", self.stack))]


def _failed(verb: str, said: str) -> Failed:
    lines = [line for line in said.splitlines() if line.strip()]
    return Failed(
        f"`pulumi {verb}` failed",
        why="\n".join(lines[-_SHOWN:]),
        next_step="Do what it says, then run `genaikeys recover` again: it goes on from there.",
    )

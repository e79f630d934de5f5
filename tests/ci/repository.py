"""A team's repository, made for a test: the kit on its main branch, and branches that propose something."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.local import CHECKOUT

_PARTS = (
    ".github",
    ".gitignore",
    ".gitlab-ci.yml",
    "Makefile",
    "Pulumi.yaml",
    "__main__.py",
    "ci",
    "components",
    "genaikeys",
    "policies",
    "provider",
    "pyproject.toml",
    "requirements.txt",
    "stacks",
    "toolchain",
)
PROD = "stacks/Pulumi.prod.yaml"


class Repository:
    """The repository of a forge.

    Attributes:
        origin: Where it lies; bare.
        work: A clone in which somebody works.
    """

    def __init__(self, folder: Path) -> None:
        self.origin, self.work = folder / "origin.git", folder / "work"
        folder.mkdir()
        self._git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self.work.mkdir()
        for name in _PARTS:
            if (CHECKOUT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "guardrails")
                shutil.copytree(CHECKOUT / name, self.work / name, ignore=ignored)
            else:
                shutil.copy2(CHECKOUT / name, self.work / name)
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("remote", "add", "origin", str(self.origin))
        self.commit("first")
        self.git("push", "--quiet", "origin", "main")

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        """Change a file."""
        text = (self.work / path).read_text("utf-8")
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        (self.work / path).write_text(text, encoding="utf-8")

    def render(self) -> None:
        """Write policies/rendered anew, as somebody does who follows the guide."""
        subprocess.run(
            [sys.executable, "-m", "genaikeys", "policy", "render"],
            cwd=self.work,
            env={**os.environ, "PYTHONPATH": str(self.work)},
            capture_output=True,
            check=True,
        )

    @contextmanager
    def proposal(self, name: str, number: int) -> Iterator[None]:
        """A branch of its own; what is changed meanwhile is committed and proposed in the end."""
        self.git("checkout", "--quiet", "-b", name, "main")
        yield
        self.commit(name)
        self.git("push", "--quiet", "origin", f"{name}:refs/heads/{name}")
        for ref in (f"refs/pull/{number}/head", f"refs/merge-requests/{number}/head"):
            self._git(self.origin, "update-ref", ref, f"refs/heads/{name}")
        self.git("checkout", "--quiet", "main")

    def commit(self, message: str) -> None:
        """Commit all there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def head(self, name: str) -> str:
        """Full name of a branch's newest commit."""
        return self.git("rev-parse", name)

    def git(self, *arguments: str) -> str:
        """Run git in the clone."""
        return self._git(self.work, *arguments)

    @staticmethod
    def _git(folder: Path, *arguments: str) -> str:
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            **{f"GIT_{who}_NAME": "a" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "a@example.com" for who in ("AUTHOR", "COMMITTER")},
        }
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
            timeout=60,
        )
        return done.stdout.strip()

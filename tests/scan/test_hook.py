"""The hook: as git runs it by itself, and as pre-commit does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.local import CHECKOUT
from tests.scan.made import digest, git, local_value, pieces, repository, value, write
from toolchain.environments import NoEnvironmentError, of_tests

pytestmark = pytest.mark.slow

HOOKS = CHECKOUT / ".pre-commit-hooks.yaml"
ENTRY = "genaikeys scan --staged"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A person's environment, with `genaikeys` on PATH and no settings of this machine's git."""
    scripts = Path(sys.executable).parent
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "PULUMI_"))}
    return {
        **kept,
        "PATH": f"{scripts}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }


def _commit(folder: Path, environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", "commit", "--message", "Try", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _tried(folder: Path, environment: dict[str, str]) -> None:
    """A commit with a secret is refused, and shows none; one without, or with a local one, is made."""
    secret = value()
    write(folder / "a.env", f"ok=1\nKEY={secret}\n".encode())
    git(folder, "add", "a.env")
    refused = _commit(folder, environment)
    shown = refused.stdout + refused.stderr
    assert refused.returncode != 0
    assert digest(secret) in shown
    assert "a.env:2" in shown
    assert not any(piece in shown for piece in pieces(secret))

    write(folder / "a.env", f"ok=1\nKEY={local_value()}\n".encode())
    assert _commit(folder, environment).returncode != 0  # it is the index that counts
    git(folder, "add", "a.env")
    made = _commit(folder, environment)
    assert made.returncode == 0, made.stdout + made.stderr

    write(folder / "b.env", secret.encode())
    write(folder / "c.env", b"clean")
    git(folder, "add", "b.env", "c.env")
    made = _commit(folder, environment, "c.env")  # from an index of its own, without b.env
    assert made.returncode == 0, made.stdout + made.stderr
    assert git(folder, "diff", "--cached", "--name-only") == "b.env"


def test_hooks_have_one_entry() -> None:
    """Each runs the verb once, on the index, and on no list of files."""
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))

    assert [(hook["id"], hook["language"]) for hook in hooks] == [
        ("genaikeys-scan", "python"),
        ("genaikeys-scan-installed", "system"),
    ]
    assert {hook["entry"] for hook in hooks} == {ENTRY}
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in hooks)


def test_hook_of_git(tmp_path: Path, environment: dict[str, str]) -> None:
    """The entry alone, as `.git/hooks/pre-commit`."""
    folder = repository(tmp_path / "project")
    hook = folder / ".git" / "hooks" / "pre-commit"
    write(hook, f"#!/bin/sh\nexec {ENTRY}\n".encode())
    hook.chmod(0o755)

    _tried(folder, environment)


def test_hook_of_git_in_a_worktree(tmp_path: Path, environment: dict[str, str]) -> None:
    """There git tells the hook where its repository is."""
    folder, side = repository(tmp_path / "project"), tmp_path / "side"
    hook = folder / ".git" / "hooks" / "pre-commit"
    write(hook, f"#!/bin/sh\nexec {ENTRY}\n".encode())
    hook.chmod(0o755)
    git(folder, "worktree", "add", "--quiet", str(side))

    _tried(side, environment)


def test_hook_of_pre_commit(tmp_path: Path, environment: dict[str, str]) -> None:
    """With pre-commit itself, which clones the hook's repository; the one that runs what is installed.

    The other would have pip install the kit with all that it needs, from a registry.
    """
    try:
        program = of_tests("precommit") / "bin" / "pre-commit"
    except NoEnvironmentError as problem:
        pytest.skip(f"pre-commit can't be had here: {problem}")
    shipped = repository(tmp_path / "shipped")
    write(shipped / HOOKS.name, HOOKS.read_bytes())
    git(shipped, "add", HOOKS.name)
    git(shipped, "commit", "--quiet", "--message", "Ship")
    folder = repository(tmp_path / "project")
    settings = {
        "repos": [
            {
                "repo": str(shipped),
                "rev": git(shipped, "rev-parse", "HEAD"),
                "hooks": [{"id": "genaikeys-scan-installed"}],
            }
        ]
    }
    write(folder / ".pre-commit-config.yaml", yaml.safe_dump(settings).encode())
    git(folder, "add", ".pre-commit-config.yaml")
    git(folder, "commit", "--quiet", "--message", "Settings")
    environment["PRE_COMMIT_HOME"] = str(tmp_path / "cache")
    for arguments in (("validate-manifest", str(HOOKS)), ("install",)):
        done = subprocess.run(
            [str(program), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    _tried(folder, environment)

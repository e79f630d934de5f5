"""Programs of others that tests run: from PATH, or built from Go modules and kept outside the checkout."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

__all__ = ["cache", "program"]


def cache() -> Path:
    """Where what was built stays: `GENAIKEYS_CACHE`, else the user's cache."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    found = Path(os.environ.get("GENAIKEYS_CACHE") or user / "genaikeys")
    found.mkdir(parents=True, exist_ok=True)
    return found


def program(name: str, version: str, module: Path, package: str) -> Path:
    """Find a program, or build it once. Skips the test where it can't be had.

    Args:
        name: Of the program.
        version: Of the build.
        module: A folder with go.mod, go.sum and what they need: the hashes of everything that is built.
        package: Of `main`.
    """
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    target = cache() / f"{name}-{version}"
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_file():
            _build(name, target, module, package)
    return target


def _build(name: str, target: Path, module: Path, package: str) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip(f"{name} isn't on PATH, and there is no Go to build it with")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="building-") as scratch:
        copy, built = Path(scratch) / "module", Path(scratch) / name
        shutil.copytree(module, copy)
        done = subprocess.run(
            [go, "build", "-trimpath", "-mod=readonly", "-ldflags", "-s -w", "-o", str(built), package],
            cwd=copy,
            env={**os.environ, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"{name} isn't on PATH, and can't be built here: {done.stderr.strip()[-300:]}")
        built.rename(target)

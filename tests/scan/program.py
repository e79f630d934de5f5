"""gitleaks, from PATH or built from its Go module, whose hashes stand in `gitleaks/go.sum`."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

VERSION = "8.30.1"
MODULE = Path(__file__).parent / "gitleaks"
PACKAGE = "github.com/zricethezav/gitleaks/v8"


def gitleaks() -> Path:
    """The program; built once (20 s on two cores), then cached. Skips the test where it can't be had."""
    found = shutil.which("gitleaks")
    if found is not None:
        return Path(found)
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    target = Path(os.environ.get("GENAIKEYS_CACHE") or user / "genaikeys") / f"gitleaks-{VERSION}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_file():
            _build(target)
    return target


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("gitleaks isn't on PATH, and there is no Go to build it with")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="building-") as scratch:
        module, built = Path(scratch) / "module", Path(scratch) / "gitleaks"
        shutil.copytree(MODULE, module)
        done = subprocess.run(
            [go, "build", "-trimpath", "-mod=readonly", "-ldflags", "-s -w", "-o", str(built), PACKAGE],
            cwd=module,
            env={**os.environ, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip(f"gitleaks isn't on PATH, and can't be built here: {done.stderr.strip()[-300:]}")
        built.rename(target)

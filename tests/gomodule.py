"""Programs of others that only tests need: from PATH, or built from Go modules; go.sum has their hashes."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["Program", "cache"]


def cache() -> Path:
    """Where what was built stays: `GENAIKEYS_CACHE`, else the user's cache."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    found = Path(os.environ.get("GENAIKEYS_CACHE") or user / "genaikeys")
    found.mkdir(parents=True, exist_ok=True)
    return found


@dataclass(frozen=True)
class Program:
    """A program that is a Go package.

    Attributes:
        name: The executable's.
        version: Of the build; a program on PATH may have another.
        module: Folder with the ``go.mod`` and ``go.sum`` of the build.
        package: Import path of its main package.
    """

    name: str
    version: str
    module: Path
    package: str

    def path(self) -> Path:
        """The executable; built once, then cached. Skips the test where it can't be had."""
        found = shutil.which(self.name)
        if found is not None:
            return Path(found)
        target = cache() / f"{self.name}-{self.version}"
        with (cache() / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.is_file():
                self._build(target)
        return target

    def _build(self, target: Path) -> None:
        go = shutil.which("go")
        if go is None:
            pytest.skip(f"{self.name} isn't on PATH, and there is no Go to build it with")
        with tempfile.TemporaryDirectory(dir=target.parent, prefix="building-") as scratch:
            module, built = Path(scratch) / "module", Path(scratch) / self.name
            shutil.copytree(self.module, module)
            done = subprocess.run(
                [
                    *(go, "build", "-trimpath", "-mod=readonly", "-ldflags", "-s -w"),
                    *("-o", str(built), self.package),
                ],
                cwd=module,
                env={**os.environ, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                pytest.skip(
                    f"{self.name} isn't on PATH, and can't be built here: {done.stderr.strip()[-300:]}"
                )
            built.rename(target)

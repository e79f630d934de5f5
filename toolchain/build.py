"""Builds the Pulumi CLI from Go modules, for networks that reach package mirrors and nothing else.

Measured on two cores on 2026-11-23: four to six minutes, 1.8 GiB of memory, a program of 115 MB; once, then
cached. The public mirror has no Python language host (its module carries no version tags), so ours is put
beside the CLI.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from toolchain.locate import ENGINE, HOST_FOLDER, LANGUAGE_HOST, built_folder

MODULE = Path(__file__).parent / "go"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
OLDEST_GO = (1, 21)
"""From here on, Go fetches the newer toolchain that go.mod asks for by itself, from the same mirror."""
_REPORT_EVERY = 20.0
_HOST_FILES = (LANGUAGE_HOST, "host.py", "program.py")


class NoBuildError(Exception):
    """The CLI can't be built here; the text says why and what would help."""


def build() -> Path:
    """Builds the CLI into the cache and puts the language host beside it.

    Returns:
        The folder with ``pulumi`` and ``pulumi-language-python``.

    Raises:
        NoBuildError: without a usable Go, or when the compiler fails (its last lines are in the text).
    """
    go = _go()
    target = built_folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="building-") as scratch:
        module, result = Path(scratch) / "module", Path(scratch) / "bin"
        shutil.copytree(MODULE, module)  # Go may want to write beside go.mod; the checkout stays as it is
        result.mkdir()
        command = [
            *(go, "build", "-v", "-trimpath", "-mod=readonly", "-tags", "osusergo,grpcnotrace"),
            # Without its version the CLI misjudges the version ranges that projects and plugins ask for.
            *("-ldflags", f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{ENGINE}"),
            *("-o", str(result / "pulumi"), PACKAGE),
        ]
        environment = {**os.environ, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"}
        with subprocess.Popen(
            command, cwd=module, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as compiler:
            last = _watch(compiler.stderr or [])
        if compiler.returncode != 0:
            raise NoBuildError(f"building the Pulumi CLI failed:\n{last}")
        if not target.exists():
            result.rename(target)
    refresh_host(target)
    return target


def refresh_host(folder: Path) -> None:
    """Puts our language host beside a CLI that we built, or brings it up to date.

    Beside the CLI, and not only on ``PATH``, because the engine warns on each run about a host from
    elsewhere.
    """
    for name in _HOST_FILES:
        ours, copy = HOST_FOLDER / name, folder / name
        if not copy.exists() or copy.read_bytes() != ours.read_bytes():
            fresh = copy.with_name(f"{name}.{os.getpid()}")
            shutil.copy(ours, fresh)
            fresh.replace(copy)


def _go() -> str:
    go = shutil.which("go")
    if go is None:
        raise NoBuildError("there is no Go compiler on PATH")
    version = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"go(\d+)\.(\d+)", version)
    if match is None or (int(match[1]), int(match[2])) < OLDEST_GO:
        raise NoBuildError(
            f"{go} is {version.strip() or 'of unknown version'}, and Go 1.21 or newer is needed"
        )
    return go


def _watch(lines: Iterable[str]) -> str:
    """Turns the compiler's list of packages into a line of progress now and then; returns its last lines."""
    started = reported = time.monotonic()
    downloaded = compiled = 0
    last: list[str] = []
    for line in lines:
        last = [*last[-14:], line.rstrip()]
        if line.startswith("go: downloading "):
            downloaded += 1
        else:
            compiled += 1
        if time.monotonic() - reported > _REPORT_EVERY:
            reported = time.monotonic()
            minutes, seconds = divmod(int(reported - started), 60)
            print(
                f"  {minutes}:{seconds:02d} min, {downloaded} modules fetched, {compiled} packages compiled",
                file=sys.stderr,
                flush=True,
            )
    return "\n".join(last)

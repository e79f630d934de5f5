"""Finds a Pulumi CLI that will do: on ``PATH``, else in the cache outside the checkout.

Nothing here downloads or builds; ``python -m toolchain ensure`` does that when ``find`` returns nothing.
"""

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ENGINE = "3.259.0"
"""The version that is fetched or built: the newest ``pkg/v3`` on the Go module mirror on 2026-11-23."""
OLDEST = (3, 258, 0)
"""Before this, state in S3-compatible buckets is broken (pulumi/pulumi#23478, #24109, #24219)."""
LANGUAGE_HOST = "pulumi-language-python"
HOST_FOLDER = Path(__file__).parent / "languagehost"
VERSION_FILE = "version"
"""Beside a CLI that came in a bundle, because it may be another than `ENGINE`."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A Pulumi CLI.

    Attributes:
        cli: the executable.
        version: such as ``3.259.0``.
        source: where it came from, for people.
        host: the Python language host that goes with it; ``None`` where only ours will do.
    """

    cli: Path
    version: str
    source: str
    host: Path | None


def find() -> Engine | None:
    """The CLI to use, if there is one yet: on ``PATH``, the official release, our build, one of a bundle."""
    return on_path() or in_cache()


def bin_dirs() -> list[Path]:
    """Folders to put in front of ``PATH`` so that ``pulumi`` runs Python programs.

    Empty when ``PATH`` has all it takes already, and when nothing was found (``find`` tells which).
    """
    engine = find()
    if engine is None:
        return []
    folders = [] if shutil.which("pulumi") == str(engine.cli) else [engine.cli.parent]
    return folders if engine.host else [*folders, HOST_FOLDER]


def on_path() -> Engine | None:
    """The CLI on ``PATH`` if it is new enough and answers."""
    found = shutil.which("pulumi")
    if found is None:
        return None
    cli = Path(found)
    if cli.parent.parent == cache_folder():
        return in_cache()
    version = version_of(cli)
    if version is None or _parts(version) < OLDEST:
        return None
    return Engine(cli=cli, version=version, source="on PATH", host=_host_of(cli))


def in_cache() -> Engine | None:
    """The CLI that an earlier run downloaded or built, or that came in a bundle."""
    for folder, source in (
        (release_folder(), "official release"),
        (built_folder(), "built from Go modules"),
        (bundled_folder(), "from a bundle"),
    ):
        cli, said = folder / "pulumi", folder / VERSION_FILE
        if cli.is_file():
            version = said.read_text(encoding="utf-8") if said.is_file() else ENGINE
            return Engine(cli=cli, version=version, source=source, host=_host_of(cli))
    return None


def version_of(cli: Path) -> str | None:
    """Asks a CLI for its version; ``None`` when it doesn't say one within ten seconds."""
    try:
        answer = subprocess.run(
            [cli, "version"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"v?(\d+\.\d+\.\d+)\S*", answer.stdout.strip())
    return match[1] if match else None


def cache_folder() -> Path:
    """Where CLIs are kept: ``$GENAIKEYS_CACHE/toolchain``, by default below the user's cache folder."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("GENAIKEYS_CACHE") or user / "genaikeys") / "toolchain"


def release_folder() -> Path:
    """The folder of the official release for this machine."""
    return cache_folder() / f"pulumi-{ENGINE}-release-{machine()}"


def built_folder() -> Path:
    """The folder of our own build for this machine."""
    return cache_folder() / f"pulumi-{ENGINE}-built-{machine()}"


def bundled_folder() -> Path:
    """The folder of a CLI that came in a bundle (`toolchain/install.py`)."""
    return cache_folder() / f"pulumi-bundled-{machine()}"


def machine() -> str:
    """This machine as Pulumi's releases spell it, such as ``linux-x64`` or ``darwin-arm64``."""
    kind = platform.machine().lower()
    spelling = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    return f"{platform.system().lower()}-{spelling.get(kind, kind)}"


def _host_of(cli: Path) -> Path | None:
    beside = cli.resolve().parent / LANGUAGE_HOST
    if beside.is_file():
        return beside
    elsewhere = shutil.which(LANGUAGE_HOST)
    return Path(elsewhere) if elsewhere else None


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))

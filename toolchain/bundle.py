"""``python -m toolchain.bundle FOLDER``: everything for a machine without a network, in one archive.

The archive holds the repository at its commit, the wheels of the lock files, the Pulumi CLI that was found,
fetched or built here, plugins of the engine, a manifest of SHA-256 sums, and `install.py`, which checks
them and needs no network. Made twice of the same parts, it is the same archive, byte for byte.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from toolchain import install
from toolchain.environments import PIP, ROOT
from toolchain.locate import VERSION_FILE, Engine, find, machine

_WITH_ENGINE = (
    "pulumi-language-python*",
    "pulumi-analyzer-policy-python",
    "pulumi-resource-pulumi-python",
    "host.py",
    "program.py",
)
"""What runs Python programs and policy packs for the CLI: the official release's files, or ours."""


class NoBundleError(Exception):
    """The bundle can't be made; the text says why and what to do."""


def make(target: Path) -> Path:
    """Make a bundle of the commit that is checked out.

    Args:
        target: The folder to put the archive in, beside a file with its SHA-256.

    Returns:
        The archive.

    Raises:
        NoBundleError: This is no git checkout, a wheel can't be had, or there is no Pulumi CLI.
    """
    full = _git("rev-parse", "--verify", "HEAD^{commit}")
    if _git("status", "--porcelain"):
        _say(f"Uncommitted changes are not in the bundle: it has commit {full}.")
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix="bundling-") as scratch:
        parts, committed = Path(scratch) / "parts", Path(scratch) / "committed"
        parts.mkdir()
        _git("archive", "--output", str(parts / install.REPOSITORY), full)
        for name in ("toolchain/install.py", *map(_lock, install.SETS)):
            file = committed / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_git("show", f"{full}:{name}") + "\n", encoding="utf-8")
        _fetch_wheels(committed, parts / install.WHEELS)
        version = _copy_engine(parts / install.ENGINE)
        plugins = _copy_plugins(parts / install.PLUGINS)
        shutil.copy(committed / "toolchain" / "install.py", parts)
        this = install.here()
        facts = {"commit": full, "for": this, "engine": version, "plugins": plugins}
        (parts / install.FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        python = this["python"].replace(".", "")
        name = f"genaikeys-{metadata.version('genaikeys')}-{full[:12]}-{machine()}-python{python}"
        return pack(parts, target / f"{name}.tar", int(_git("show", "-s", "--format=%ct", full)))


def pack(parts: Path, archive: Path, moment: int) -> Path:
    """Write the manifest, the archive, and a file with the archive's own sum.

    Args:
        parts: The folder of the parts.
        archive: The file to write; its name without `.tar` is the folder that it unpacks to.
        moment: The time that every file gets, in seconds since 1970.
    """
    listed = sorted(path for path in parts.rglob("*") if path.is_file())
    sums = [f"{install.digest(path)}  {path.relative_to(parts).as_posix()}\n" for path in listed]
    manifest = parts / install.MANIFEST
    manifest.write_text("".join(sums), encoding="utf-8")

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = moment
        member.mode = 0o755 if member.mode & 0o100 else 0o644
        return member

    with tarfile.open(archive, "w") as tar:
        for path in [manifest, *listed]:
            inside = f"{archive.stem}/{path.relative_to(parts).as_posix()}"
            tar.add(path, inside, filter=plain)
    archive.with_name(f"{archive.name}.sha256").write_text(
        f"{install.digest(archive)}  {archive.name}\n", encoding="utf-8"
    )
    return archive


def _lock(name: str) -> str:
    return f"requirements{'-' if name else ''}{name}.txt"


def _fetch_wheels(committed: Path, target: Path) -> None:
    for name in install.SETS:
        lock = committed / _lock(name)
        _say(f"Fetching the wheels of {lock.name} ...")
        # No source distribution: building one needs compilers, and an index for what it is built with.
        options = ("--quiet", "--only-binary", ":all:", "--require-hashes", "--dest", target)
        command: Sequence[str | Path] = (sys.executable, *PIP, "download", *options, "-r", lock)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoBundleError(f"pip can't fetch the wheels of {lock.name}:\n{done.stderr.strip()}")


def _copy_engine(target: Path) -> str:
    """Copy the Pulumi CLI and what runs Python programs for it; returns its version."""
    engine = find()
    if engine is None:
        raise NoBundleError("there is no Pulumi CLI.\nNext: make bundle, which gets one first.")
    target.mkdir()
    for path in _engine_files(engine):
        shutil.copy(path, target / path.name)
    (target / VERSION_FILE).write_text(engine.version, encoding="utf-8")
    return engine.version


def _engine_files(engine: Engine) -> list[Path]:
    files = [engine.cli.resolve()]
    if engine.host is not None:
        folder = engine.host.resolve().parent
        files += [path for pattern in _WITH_ENGINE for path in sorted(folder.glob(pattern))]
    return files


def _copy_plugins(target: Path) -> list[str]:
    """Copy the official plugin for pulumi_oci where this machine has it; returns what was copied."""
    version = metadata.version("pulumi_oci")
    name = f"resource-oci-v{version}"
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    official = home / "plugins" / name
    if not official.is_dir():
        _say(
            f"Not in the bundle: the official plugin for pulumi_oci, because there is no {official}.\n"
            "Local stacks do without. For a stack of a tenancy: "
            f"pulumi plugin install resource oci {version}, and make bundle again."
        )
        return []
    shutil.copytree(official, target / name)
    return [name]


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoBundleError(
            f"git {arguments[0]} failed in {ROOT}: {done.stderr.strip()}\n"
            "Next: run it in a clone; a bundle holds the repository at a commit."
        )
    return done.stdout.strip()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Runs the command line and returns the exit code."""
    if len(sys.argv) != 2:
        print("usage: python -m toolchain.bundle FOLDER", file=sys.stderr)
        return 2
    try:
        archive = make(Path(sys.argv[1]).absolute())
    except NoBundleError as problem:
        _say(f"No bundle: {problem}")
        return 1
    _say(f"SHA-256 {install.digest(archive)}")
    print(archive)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The `install.py` of a bundle: from an unpacked archive to a working checkout, without any network.

It runs before anything of the project is there, so it needs Python alone, even one that is too old, to which
it says so. It imports from the repository only once that is unpacked and its sum has been checked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

MANIFEST = "MANIFEST.sha256"
"""SHA-256 of every other file of the bundle, in lines as `sha256sum` has them."""
FACTS = "bundle.json"
REPOSITORY = "repository.tar"
WHEELS = "wheels"
ENGINE = "engine"
PLUGINS = "plugins"
SETS = ("", "ocicli")
"""The environments that `make up` and `make test` want: `.venv`, and the official OCI CLI's."""


class NoInstallError(Exception):
    """The bundle can't be installed; the text says why and what to do."""


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    found = hashlib.sha256()  # file_digest would be shorter, and an older Python has to get as far as `fit`
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def here() -> dict[str, str]:
    """What wheels and programs depend on: this system, its processor, C library and Python."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "libc": platform.libc_ver()[0],
        "python": ".".join(map(str, sys.version_info[:2])),
    }


def check(folder: Path) -> None:
    """Compare a bundle with its manifest.

    Raises:
        NoInstallError: A file is changed, missing or not listed; every such file is named.
    """
    manifest = folder / MANIFEST
    lines = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
    wanted = {name: sum_ for sum_, _, name in (line.partition("  ") for line in lines)}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    problems = [
        *(f"missing: {name}" for name in sorted({*wanted, MANIFEST} - found)),
        *(
            f"changed: {name}"
            for name in sorted(found & set(wanted))
            if digest(folder / name) != wanted[name]
        ),
        *(f"not listed: {name}" for name in sorted(found - {*wanted, MANIFEST})),
    ]
    if problems:
        raise NoInstallError(
            "\n  ".join([f"{folder} is not as it was made:", *problems])
            + "\nNext: copy the archive again, and compare its SHA-256 with the one that make bundle printed."
        )


def fit(facts: dict[str, Any]) -> None:
    """See whether a bundle was made for a machine like this.

    Raises:
        NoInstallError: It was made for another.
    """
    made, this = facts["for"], here()
    if made == this:
        return
    if {**made, "python": ""} == {**this, "python": ""}:
        step = f"run it with python{made['python']}, or make a bundle with this Python, from 3.11 on."
    else:
        step = "make a bundle on a machine like this one."
    raise NoInstallError(
        f"this bundle was made for {_spoken(made)}, and this is {_spoken(this)} ({sys.executable}).\n"
        f"Next: {step}"
    )


def _spoken(facts: dict[str, str]) -> str:
    libc = f" ({facts['libc']})" if facts["libc"] else ""
    return f"{facts['system']} {facts['machine']}{libc} with Python {facts['python']}"


def install(folder: Path, target: Path) -> None:
    """Install a bundle.

    Args:
        folder: The unpacked bundle.
        target: The checkout's folder, empty or yet to be made.

    Raises:
        NoInstallError: The bundle is damaged or for another machine, the target is in use, or an environment
            can't be made.
    """
    check(folder)
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    fit(facts)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NoInstallError(
            f"{target} is there already.\nNext: name a folder that is empty, or isn't there."
        )
    _say(f"Unpacking commit {facts['commit']} into {target} ...")
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / REPOSITORY) as tar:
        # Python 3.11.4 and later have it; the archive's sum has been checked in any case.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        tar.extractall(target)  # noqa: S202
    _begin_history(target, facts["commit"])
    _place_engine(folder, target)
    _place_plugins(folder)
    for name in SETS:
        _make_environment(folder, target, name)
    if not facts["plugins"]:
        _say(
            "The bundle has no official plugin for pulumi_oci, because the machine that made it had none.\n"
            "Local stacks use a stand-in; a stack of a tenancy needs the official one in ~/.pulumi/plugins."
        )
    _say(f"Installed. Next: cd {target} && make up")


def _begin_history(target: Path, commit: str) -> None:
    """Make the checkout a git repository of one commit, so that changes can be compared with it."""
    if shutil.which("git") is None:
        _say("There is no git here: what compares with another commit, such as access diff, won't work.")
        return
    identity = ("-c", "user.name=make bundle", "-c", "user.email=bundle@localhost")
    for arguments in (
        ("init", "--quiet"),
        ("add", "--all", "--force"),
        (
            *identity,
            "commit",
            "--quiet",
            "--no-verify",
            "--no-gpg-sign",
            "-m",
            f"Commit {commit}, from a bundle",
        ),
    ):
        done = subprocess.run(["git", *arguments], cwd=target, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoInstallError(
                f"git can't take {target} over: {done.stderr.strip()}\n"
                f"Next: remove {target}, and run this again."
            )


def _place_engine(folder: Path, target: Path) -> None:
    """Put the Pulumi CLI where `toolchain` looks for it."""
    sys.path.insert(0, str(target))
    from toolchain.locate import bundled_folder

    place = bundled_folder()
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder / ENGINE, place)


def _place_plugins(folder: Path) -> None:
    """Put the engine's plugins where it looks for them; what is there stays."""
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    for plugin in (folder / PLUGINS).glob("*"):
        place = home / "plugins" / plugin.name
        if not place.exists():
            shutil.copytree(plugin, place)


def _make_environment(folder: Path, target: Path, name: str) -> None:
    """Make an environment as `make` does it, with the bundle's wheels for an index."""
    done = subprocess.run(
        [sys.executable, str(target / "toolchain" / "environments.py"), *([name] if name else [])],
        env={
            **os.environ,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(folder / WHEELS),
            "PIP_CONFIG_FILE": os.devnull,
        },
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        raise NoInstallError(f"an environment is missing.\nNext: remove {target}, and run this again.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Runs the command line and returns the exit code."""
    parser = argparse.ArgumentParser(prog="install.py", description="Installs this bundle; needs no network.")
    parser.add_argument("target", type=Path, help="the checkout's folder, yet to be made")
    given = parser.parse_args()
    try:
        install(Path(__file__).resolve().parent, given.target.absolute())
    except NoInstallError as problem:
        _say(f"Nothing to work with: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

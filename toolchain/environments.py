"""Makes the Python environments from their hash-locked files: ``.venv``, and those that only tests use.

``python toolchain/environments.py`` makes ``.venv``; with the name of another lock file (``ocicli`` for
``requirements-ocicli.txt``) it makes that one in the cache and prints its folder. A stamp makes a second run
instant.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file must still be able to say so there
    sys.exit(
        "{} is Python {}.{}, and this project needs 3.11 or newer.\n"
        "Next: install one, and name it if it isn't called python3: make PYTHON=python3.12 ...".format(
            sys.executable, *sys.version_info[:2]
        )
    )

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_REPORT_EVERY = 10.0
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")


class NoEnvironmentError(Exception):
    """An environment can't be made; the text says why and what to do."""


def project() -> Path:
    """Makes or updates ``.venv`` with the project itself in it, and returns its folder."""
    return _environment(ROOT / ".venv", ROOT / "requirements.txt", also=ROOT / "pyproject.toml")


def of_tests(name: str) -> Path:
    """Makes or updates the environment of ``requirements-<name>.txt`` in the cache, and returns its folder.

    Raises:
        NoEnvironmentError: when there is no such lock file, or pip fails.
    """
    lock = ROOT / f"requirements-{name}.txt"
    if not lock.is_file():
        raise NoEnvironmentError(f"there is no {lock.name} in {ROOT}")
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(os.environ.get("GENAIKEYS_CACHE") or user / "genaikeys")
    return _environment(cache / "environments" / f"{name}-{digest}", lock)


def _environment(folder: Path, lock: Path, also: Path | None = None) -> Path:
    stamp = folder / "genaikeys.stamp"
    wanted = _stamp(lock, also)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    with _one_at_a_time(folder):
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
            return folder
        if not (folder / "bin" / "python").exists():
            if importlib.util.find_spec("ensurepip") is None:
                raise NoEnvironmentError(
                    f"{sys.executable} can't make virtual environments: it has no ensurepip.\n"
                    "Next: install it (Debian and Ubuntu: apt-get install python3-venv), and run make again."
                )
            venv.create(folder, with_pip=True, symlinks=True)
        before = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
        if before.splitlines()[:2] != wanted.splitlines()[:2]:
            _install(folder, lock)
        if also is not None:
            _install_project(folder)
        stamp.write_text(wanted, encoding="utf-8")
    return folder


def _stamp(lock: Path, also: Path | None) -> str:
    parts = [lock.read_bytes(), sys.version.encode(), also.read_bytes() if also else b""]
    return "".join(hashlib.sha256(part).hexdigest() + "\n" for part in parts)


def _install(folder: Path, lock: Path) -> None:
    packages = len(re.findall(r"^[\w.-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    _say(f"Installing {packages} packages from {lock.name} into {folder}: usually one to three minutes ...")
    command = [
        *(str(folder / "bin" / "python"), *PIP, "install", "--progress-bar=off", "--require-hashes"),
        # Byte code comes with the first import of each module; pip would compile ten thousand that nobody
        # imports.
        *("--no-compile", "-r", str(lock)),
    ]
    fetched = 0
    reported = time.monotonic()
    last: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or []:
            last = [*last[-14:], line.rstrip()]
            fetched += line.startswith("Collecting ")
            if line.startswith("Installing collected packages"):
                _say("  all fetched and checked; unpacking")
            elif line.startswith("Collecting ") and time.monotonic() - reported > _REPORT_EVERY:
                reported = time.monotonic()
                _say(f"  {fetched} of {packages} fetched")
    if pip.returncode != 0:
        raise NoEnvironmentError("pip could not install {}:\n{}".format(lock.name, "\n".join(last)))


def _install_project(folder: Path) -> None:
    """Puts the checkout itself into the environment, from what is there already: no network."""
    command = [
        *(str(folder / "bin" / "python"), *PIP, "install", "--quiet", "--no-deps", "--no-build-isolation"),
        # One line in a .pth file; setuptools' default is an import hook that each start of Python would pay
        # for.
        *("--config-settings", "editable_mode=compat", "--editable", str(ROOT)),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoEnvironmentError(f"pip could not install the project itself:\n{done.stdout}{done.stderr}")


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two runs at once must not write into one environment; the second waits for the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "genaikeys.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say(f"Another run is installing into {folder}; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Runs the command line and returns the exit code."""
    try:
        if len(sys.argv) > 1:
            print(of_tests(sys.argv[1]))
        else:
            project()
    except NoEnvironmentError as problem:
        _say(f"No Python environment: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

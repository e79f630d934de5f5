"""Starting and stopping a local OCI, and what belongs to it."""

import contextlib
import fcntl
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from genaikeys import layout
from genaikeys.cli import home as homes
from genaikeys.cli.home import Home
from genaikeys.cli.output import say
from genaikeys.errors import KitError

__all__ = ["remove", "start", "stop"]

_START_LIMIT = 60.0
_STOP_LIMIT = 10.0
_STEP = 0.05
# Written by the local OCI itself; a folder with files but without it is somebody's own, and not removed.
_MARK = "home.json"
_LOCK = "up.lock"


def start(where: Path, port: int | None) -> tuple[Home, bool]:
    """Bring up the local OCI of a home; make the home where there is none.

    Args:
        where: The home's folder.
        port: The loopback port to listen on; None keeps the home's own, or finds a free one.

    Returns:
        The home, and whether this call started it.

    Raises:
        KitError: The port is taken, the home is broken or in use, or nothing answers in time.
    """
    with _one_at_a_time(where):
        home = homes.read(where)
        if home is not None and home.is_up():
            if port not in (None, home.port):
                raise KitError(
                    f"The local OCI in {where} is up on port {home.port}, not {port}.",
                    next_step=f"Run: genaikeys local down; genaikeys local up --port {port}",
                )
            started = False
        else:
            say(f"Starting a local OCI in {where} ...")
            home = _launch(where, port)
            started = True
        # `genaikeys local env` makes curl look for its configuration here.
        (where / ".curlrc").touch(mode=0o600)
        _provide_plugin(home)
        return home, started


def stop(where: Path, *, forget: bool) -> bool:
    """Stop the local OCI of a home and the resident of its stand-in plugin; return whether it ran.

    Args:
        where: The home's folder.
        forget: The home is to be removed next, so that a broken one is no reason to stop here.

    Raises:
        KitError: The home is broken, or the process doesn't end.
    """
    home = _read_or_forget(where, forget=forget)
    if home is not None:
        _stand_in("stop", home)
    pid = _process_of(where)
    if home is not None and home.is_up():
        home.ask("POST", "/stop")
    elif pid is not None:
        os.kill(pid, signal.SIGTERM)
    else:
        return False
    _wait_for_end(where)
    return True


def remove(where: Path) -> None:
    """Delete the folder of a stopped home, and any home in it that a killed `make seed` left behind.

    Raises:
        KitError: The folder isn't a local home.
    """
    if not where.exists():
        return
    for mark in where.glob(f"*/{_MARK}"):
        stop(mark.parent, forget=True)
        shutil.rmtree(mark.parent)
    if not (where / _MARK).is_file() and any(each.name != _LOCK for each in where.iterdir()):
        raise KitError(
            f"{where} is no local home: it holds files, but no {_MARK}.",
            why="Nothing was removed.",
            next_step="Name a local home with GENAIKEYS_LOCAL_HOME, or remove this folder yourself.",
        )
    shutil.rmtree(where)


@contextlib.contextmanager
def _one_at_a_time(where: Path) -> Iterator[None]:
    """Let a second `up` of the same home wait, and find what the first one started."""
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (where / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as problem:
        raise KitError(f"The local home {where} can't be used: {problem.strerror}.") from None


def _launch(where: Path, port: int | None) -> Home:
    command = [sys.executable, "-m", "emulator", "--home", str(where)]
    if port is not None:
        command += ["--port", str(port)]
    # A daemon that kept one of our streams would hang whoever captures our output.
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command,
            cwd=layout.code(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            start_new_session=True,
        )
        limit = time.monotonic() + _START_LIMIT
        while time.monotonic() < limit:
            if process.poll() is not None:
                complaints.seek(0)
                said = complaints.read().decode(errors="replace").strip().removeprefix("emulator: ")
                raise KitError(
                    said or f"The local OCI in {where} ended at once, with exit code {process.returncode}.",
                    next_step=f"Look at {where / 'log' / 'emulator.log'}." if not said else None,
                )
            home = _read_if_written(where, process.pid)
            if home is not None and home.is_up():
                return home
            time.sleep(_STEP)
    process.terminate()
    raise KitError(
        f"The local OCI in {where} didn't answer within {_START_LIMIT:.0f} s.",
        next_step=f"Look at {where / 'log' / 'emulator.log'}, then run: genaikeys local up",
    )


def _read_if_written(where: Path, pid: int) -> Home | None:
    """Read the home once the process has put its own pid there; before that it may be half-written."""
    try:
        home = homes.read(where)
    except KitError:
        return None
    return home if home is not None and home.pid == pid else None


def _provide_plugin(home: Home) -> None:
    """Give this home's Pulumi the official plugin for pulumi_oci where the user has it, else the stand-in."""
    version = importlib.metadata.version("pulumi_oci")
    name = f"resource-oci-v{version}"
    official = Path.home() / ".pulumi" / "plugins" / name
    ours = home.pulumi_home / "plugins" / name
    if official.is_dir() and official.resolve() != ours.resolve():
        if not ours.is_symlink():
            shutil.rmtree(ours, ignore_errors=True)
            ours.parent.mkdir(parents=True, exist_ok=True)
            ours.symlink_to(official.resolve(), target_is_directory=True)
            say(f"Using the official pulumi_oci plugin {version} from {official}.")
        return
    if ours.is_symlink():
        return
    _stand_in("start", home)


def _stand_in(action: str, home: Home) -> None:
    """Install the stand-in for the pulumi_oci plugin and start the process that serves it, or stop that."""
    result = subprocess.run(
        [sys.executable, "-m", "emulator.oci_plugin", action, "--pulumi-home", str(home.pulumi_home)],
        cwd=layout.code(),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        said = result.stderr.strip().splitlines()
        raise KitError(
            f"The stand-in for the pulumi_oci plugin in {home.pulumi_home}: {action} failed.",
            why=said[-1] if said else None,
        )


def _read_or_forget(where: Path, *, forget: bool) -> Home | None:
    try:
        return homes.read(where)
    except KitError:
        if forget:
            return None
        raise


def _process_of(where: Path) -> int | None:
    """Find the local OCI of a home by its command line: a pid from a file may be somebody else's by now."""
    tail = f" -m emulator --home {where}"
    for pid, command in _commands():
        if f"{command} ".find(f"{tail} ") > 0:
            return pid
    return None


def _commands() -> Iterator[tuple[int, str]]:
    """Yield every process with its command line; slim images have no ps, but a /proc."""
    if Path("/proc/self/cmdline").exists():
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    raw = (entry / "cmdline").read_bytes()
                    yield int(entry.name), raw.decode(errors="replace").rstrip("\0").replace("\0", " ")
        return
    listing = subprocess.run(
        ["ps", "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False
    )
    for line in listing.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command.strip()


def _wait_for_end(where: Path) -> None:
    limit = time.monotonic() + _STOP_LIMIT
    while (pid := _process_of(where)) is not None:
        if time.monotonic() > limit:
            raise KitError(
                f"The local OCI in {where} (process {pid}) didn't end within {_STOP_LIMIT:.0f} s.",
                next_step=f"End it with: kill {pid}",
            )
        time.sleep(_STEP)

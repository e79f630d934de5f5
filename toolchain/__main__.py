"""``python -m toolchain ensure``: makes sure of a Pulumi CLI; prints the folders that PATH needs for it."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from toolchain.build import NoBuildError, build, refresh_host
from toolchain.locate import ENGINE, OLDEST, bin_dirs, built_folder, bundled_folder, cache_folder, find
from toolchain.release import NoReleaseError, fetch


def main() -> int:
    """Runs the command line and returns the exit code."""
    if sys.argv[1:] != ["ensure"]:
        print("usage: python -m toolchain ensure", file=sys.stderr)
        return 2
    if find() is None:
        with _one_at_a_time():
            if find() is None and not _get():
                return 1
    if built_folder().is_dir():
        refresh_host(built_folder())
    if (bundled_folder() / "host.py").is_file():  # the official release brings another
        refresh_host(bundled_folder())
    engine = find()
    if engine is None:
        _say(f"The Pulumi CLI in {cache_folder()} has vanished again; run the command once more.")
        return 1
    _say(f"Pulumi CLI {engine.version}, {engine.source}: {engine.cli}")
    print(*bin_dirs(), sep="\n")
    return 0


def _get() -> bool:
    oldest = ".".join(str(part) for part in OLDEST)
    _say(f"No Pulumi CLI of {oldest} or newer on PATH. Fetching the official release {ENGINE} ...")
    try:
        fetch()
    except NoReleaseError as no_release:
        _say(f"  not here: {no_release}")
    else:
        return True
    _say(
        f"Building the Pulumi CLI {ENGINE} from Go modules instead: about five minutes on two cores, once.\n"
        f"It goes to {built_folder()}"
    )
    try:
        build()
    except NoBuildError as no_build:
        _say(
            f"No Pulumi CLI: {no_build}.\n"
            "Next: install the CLI (https://www.pulumi.com/docs/iac/download-install/) or Go 1.21 or newer,\n"
            "and run make again."
        )
        return False
    return True


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two runs at once must not build twice; the second waits for the first."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another run is getting the Pulumi CLI; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Fetches the official Pulumi release and checks it against its published checksum.

The archive comes from Pulumi's download site and its SHA-256 from the release page on GitHub, so that whoever
changes the one still has to change the other. The sum isn't pinned in this repository: that would be
stronger, and becomes right the day somebody records the sums of the release from a trusted copy.
"""

import hashlib
import shutil
import sys
import tarfile
import tempfile
import threading
import urllib.error
import urllib.request
from http.client import HTTPResponse
from pathlib import Path
from typing import cast

from toolchain.locate import ENGINE, machine, release_folder

ARCHIVES = "https://get.pulumi.com/releases/sdk"
CHECKSUMS = f"https://github.com/pulumi/pulumi/releases/download/v{ENGINE}"
PATIENCE = 6.0
"""Seconds for the first answer. Networks that block the download site must not keep anybody waiting."""


class NoReleaseError(Exception):
    """The official release can't be had here; the text says why."""


def fetch(archives: str = ARCHIVES, checksums: str = CHECKSUMS) -> Path:
    """Downloads, checks and unpacks the release into the cache.

    Args:
        archives: address of the folder that holds the archives.
        checksums: address of the folder that holds the checksum file.

    Returns:
        The folder with ``pulumi`` and its language hosts.

    Raises:
        NoReleaseError: when the site can't be reached, has no such release, or the checksum differs.
    """
    name = f"pulumi-v{ENGINE}-{machine()}.tar.gz"
    wanted = _checksum(f"{checksums}/pulumi-{ENGINE}-checksums.txt", name)
    target = release_folder()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetching-") as scratch:
        archive = Path(scratch) / name
        found = _download(f"{archives}/{name}", archive)
        if found != wanted:
            raise NoReleaseError(f"{archives}/{name} has SHA-256 {found}, but the release page says {wanted}")
        unpacked = Path(scratch) / "bin"
        _unpack(archive, unpacked)
        if not target.exists():
            unpacked.rename(target)
    return target


def _checksum(address: str, name: str) -> str:
    lines = _read_soon(address).decode().splitlines()
    sums = {parts[1].lstrip("*"): parts[0] for parts in (line.split() for line in lines) if len(parts) == 2}
    if name not in sums:
        raise NoReleaseError(f"{address} lists no {name}")
    return sums[name]


def _read_soon(address: str) -> bytes:
    """Reads a small file, or gives up after ``PATIENCE`` seconds, looking up the host's name included."""
    outcome: list[bytes | NoReleaseError] = []

    def read() -> None:
        try:
            with _open(address) as answer:
                outcome.append(answer.read())
        except NoReleaseError as problem:
            outcome.append(problem)
        except OSError as problem:
            outcome.append(NoReleaseError(f"{address} broke off ({problem})"))

    # A daemon, because a name server that doesn't answer would hold up the end of the program too.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(PATIENCE)
    answer = outcome[0] if outcome else NoReleaseError(f"{address} gave no answer in {PATIENCE:.0f} s")
    if isinstance(answer, NoReleaseError):
        raise answer
    return answer


def _open(address: str) -> HTTPResponse:
    try:
        answer = urllib.request.urlopen(address, timeout=PATIENCE)  # noqa: S310 - https constants, and loopback in tests
    except urllib.error.HTTPError as problem:
        problem.close()
        raise NoReleaseError(f"{address} answers {problem.code}") from None
    except OSError as problem:
        reason = getattr(problem, "reason", problem)
        raise NoReleaseError(f"{address} can't be reached ({reason})") from None
    return cast("HTTPResponse", answer)


def _download(address: str, target: Path) -> str:
    digest = hashlib.sha256()
    try:
        with _open(address) as answer, target.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0)
            done = reported = 0
            while block := answer.read(1 << 20):
                file.write(block)
                digest.update(block)
                done += len(block)
                if done - reported >= 20 << 20:
                    reported = done
                    print(f"  {done >> 20} of {total >> 20} MiB", file=sys.stderr)
    except OSError as problem:
        raise NoReleaseError(f"{address} broke off ({problem})") from None
    return digest.hexdigest()


def _unpack(archive: Path, target: Path) -> None:
    """Writes the archive's programs into one flat folder, whatever folders the archive names."""
    target.mkdir()
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None:
                program = target / Path(member.name).name
                with program.open("wb") as file:
                    shutil.copyfileobj(content, file)
                program.chmod(0o755)

"""The page about machines without a network, followed on one: a network namespace with a loopback alone."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import blocks
from tests.engine.machine import CHECKOUT
from tests.local import DIVERTING

pytestmark = pytest.mark.full

_PAGE = CHECKOUT / "docs" / "air-gap.md"
_LIMIT = 1200.0


def _without_network() -> list[str]:
    """The command in front of another that takes away its network, loopback excepted.

    Who isn't root becomes so in a user namespace, where the kernel allows it.
    """
    front = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    lone = [*front, "sh", "-e", "-c", 'ip link set lo up; test "$(ip -o link | wc -l)" = 1; exec "$@"', "sh"]
    tried = subprocess.run([*lone, "true"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, f"no network namespace can be made here: {tried.stderr}"
    return lone


def _sh(script: str, folder: Path, environment: dict[str, str], front: list[str]) -> str:
    done = subprocess.run(
        [*front, "sh", "-e", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def _said_of_a_forged_wheel(unpacked: Path, environment: dict[str, str]) -> str:
    """What installing says once a wheel is another and the manifest was made to fit: pip's check is left."""
    (wheel,) = (unpacked / "wheels").glob("annotated_types-*.whl")
    manifest = unpacked / "MANIFEST.sha256"
    before = hashlib.sha256(wheel.read_bytes()).hexdigest()
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    after = hashlib.sha256(wheel.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    done = subprocess.run(
        ["python3", unpacked / "install.py", unpacked.parent / "forged"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert wheel.name.partition("-")[0].replace("_", "-") in done.stderr
    return done.stderr


def test_bundle_brings_up_a_stack_without_any_network(tmp_path: Path) -> None:
    """In a home of its own and without a network: the sums, the installation, `make up`, `make down`."""
    (bundle, carried) = blocks(_PAGE, "sh")
    stick, home = tmp_path / "stick", tmp_path / "home"
    home.mkdir()
    made = _sh(bundle, CHECKOUT, {**os.environ, "DIST": str(stick)}, [])
    # The Python that runs the installer is the machine's, not that of our environment.
    path = [str(Path(sys.base_prefix) / "bin"), "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(part in name.upper() for part in (*DIVERTING, "PIP_", "GENAIKEYS", "XDG_", "VIRTUAL_ENV"))
    }
    alone = {**kept, "HOME": str(home), "PATH": os.pathsep.join(path)}

    said = _sh(carried, stick, alone, _without_network())

    (archive,) = stick.glob("*.tar")
    facts = json.loads((stick / archive.stem / "bundle.json").read_text(encoding="utf-8"))
    checkout = home / "oci-genai-keys"
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert str(archive) in made
    assert f"Pulumi CLI {facts['engine']}, from a bundle: {home}" in said
    assert "all as expected" in said
    assert [name for name in listed if name and not (checkout / name).exists()] == []
    assert not (checkout / ".local").exists()
    history = ["git", "log", "--format=%s"], ["git", "status", "--porcelain"]
    subject, changes = (
        subprocess.run(each, cwd=checkout, capture_output=True, text=True, check=True).stdout
        for each in history
    )
    assert (subject, changes) == (f"Commit {facts['commit']}, from a bundle\n", "")
    assert list((home / ".cache/genaikeys/environments").glob("ocicli-*/bin/oci"))
    assert "DO NOT MATCH THE HASHES" in _said_of_a_forged_wheel(stick / archive.stem, alone)
    for folder in (stick, home):
        shutil.rmtree(folder)  # a gigabyte

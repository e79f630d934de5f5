"""Bundles: what one holds and what its installer refuses; tests/engine/test_air_gap.py goes the whole way."""

import ast
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from toolchain import bundle, install
from toolchain.locate import Engine

_WHEEL = "wheels/thing-1.0-py3-none-any.whl"


def _parts(folder: Path, **other: str) -> Path:
    """The parts of a bundle as `bundle.make` lays them out, each small."""
    facts: dict[str, Any] = {"commit": "c0ffee", "for": {**install.here(), **other}, "plugins": []}
    texts = {
        install.FACTS: json.dumps(facts),
        install.REPOSITORY: "",
        _WHEEL: "a wheel",
        "engine/pulumi": "#!/bin/sh\n",
        "install.py": Path(install.__file__).read_text(encoding="utf-8"),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "engine/pulumi").chmod(0o755)
    return folder


def _unpacked(tmp_path: Path, **other: str) -> Path:
    """The folder of a bundle as somebody has it who has just unpacked the archive."""
    archive = bundle.pack(_parts(tmp_path / "parts", **other), tmp_path / "kit.tar", 0)
    subprocess.run(["tar", "xf", archive], cwd=tmp_path, check=True)
    return tmp_path / "kit"


def _installed(folder: Path, *, python: Path | str = sys.executable) -> tuple[int, str, bool]:
    """Runs the bundle's own installer; returns exit code, what it said, and whether there is a checkout."""
    target = folder.parent / "checkout"
    done = subprocess.run(
        [python, folder / "install.py", target], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr, target.exists()


def test_manifest_lists_every_other_file_with_its_sum(tmp_path: Path) -> None:
    """In the lines that `sha256sum -c` reads; the archive's own sum stands beside it."""
    folder = _unpacked(tmp_path)

    manifest = (folder / install.MANIFEST).read_text(encoding="utf-8")

    assert sorted(manifest.splitlines()) == sorted(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in folder.rglob("*")
        if path.is_file() and path.name != install.MANIFEST
    )
    for place, sums in ((folder, install.MANIFEST), (tmp_path, "kit.tar.sha256")):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", sums], cwd=place, check=True)
    install.check(folder)


def test_bundle_of_the_same_parts_is_the_same_archive(tmp_path: Path) -> None:
    """Neither the time nor the folder nor the umask of the machine shows; what may be executed still may."""
    first, second = _parts(tmp_path / "first"), _parts(tmp_path / "elsewhere" / "second")
    (second / _WHEEL).chmod(0o600)

    archives = [bundle.pack(parts, parts.parent / "kit.tar", 0) for parts in (first, second)]

    assert archives[0].read_bytes() == archives[1].read_bytes()
    with tarfile.open(archives[0]) as tar:
        modes = {member.name: member.mode for member in tar}
    assert modes["kit/engine/pulumi"] == 0o755
    assert modes[f"kit/{_WHEEL}"] == 0o644


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        pytest.param(lambda at: (at / _WHEEL).write_text("another"), f"changed: {_WHEEL}", id="changed"),
        pytest.param(lambda at: (at / "engine/pulumi").unlink(), "missing: engine/pulumi", id="missing"),
        pytest.param(
            lambda at: (at / "wheels/evil.whl").touch(), "not listed: wheels/evil.whl", id="one more"
        ),
        pytest.param(
            lambda at: (at / install.MANIFEST).write_text(
                (at / install.MANIFEST).read_text().replace("  install.py", "  other.py")
            ),
            "missing: other.py\n  not listed: install.py",
            id="manifest changed",
        ),
    ],
)
def test_error_when_a_bundle_is_not_as_it_was_made(
    tmp_path: Path, harm: Callable[[Path], object], named: str
) -> None:
    """The file is named, and nothing is installed."""
    folder = _unpacked(tmp_path)
    harm(folder)

    code, said, is_there = _installed(folder)

    assert (code, is_there) == (1, False)
    assert said == (
        f"Nothing to work with: {folder} is not as it was made:\n  {named}\n"
        "Next: copy the archive again, and compare its SHA-256 with the one that make bundle printed.\n"
    )


def test_error_when_there_is_no_manifest(tmp_path: Path) -> None:
    """Without a manifest nothing is known of any file."""
    folder = _unpacked(tmp_path)
    (folder / install.MANIFEST).unlink()

    code, said, is_there = _installed(folder)

    assert (code, is_there) == (1, False)
    assert said.splitlines()[1] == "  missing: MANIFEST.sha256"


@pytest.mark.parametrize(
    ("other", "step"),
    [
        pytest.param(
            {"python": "3.99"},
            "run it with python3.99, or make a bundle with this Python, from 3.11 on.",
            id="Python",
        ),
        pytest.param({"machine": "riscv64"}, "make a bundle on a machine like this one.", id="processor"),
        pytest.param({"libc": "musl"}, "make a bundle on a machine like this one.", id="C library"),
        pytest.param(
            {"system": "Darwin", "python": "3.99"}, "make a bundle on a machine like this one.", id="system"
        ),
    ],
)
def test_error_when_a_bundle_is_for_another_machine(tmp_path: Path, other: dict[str, str], step: str) -> None:
    """Both are named, and the way out."""
    folder = _unpacked(tmp_path, **other)
    this = install.here()

    code, said, is_there = _installed(folder)

    def spoken(facts: dict[str, str]) -> str:
        return f"{facts['system']} {facts['machine']} ({facts['libc']}) with Python {facts['python']}"

    assert (code, is_there) == (1, False)
    assert said == (
        f"Nothing to work with: this bundle was made for {spoken({**this, **other})}, and this is "
        f"{spoken(this)} ({sys.executable}).\nNext: {step}\n"
    )


def test_installer_is_understood_by_a_python_that_is_too_old() -> None:
    """Python 3.8 can read it, or nobody would learn which one it takes."""
    ast.parse(Path(install.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_error_when_the_target_is_in_use(tmp_path: Path) -> None:
    """Somebody's folder is left alone."""
    folder = _unpacked(tmp_path)
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "mine.txt").touch()

    code, said, _ = _installed(folder)

    assert code == 1
    assert said == (
        f"Nothing to work with: {tmp_path / 'checkout'} is there already.\n"
        "Next: name a folder that is empty, or isn't there.\n"
    )
    assert [path.name for path in (tmp_path / "checkout").iterdir()] == ["mine.txt"]


def test_engine_goes_with_what_runs_python_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the official release's programs those for Python; hosts of other languages stay behind."""
    for name in ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-language-go"):
        (tmp_path / name).touch(0o755)
    found = Engine(
        cli=tmp_path / "pulumi", version="3.272.0", source="", host=tmp_path / "pulumi-language-python"
    )
    monkeypatch.setattr(bundle, "find", lambda: found)

    version = bundle._copy_engine(tmp_path / "engine")

    assert version == "3.272.0"
    assert sorted(path.name for path in (tmp_path / "engine").iterdir()) == [
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "version",
    ]


def test_official_plugin_comes_along_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It goes from one machine's plugin folder to the other's; without it, both sides are told."""
    version = metadata.version("pulumi_oci")
    plugin = f"plugins/resource-oci-v{version}/pulumi-resource-oci"
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "one"))

    assert bundle._copy_plugins(tmp_path / "parts" / install.PLUGINS) == []
    assert capsys.readouterr().err == (
        "Not in the bundle: the official plugin for pulumi_oci, because there is no "
        f"{(tmp_path / 'one' / plugin).parent}.\nLocal stacks do without. For a stack of a tenancy: "
        f"pulumi plugin install resource oci {version}, and make bundle again.\n"
    )

    (tmp_path / "one" / plugin).parent.mkdir(parents=True)
    (tmp_path / "one" / plugin).touch(0o755)
    assert bundle._copy_plugins(tmp_path / "parts" / install.PLUGINS) == [f"resource-oci-v{version}"]
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "two"))
    install._place_plugins(tmp_path / "parts")

    assert os.access(tmp_path / "two" / plugin, os.X_OK)


def test_error_when_there_is_no_git_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unpacked bundle, for one, can't be bundled: which commit it has, only git knows."""
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(bundle.NoBundleError) as caught:
        bundle.make(tmp_path / "dist")

    assert str(caught.value) == (
        f"git rev-parse failed in {tmp_path}: "
        "fatal: not a git repository (or any of the parent directories): .git\n"
        "Next: run it in a clone; a bundle holds the repository at a commit."
    )

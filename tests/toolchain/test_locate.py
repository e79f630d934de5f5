"""Which CLI is chosen, and what PATH needs for it."""

import platform
from pathlib import Path

import pytest

from toolchain import locate


def _program(folder: Path, name: str, text: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and nothing but a shell on PATH."""
    monkeypatch.setenv("GENAIKEYS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    return tmp_path


def test_find_gives_nothing_on_a_bare_machine(machine: Path) -> None:
    """Without a CLI on PATH or in the cache there is none, and no folder to add."""
    assert locate.find() is None
    assert locate.bin_dirs() == []


def test_find_prefers_the_cli_on_path(machine: Path) -> None:
    """A new enough CLI on PATH wins over the cache and needs no folder when its host is beside it."""
    cli = _program(machine / "bin", "pulumi", "echo v3.272.0")
    host = _program(machine / "bin", "pulumi-language-python")
    _program(locate.release_folder(), "pulumi")

    assert locate.find() == locate.Engine(cli=cli, version="3.272.0", source="on PATH", host=host)
    assert locate.bin_dirs() == []


def test_bin_dirs_adds_our_host_to_a_cli_without_one(machine: Path) -> None:
    """A CLI on PATH that came alone gets our language host, and nothing else."""
    _program(machine / "bin", "pulumi", "echo v3.258.0")

    assert locate.bin_dirs() == [locate.HOST_FOLDER]


def test_cli_of_a_bundle_is_the_last_choice(machine: Path) -> None:
    """It says its own version, since it was found on another machine; what was fetched here comes first."""
    cli = _program(locate.bundled_folder(), "pulumi")
    host = _program(locate.bundled_folder(), "pulumi-language-python")
    (locate.bundled_folder() / locate.VERSION_FILE).write_text("3.272.0", encoding="utf-8")

    assert locate.find() == locate.Engine(cli=cli, version="3.272.0", source="from a bundle", host=host)
    assert locate.bin_dirs() == [locate.bundled_folder()]

    built = _program(locate.built_folder(), "pulumi")
    found = locate.find()
    assert found is not None
    assert (found.cli, found.version) == (built, locate.ENGINE)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param("echo v3.257.0", id="too old"),
        pytest.param("echo v2.9.9", id="much too old"),
        pytest.param("echo hello", id="says no version"),
        pytest.param("exit 1", id="fails"),
    ],
)
def test_find_passes_over_a_cli_that_will_not_do(machine: Path, says: str) -> None:
    """An old or broken CLI on PATH is passed over for the one in the cache."""
    _program(machine / "bin", "pulumi", says)
    cli = _program(locate.built_folder(), "pulumi")
    host = _program(locate.built_folder(), "pulumi-language-python")

    assert locate.find() == locate.Engine(
        cli=cli, version=locate.ENGINE, source="built from Go modules", host=host
    )
    assert locate.bin_dirs() == [locate.built_folder()]


def test_find_prefers_the_release_over_our_build(machine: Path) -> None:
    """The official release is taken where both are cached."""
    _program(locate.built_folder(), "pulumi")
    cli = _program(locate.release_folder(), "pulumi")

    found = locate.find()

    assert found is not None
    assert (found.cli, found.source) == (cli, "official release")


def test_find_knows_its_own_cache_on_path(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a shell of `local env` the CLI on PATH is the cached one, and isn't asked for its version again."""
    _program(locate.built_folder(), "pulumi", "exit 1")
    _program(locate.built_folder(), "pulumi-language-python")
    monkeypatch.setenv("PATH", f"{locate.built_folder()}:/usr/bin:/bin")

    found = locate.find()

    assert found is not None
    assert found.source == "built from Go modules"
    assert locate.bin_dirs() == []


def test_cache_lies_below_the_users_cache_folder(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder of its own the cache follows XDG_CACHE_HOME."""
    monkeypatch.delenv("GENAIKEYS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine / "xdg"))

    assert locate.release_folder() == machine / "xdg/genaikeys/toolchain/pulumi-3.259.0-release-linux-x64"

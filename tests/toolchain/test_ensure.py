"""The command line that makes sure of a CLI."""

from pathlib import Path

import pytest

from toolchain import __main__ as command
from toolchain import build, locate, release


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and no CLI."""
    monkeypatch.setenv("GENAIKEYS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("sys.argv", ["toolchain", "ensure"])
    return tmp_path


def _no_release() -> Path:
    raise release.NoReleaseError("the download site can't be reached")


def test_ensure_says_what_is_there_and_prints_nothing_to_add(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a CLI and its host on PATH the answer on stdout is empty."""
    for name in ("pulumi", "pulumi-language-python"):
        (bare / name).write_text("#!/bin/sh\necho v3.272.0\n", encoding="utf-8")
        (bare / name).chmod(0o755)

    assert command.main() == 0
    assert capsys.readouterr() == ("\n", f"Pulumi CLI 3.272.0, on PATH: {bare}/pulumi\n")


def test_ensure_builds_only_when_the_release_can_not_be_had(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The release comes first; the build says how long it takes and where it goes."""

    def built() -> Path:
        locate.built_folder().mkdir(parents=True)
        (locate.built_folder() / "pulumi").touch(0o755)
        return locate.built_folder()

    monkeypatch.setattr(command, "fetch", _no_release)
    monkeypatch.setattr(command, "build", built)

    assert command.main() == 0

    out, err = capsys.readouterr()
    assert out == f"{locate.built_folder()}\n"
    assert err == (
        "No Pulumi CLI of 3.258.0 or newer on PATH. Fetching the official release 3.259.0 ...\n"
        "  not here: the download site can't be reached\n"
        "Building the Pulumi CLI 3.259.0 from Go modules instead: about five minutes on two cores, once.\n"
        f"It goes to {locate.built_folder()}\n"
        f"Pulumi CLI 3.259.0, built from Go modules: {locate.built_folder()}/pulumi\n"
    )


def test_error_when_there_is_no_way_to_a_cli(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither release nor compiler: one message says what to install."""

    def no_build() -> Path:
        raise build.NoBuildError("there is no Go compiler on PATH")

    monkeypatch.setattr(command, "fetch", _no_release)
    monkeypatch.setattr(command, "build", no_build)

    assert command.main() == 1

    assert capsys.readouterr().err.splitlines()[-3:] == [
        "No Pulumi CLI: there is no Go compiler on PATH.",
        "Next: install the CLI (https://www.pulumi.com/docs/iac/download-install/) or Go 1.21 or newer,",
        "and run make again.",
    ]


def test_error_when_the_verb_is_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything but `ensure` gets the usage line."""
    monkeypatch.setattr("sys.argv", ["toolchain", "remove"])

    assert command.main() == 2
    assert capsys.readouterr() == ("", "usage: python -m toolchain ensure\n")

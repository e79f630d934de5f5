"""Building the CLI with a stand-in for the compiler; the real build is `make up` on a bare machine."""

from pathlib import Path

import pytest

from toolchain import build, locate


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache; the path is where a `go` would be found."""
    monkeypatch.setenv("GENAIKEYS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path / "go"


def _compiler(path: Path, version: str, build_script: str) -> None:
    path.write_text(
        f'#!/bin/sh\n[ "$1" = env ] && {{ echo {version}; exit 0; }}\n{build_script}\n', encoding="utf-8"
    )
    path.chmod(0o755)


def test_build_puts_the_language_host_beside_the_cli(go: Path) -> None:
    """What the compiler writes with `-o` ends in the cache, together with our language host."""
    _compiler(go, "go1.26.8", 'while [ "$1" != -o ]; do shift; done; cp /bin/true "$2"')

    folder = build.build()

    assert folder == locate.built_folder()
    assert sorted(path.name for path in folder.iterdir()) == [
        "host.py",
        "program.py",
        "pulumi",
        "pulumi-language-python",
    ]
    assert (folder / "pulumi-language-python").stat().st_mode & 0o111
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_build_leaves_nothing_behind_when_the_compiler_fails(go: Path) -> None:
    """A failed build shows the compiler's last lines and leaves the cache empty."""
    _compiler(go, "go1.26.8", "echo 'go: cannot find main module' >&2; exit 1")

    with pytest.raises(build.NoBuildError) as caught:
        build.build()

    assert str(caught.value) == "building the Pulumi CLI failed:\ngo: cannot find main module"
    assert list(locate.cache_folder().iterdir()) == []


def test_error_when_there_is_no_compiler(go: Path) -> None:
    """Without Go there is no build."""
    with pytest.raises(build.NoBuildError) as caught:
        build.build()

    assert str(caught.value) == "there is no Go compiler on PATH"


def test_error_when_the_compiler_is_too_old(go: Path) -> None:
    """A Go that can't fetch a newer one by itself is refused by name."""
    _compiler(go, "go1.20.5", "exit 1")

    with pytest.raises(build.NoBuildError) as caught:
        build.build()

    assert str(caught.value) == f"{go} is go1.20.5, and Go 1.21 or newer is needed"


def test_refresh_host_replaces_a_stale_copy_only(tmp_path: Path) -> None:
    """A copy of the host from another checkout is brought up to date; a current one is left alone."""
    build.refresh_host(tmp_path)
    (tmp_path / "host.py").write_text("old", encoding="utf-8")
    before = (tmp_path / "program.py").stat().st_ino

    build.refresh_host(tmp_path)

    assert (tmp_path / "host.py").read_bytes() == (locate.HOST_FOLDER / "host.py").read_bytes()
    assert (tmp_path / "program.py").stat().st_ino == before

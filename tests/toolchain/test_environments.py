"""The maker of Python environments, where it needs no package index."""

import runpy
import sys
from pathlib import Path

import pytest

from toolchain import environments


def test_error_when_python_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file says so itself, before it imports anything that an old Python lacks."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))

    with pytest.raises(SystemExit) as caught:
        runpy.run_path(str(environments.__file__), run_name="__main__")

    assert str(caught.value) == (
        f"{sys.executable} is Python 3.10, and this project needs 3.11 or newer.\n"
        "Next: install one, and name it if it isn't called python3: make PYTHON=python3.12 ..."
    )


def test_error_when_python_can_not_make_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python without ensurepip, as Debian splits it, is told apart from everything else."""
    monkeypatch.setenv("GENAIKEYS_CACHE", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(environments.NoEnvironmentError) as caught:
        environments.of_tests("moto")

    assert str(caught.value) == (
        f"{sys.executable} can't make virtual environments: it has no ensurepip.\n"
        "Next: install it (Debian and Ubuntu: apt-get install python3-venv), and run make again."
    )


def test_error_when_there_is_no_such_lock_file() -> None:
    """An environment that nobody described is refused by name."""
    with pytest.raises(environments.NoEnvironmentError) as caught:
        environments.of_tests("absent")

    assert str(caught.value) == f"there is no requirements-absent.txt in {environments.ROOT}"


@pytest.mark.parametrize(
    "name",
    ["requirements.txt", "requirements-moto.txt", "requirements-ocicli.txt", "requirements-policy.txt"],
)
def test_lock_file_names_no_index(name: str) -> None:
    """Where packages come from is for the machine to say: the lock files hold names, versions and hashes."""
    text = (environments.ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text

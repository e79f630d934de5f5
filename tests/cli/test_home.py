"""Where the local home is, and what is said when it isn't what it should be."""

import os
from pathlib import Path

import pytest

from genaikeys.cli import home
from genaikeys.errors import KitError


def test_folder_is_in_the_checkout_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the command is run."""
    monkeypatch.delenv("GENAIKEYS_LOCAL_HOME", raising=False)
    assert home.folder() == home.project_root() / ".local"
    assert (home.project_root() / "genaikeys").is_dir()


def test_folder_is_what_the_variable_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative path counts from where the command is run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GENAIKEYS_LOCAL_HOME", "mine")
    assert home.folder() == Path(os.path.realpath(tmp_path)) / "mine"


def test_read_finds_no_home_where_none_was_made(tmp_path: Path) -> None:
    """That is no error: `local up` makes one."""
    assert home.read(tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"port": "many"}', "\xff\xfe"])
def test_error_when_the_home_is_broken(tmp_path: Path, content: str) -> None:
    """One message, with the way out, whatever is wrong with the file."""
    (tmp_path / "home.json").write_text(content, encoding="latin-1")
    with pytest.raises(KitError) as problem:
        home.read(tmp_path)
    first, *rest = str(problem.value).splitlines()
    assert first.startswith(f"The local home {tmp_path} is broken: home.json can't be read (")
    assert rest == [
        "It was damaged, or made by another version.",
        "Run: genaikeys local down --remove; genaikeys local up",
    ]


def test_error_when_there_is_no_home_to_talk_to(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(KitError) as problem:
        home.running(tmp_path)
    assert str(problem.value) == f"There is no local home in {tmp_path}.\nRun: genaikeys local up"

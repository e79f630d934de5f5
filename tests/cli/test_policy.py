"""`genaikeys policy render`, on a copy of the committed texts."""

from pathlib import Path

import pytest

from genaikeys import numbering
from genaikeys.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the texts are written to."""
    numbering.remembered.cache_clear()
    monkeypatch.setattr(numbering, "FOLDER", tmp_path / "policies" / "rendered")
    (tmp_path / "policies").mkdir()
    return tmp_path / "policies" / "rendered"


def test_committed_texts_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    """What a reviewer sees is what the stacks grant."""
    assert main(["policy", "render", "--check"]) == 0
    assert capsys.readouterr().err == "Up to date: dev, local, prod, seed.\n"


def test_render_writes_what_check_then_accepts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing or changed text is stale, exit code 2; once written, it is not."""
    assert main(["policy", "render", "dev", "--check"]) == 2
    assert not folder.exists()
    assert main(["policy", "render", "dev"]) == 0
    assert main(["policy", "render", "dev", "--check"]) == 0
    (folder / "dev.txt").write_text("# changed by hand\n")
    assert main(["policy", "render", "dev", "--check"]) == 2

    assert capsys.readouterr().err == (
        "Stale: dev. Run: genaikeys policy render, and commit what it writes.\n"
        "Wrote policies/rendered/dev.txt.\n"
        "Up to date: dev.\n"
        "Stale: dev. Run: genaikeys policy render, and commit what it writes.\n"
    )


def test_error_when_the_text_can_not_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One that is no UTF-8 is named, and nothing is written."""
    folder.mkdir()
    (folder / "dev.txt").write_bytes(b"\xff")

    assert main(["policy", "render", "dev"]) == 1
    assert f"{folder / 'dev.txt'} can't be read" in capsys.readouterr().err
    assert [file.name for file in folder.iterdir()] == ["dev.txt"]

"""`genaikeys recover` before it reaches the engine; what it does there is in tests/engine."""

from pathlib import Path

import pytest

from genaikeys.cli import main
from toolchain import locate


def test_stack_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is recovered by default."""
    assert main(["recover"]) == 1
    assert "Missing argument 'STACK'" in capsys.readouterr().err


def test_unknown_stack_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """As by every verb."""
    assert main(["recover", "nowhere"]) == 1
    assert capsys.readouterr().err.startswith("There is no stack 'nowhere': ")


def test_missing_pulumi_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The state is behind it, so nothing can be done without."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(locate, "find", lambda: None)
    assert main(["recover", "dev"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "There is no Pulumi CLI\n"
        "It holds the stack's state, so nothing can be recovered without it.\n"
        "Install it (pulumi.com/docs/install), or run: python -m toolchain ensure\n"
    )

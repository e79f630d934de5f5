"""What the command prints, and where."""

import io
import json
import sys

import pytest

from genaikeys.cli import output


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_table_is_plain_and_aligned_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    """No colours, no boxes, no blanks at the end of a line."""
    output.table(["KEY", "WHY"], [["chatbot", ""], ["x", "no such [model]"]])
    assert capsys.readouterr().out == "KEY      WHY\nchatbot\nx        no such [model]\n"


def test_table_without_rows_is_its_headers(capsys: pytest.CaptureFixture[str]) -> None:
    """A reader sees that nothing is there, and what would be."""
    output.table(["A", "B"], [])
    assert capsys.readouterr().out == "A  B\n"


@pytest.mark.parametrize(("no_color", "shown"), [("", "\x1b[1mKEY"), ("1", "KEY\n")])
def test_table_is_styled_on_a_terminal_unless_no_color_is_set(
    monkeypatch: pytest.MonkeyPatch, no_color: str, shown: str
) -> None:
    """What looks like markup in a cell is text."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    output.table(["KEY"], [["[bold]x"]])
    assert terminal.getvalue().startswith(shown)
    assert "[bold]x" in terminal.getvalue()


def test_data_goes_to_stdout_and_talk_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """So that a pipe gets nothing but data."""
    output.data({"model": "한국어"})
    output.say("working")
    captured = capsys.readouterr()
    assert (json.loads(captured.out), captured.err) == ({"model": "한국어"}, "working\n")

"""`genaikeys access decide`: other people's cases through the engine."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from genaikeys.cli import main

CORPUS = Path(__file__).parents[1] / "iam" / "corpus"


@pytest.fixture
def lines() -> list[str]:
    """Some cases of the corpus."""
    return (CORPUS / "kit.jsonl").read_text("utf-8").splitlines()[:3]


def test_decide_answers_each_line_of_a_file(
    tmp_path: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One answer a line, in order, nothing on stderr."""
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(lines), "utf-8")

    assert main(["access", "decide", str(file)]) == 0
    written = capsys.readouterr()
    answers = [json.loads(line) for line in written.out.splitlines()]
    assert [(each["name"], each["answer"]) for each in answers] == [
        (case["name"], case["expected"]) for case in map(json.loads, lines)
    ]
    assert [list(each) for each in answers] == [["name", "answer", "deciding", "reason"]] * 3
    assert written.err == ""


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_decide_reads_stdin(
    arguments: list[str],
    lines: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By itself, and where it is named."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines[0].encode())))

    assert main(["access", "decide", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["answer"] == "yes"


def test_statement_that_is_none_is_an_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The case is one, so the exit code is 0."""
    file = tmp_path / "cases.jsonl"
    file.write_text((CORPUS / "errors.jsonl").read_text("utf-8").splitlines()[0], "utf-8")

    assert main(["access", "decide", str(file)]) == 0
    written = capsys.readouterr()
    assert json.loads(written.out)["answer"] == "error"
    assert written.err == ""


def test_line_that_is_no_case_is_named_and_the_others_are_decided(
    tmp_path: Path, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, with file, line and field."""
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b"\n".join([lines[0].encode(), b'{"name": "b"}', b"\xff", lines[1].encode()]))

    assert main(["access", "decide", str(file)]) == 1
    written = capsys.readouterr()
    answers = [json.loads(line)["answer"] for line in written.out.splitlines()]
    assert answers == ["yes", "error", "error", "yes"]
    assert written.err == (
        f"{file}: line 2: compartments: missing\n{file}: line 3: not UTF-8: byte 1 of the line\n"
    )


@pytest.mark.parametrize(
    ("name", "why"), [("nowhere.jsonl", "No such file or directory"), (".", "Is a directory")]
)
def test_error_when_the_file_can_not_be_read(
    name: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said in a sentence, exit code 1."""
    file = tmp_path / name

    assert main(["access", "decide", str(file)]) == 1
    assert capsys.readouterr() == (
        "",
        f"{file} can't be read: {why}\nName a file with one case a line, or - for stdin.\n",
    )


def test_decide_answers_while_cases_still_come(lines: list[str]) -> None:
    """Each answer is there before the next case is written."""
    command = [sys.executable, "-c", "import sys; from genaikeys.cli import main; sys.exit(main())"]
    with subprocess.Popen(
        [*command, "access", "decide"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in lines:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["answer"] == json.loads(line)["expected"]
        process.stdin.close()
    assert process.returncode == 0

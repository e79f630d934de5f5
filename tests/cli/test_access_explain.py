"""`genaikeys access explain`, as a person calls it."""

import json
from pathlib import Path

import pytest

from genaikeys.cli import main


def run(*arguments: str) -> int:
    """Run the verb."""
    return main(["access", "explain", *arguments])


def test_granted_call_is_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    """The one stack that has the key is found without being named."""
    assert run("chatbot", "openai.gpt-oss-120b", "--region", "us-chicago-1", "--api", "chat") == 0

    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith("Yes: chatbot can call openai.gpt-oss-120b on chat in us-chicago-1.\n")
    assert (
        "  Granted by policy genai-apps-us-chicago-1-access in genai-apps, policies/key-chat.j2:" in told.out
    )
    assert "401" not in told.out


def test_refused_call_is_exit_code_2_and_says_what_a_401_can_mean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A no names the failed condition, the fix with its line, and what else a 401 may be."""
    assert run("chatbot", "google.gemini-2.5-flash", "--region", "us-chicago-1", "--api", "chat") == 2

    told = capsys.readouterr().out
    assert "    - target.model.id is 'google.gemini-2.5-flash', not one of " in told
    assert "  Fix: stacks/Pulumi.local.yaml:" in told
    assert "OCI answers 401 both for a wrong or dead key and for a missing permission" in told


def test_unknown_call_is_exit_code_2_and_names_the_switch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What isn't known of OCI is settled on the local one."""
    assert run("chatbot", "xai.grok-4.20-reasoning", "--region", "us-chicago-1", "--api", "responses") == 2

    told = capsys.readouterr().out
    assert told.startswith("Not known: whether chatbot can call ")
    assert "`genaikeys local switch responses-need-chat yes|no`" in told


def test_statements_of_files_are_diagnosed_even_when_they_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken statement is shown with its line and corrected, not refused."""
    file = tmp_path / "others.txt"
    file.write_text(
        "# of another team\n"
        "policy theirs in compartment genai-apps\n"
        "  allow any-user to use generative-ai-chat in compartment genai-apps where ALL "
        '{request.principal.type="generativeaiapikey", target.model.id="google.gemini-2.5-flash"}\n'
    )
    code = run(
        "chatbot", "google.gemini-2.5-flash", "--region", "us-chicago-1", "--api", "chat", "--with", str(file)
    )

    told = capsys.readouterr().out
    assert code == 2
    assert f"  Mistaken: policy theirs in genai-apps, {file}:3\n" in told
    assert "    - Values stand between single quotes, not double ones.\n" in told
    assert "  Fix: write the corrected statement in place of the mistaken one\n" in told


def test_json_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """A machine gets the same answer."""
    assert run("chatbot", "xai.grok-3", "--region", "us-chicago-1", "--json") == 2

    told = json.loads(capsys.readouterr().out)
    assert (told["stack"], told["key"], told["model"]) == ("local", "chatbot", "xai.grok-3")
    assert [each["answer"] for each in told["answers"]] == ["no", "no"]
    assert "xai.grok-3 retired on demand on 2026-08-15." in told["answers"][0]["catalogue"]
    assert len(told["reminder"]) == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("nobody", "openai.gpt-oss-120b"),
            (
                "No stack in the working tree has a key 'nobody'.\n"
                "Known keys: dev: playground; local: chatbot, lab; prod: assistant, reports; seed: article.\n"
            ),
        ),
        (
            ("chatbot", "openai.gpt-oss-120b", "--stack", "dev"),
            "There is no key 'chatbot' in stack dev.\nIt knows playground.\n",
        ),
        (
            ("chatbot", "openai.gpt-oss-120b", "--stack", "test"),
            "There is no stack 'test'.\nKnown stacks: dev, local, prod, seed.\n",
        ),
        (
            ("chatbot", "openai.gpt-oss-120b", "--api", "embed"),
            "There is no API 'embed' in the kit.\nIt knows chat, responses.\n",
        ),
        (
            ("chatbot", "openai.gpt-oss-120b", "--with", "missing.txt"),
            "missing.txt can't be read: No such file or directory.\n",
        ),
    ],
)
def test_wrong_name_is_exit_code_1(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is printed but what was wrong and which names there are."""
    assert run(*arguments) == 1

    told = capsys.readouterr()
    assert (told.out, told.err) == ("", message)


def test_file_that_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A compartment of others, or bytes that are no text."""
    file = tmp_path / "others.txt"
    file.write_text("policy theirs in compartment elsewhere\n")
    assert run("chatbot", "xai.grok-4.3", "--with", str(file)) == 1
    assert capsys.readouterr().err == (
        f"{file}:1: the stack knows no compartment elsewhere.\n"
        "It knows genai-apps, genai-lab.\n"
        "Leave out policies of other compartments: they reach no key of the stack.\n"
    )
    file.write_bytes(b"\n\xff")
    assert run("chatbot", "xai.grok-4.3", "--with", str(file)) == 1
    assert capsys.readouterr().err == f"{file}:2 is not UTF-8: invalid start byte.\n"

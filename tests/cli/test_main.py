"""The command as a whole: exit codes, and what a person sees when something goes wrong."""

import re
import subprocess
import sys

import pytest

from genaikeys.cli import main, stacks
from genaikeys.errors import KitError


def _raise(problem: BaseException) -> None:
    raise problem


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """Help is data: it goes to stdout."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"^  (\w+)  ", shown, re.MULTILINE) == [
        "status",
        "rotate",
        "suspend",
        "resume",
        "revoke",
        "verify",
        "recover",
        "adopt",
        "scan",
        "guardrails",
        "init",
        "doctor",
        "snippet",
        "local",
        "policy",
        "access",
        "models",
        "backend",
        "ci",
    ]
    assert main(["local", "--help"]) == 0
    shown = capsys.readouterr().out
    assert main(["ci", "--help"]) == 0
    assert not re.search(r"\.\.\.$", capsys.readouterr().out.partition("Commands:")[2], re.MULTILINE)
    verbs = ["up", "down", "env", "status", "clock", "switch", "journal", "principal", "fault"]
    assert re.findall(r"^  (\w+)  ", shown, re.MULTILINE) == verbs
    assert not re.search(r"\.\.\.$", shown.partition("Commands:")[2], re.MULTILINE)


def test_help_imports_nothing_heavy() -> None:
    """What only a verb needs is imported by the verb."""
    script = (
        "import sys; from genaikeys.cli import main; main(['--help'])\n"
        "heavy = {'rich', 'oci', 'openai', 'pydantic', 'yaml', 'pulumi', 'http.client', 'httpx', 'asyncio'}\n"
        "sys.exit(f'imported {heavy & set(sys.modules)}' if heavy & set(sys.modules) else 0)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_wrong_usage_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Not the 2 by which a verb says that changes need attention."""
    assert main(["local", "bogus"]) == 1
    assert "No such command 'bogus'" in capsys.readouterr().err


def test_a_kit_error_is_a_message_and_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parts are lines on stderr, and stdout stays empty."""
    problem = KitError("What happened.", why="Why.", next_step="Do this.")
    monkeypatch.setattr(stacks, "choose", lambda _: _raise(problem))
    assert main(["status"]) == 1
    assert capsys.readouterr() == ("", "What happened.\nWhy.\nDo this.\n")


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """128 plus the number of SIGINT."""
    monkeypatch.setattr(stacks, "choose", lambda _: _raise(KeyboardInterrupt()))
    assert main(["verify"]) == 130


def test_an_unexpected_error_is_one_line_without_its_values(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback could hold a secret; the line tells the kind and the place."""
    monkeypatch.setattr(stacks, "choose", lambda _: _raise(ValueError("sk-not-to-be-seen")))
    assert main(["status"]) == 1
    shown = capsys.readouterr().err
    assert re.fullmatch(r"Unexpected ValueError at \w+\.py:\d+; this is a defect: .*\n", shown)
    assert "sk-not-to-be-seen" not in shown


@pytest.mark.parametrize("verb", ["status", "verify"])
def test_error_when_no_stack_is_named_and_nothing_is_up(
    verb: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The message names the stacks and both ways on."""
    monkeypatch.setenv("GENAIKEYS_LOCAL_HOME", str(tmp_path_factory.mktemp("none")))
    assert main([verb]) == 1
    first, why, after = capsys.readouterr().err.splitlines()
    assert first == "No stack is named, and no local OCI is up."
    assert re.fullmatch(r"Known stacks: .*local.*\.", why)
    assert after == "Name one with --stack, or run: genaikeys local up"


def test_error_when_the_stack_is_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the ones there are."""
    assert main(["status", "--stack", "bogus"]) == 1
    first, why = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"There is no stack 'bogus': .*/stacks/Pulumi\.bogus\.yaml is missing\.", first)
    assert why.startswith("Known stacks: ")

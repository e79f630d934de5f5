"""`genaikeys scan`: what it prints, how it ends, and what it knows of a stack in a local OCI."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oci
import pytest

from genaikeys.cli import main
from tests.cli import stack as stacks
from tests.cli.stack import REGION, Stack
from tests.contracts.clients import client, shell
from tests.local import CHECKOUT, running
from tests.scan.made import SPELLINGS, committed, digest, git, local_value, pieces, repository, value, write


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository as the working directory; no local OCI is up."""
    monkeypatch.setenv("GENAIKEYS_LOCAL_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    folder = repository(tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def test_nothing_found_is_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And stdout is empty: there is no data."""
    write(project / "a.txt", b"key = sk-...\n")

    assert main(["scan", "--no-history"]) == 0
    assert capsys.readouterr() == ("", "Searched 1 files, 0 objects of git's: nothing found.\n")


def test_something_found_is_2_and_shown_without_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Place, line, kind, fingerprint, commit; what to do comes on stderr."""
    secret = value()
    commit = committed(project, "a.txt", f"one\n{secret}\n".encode())

    assert main(["scan"]) == 2
    out, err = capsys.readouterr()
    assert [row.split() for row in out.splitlines()] == [
        ["KIND", "FINGERPRINT", "WHERE", "COMMIT", "SPELLING", "WHOSE"],
        ["shape", digest(secret), "a.txt:2", commit[:12], "plain", "nobody", "knows"],
        ["shape", digest(secret), "a.txt:2", "-", "plain", "nobody", "knows"],
    ]
    assert err.splitlines()[0].endswith(": 2 shape.")
    assert err.splitlines()[1] == (
        "Whose the others are is unknown: say --stack to compare with what a stack published. "
        "A value that was in the open is to be revoked, not only removed."
    )
    assert not any(piece in out + err for piece in pieces(secret))


def test_json_has_these_fields(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exactly; for a program to read."""
    secret = value()
    write(project / "a.txt", secret.encode())
    write(project / ".venv" / "a.txt", secret.encode())

    assert main(["scan", "--no-history", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {
        "findings": [
            {
                "kind": "shape",
                "fingerprint": digest(secret),
                "surface": "tree",
                "place": "a.txt",
                "line": 1,
                "commit": None,
                "spelling": "plain",
                "published": None,
            }
        ],
        "files": 1,
        "objects": 0,
        "valuesKnown": 0,
        "skipped": [".venv"],
        "notRead": [],
        "notUnpacked": [],
        "notes": [],
    }


@pytest.mark.parametrize(
    ("secret", "kind"),
    [(local_value, "local"), (lambda: "sk-ant-api03-" + value(90)[3:], "other vendor")],
    ids=["local", "other vendor"],
)
def test_what_opens_nothing_in_oci_is_shown_and_not_counted(
    secret: Any, kind: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless --all says so."""
    write(project / "a.txt", secret().encode())

    assert main(["scan", "--no-history"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[1].startswith(kind)
    assert err == f"Searched 1 files, 0 objects of git's: 1 {kind}; 1 of them don't count.\n"
    assert main(["scan", "--no-history", "--all"]) == 2


def test_what_cannot_be_read_is_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was found: nobody can say that nothing is there. What was found matters more."""
    write(project / ".git" / "HEAD", b"nonsense\n")

    assert main(["scan"]) == 1
    assert "Not read: 1:\n  the history of " in capsys.readouterr().err
    write(project / "a.txt", value().encode())
    assert main(["scan"]) == 2


def test_many_lines_are_cut_short(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr; JSON has them all."""
    for number in range(12):
        write(project / f"part{number:02}" / "node_modules" / "a.js", b"")

    assert main(["scan", "--no-history"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Left out: 12 folders of others' code and of caches; name one to search it:"
    assert lines[1:10] == [*(f"  part{number:02}/node_modules" for number in range(8)), "  and 4 more"]


def test_staged_looks_at_the_index_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And takes no paths."""
    secret = value()
    write(project / "a.txt", secret.encode())
    assert main(["scan", "--staged"]) == 0
    git(project, "add", "a.txt")
    assert main(["scan", "--staged"]) == 2
    assert digest(secret) in capsys.readouterr().out
    assert main(["scan", "--staged", "a.txt"]) == 1
    assert (
        capsys.readouterr().err == "--staged looks at what the next commit would add, and at nothing else.\n"
    )


@pytest.mark.parametrize("arguments", [["--stack", "bogus"], ["nowhere"]])
def test_error_before_anything_is_searched(
    arguments: list[str], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stack or a path that isn't there."""
    assert main(["scan", *arguments]) == 1
    assert capsys.readouterr().err.startswith("There is no ")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Two keys in a local OCI, each with a published value."""
    folder = tmp_path_factory.mktemp("scan")
    with running(folder / "home") as local, shell(local):
        yield stacks.make(local, folder / "project")


def found(stack: Stack, code: int, *arguments: str) -> dict[str, dict[str, Any]]:
    """Run `scan --json`, which must end with this code; the findings by fingerprint."""
    ended = stack.kit("scan", "--json", *arguments)
    assert ended.returncode == code, ended.stderr
    assert not any(piece in ended.stdout + ended.stderr for each in stack.values for piece in pieces(each))
    return {each["fingerprint"]: each for each in json.loads(ended.stdout)["findings"]}


@pytest.mark.slow
@pytest.mark.parametrize("spelling", ["plain", "base64", "UTF-16", "hexadecimal"])
def test_published_value_is_told_by_key_region_and_version(
    spelling: str, stack: Stack, tmp_path: Path
) -> None:
    """Whichever stack is up is asked; a local one's value counts then, for it is that stack's own."""
    write(tmp_path / "a.txt", SPELLINGS[spelling](stack.values[0]))
    each = found(stack, 2, str(tmp_path))[digest(stack.values[0])]

    assert (each["kind"], each["published"]) == (
        "published",
        {
            "key": "oss",
            "region": REGION,
            "slot": "key-two",
            "secretVersion": 1,
            "isAlive": True,
            "status": "alive: in use",
        },
    )


@pytest.mark.slow
def test_advice_for_a_value_that_works_is_the_verb_that_kills_it(stack: Stack, tmp_path: Path) -> None:
    """With key, region, slot and stack; and none for a value that is dead."""
    write(tmp_path / "a.txt", stack.values[1].encode())
    ended = stack.kit("scan", "--stack", "local", str(tmp_path))
    last = ended.stderr.splitlines()[-1]

    assert last == (
        f"{digest(stack.values[1])} may still work. Make it worthless: "
        f"genaikeys revoke llama --region {REGION} --slot key-two --stack local"
    )
    assert "llama in us-chicago-1, key-two, version 1; alive: in use" in ended.stdout
    states = oci.generative_ai.models.SetApiKeyStateDetails(key_name="key-two", state="REVOKED")
    keys = client(stack.local, oci.generative_ai.GenerativeAiClient, REGION)
    keys.set_api_key_state(stack.keys["llama"], states)
    ended = stack.kit("scan", str(tmp_path))
    assert (ended.returncode, "dead: its slot is REVOKED" in ended.stdout) == (2, True)
    assert "genaikeys revoke" not in ended.stderr


@pytest.mark.slow
def test_a_local_value_that_was_not_published_is_only_local(stack: Stack, tmp_path: Path) -> None:
    """It isn't the stack's."""
    secret = local_value()
    write(tmp_path / "a.txt", secret.encode())

    assert found(stack, 0, str(tmp_path))[digest(secret)]["kind"] == "local"


@pytest.mark.slow
def test_home_of_the_local_oci_holds_no_value(stack: Stack) -> None:
    """Its state included."""
    assert found(stack, 0, str(stack.local.folder)) == {}


@pytest.mark.slow
def test_region_that_cannot_be_asked_is_told(stack: Stack, tmp_path: Path) -> None:
    """Nothing was found, but nobody can say that nothing is there."""
    write(tmp_path / "a.txt", b"clean")
    fault = stack.local.fault(method="GET", path=".*/secrets/.+/versions", action="status", status=404)
    ended = stack.kit("scan", str(tmp_path))
    stack.local.admin("DELETE", f"/faults/{fault}")

    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Not read: 2:\n  oss in us-chicago-1: " in ended.stderr


@pytest.mark.slow
def test_this_repository_is_clean(stack: Stack) -> None:
    """Its tree and its history."""
    assert found(stack, 0, str(CHECKOUT)) == {}

"""One comment and one issue, kept in step with a text, on both forges."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from genaikeys import forge
from genaikeys.access.markdown import MARKER
from genaikeys.cli import main
from genaikeys.errors import KitError
from genaikeys.forge.marked import keep_comment, keep_issue, marker
from tests.forge.standin import ACCOUNTS, TOKEN, StandIn, environment, running

pytestmark = pytest.mark.slow

MARK = marker("trial")
FORGES = pytest.mark.parametrize("kind", ["github", "gitlab"])


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    """The stand-in."""
    with running() as kept:
        yield kept


@pytest.fixture
def kept(server: StandIn) -> StandIn:
    """The stand-in, as new."""
    server.comments.clear()
    server.issues.clear()
    server.calls.clear()
    server.refuses = None
    return server


@pytest.fixture
def variables(kept: StandIn, kind: str, tmp_path: Path) -> dict[str, str]:
    """Those of a runner whose job is about pull request 7."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": "0" * 40}}}))
    return environment(kind, kept.address, str(event))


@pytest.fixture
def at(variables: dict[str, str]) -> forge.Forge:
    """The forge of that runner."""
    found = forge.here(variables)
    assert found is not None
    return found


@FORGES
def test_comment_is_written_updated_and_taken_back(kept: StandIn, at: forge.Forge, kind: str) -> None:
    """Silent while there is nothing to say; never more than one; the same text again changes nothing."""
    texts = ["", f"{MARK}\none\n", f"{MARK}\none\n", f"{MARK}\ntwo\n", "", ""]
    seen = [(keep_comment(at, MARK, text), kept.said()) for text in texts]

    assert seen == [
        ("silent", []),
        ("written", [f"{MARK}\none\n"]),
        ("unchanged", [f"{MARK}\none\n"]),
        ("updated", [f"{MARK}\ntwo\n"]),
        ("taken back", []),
        ("silent", []),
    ]
    assert [call.split()[0] for call in kept.calls] == [
        "POST",
        "PUT" if kind == "gitlab" else "PATCH",
        "DELETE",
    ]


@FORGES
def test_issue_is_opened_updated_and_closed(kept: StandIn, at: forge.Forge, kind: str) -> None:
    """One open issue; after it was closed, news open another one."""
    texts = ["", f"{MARK}\none\n", f"{MARK}\ntwo\n", "", f"{MARK}\nthree\n"]
    said = [keep_issue(at, MARK, "a title", text) for text in texts]

    assert said == ["silent", "written", "updated", "taken back", "written"]
    assert [(each["title"], each["body"], each["state"]) for each in kept.issues.values()] == [
        ("a title", f"{MARK}\ntwo\n", "closed"),
        ("a title", f"{MARK}\nthree\n", "open"),
    ]


@FORGES
def test_text_of_somebody_else_is_left_alone(kept: StandIn, at: forge.Forge, kind: str) -> None:
    """Whoever begins a comment or an issue with our marker isn't taken for us, on the second page neither."""
    for number in range(120):
        kept.say(f"{MARK}\nforged {number}")
    kept.complain(f"{MARK}\nforged")
    kept.say(f"{MARK}\nours", ACCOUNTS[kind])

    assert keep_comment(at, MARK, f"{MARK}\nnew\n") == "updated"
    assert keep_issue(at, MARK, "a title", "") == "silent"
    assert kept.said("somebody") == [f"{MARK}\nforged {number}" for number in range(120)]
    assert kept.said(ACCOUNTS[kind]) == [f"{MARK}\nnew\n"]


@FORGES
def test_second_comment_of_two_runs_at_once_goes(kept: StandIn, at: forge.Forge, kind: str) -> None:
    """The first stays."""
    kept.say(f"{MARK}\none", ACCOUNTS[kind])
    kept.say(f"{MARK}\ntwo", ACCOUNTS[kind])

    keep_comment(at, MARK, f"{MARK}\nthree\n")
    assert kept.said() == [f"{MARK}\nthree\n"]


def test_pull_request_is_no_issue(kept: StandIn, tmp_path: Path) -> None:
    """GitHub lists both; one that we opened isn't closed as an issue."""
    kept.complain(f"{MARK}\nproposal", ACCOUNTS["github"], pull_request=True)
    at = forge.here(environment("github", kept.address))

    assert at is not None
    assert at.issues() == []


@FORGES
def test_error_when_the_forge_refuses_tells_no_token(kept: StandIn, at: forge.Forge, kind: str) -> None:
    """What was asked and the status are named; the token isn't."""
    kept.refuses = 403
    with pytest.raises(KitError) as caught:
        keep_comment(at, MARK, f"{MARK}\n")

    assert "was refused with 403." in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert "docs/ci.md" in str(caught.value)


def test_error_when_a_token_would_travel_in_the_clear() -> None:
    """Only https takes it, and loopback for tests like this one."""
    at = forge.here(environment("github", "http://github.example"))
    assert at is not None
    with pytest.raises(KitError, match="a token would travel to it in the clear"):
        at.issues()


def test_error_when_the_text_has_no_marker(kept: StandIn) -> None:
    """It couldn't be found again."""
    at = forge.here(environment("github", kept.address))
    assert at is not None
    with pytest.raises(KitError, match="doesn't begin with"):
        keep_issue(at, MARK, "a title", "text")


@FORGES
def test_verbs_write_where_the_job_runs(
    kept: StandIn,
    variables: dict[str, str],
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`ci comment` and `ci issue`; a missing file means that what should have written it failed."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    other = "GITLAB_CI" if kind == "github" else "GITHUB_ACTIONS"
    monkeypatch.delenv(other, raising=False)
    text = tmp_path / "access.md"
    text.write_text(f"{MARKER}\nsomething\n")

    codes = [
        main(["ci", "comment", str(text)]),
        main(["ci", "comment", str(tmp_path / "missing")]),
        main(["ci", "issue", "dev", str(tmp_path / "missing")]),
    ]

    assert codes == [0, 0, 0]
    assert capsys.readouterr().err == "Comment: written.\nComment: updated.\nIssue: written.\n"
    assert kept.said() == [f"{MARKER}\n### ❓ Access could not be compared\n\nThe log of the job says why.\n"]
    assert [each["title"] for each in kept.issues.values()] == ["Stack dev wants somebody to look"]


def test_verbs_print_where_there_is_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a build log of OCI DevOps, on a laptop, and in a job that was handed none."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITLAB_CI", raising=False)
    text = tmp_path / "night.md"
    text.write_text("<!-- genaikeys night dev -->\nsomething\n")

    assert main(["ci", "issue", "dev", str(text)]) == 0
    laptop = capsys.readouterr()
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    monkeypatch.setenv("GITHUB_TOKEN", "")
    assert main(["ci", "issue", "dev", str(text)]) == 0
    job = capsys.readouterr()

    assert laptop.out == job.out == text.read_text()
    assert laptop.err == ""
    assert job.err == "No token was handed to this step, so the text is only printed.\n"

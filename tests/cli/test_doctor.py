"""`genaikeys doctor`, as a person runs it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import kit, ran

pytestmark = pytest.mark.slow


def test_doctor_says_what_it_looked_at(home: Path) -> None:
    """A table on standard output, the sum on standard error, exit code 0."""
    done = ran(home, "doctor", "--stack", "local")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["CHECK", "WHERE", "OUTCOME", "FOUND"]
    assert done.stderr.splitlines() == [
        "Looking at what local needs ...",
        f"{len(done.stdout.splitlines()) - 1} checks, all fine: nothing known would stop local.",
    ]


def test_doctor_ends_with_2_where_something_is_wrong(home: Path) -> None:
    """What was found, why it matters, and the fix; as data with --json."""
    kit(home, "local", "switch", "api-key-count", "3")
    try:
        told, data = (
            ran(home, "doctor", "--stack", "local"),
            ran(home, "doctor", "--stack", "local", "--json"),
        )
    finally:
        kit(home, "local", "switch", "api-key-count", "100")

    assert (told.returncode, data.returncode) == (2, 2)
    assert told.stderr == (
        "Looking at what local needs ...\n"
        "API keys left: failed: 0 in use, 3 left, 11 wanted (global).\n"
        "  The stack would be made halfway.\n"
        "  Fix: Ask for a higher api-key-count of generative-ai (console: Limits, Quotas and Usage), or take "
        "keys or regions out.\n"
    )
    found = json.loads(data.stdout)
    assert found["stack"] == "local"
    assert [each for each in found["findings"] if each["outcome"] != "ok"] == [
        {
            "check": "API keys left",
            "where": None,
            "outcome": "failed",
            "found": "0 in use, 3 left, 11 wanted (global)",
            "why": "The stack would be made halfway.",
            "fix": "Ask for a higher api-key-count of generative-ai (console: Limits, Quotas and Usage), or "
            "take keys or regions out.",
        }
    ]


def test_error_when_there_are_no_credentials(home: Path, tmp_path: Path) -> None:
    """The doctor itself can't run: exit code 1, and what to do."""
    nowhere = str(tmp_path / "nowhere")
    done = kit(home, "doctor", "--stack", "dev", extra={"OCI_CONFIG_FILE": nowhere, "HOME": nowhere})

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert nowhere in done.stderr


def test_doctor_judges_the_deployer_that_is_named(home: Path) -> None:
    """A job that only reads asks for somebody else; of a group that nothing is granted to each call fails."""
    named = ran(home, "doctor", "--stack", "local", "--deployer", "group Administrators")
    other = ran(home, "doctor", "--stack", "local", "--deployer", "dynamic-group nobody", "--json")
    wrong = ran(home, "doctor", "--stack", "local", "--deployer", "nobody")

    assert named.returncode == 0, named.stderr
    assert other.returncode == 2
    findings = json.loads(other.stdout)["findings"]
    assert {each["outcome"] for each in findings if each["check"] == "permissions"} == {"failed"}
    assert {each["outcome"] for each in findings if each["check"] != "permissions"} == {"ok"}
    assert wrong.returncode == 1
    assert wrong.stderr == (
        "Looking at what local needs ...\n"
        "The deployer is 'nobody'.\n"
        "It is given as in a statement: group NAME or dynamic-group NAME.\n"
    )

"""What nights go on from, and what they report, with a stand-in for `pulumi` that says what it is told.

The real one does all of it in tests/engine/test_night.py; here are answers that it gives only when something
is wrong.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from genaikeys.ci import night
from genaikeys.ci.applied import applied
from genaikeys.errors import KitError
from genaikeys.recover import Pulumi
from tests.access.project import Project

OTHER = "0" * 40


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository with two commits on main, and one beside it."""
    made = Project(tmp_path / "project")
    made.git("checkout", "--quiet", "-b", "beside")
    made.write("beside.md", "x\n")
    made.commit("beside")
    made.git("checkout", "--quiet", "main")
    made.write("second.md", "x\n")
    made.commit("second")
    return made


def answering(folder: Path, code: int, out: str, err: str = "") -> Pulumi:
    """A `pulumi` that answers everything alike."""
    script = folder / "pulumi"
    (folder / "out").write_text(out, encoding="utf-8")
    (folder / "err").write_text(err, encoding="utf-8")
    script.write_text(
        f"#!/bin/sh\ncat '{folder}/out'; cat '{folder}/err' >&2; exit {code}\n", encoding="utf-8"
    )
    script.chmod(0o755)
    return Pulumi("oci-genai-keys", "trial", folder, dict(os.environ), str(script))


def update(head: str | None, result: str = "succeeded", kind: str = "update") -> dict[str, Any]:
    """An entry of the history."""
    return {"kind": kind, "result": result, "environment": {"git.head": head} if head else {}}


def test_applied_is_the_last_update_that_ended_well(project: Project, tmp_path: Path) -> None:
    """Failed updates and other runs after it don't count."""
    first = project.git("rev-parse", "HEAD~1").strip()
    history = [update(OTHER, "failed"), update(OTHER, kind="refresh"), update(first), update(OTHER)]

    assert applied(answering(tmp_path, 0, json.dumps(history)), project.root) == first


@pytest.mark.parametrize(
    ("history", "says"),
    [
        ([], "None of the last 20 runs of stack trial is an update that ended well."),
        ([update(OTHER, "failed")], "None of the last 20 runs of stack trial is an update that ended well."),
        ([update(None)], "The last update of stack trial was of no commit."),
        ([update(OTHER)], f"{OTHER}, which stack trial was brought to, isn't in this clone."),
        ([update("beside")], "beside, which stack trial was brought to, isn't on this branch."),
    ],
    ids=["none", "failed", "no commit", "not here", "never merged"],
)
def test_error_when_what_was_applied_is_not_known(
    project: Project, tmp_path: Path, history: list[dict[str, Any]], says: str
) -> None:
    """A night doesn't guess, and takes no commit that was never merged."""
    with pytest.raises(KitError) as caught:
        applied(answering(tmp_path, 0, json.dumps(history)), project.root)

    assert str(caught.value).splitlines()[0] == says
    assert "make apply STACK=..." in str(caught.value)


def test_error_when_the_backend_can_not_be_asked(project: Project, tmp_path: Path) -> None:
    """With what it said."""
    with pytest.raises(KitError) as caught:
        applied(answering(tmp_path, 255, "", "error: no stack named 'trial' found\n"), project.root)

    assert str(caught.value).splitlines()[:2] == [
        "The history of stack trial can't be read.",
        "error: no stack named 'trial' found",
    ]


DRIFT = {
    "steps": [
        {"op": "refresh", "urn": "urn:pulumi:trial::p::a$oci:Identity/policy:Policy::readers"},
        {"op": "same", "urn": "urn:pulumi:trial::p::pulumi:pulumi:Stack::p-trial"},
        {
            "op": "update",
            "urn": "urn:pulumi:trial::p::a$oci:Identity/policy:Policy::readers",
            "detailedDiff": {"statements": {}, "description": {}},
        },
        {"op": "create", "urn": "urn:pulumi:trial::p::a$genaikeys:index:ApiKey::bot"},
    ]
}
FAILED = {"diagnostics": [{"severity": "info", "message": "x"}, {"severity": "error", "message": "no\nway"}]}


@pytest.mark.parametrize(
    ("code", "out", "headline", "lines"),
    [
        (
            7,
            json.dumps(DRIFT),
            "OCI is not as the stack was applied",
            (
                "create genaikeys:index:ApiKey bot",
                "update oci:Identity/policy:Policy readers: description, statements",
            ),
        ),
        (1, json.dumps(FAILED), "Drift could not be looked for", ("no", "way")),
        (255, "", "Drift could not be looked for", ("error: the stack is locked",)),
    ],
    ids=["drift", "an error", "no answer"],
)
def test_drift_is_told_apart_from_a_failure(
    tmp_path: Path, code: int, out: str, headline: str, lines: tuple[str, ...]
) -> None:
    """What changed, in an order that is the same each night; or why it isn't known."""
    err = "" if out else "error: the stack is locked\n"
    (concern,) = night._drift(answering(tmp_path, code, out, err))

    assert (concern.headline, concern.lines) == (headline, lines)


def test_report_has_no_secret_and_stays_in_its_block() -> None:
    """Whatever a command prints; the last lines of it only."""
    value = "sk-" + "aB3" * 20
    lines = ("left out", *(str(number) for number in range(38)), "```", f"printed {value}")
    text = night.report("trial", "<!-- mark -->", [night.Concern("It failed", lines, "look")])

    assert text.startswith("<!-- mark -->\n")
    assert value not in text
    assert "printed sk-••••••••" in text
    assert text.count("```") == 2
    assert "left out" not in text


def test_report_of_a_quiet_night_is_empty() -> None:
    """So its issue is closed."""
    assert night.report("trial", "<!-- mark -->", []) == ""

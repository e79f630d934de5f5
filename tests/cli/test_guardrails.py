"""`genaikeys guardrails`: what it prints, how it ends."""

import io
import json
import sys
from pathlib import Path

import pytest

from genaikeys.access import revisions
from genaikeys.access.scenes import open_stack
from genaikeys.cli import main
from genaikeys.rendered import text as rendered
from tests.access.project import Project
from tests.guardrails.previews import GOOD, KEY, POLICY, ROOT, digest, step
from tests.scan.made import value

SUMMARY = "{} resources of stack trial, 20 rules: {} mandatory findings, 0 advisory ones.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the stack `trial`, rendered."""
    made = Project(tmp_path / "project")
    stack = open_stack(revisions.folder(made.root, "it"), "trial")
    made.write("policies/rendered/trial.txt", rendered(stack.settings, stack.source))
    return made.root


def run(project: Path, text: str, *more: str) -> int:
    """Write what a preview printed, and run the verb on it."""
    file = project.parent / "preview.json"
    file.write_text(text, encoding="utf-8")
    return main(["guardrails", str(file), "--project", str(project), *more])


def test_nothing_wrong_is_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And there is no data."""
    assert run(project, digest(*GOOD)) == 0
    assert capsys.readouterr() == ("", SUMMARY.format(5, 0))


def test_broken_rule_is_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line each; talk goes to stderr."""
    mine = step("oci:Identity/policy:Policy", "mine", inputs={"statements": ["x"]})
    user = step("oci:Identity/user:User", "mallory")

    assert run(project, digest(*GOOD, mine, user)) == 2
    out, err = capsys.readouterr()
    assert [line.split(maxsplit=3) for line in out.splitlines()] == [
        ["LEVEL", "RULE", "RESOURCE", "FOUND"],
        ["mandatory", "rendered", "mine", "policies/rendered/trial.txt has no policy mine"],
        ["mandatory", "resource-types", "mallory", "the kit makes no oci:Identity/user:User"],
    ]
    assert err == SUMMARY.format(7, 2)


def test_json_has_these_fields(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exactly; for a program to read."""
    user = step("oci:Identity/user:User", "mallory")

    assert run(project, digest(ROOT, user), "--json") == 2
    assert json.loads(capsys.readouterr().out) == {
        "stack": "trial",
        "resources": 2,
        "findings": [
            {
                "level": "mandatory",
                "rule": "resource-types",
                "urn": user["urn"],
                "message": "the kit makes no oci:Identity/user:User",
            }
        ],
    }


def test_secret_in_a_finding_is_dots(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wherever it stands: in a property, in a statement, in the name of a model or of a resource."""
    secret = value()
    key = {**KEY, "newState": {**KEY["newState"]}}
    key["newState"]["inputs"] = {**KEY["newState"]["inputs"], "description": secret, "region": secret}
    policy = {**POLICY, "newState": {**POLICY["newState"], "inputs": {"statements": [f"allow {secret}"]}}}
    rotating = step(
        "genaikeys:index:RotatingSecret", "bot-us-chicago-1", inputs={"probe": {"models": [secret]}}
    )

    topic = step("oci:Ons/notificationTopic:NotificationTopic", secret, inputs={secret: secret})
    text = digest(ROOT, key, policy, rotating, topic)

    assert run(project, text) == 2
    assert run(project, text, "--json") == 2
    said = "".join(capsys.readouterr())
    assert "its name holds what looks like a secret: sk-••••••••" in said
    assert "sk-••••••••" in said
    assert not any(secret[at : at + 12] in said for at in range(len(secret) - 12))


def test_standard_input_is_read(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a pipe behind the preview, and the project by the environment, as the policy pack has it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(digest(*GOOD).encode())))
    monkeypatch.setenv("GENAIKEYS_PROJECT", str(project))

    assert main(["guardrails", "-"]) == 0
    assert capsys.readouterr() == ("", SUMMARY.format(5, 0))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "{} can't be read: No such file or directory.\n"),
        (b"\xff", "{} can't be read: it is not UTF-8.\n"),
        (b"{}", "{} is not what a preview prints as JSON.\nRun: pulumi preview --json --show-sames\n"),
    ],
    ids=["missing", "no text", "no preview"],
)
def test_what_cannot_be_judged_is_1(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, and nothing passes."""
    file = tmp_path / "preview.json"
    if content is not None:
        file.write_bytes(content)

    assert main(["guardrails", str(file)]) == 1
    assert capsys.readouterr() == ("", message.format(file))


def test_stack_without_a_file_is_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to judge it by."""
    assert run(project, digest(step("pulumi:pulumi:Stack", "p-other", stack="other"))) == 1
    assert capsys.readouterr() == ("", f"stacks/Pulumi.other.yaml is missing in {project}.\n")


def test_rules_need_no_policy_sdk(project: Path) -> None:
    """The command works without pulumi and pulumi_policy."""
    before = set(sys.modules)

    assert run(project, digest(*GOOD)) == 0
    assert not {name.partition(".")[0] for name in set(sys.modules) - before} & {"pulumi", "pulumi_policy"}

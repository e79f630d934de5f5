"""What CI does to a stack: its nights, on what was applied, and each job by an identity of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.machine import CHECKOUT, Machine
from tests.forge.standin import environment, running

_ADD_STATEMENT = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
identity = oci.identity.IdentityClient(config)
every = oci.pagination.list_call_get_all_results(
    identity.list_compartments, config['tenancy'], compartment_id_in_subtree=True).data
policy = [each for one in every for each in identity.list_policies(one.id).data if '-access' in each.name][0]
more = 'allow any-user to use generative-ai-family in compartment genai-apps'
details = oci.identity.models.UpdatePolicyDetails(statements=[*policy.statements, more])
identity.update_policy(policy.id, details)
print(json.dumps(policy.name))
"""
_REPORT = """\
<!-- genaikeys night small -->
The last night of stack `small` wants somebody to look:

### OCI is not as the stack was applied

```text
update oci:Identity/policy:Policy genai-apps-us-chicago-1-access: statements
```

Next: `put it right with make apply STACK=small, or say it in stacks/`

This issue follows each night, and is closed by the first one that finds all well.
"""


def _git(folder: Path, *arguments: str) -> str:
    who = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return done.stdout.strip()


def _as_repository(machine: Machine) -> str:
    machine.keep_to_guardrails()
    (machine.project / ".gitignore").write_text(".venv\n__pycache__/\nnight.md\n", encoding="utf-8")
    _git(machine.project, "init", "--quiet", "--initial-branch=main")
    _git(machine.project, "add", "--all")
    _git(machine.project, "commit", "--quiet", "--message", "applied")
    return _git(machine.project, "rev-parse", "HEAD")


def _keep_issue(machine: Machine, job: dict[str, str]) -> str:
    code = "import sys; from genaikeys.cli import main; sys.exit(main())"
    extra = {**job, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = machine.run(sys.executable, "-c", code, "ci", "issue", "small", "night.md", extra=extra)
    assert done.code == 0, done.said
    return done.err


def test_drift_is_reported_once_and_its_issue_closed_when_it_is_gone(small: Machine) -> None:
    """Nights run on what was applied, not on what was merged since; an issue follows them."""
    applied = _as_repository(small)
    small.up(check=True)
    (small.project / "merged.md").write_text("merged since, not applied\n", encoding="utf-8")
    _git(small.project, "add", "--all")
    _git(small.project, "commit", "--quiet", "--message", "merged")
    assert small.kit("ci", "applied", "small", "--checkout", check=True).out == f"{applied}\n"
    assert _git(small.project, "rev-parse", "HEAD") == applied
    small.ask_oci(_ADD_STATEMENT)

    with running() as forge:
        job = environment("github", forge.address)

        night = small.kit("ci", "night", "small", "--output", "night.md")
        # The report has no time in it, so that of the next night is the same.
        kept = [_keep_issue(small, job), _keep_issue(small, job)]
        issues = [(each["title"], each["body"]) for each in forge.issues.values()]
        mended = small.run(
            *("sh", "toolchain/stack.sh", "apply", "small"), extra={"PYTHONPATH": str(small.project)}
        )
        quiet = small.kit("ci", "night", "small", "--output", "night.md")
        kept.append(_keep_issue(small, job))

    assert [night.code, mended.code, quiet.code] == [2, 0, 0], night.said + mended.said + quiet.said
    assert issues == [("Stack small wants somebody to look", _REPORT)]
    assert kept == ["Issue: written.\n", "Issue: unchanged.\n", "Issue: taken back.\n"]
    assert [each["state"] for each in forge.issues.values()] == ["closed"]


_BECOME = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
identity = oci.identity.IdentityClient(config)
details = oci.identity.models.UpdatePolicyDetails(statements=statements)
identity.update_policy(identity.list_policies(config['tenancy']).data[0].id, details)
print('0')
"""


def _become(machine: Machine, name: str) -> None:
    """Leave the only user of the local OCI with what an identity has; nobody can take that back."""
    lines = (CHECKOUT / "ci" / "iam" / f"{name}.txt").read_text("utf-8").splitlines()
    statements = [
        line.replace(f"dynamic-group genai-{name}", "group Administrators").replace(
            "compartment genai", "compartment genai-apps"
        )
        for line in lines
        if not line.startswith("#")
    ]
    machine.ask_oci(f"statements = {statements!r}\n{_BECOME}")


@pytest.mark.full
def test_preview_looks_with_its_statements_and_changes_nothing(small: Machine) -> None:
    """Preview, drift and the doctor, about the deployer; a value can't be read, nothing can be changed."""
    small.admin("PUT", "/switches/policy-delay", {"value": 0})
    small.keep_to_guardrails()
    small.up(check=True)
    lines = "inspect users", "inspect groups"
    assert not any(line in (CHECKOUT / "ci" / "iam" / "preview.txt").read_text("utf-8") for line in lines)
    _become(small, "preview")
    seen = small.admin("GET", "/journal?after=0&limit=1000")["requests"][-1]["id"]

    stack = ("sh", "toolchain/stack.sh", "preview", "small")
    previewed = small.run(*stack, extra={"PYTHONPATH": str(small.project)})
    drift = small.pulumi("preview", "--refresh", "--expect-no-changes")
    doctor = small.kit("doctor", "--stack", "small", "--deployer", "group deployers", "--json")
    asked = small.admin("GET", f"/journal?after={seen}&limit=1000")["requests"]

    assert [each.code for each in (previewed, drift)] == [0, 0], previewed.said + drift.said
    findings = json.loads(doctor.out)["findings"]
    assert {each["outcome"] for each in findings if each["check"] == "permissions"} == {"failed"}
    assert {each["outcome"] for each in findings if each["check"] != "permissions"} == {"ok"}
    assert {each["method"] for each in asked} == {"GET"}
    assert {each["status"] for each in asked if each["operation"]} == {200}
    for verb in ("verify", "rotate chatbot", "suspend chatbot"):
        assert small.kit(*verb.split(), "--stack", "small").code == 1


@pytest.mark.full
def test_night_runs_with_its_statements_and_grants_nothing(small: Machine) -> None:
    """A rotation, then a retirement; what would write a policy is refused, and is told."""
    small.admin("PUT", "/switches/policy-delay", {"value": 0})
    small.up(check=True)
    _become(small, "night")

    for days in (31, 8):
        small.admin("POST", "/clock", {"by": days * 86400})
        night = small.kit("ci", "night", "small", "--output", "night.md")
        assert night.code == 0, night.said
        assert (small.project / "night.md").read_text("utf-8") == ""
    file = small.project / "stacks" / "Pulumi.small.yaml"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("[openai.gpt-oss-20b]", "[openai.gpt-oss-20b, openai.gpt-oss-120b]"), "utf-8"
    )
    night = small.kit("ci", "night", "small", "--output", "night.md")
    assert night.code == 2
    assert "### What is due could not be applied" in (small.project / "night.md").read_text("utf-8")


@pytest.mark.full
def test_emergency_runs_with_its_statements(small: Machine) -> None:
    """Suspend, resume, rotate, revoke, by somebody who may neither deploy nor see a policy."""
    small.admin("PUT", "/switches/policy-delay", {"value": 0})
    small.up(check=True)
    _become(small, "emergency")

    verbs = (("suspend",), ("resume",), ("revoke", "--yes", "--wait", "0"))
    done = [small.kit(verb, "--stack", "small", *more, "--", "chatbot") for verb, *more in verbs]
    assert [each.code for each in done] == [0, 0, 0], "".join(each.said for each in done)
    assert small.up().code != 0

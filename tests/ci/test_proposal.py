"""`genaikeys ci merge` and `take`: the data of a proposal, and nothing that it could run."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from genaikeys.ci import merging, taking
from genaikeys.ci.git import has_commit
from genaikeys.cli import home, main
from genaikeys.errors import KitError
from genaikeys.forge import Proposal
from tests.access.project import Project

pytestmark = pytest.mark.slow

STACK = "stacks/Pulumi.trial.yaml"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with some code, whose remote `origin` is itself."""
    made = Project(tmp_path / "project")
    made.write("__main__.py", "print('main')\n")
    made.commit("code")
    made.git("remote", "add", "origin", str(made.root))
    made.git("checkout", "--quiet", "-b", "change")
    monkeypatch.setattr(home, "project_root", lambda: made.root)
    return made


def propose(project: Project) -> str:
    """Commit what was changed on the branch, go back to main, and return the commit's name."""
    project.commit("change")
    commit = project.git("rev-parse", "HEAD").strip()
    project.git("update-ref", "refs/pull/7/head", commit)
    project.git("checkout", "--quiet", "main")
    return commit


def test_take_brings_data_and_leaves_code(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Stacks, templates and what is remembered are as proposed; code that differs is told, and stays out."""
    project.edit(STACK, "[openai.gpt-oss-120b]", "[openai.gpt-oss-20b]")
    project.write("policies/rendered/trial.txt", "# written\n")
    project.write("__main__.py", "print('change')\n")
    project.write("policies/guardrails/PulumiPolicy.yaml", "runtime: python\n")
    project.write("README.md", "words\n")
    (project.root / "policies" / "readers.j2").unlink()
    propose(project)

    assert main(["ci", "merge", "change"]) == 0
    assert main(["ci", "take"]) == 0

    told = capsys.readouterr().err.splitlines()
    assert told[1:] == [
        f"As proposed: policies/readers.j2, policies/rendered/trial.txt, {STACK}.",
        "Code, as it was before: __main__.py, policies/guardrails/PulumiPolicy.yaml.",
    ]
    assert project.git("status", "--porcelain").splitlines() == [
        " D policies/readers.j2",
        f" M {STACK}",
        "?? policies/rendered/",
    ]


def test_merge_is_of_both_sides(project: Project) -> None:
    """What main got meanwhile is in it, though the branch lacks it; nothing is checked out."""
    project.edit(STACK, "[openai.gpt-oss-120b]", "[openai.gpt-oss-20b]")
    commit = propose(project)
    project.write("meanwhile.md", "x\n")
    project.commit("meanwhile")

    made = merging.merge(project.root, Proposal("refs/pull/7/head", commit))

    assert project.git("rev-parse", merging.MERGED).strip() == made
    assert project.git("diff", "--name-only", merging.BASE, merging.MERGED).split() == [STACK]
    assert project.git("status", "--porcelain") == ""
    assert project.git("rev-parse", "--abbrev-ref", "HEAD").strip() == "main"


def test_merge_is_of_what_the_job_was_started_for(project: Project) -> None:
    """Something else that was pushed meanwhile doesn't count, be it before or in place of it."""
    project.edit(STACK, "[openai.gpt-oss-120b]", "[openai.gpt-oss-20b]")
    first = propose(project)
    project.git("checkout", "--quiet", "change")
    project.edit(STACK, "[openai.gpt-oss-20b]", "[openai.gpt-oss-120b]")
    propose(project)
    merging.merge(project.root, Proposal("refs/pull/7/head", first))
    with pytest.raises(KitError) as caught:
        merging.merge(project.root, Proposal("refs/pull/7/head", "0" * 40))

    assert str(caught.value) == (
        f"{'0' * 40} isn't in refs/pull/7/head any more.\n"
        "Something else was pushed meanwhile.\n"
        "Look at the job of the newest commit."
    )
    assert not has_commit(project.root, merging.MERGED)


def test_merge_with_conflicts_leaves_nothing_to_look_at(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor does what an earlier merge left stay, on a runner that keeps its clone."""
    project.write("new.md", "x\n")
    propose(project)
    assert main(["ci", "merge", "change"]) == 0
    project.git("checkout", "--quiet", "change")
    project.edit(STACK, "[openai.gpt-oss-120b]", "[openai.gpt-oss-20b]")
    commit = propose(project)
    project.edit(STACK, "[openai.gpt-oss-120b]", "[xai.grok-4.3]")
    project.commit("meanwhile")
    capsys.readouterr()

    assert main(["ci", "merge", "change"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(f"{commit[:12]} can't be merged with ")
    assert "Resolve the conflicts in the pull request" in told
    assert main(["access", "diff", merging.BASE, merging.MERGED]) == 1


def test_merge_takes_the_pull_request_of_the_job(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Number and commit come from the runner's event; the token is in no argument and no setting."""
    project.write("new.md", "x\n")
    commit = propose(project)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": commit}}}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_TOKEN": "a-token",
    }.items():
        monkeypatch.setenv(name, value)

    assert main(["ci", "merge"]) == 0
    assert project.git("log", "-1", "--format=%P", merging.MERGED).split()[1] == commit
    kept = [path.read_bytes() for path in (project.root / ".git").rglob("*") if path.is_file()]
    assert not any(b"a-token" in content for content in kept)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("secretsprovider: hashivault://stolen\n", "secretsprovider"),
        ("environment: [production]\n", "environment"),
        ("encryptionsalt: v1:x\n", "encryptionsalt"),
        ("  oci-genai-keys:auth: {type: instance}\n", "config.oci-genai-keys:auth"),
        ("  pulumi:disable-default-providers: ['*']\n", "config.pulumi:disable-default-providers"),
    ],
    ids=["secrets provider", "environment", "salt", "caller", "other namespace"],
)
def test_error_when_a_stack_file_leads_elsewhere(project: Project, change: str, says: str) -> None:
    """Where the engine takes secrets from, and who calls, isn't data of a proposal; nothing is taken then."""
    text = (project.root / STACK).read_text("utf-8")
    project.write(STACK, text + change)
    project.write("policies/rendered/trial.txt", "# written\n")
    commit = propose(project)

    with pytest.raises(KitError) as caught:
        taking.take(project.root, commit)

    assert str(caught.value).splitlines()[0] == f"{STACK} changes {says}, which only a person may preview."
    assert project.git("status", "--porcelain") == ""


def test_error_when_something_would_be_lost(project: Project) -> None:
    """On a laptop: what somebody has changed, and not committed, isn't written over."""
    project.edit(STACK, "[openai.gpt-oss-120b]", "[openai.gpt-oss-20b]")
    commit = propose(project)
    project.edit(STACK, "{policyScope: key}", "{policyScope: compartment}")
    project.write("policies/rendered/trial.txt", "# mine\n")

    with pytest.raises(KitError) as caught:
        taking.take(project.root, commit)

    assert str(caught.value) == (
        f"These aren't committed, and would be written over: policies/rendered/trial.txt, {STACK}.\n"
        "Commit or stash them first."
    )
    assert "policyScope: compartment" in (project.root / STACK).read_text("utf-8")


@pytest.mark.parametrize("path", [STACK, "policies/key-chat.j2", "genaikeys/catalogue/models.yaml"])
def test_error_when_data_is_a_link(project: Project, path: str) -> None:
    """It could show a file of the runner, such as its environment."""
    (project.root / path).unlink()
    (project.root / path).symlink_to("/proc/self/environ")
    commit = propose(project)

    with pytest.raises(KitError, match=f"{path} in .* is a symbolic link; only files are read"):
        taking.take(project.root, commit)
    assert project.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    "template",
    [
        "{{ environ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{% include '/proc/self/environ' %}",
        "{{ namespace().__init__.__globals__['os'].environ }}",
    ],
)
def test_template_that_reads_the_environment_shows_nothing(
    project: Project, template: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is refused by name, in the comparison and in what is rendered."""
    monkeypatch.setenv("CANARY", "canary-of-this-runner")
    project.write("policies/key-chat.j2", f"{template}\n")
    propose(project)

    assert main(["ci", "merge", "change"]) == 0
    code = main(["access", "diff", merging.BASE, merging.MERGED, "--format", "markdown"])
    told = capfd.readouterr()
    assert code == 1
    assert "policies/key-chat.j2:1: " in told.err
    assert "canary-of-this-runner" not in told.out + told.err


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/access.yml",
        ".gitlab-ci.yml",
        "Makefile",
        "Pulumi.yaml",
        "components/policy_set.py",
        "genaikeys/iam/evaluate.py",
        "policies/guardrails/__main__.py",
        "provider/pulumi-resource-genaikeys",
        "requirements.txt",
        "toolchain/stack.sh",
    ],
)
def test_code_that_would_run_with_a_credential_is_told(
    project: Project, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever else a proposal does: its effect isn't known, so the verdict says so, with exit code 2."""
    old = project.root / path
    text = old.read_text("utf-8") if old.exists() else ""
    project.write(path, f"{text}\n# changed\n")
    propose(project)

    assert main(["ci", "merge", "change"]) == 0
    assert main(["access", "diff", merging.BASE, merging.MERGED, "--format", "markdown"]) == 2
    said = capsys.readouterr().out
    escaped = path.replace("_", "\\_")
    assert f"code that decides what is deployed differs and is not run: {escaped}" in said


def test_words_and_tests_are_no_code_of_a_deployment(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of them nothing is said."""
    for path in (
        "README.md",
        "docs/ci.md",
        "tests/ci/test_x.py",
        "genaikeys/README.md",
        ".github/CODEOWNERS",
    ):
        project.write(path, "changed\n")
    propose(project)

    assert main(["ci", "merge", "change"]) == 0
    assert main(["access", "diff", merging.BASE, merging.MERGED, "--format", "markdown"]) == 0
    assert capsys.readouterr().out == ""


def test_fetch_runs_no_hook_of_a_proposal(project: Project) -> None:
    """Nor a filter that its attributes name."""
    project.write(".gitattributes", "* filter=evil merge=evil\n")
    project.write(".githooks/post-checkout", "#!/bin/sh\ntouch ran\n")
    project.edit(STACK, "[openai.gpt-oss-120b]", "[openai.gpt-oss-20b]")
    commit = propose(project)
    merging.merge(project.root, Proposal("refs/pull/7/head", commit))
    taking.take(project.root, commit)

    assert not (project.root / "ran").exists()
    done = subprocess.run(
        ["git", "-C", str(project.root), "diff", "--stat"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_PAGER": ""},
    )
    assert STACK in done.stdout

"""What docs/access.md prints is what the commands print, and its job for pull requests works."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from genaikeys.access.markdown import MARKER
from genaikeys.cli import home, main
from tests.access.project import STACK, Project
from tests.local import CHECKOUT

PAGE = (CHECKOUT / "docs" / "access.md").read_text(encoding="utf-8")
STACKS_FILE = "stacks/Pulumi.trial.yaml"


def blocks(language: str) -> list[str]:
    """The page's blocks of one language, in order."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project that the page speaks of, in place of the checkout."""
    made = Project(tmp_path / "project")
    monkeypatch.setattr(home, "project_root", lambda: made.root)
    monkeypatch.chdir(made.root)
    return made


def add_model(project: Project) -> None:
    """Make the change that the page speaks of."""
    project.edit(STACKS_FILE, "models: [openai.gpt-oss-120b]", "models: [openai.gpt-oss-120b, xai.grok-4.3]")


def test_examples_print_what_the_page_says(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command of the examples, in order, with all that it prints."""
    assert blocks("yaml")[0] == STACK
    examples = blocks("console")
    assert len(examples) == 3
    for example in examples:
        first, _, printed = example.partition("\n")
        program, *words = shlex.split(first.removeprefix("$ "))
        assert program == "genaikeys"
        if words[:2] == ["access", "diff"]:
            add_model(project)
        main(words)
        assert capsys.readouterr().out == printed


def steps() -> list[dict[str, Any]]:
    """The steps of the page's job."""
    (job,) = [each for each in blocks("yaml") if each.startswith("name: access")]
    found: list[dict[str, Any]] = yaml.safe_load(job)["jobs"]["diff"]["steps"]
    return found


def run(step: dict[str, Any], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a step as the runner does."""
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("widens", [True, False], ids=["broadens", "none"])
def test_job_compares_what_would_be_merged(project: Project, tmp_path: Path, *, widens: bool) -> None:
    """In a clone of the base: the comment of a merge commit, or none, and the exit code for the last step."""
    project.git("checkout", "--quiet", "-b", "change")
    if widens:
        add_model(project)
    else:
        project.write("README.md", "more\n")
    project.commit("change")
    project.git("checkout", "--quiet", "main")
    project.write("other.md", "meanwhile\n")
    project.commit("meanwhile")
    project.git("update-ref", "refs/pull/7/merge", "HEAD")
    project.git("checkout", "--quiet", "--detach")
    project.git("merge", "--quiet", "--no-ff", "--message", "merged", "change")
    project.git("update-ref", "refs/pull/7/merge", "HEAD")
    clone = tmp_path / "clone"
    project.git("clone", "--quiet", "--branch", "main", str(project.root), str(clone))
    # The runner makes the environment with `make venv`; here it is that of the tests, and sees the clone.
    (clone / ".venv" / "bin").mkdir(parents=True)
    command = clone / ".venv" / "bin" / "genaikeys"
    command.write_text(
        f"#!{CHECKOUT / '.venv' / 'bin' / 'python'}\n"
        "import pathlib, sys\n"
        "from genaikeys.cli import home, main\n"
        "home.project_root = pathlib.Path.cwd\n"
        "sys.exit(main(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    command.chmod(0o755)
    fetch, diff = (step for step in steps() if step.get("run", "").startswith(("git fetch", "code=")))
    fetch = {"run": fetch["run"].removesuffix(" && make venv")}
    summary, outputs = tmp_path / "summary", tmp_path / "outputs"
    assert run(fetch, clone, NUMBER="7").returncode == 0
    done = run(diff, clone, GITHUB_STEP_SUMMARY=str(summary), GITHUB_OUTPUT=str(outputs))

    assert done.returncode == 0, done.stderr
    comment = (clone / "comment.md").read_text("utf-8")
    assert summary.read_text("utf-8") == comment
    assert outputs.read_text("utf-8") == ("code=2\n" if widens else "code=0\n")
    assert comment.startswith(MARKER) if widens else comment == ""


@pytest.mark.parametrize(
    ("mine", "comment", "calls"),
    [
        ("", "", []),
        ("", "text", ["repos/o/r/issues/7/comments -F body=@comment.md"]),
        ("41", "text", ["-X PATCH repos/o/r/issues/comments/41 -F body=@comment.md"]),
        ("41", "", ["-X DELETE repos/o/r/issues/comments/41"]),
    ],
    ids=["silent", "first", "update", "taken back"],
)
def test_job_keeps_one_comment(mine: str, comment: str, calls: list[str], tmp_path: Path) -> None:
    """It looks for its own by the marker, then writes, updates or removes it."""
    (step,) = [each for each in steps() if "gh api" in each.get("run", "")]
    (tmp_path / "comment.md").write_text(comment, encoding="utf-8")
    # Only GitHub has the real one: this stands for a `gh` that is signed in, and notes what it is asked.
    stub = tmp_path / "gh"
    stub.write_text(
        f'#!/bin/sh\nshift\ncase "$1" in --paginate) echo "$*" > asked; printf %s "{mine}";;'
        ' *) echo "$*" >> calls;; esac\n',
        encoding="utf-8",
    )
    stub.chmod(0o755)
    done = run(
        step, tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}", NUMBER="7", COMMENTS="repos/o/r/issues"
    )
    found = tmp_path / "calls"

    assert done.returncode == 0, done.stderr
    assert (found.read_text("utf-8").splitlines() if found.exists() else []) == calls
    assert f'startswith("{MARKER}")' in (tmp_path / "asked").read_text("utf-8")

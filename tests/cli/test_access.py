"""`genaikeys access show | diff`, on a small project with a history."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from genaikeys.cli import home, main
from tests.access.project import STACK, STATEMENT, Project

pytestmark = pytest.mark.slow

GPT = "'openai.gpt-oss-120b'"
GROK = "'openai.gpt-oss-120b', 'xai.grok-4.3'"
GRANTS = "policy genai-apps-us-chicago-1-access grants it: "
TRIAL = "stacks/Pulumi.trial.yaml"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A committed project, in place of the checkout."""
    made = Project(tmp_path / "project")
    monkeypatch.setattr(home, "project_root", lambda: made.root)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def grok(project: Project) -> Project:
    """The project, its working tree with one more model."""
    project.edit(TRIAL, "models: [openai.gpt-oss-120b]", "models: [openai.gpt-oss-120b, xai.grok-4.3]")
    return project


def test_diff_of_an_unchanged_tree_is_silent(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The terminal says so in a line, the comment is empty, and the exit code is 0."""
    assert main(["access", "diff"]) == 0
    assert capsys.readouterr().out == "Stack trial: no change in access (HEAD -> the working tree)\n"
    assert main(["access", "diff", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == ""


def test_diff_shows_the_change_and_its_statements(grok: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Before and after, with the line of the stack's file; broader is exit code 2."""
    assert main(["access", "diff"]) == 2
    before, after = STATEMENT.format(GPT), STATEMENT.format(GROK)
    assert capsys.readouterr().out == (
        "Stack trial: BROADENS access (HEAD -> the working tree)\n"
        "  1 call is newly allowed\n"
        "\n"
        "  bot: xai.grok-4.3\n"
        "    chat in us-chicago-1: no -> yes\n"
        "    before target.model.id is 'xai.grok-4.3', not 'openai.gpt-oss-120b';"
        f" the closest statement, in policy genai-apps-us-chicago-1-access: {before}\n"
        f"    after  {after}\n"
        f"           {TRIAL}:9\n"
    )


def test_diff_the_other_way_narrows(grok: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Between two commits; narrower is exit code 0."""
    grok.commit("more")
    assert main(["access", "diff", "HEAD", "HEAD~1", "--stack", "trial"]) == 0
    assert capsys.readouterr().out.startswith(
        "Stack trial: narrows access (HEAD -> HEAD~1)\n  1 call is no longer allowed\n"
    )


def test_diff_takes_folders(grok: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of them, in no repository."""
    other = tmp_path / "other"
    shutil.copytree(grok.root, other, ignore=shutil.ignore_patterns(".git"))
    grok.git("checkout", "--quiet", "--", ".")
    assert main(["access", "diff", str(grok.root), str(other)]) == 2
    assert capsys.readouterr().out.startswith(f"Stack trial: BROADENS access ({grok.root} -> {other})\n")


def test_diff_as_json(grok: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything, for a machine."""
    assert main(["access", "diff", "--format", "json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "verdict": "broadens",
        "stacks": [
            {
                "stack": "trial",
                "before": "HEAD",
                "after": "the working tree",
                "verdict": "broadens",
                "reasons": ["1 call is newly allowed"],
                "cells": [
                    {
                        "principal": "bot",
                        "region": "us-chicago-1",
                        "model": "xai.grok-4.3",
                        "api": "chat",
                        "offered": "yes",
                        "before": {
                            "answer": "no",
                            "statement": None,
                            "policy": None,
                            "file": None,
                            "line": None,
                            "reason": answer["stacks"][0]["cells"][0]["before"]["reason"],
                        },
                        "after": {
                            "answer": "yes",
                            "statement": STATEMENT.format(GROK),
                            "policy": "genai-apps-us-chicago-1-access",
                            "file": TRIAL,
                            "line": 9,
                            "reason": GRANTS + STATEMENT.format(GROK),
                        },
                    }
                ],
                "readers": [],
                "others": [],
            }
        ],
    }


def test_diff_as_a_comment(grok: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """With the marker by which it is found again, the verdict first, the details folded."""
    assert main(["access", "diff", "--format", "markdown"]) == 2
    lines = capsys.readouterr().out.splitlines()
    after = STATEMENT.format(GROK).replace("<", "&lt;").replace(">", "&gt;")
    assert lines[:9] == [
        "<!-- genaikeys access diff -->",
        "### ⚠️ This change BROADENS access",
        "",
        "| Stack | Verdict | Why |",
        "| --- | --- | --- |",
        "| trial | ⚠️ broadens | 1 call is newly allowed |",
        "",
        "<details><summary>Stack trial: 1 changes, HEAD → the working tree</summary>",
        "",
    ]
    assert lines[9:11] == [
        "| Who | Models | API | Regions | Change | Before | After |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    assert lines[11].startswith("| bot | xai.grok-4.3 | chat | us-chicago-1 | no -> yes | ")
    assert lines[11].endswith(f" | <code>{after}</code><br>{TRIAL}:9 |")
    assert lines[12:] == ["", "</details>"]


def test_changed_template_is_pointed_at(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is the template's where that changed, and a dropped condition lets anyone in."""
    project.edit("policies/key-chat.j2", "request.principal.type='generativeaiapikey', ", "")
    project.edit("policies/key-chat.j2", "request.principal.id='{{ api_key_id }}', ", "")
    assert main(["access", "diff", "--format", "json"]) == 2
    (stack,) = json.loads(capsys.readouterr().out)["stacks"]
    assert {(cell["principal"], cell["after"]["file"], cell["after"]["line"]) for cell in stack["cells"]} == {
        ("any other key in genai-apps", "policies/key-chat.j2", 2),
        ("anyone else in genai-apps", "policies/key-chat.j2", 2),
    }


def test_changed_set_is_seen(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The catalogue is taken from each revision: a set with one more model gives more access."""
    project.edit(TRIAL, "models: [openai.gpt-oss-120b]", "models: gpt-oss")
    project.commit("a set")
    assert main(["access", "diff"]) == 0
    project.edit("genaikeys/catalogue/sets.yaml", "openai.gpt-oss-20b", "openai.gpt-oss-20b, xai.grok-4.3")
    assert main(["access", "diff"]) == 2
    assert "  bot: xai.grok-4.3\n" in capsys.readouterr().out


def test_changed_reader_is_shown(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Who may read the secret may call with it."""
    project.edit(TRIAL, "[dynamic-group app]", "[dynamic-group app, group devs]")
    assert main(["access", "diff"]) == 2
    assert capsys.readouterr().out == (
        "Stack trial: BROADENS access (HEAD -> the working tree)\n"
        "  1 reading of a secret is newly allowed\n"
        "\n"
        "  group devs: reads the secret of bot in us-chicago-1\n"
        "    no -> yes\n"
        "    before use generative-ai-chat does not include SECRET_BUNDLE_READ:"
        " that takes read secret-bundles;"
        f" the closest statement, in policy genai-apps-us-chicago-1-access: {STATEMENT.format(GPT)}\n"
        "    after  allow group devs to read secret-bundles in compartment genai-apps"
        " where target.secret.id='<secret bot in us-chicago-1>'\n"
        f"           {TRIAL}:9\n"
    )


def test_new_stack_broadens_and_a_stack_that_is_gone_narrows(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the other side there is nothing."""
    project.write("stacks/Pulumi.more.yaml", STACK)
    assert main(["access", "diff", "--stack", "more"]) == 2
    assert "    chat in us-chicago-1: - -> yes\n    before there is no such key\n" in capsys.readouterr().out
    project.commit("more")
    (project.root / "stacks/Pulumi.more.yaml").unlink()
    assert main(["access", "diff", "--stack", "more"]) == 0
    assert "Stack more: narrows access" in capsys.readouterr().out


def test_changed_code_is_doubted(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """It isn't run, so what it deploys isn't known."""
    project.write("components/extra.py", "raise SystemExit('never run')")
    assert main(["access", "diff"]) == 2
    assert capsys.readouterr().out == (
        "Stack trial: changes access in a way that can't be known (HEAD -> the working tree)\n"
        "  code that decides what is deployed differs and is not run: components/extra.py\n"
    )


def test_nothing_of_a_revision_is_run(project: Project, tmp_path: Path) -> None:
    """No code, hook, filter or text conversion of the repository, whatever it asks for."""
    trap = tmp_path / "sprung"
    project.write("genaikeys/settings/__init__.py", f"open({str(trap)!r}, 'w')")
    project.write("policies/.gitattributes", "*.j2 filter=trap diff=trap\n")
    project.write("stacks/.gitattributes", "* filter=trap diff=trap\n")
    for name in ("post-checkout", "post-index-change", "fsmonitor-watchman"):
        hook = project.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
        hook.chmod(0o755)
    project.commit("trap")
    for key in ("filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv", "core.fsmonitor"):
        project.git("config", key, f"touch {trap}; cat")
    trap.unlink(missing_ok=True)
    assert main(["access", "diff", "HEAD~1", "HEAD"]) == 2
    assert not trap.exists()


def test_further_statements_add_up(grok: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What another policy grants already is no change; a denial takes it away on both sides."""
    further = tmp_path / "tenancy.txt"
    grant = "allow any-user to use generative-ai-chat in compartment genai-apps"
    further.write_text(f"# of the platform team\n\npolicy wide in tenancy\n  {grant}\n")
    assert main(["access", "diff", "--with", str(further)]) == 0
    assert capsys.readouterr().out == "Stack trial: no change in access (HEAD -> the working tree)\n"
    further.write_text("deny any-user to use generative-ai-chat in tenancy\n")
    assert main(["access", "diff", "--with", str(further), "--format", "json"]) == 2
    (stack,) = json.loads(capsys.readouterr().out)["stacks"]
    assert stack["cells"] == []


def test_show_says_who_can_call_what(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Calls and readings with their statements; the rest is counted."""
    assert main(["access", "show"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(
        "Stack trial\n"
        "\n"
        "  bot: openai.gpt-oss-120b\n"
        "    chat in us-chicago-1: yes\n"
        f"    {STATEMENT.format(GPT)}\n"
        "\n"
        "  dynamic-group app: reads the secret of bot in us-chicago-1: yes\n"
        "    allow dynamic-group app to read secret-bundles in compartment genai-apps"
        " where target.secret.id='<secret bot in us-chicago-1>'\n"
        "\n"
    )
    assert shown.endswith(" other calls are refused.\n")


def test_show_says_why_a_granted_call_is_unknown(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where only the catalogue leaves it open, its reason stands below the statement."""
    project.edit(TRIAL, "models: [openai.gpt-oss-120b]", "models: [xai.grok-4.3]")
    project.edit(TRIAL, "apis: [chat]", "apis: [responses]")
    assert main(["access", "show"]) == 0
    shown = capsys.readouterr().out.splitlines()
    at = shown.index("    responses in us-chicago-1: unknown")
    assert shown[at - 1] == "  bot: xai.grok-4.3"
    assert shown[at + 1].startswith(
        "    allow any-user to manage generative-ai-response in compartment genai-apps"
    )
    assert shown[at + 2] == "    not known for certain whether xai.grok-4.3 answers on Responses"


def test_show_as_json(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Each cell says what the policies and what the catalogue say."""
    assert main(["access", "show", "HEAD", "--format", "json"]) == 0
    (stack,) = json.loads(capsys.readouterr().out)["stacks"]
    cells = {(cell["principal"], cell["model"], cell["api"]): cell for cell in stack["cells"]}
    cell = cells["bot", "openai.gpt-oss-120b", "chat"]
    assert (cell["answer"], cell["granted"]["answer"], cell["offered"], cell["why"]) == (
        "yes",
        "yes",
        "yes",
        "",
    )
    llama = cells["bot", "meta.llama-3.3-70b-instruct", "responses"]
    assert (llama["answer"], llama["granted"]["answer"], llama["offered"]) == ("no", "no", "no")
    assert llama["why"] == "meta.llama-3.3-70b-instruct doesn't answer on Responses"


def test_diff_as_a_page(grok: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """One file for a browser, with the change and the matrix."""
    assert main(["access", "diff", "--format", "html"]) == 2
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert "broadens" in page
    assert "xai.grok-4.3" in page
    assert "<script" not in page


def test_show_as_a_page(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The matrix alone."""
    assert main(["access", "show", "--format", "html"]) == 0
    assert "openai.gpt-oss-120b" in capsys.readouterr().out


def test_diff_for_code_scanning(grok: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """The changed statement, at its line."""
    assert main(["access", "diff", "--format", "sarif"]) == 2
    log = json.loads(capsys.readouterr().out)
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert log["version"] == "2.1.0"
    assert result["level"] == "error"
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (TRIAL, 9)


@pytest.mark.parametrize("form", ["markdown", "sarif"])
def test_error_when_show_has_no_such_format(
    project: Project, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """A comment and code scanning are about changes."""
    assert main(["access", "show", "--format", form]) == 1
    assert capsys.readouterr().err == (
        f"There is no format {form} of show.\nIt has terminal, json and html.\n"
    )


def test_output_is_written_whole(grok: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into the file, nothing on standard output, nothing left beside it."""
    target = tmp_path / "out" / "comment.md"
    target.parent.mkdir()
    assert main(["access", "diff", "--format", "markdown", "--output", str(target)]) == 2
    assert target.read_text("utf-8").startswith("<!-- genaikeys access diff -->\n")
    assert capsys.readouterr().out == ""
    assert [path.name for path in target.parent.iterdir()] == ["comment.md"]


LONG = "allow any-user to use keys in tenancy where a.b='{}'\n".format("x" * 20_000)
MANY = "".join(f"allow any-user to use keys in tenancy where a.b='{i}'\n" for i in range(51))
FULL = "".join(
    f"policy p{i} in tenancy\n"
    + "".join(f"  allow any-user to use keys in tenancy where a.b='{i}.{j}'\n" for j in range(50))
    for i in range(10)
)
WRONG = {
    "unreadable": ("allow any-user to use\n", "{file}:1: no statement: expected a resource type,"),
    "contradictory": (
        "\nallow any-user to use keys in tenancy where ALL { a.b='c', a.b='d' }\n",
        (
            "{file}:2: the condition can never hold:"
            " allow any-user to use keys in tenancy where ALL {{ a.b='c', a.b='d' }}\n"
            "Correct it and run again.\n"
        ),
    ),
    "unknown type": (
        "allow any-user to use generative-ai-famly in tenancy\n",
        (
            "{file}:1: there is no resource type generative-ai-famly; the nearest is generative-ai-family:"
            " allow any-user to use generative-ai-famly in tenancy\nCorrect it and run again.\n"
        ),
    ),
    "too long": (LONG, "{file}:1: a statement of 20050 characters; at most 20000 are taken.\n"),
    "too many in a policy": (MANY, "{file}:51: policy further has more than 50 statements.\n"),
    "too many on a path": (
        FULL,
        "{file}:509: more than 500 statements stand on the path down to compartment genai-apps.\n",
    ),
    "unknown compartment": (
        "policy p in compartment elsewhere\n  allow any-user to use keys in tenancy\n",
        "{file}:1: the stack knows no compartment elsewhere.\nIt knows genai-apps.\n",
    ),
    "not utf-8": (b"# ok\n\xff\n", "{file}:2 is not UTF-8: invalid start byte.\n"),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG.keys())
def test_error_when_a_further_statement_is_wrong(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, message: str
) -> None:
    """File and line are named, exit code 1, and nothing is written."""
    further, target = tmp_path / "further.txt", tmp_path / "out.md"
    further.write_bytes(content if isinstance(content, bytes) else content.encode())
    command = ["access", "diff", "--with", str(further), "--output", str(target), "--format", "markdown"]
    assert main(command) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith(message.format(file=further))
    assert "Traceback" not in shown.err
    assert (shown.out, target.exists()) == ("", False)


def test_error_when_a_template_is_broken(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """On either side."""
    project.write("policies/key-chat.j2", "{#- why -#}\nallow any-user {{ compartment\n")
    assert main(["access", "diff"]) == 1
    assert capsys.readouterr().err == (
        "policies/key-chat.j2:2: unexpected end of template, expected 'end of print statement'.\n"
        "Correct the template.\n"
    )
    project.write("policies/key-chat.j2", "\nallow any-user to use generative-ai-chat\n")
    project.commit("broken")
    assert main(["access", "diff", "HEAD", "HEAD~1"]) == 1
    assert capsys.readouterr().err == (
        "policies/key-chat.j2:2: makes no statement.\n"
        "expected in\n"
        "  allow any-user to use generative-ai-chat\n"
        "                                          ^\n"
        "Correct the template.\n"
    )


def test_error_when_there_is_no_such_revision(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor a folder of that name."""
    assert main(["access", "diff", "nonsense"]) == 1
    assert capsys.readouterr().err == (
        "There is no revision or folder nonsense.\n"
        "Name a branch, tag or commit that this clone has, or a folder that holds the project.\n"
    )


def test_error_when_the_clone_is_shallow(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a pipeline's checkout is; the message says what to do."""
    project.write("note.txt", "x")
    project.commit("second")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", f"file://{project.root}", str(clone)],
        check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        timeout=60,
    )
    monkeypatch.setattr(home, "project_root", lambda: clone)
    assert main(["access", "diff", "HEAD~1"]) == 1
    assert capsys.readouterr().err == (
        "There is no revision or folder HEAD~1.\n"
        "This clone is shallow: run git fetch --unshallow, or check out with the whole history.\n"
        "Name a branch, tag or commit that this clone has, or a folder that holds the project.\n"
    )


def test_error_when_a_name_is_a_folder_and_a_revision(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Say which."""
    project.git("branch", "stacks")
    sha = project.git("rev-parse", "HEAD").strip()
    assert main(["access", "diff", "stacks"]) == 1
    assert capsys.readouterr().err == (
        "stacks is a folder and a revision of git.\n"
        f"Say ./stacks for the folder, or {sha[:12]} for the revision.\n"
    )


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        (
            TRIAL,
            b"config:\n  a: \xff\n",
            f"{TRIAL}:2 in the working tree is not UTF-8: invalid start byte.\n",
        ),
        (
            "policies/key-chat.j2",
            b"\n\n\xff",
            "policies/key-chat.j2:3 in the working tree is not UTF-8: invalid start byte.\n",
        ),
        (
            TRIAL,
            b"config: [",
            f"{TRIAL} in the working tree, line 2, column 1: did not find expected node content.\n",
        ),
        (
            "genaikeys/catalogue/sets.yaml",
            b"models: 7\n",
            "The catalogue in the working tree can't be read: a table lacks what it must have:",
        ),
    ],
)
def test_error_when_a_file_can_not_be_read(
    project: Project, capsys: pytest.CaptureFixture[str], path: str, content: bytes, message: str
) -> None:
    """The file and the revision are named."""
    project.write(path, content)
    assert main(["access", "diff"]) == 1
    assert capsys.readouterr().err.startswith(message)


def test_error_when_a_file_is_a_link(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """A revision's files are its own."""
    (project.root / TRIAL).unlink()
    (project.root / TRIAL).symlink_to("/etc/hostname")
    assert main(["access", "diff"]) == 1
    assert capsys.readouterr().err == f"{project.root / TRIAL} is a symbolic link; only files are read.\n"
    project.commit("link")
    assert main(["access", "diff", "HEAD"]) == 1
    assert capsys.readouterr().err == f"{TRIAL} in HEAD is a symbolic link; only files are read.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--stack", "nope"],
            "There is no stack 'nope' in HEAD or the working tree.\nKnown stacks: trial.\n",
        ),
        (["policies"], "policies doesn't hold the project: policies/Pulumi.yaml is missing.\n"),
        (["--with", "nope.txt"], "nope.txt can't be read: No such file or directory.\n"),
        (["--output", "nope/out"], "nope/out can't be written: No such file or directory.\n"),
    ],
)
def test_error_when_what_is_named_is_not_there(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """The message says what there is."""
    assert main(["access", "diff", *arguments]) == 1
    assert capsys.readouterr().err.startswith(message)

"""The workflows as data: what runs in them, with which rights, on whose word."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
import yaml

from genaikeys.cli import _app
from tests.local import CHECKOUT

FOLDER = CHECKOUT / ".github" / "workflows"
OURS = ("access", "preview", "apply", "nightly", "emergency")
FOREIGN_CODE = ("access", "preview")
"""Workflows that are about a pull request."""
PERMISSIONS = {
    ("access", "access"): {"contents": "read", "pull-requests": "write"},
    ("preview", "preview"): {"contents": "read"},
    ("apply", "dev"): {"contents": "read"},
    ("apply", "preview-prod"): {"contents": "read"},
    ("apply", "prod"): {"contents": "read"},
    ("nightly", "dev"): {"contents": "read", "issues": "write"},
    ("nightly", "prod"): {"contents": "read", "issues": "write"},
    ("emergency", "emergency"): {"contents": "read"},
}
ENVIRONMENTS = {
    ("access", "access"): None,
    ("preview", "preview"): "preview",
    ("apply", "dev"): "dev",
    ("apply", "preview-prod"): "preview",
    ("apply", "prod"): "prod",
    ("nightly", "dev"): "night-dev",
    ("nightly", "prod"): "night-prod",
    ("emergency", "emergency"): "emergency",
}
ONLY_ONE = {
    ("apply", "dev"): "stack-dev",
    ("apply", "prod"): "stack-prod",
    ("nightly", "dev"): "stack-dev",
    ("nightly", "prod"): "stack-prod",
}
"""What changes a stack's state, one at a time."""
_GIT = (
    'git fetch --quiet origin "+refs/heads/$CI_MERGE_REQUEST_TARGET_BRANCH_NAME:refs/genaikeys/target"',
    "git checkout --quiet --detach refs/genaikeys/target",
    'git fetch --quiet origin "+refs/heads/${BRANCH}:refs/genaikeys/head"',
)
"""How the data comes, where a runner starts from somewhere else than the main branch."""
Job = dict[str, Any]


def workflow(name: str) -> dict[str, Any]:
    """A workflow of GitHub; YAML 1.1 reads the word `on` as true."""
    found: dict[Any, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    return {("on" if key is True else key): value for key, value in found.items()}


def jobs() -> Iterator[tuple[tuple[str, str], Job]]:
    """Every job of ours on GitHub."""
    for name in OURS:
        for job, what in workflow(name)["jobs"].items():
            yield (name, job), what


def gitlab() -> dict[str, Job]:
    """The jobs of GitLab, those that others extend included."""
    found = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text("utf-8"))
    return {name: job for name, job in found.items() if isinstance(job, dict) and _lines(job)}


def _lines(job: Job) -> list[str]:
    return [line for part in ("before_script", "script", "after_script") for line in job.get(part, ())]


def oci() -> dict[str, list[str]]:
    """The commands of each build specification of OCI DevOps."""
    return {
        path.stem: [
            each["command"]
            for step in yaml.safe_load(path.read_text("utf-8"))["steps"]
            for each in (step, *step.get("onFailure", ()))
        ]
        for path in sorted((CHECKOUT / "ci" / "oci-devops").glob("*.yaml"))
    }


COMMANDS = [
    *(step["run"] for _, job in jobs() for step in job["steps"] if "run" in step),
    *(line for job in gitlab().values() for line in _lines(job)),
    *(line for lines in oci().values() for line in lines),
]


def test_every_workflow_is_looked_at() -> None:
    """Besides the tests' own there is none that these tests don't know."""
    assert {path.stem for path in FOLDER.glob("*.yml")} == {*OURS, "test"}
    assert set(oci()) == {"apply", "night", "preview", "review"}


JOBS = pytest.mark.parametrize(
    ("place", "job"), [pytest.param(place, job, id="-".join(place)) for place, job in jobs()]
)


@pytest.mark.parametrize("command", list(dict.fromkeys(COMMANDS)))
def test_step_is_a_make_target_or_a_verb(command: str) -> None:
    """One command, which runs the same on a laptop; the target or verb is there."""
    if command in _GIT:
        return
    assert "\n" not in command.strip()
    assert not set(";&|`") & set(command.strip())
    assert "$(" not in command
    program, *words = command.split()
    if program == "make":
        makefile = (CHECKOUT / "Makefile").read_text("utf-8")
        assert re.search(rf"^{words[0]}:", makefile, re.MULTILINE)
        return
    assert program == ".venv/bin/genaikeys"
    verbs: Any = typer.main.get_command(_app)
    if words[0] == '"$VERB"':
        offered = workflow("emergency")["on"]["workflow_dispatch"]["inputs"]["verb"]["options"]
        assert set(offered) <= set(verbs.commands)
        return
    while words and words[0] in getattr(verbs, "commands", {}):
        verbs = verbs.commands[words.pop(0)]
    assert not hasattr(verbs, "commands"), f"{command} names no verb"
    known = {option for parameter in verbs.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", [*OURS, "test"])
def test_action_is_pinned_by_its_hash(name: str) -> None:
    """And is one of two, from GitHub itself, as the tests' own workflow has them."""
    text = (FOLDER / f"{name}.yml").read_text("utf-8")
    known = set(re.findall(r"uses: (\S+)", (FOLDER / "test.yml").read_text("utf-8")))
    used = re.findall(r"uses: (\S+)", text)

    assert used
    assert set(used) <= known
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)


@JOBS
def test_job_has_the_rights_that_it_needs(place: tuple[str, str], job: Job) -> None:
    """A workflow has none; each job has its own; the checkout leaves no token behind."""
    assert workflow(place[0])["permissions"] == {}
    assert job["permissions"] == PERMISSIONS[place]
    assert job.get("environment") == ENVIRONMENTS[place]
    assert all(
        step["with"]["persist-credentials"] is False
        for step in job["steps"]
        if str(step.get("uses", "")).startswith("actions/checkout@")
    )


@JOBS
def test_job_is_off_until_it_is_switched_on(place: tuple[str, str], job: Job) -> None:
    """Nothing runs in a copy of the kit whose owner didn't say so; nothing runs for ever."""
    assert re.match(r"vars\.GENAIKEYS_CI == 'on'( && |$)", job["if"])
    assert 0 < job["timeout-minutes"] <= 60


@JOBS
def test_step_is_handed_what_it_needs_and_no_more(place: tuple[str, str], job: Job) -> None:
    """Secrets come in the environment of single steps, of jobs with an environment; no command has one."""
    assert not re.search(r"secrets\.|github\.token", str({**job, "steps": []}))
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")
        if "secrets." in str(step):
            assert job.get("environment")
            assert step["run"] in {
                '.venv/bin/genaikeys ci profile "$STACK"',
                '.venv/bin/genaikeys ci applied "$STACK" --checkout',
                'make preview STACK="$STACK"',
                'make apply STACK="$STACK"',
                'make night STACK="$STACK"',
            }
        if "github.token" in str(step):
            assert re.match(r"\.venv/bin/genaikeys ci (merge|comment|issue)\b", step["run"])
            assert "secrets." not in str(step)


@pytest.mark.parametrize("name", FOREIGN_CODE)
def test_pull_request_is_reviewed_by_the_main_branch(name: str) -> None:
    """Workflow and checkout are the default branch's, whatever is proposed; a fork gets no secret."""
    found = workflow(name)
    (job,) = found["jobs"].values()

    assert list(found["on"]) == ["pull_request_target"]
    assert found["on"]["pull_request_target"]["branches"] == ["main"]
    assert found["concurrency"] == {
        "group": f"{name}-${{{{ github.event.pull_request.number }}}}",
        "cancel-in-progress": True,
    }
    checkout = job["steps"][0]
    assert set(checkout["with"]) == {"fetch-depth", "persist-credentials"}
    text = (FOLDER / f"{name}.yml").read_text("utf-8")
    assert "head.sha" not in text
    assert "head_ref" not in text
    if "secrets." in text:
        assert job["if"].endswith(" && github.event.pull_request.head.repo.full_name == github.repository")


def test_no_other_workflow_starts_on_a_pull_request() -> None:
    """Merging, the clock or a person starts them."""
    assert {name: sorted(workflow(name)["on"]) for name in OURS if name not in FOREIGN_CODE} == {
        "apply": ["push"],
        "nightly": ["schedule", "workflow_dispatch"],
        "emergency": ["workflow_dispatch"],
    }
    assert workflow("apply")["on"]["push"] == {"branches": ["main"]}


def test_stack_is_changed_by_one_run_at_a_time() -> None:
    """Merge and night wait for each other; an emergency waits for another one of its stack only."""
    found = {place: job["concurrency"] for place, job in jobs() if place in ONLY_ONE}
    both = gitlab()

    assert found == {
        place: {"group": group, "cancel-in-progress": False} for place, group in ONLY_ONE.items()
    }
    assert workflow("emergency")["concurrency"] == {
        "group": "emergency-${{ inputs.stack }}",
        "cancel-in-progress": False,
    }
    assert {name: both[name]["resource_group"] for name in ("dev", "prod", "nightly", "emergency")} == {
        "dev": "stack-dev",
        "prod": "stack-prod",
        "nightly": "stack-$STACK",
        "emergency": "emergency-$STACK",
    }


def test_production_comes_after_development() -> None:
    """And after a preview of its own, which whoever approves can read."""
    needs = {name: job.get("needs") for name, job in workflow("apply")["jobs"].items()}
    stages = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text("utf-8"))["stages"]

    assert needs == {"dev": None, "preview-prod": "dev", "prod": "preview-prod"}
    assert stages[1:4] == ["dev", "preview-prod", "prod"]
    assert [rule["when"] for rule in gitlab()["prod"]["rules"]] == ["manual"]


def test_gitlab_runs_nothing_before_it_is_switched_on() -> None:
    """And reviews by the target branch, for forks without credentials."""
    found = yaml.safe_load((CHECKOUT / ".gitlab-ci.yml").read_text("utf-8"))

    assert found["workflow"]["rules"] == [{"if": '$GENAIKEYS_CI == "on"'}]
    assert tuple(found[".review"]["before_script"][:2]) == _GIT[:2]
    (rule,) = found["preview"]["rules"]
    assert rule["if"].endswith(" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID")
    assert not found["access"].get("environment")

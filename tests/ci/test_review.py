"""The job for pull requests, run by act and gitlab-ci-local: comment, exit codes, silence as they must be."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from genaikeys.access.markdown import MARKER
from tests.ci import runners
from tests.ci.repository import PROD, Repository
from tests.ci.warm import warm
from tests.forge.standin import ACCOUNTS, TOKEN, StandIn, environment, running
from tests.local import CHECKOUT

pytestmark = pytest.mark.slow

NUMBER = 7
CANARY = "canary-of-this-runner-7f3a"
"""Stands for whatever a runner's environment holds."""


def narrows(repository: Repository) -> None:
    """One model less."""
    repository.edit(PROD, ("models: gpt-oss #", "models: [openai.gpt-oss-20b] #"))
    repository.render()


def broadens(repository: Repository) -> None:
    """One model more, for production."""
    repository.edit(PROD, ("models: gpt-oss #", "models: [gpt-oss, meta.llama-3.3-70b-instruct] #"))
    repository.render()


def refactors(repository: Repository) -> None:
    """The same, said otherwise: a list for a set, keys in another order, another spelling of a statement."""
    repository.edit(
        PROD,
        ("models: gpt-oss #", "models: [openai.gpt-oss-20b, openai.gpt-oss-120b] #"),
        ("regions: [us-chicago-1, eu-frankfurt-1]", "regions: [eu-frankfurt-1, us-chicago-1]"),
    )
    repository.edit("policies/readers.j2", ("allow {{", "Allow   {{"), (" where ", " WHERE "))
    repository.render()


def hides(repository: Repository) -> None:
    """Broadens, and changes all that might tell: evaluator, workflow, Makefile, plugin, a policy in code."""
    broadens(repository)
    nothing = "def compare(*_: object) -> None:\n    raise SystemExit(0)\n"
    (repository.work / "genaikeys/access/compare.py").write_text(nothing, encoding="utf-8")
    repository.edit("genaikeys/forge/marked.py", ("        write(text)", "        write('all is well')"))
    repository.edit("Makefile", ("venv: ##", "venv:\n\t@env\n\nvenv2: ##"))
    repository.edit(".github/workflows/access.yml", ("- run: make venv", "- run: env"))
    repository.edit(".gitlab-ci.yml", ("    - make venv", "    - env"))
    repository.edit("Pulumi.yaml", ("path: ./provider", "path: ./stacks"))
    repository.edit("components/policy_set.py", ("import ", "import os  # and a policy of its own\nimport "))
    (repository.work / ".venv" / "bin").mkdir(parents=True)
    (repository.work / ".venv" / "bin" / "genaikeys").write_text("#!/bin/sh\nenv\n", encoding="utf-8")
    repository.git("add", "--force", ".venv")


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    """The forge's API."""
    with running() as kept:
        yield kept


@pytest.fixture
def kept(server: StandIn) -> StandIn:
    """The forge's API, with nothing said yet."""
    server.comments.clear()
    server.calls.clear()
    return server


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """The team's repository."""
    return Repository(tmp_path / "repository")


def on_github(repository: Repository, kept: StandIn, scratch: Path, name: str) -> runners.Ran:
    """The job of a pull request."""
    scratch.mkdir()
    head = {"sha": repository.head(name), "repo": {"full_name": "somebody/fork"}}
    return runners.github(
        "access",
        "pull_request_target",
        {"pull_request": {"number": NUMBER, "head": head, "base": {"ref": "main"}}},
        origin=repository.origin,
        scratch=scratch,
        api=kept.address,
        environment={"CANARY": CANARY},
    )


def on_gitlab(repository: Repository, kept: StandIn, scratch: Path, name: str) -> runners.Ran:
    """The jobs of a merge request, by the file of the main branch, as the guide has them set up."""
    scratch.mkdir()
    clone = scratch / "clone"
    repository.git("clone", "--quiet", "--branch", name, str(repository.origin), str(clone))
    file = repository.git("show", "main:.gitlab-ci.yml")
    (scratch / "ci.yml").write_text(f"{file}\n", encoding="utf-8")
    return runners.gitlab(
        ["access", "rendered"],
        file=scratch / "ci.yml",
        clone=clone,
        variables={
            **environment("gitlab", kept.address),
            "GENAIKEYS_CI": "on",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_COMMIT_SHA": repository.head(name),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_DEFAULT_BRANCH": "main",
            "CANARY": CANARY,
        },
    )


@pytest.mark.parametrize(
    ("change", "is_green", "headline"),
    [
        pytest.param(narrows, True, "narrows access", marks=pytest.mark.full),
        pytest.param(broadens, False, "BROADENS access", marks=pytest.mark.full),
        (refactors, True, None),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_job_says_what_a_pull_request_does_to_access(
    repository: Repository,
    kept: StandIn,
    tmp_path: Path,
    change: Callable[[Repository], None],
    is_green: bool,
    headline: str | None,
) -> None:
    """One comment with the verdict, red where access broadens; of a refactoring nothing is said."""
    with repository.proposal("change", NUMBER):
        change(repository)
    ran = on_github(repository, kept, tmp_path / "act", "change")

    assert (ran.code == 0) is is_green, ran.log
    if headline is None:
        assert kept.said() == [], ran.log
        return
    (said,) = kept.said(ACCOUNTS["github"])
    assert said.startswith(MARKER)
    assert f"This change {headline}" in said


def test_hostile_pull_request_hides_nothing_and_gets_nothing(
    repository: Repository, kept: StandIn, tmp_path: Path
) -> None:
    """Its evaluator, workflow, Makefile, plugin and environment are told, and none of them is run."""
    with repository.proposal("change", NUMBER):
        hides(repository)
    ran = on_github(repository, kept, tmp_path / "act", "change")

    (said,) = kept.said(ACCOUNTS["github"])
    assert ran.code != 0
    assert "This change BROADENS access" in said
    assert "meta.llama-3.3-70b-instruct" in said
    assert "code that decides what is deployed differs and is not run:" in said
    for secret in (CANARY, TOKEN):
        assert secret not in ran.log
        assert secret not in said


@pytest.mark.parametrize(
    ("change", "is_green", "headline"),
    [
        pytest.param(narrows, True, "narrows access", marks=pytest.mark.full),
        pytest.param(broadens, False, "BROADENS access", marks=pytest.mark.full),
        pytest.param(hides, False, "BROADENS access", marks=pytest.mark.full),
        pytest.param(refactors, True, None, marks=pytest.mark.full),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_job_of_gitlab_says_the_same(
    repository: Repository,
    kept: StandIn,
    tmp_path: Path,
    change: Callable[[Repository], None],
    is_green: bool,
    headline: str | None,
) -> None:
    """The comment on a merge request, a hostile one's included; nothing of it is run."""
    with repository.proposal("change", NUMBER):
        change(repository)
    ran = on_gitlab(repository, kept, tmp_path / "gitlab", "change")

    assert (ran.code == 0) is is_green, ran.log
    assert [text.splitlines()[1] for text in kept.said(ACCOUNTS["gitlab"])] == (
        [] if headline is None else [f"### {'⚠️' if 'B' in headline else '🔒'} This change {headline}"]
    )
    assert CANARY not in ran.log


@pytest.mark.full
def test_canary_shows_where_what_was_proposed_runs(
    repository: Repository, kept: StandIn, tmp_path: Path
) -> None:
    """The control of the hostile cases: once merged, its workflow does print the runner's environment."""
    hides(repository)
    repository.git("rm", "--quiet", "-r", "--cached", ".venv")
    shutil.rmtree(repository.work / ".venv")
    repository.commit("merged")
    repository.git("push", "--quiet", "origin", "main")
    with repository.proposal("change", NUMBER):
        (repository.work / "README.md").write_text("words\n", encoding="utf-8")

    assert CANARY in on_github(repository, kept, tmp_path / "act", "change").log


def test_build_of_oci_devops_prints_what_a_branch_does(repository: Repository, tmp_path: Path) -> None:
    """Its steps, one by one, in a clone of the main branch: the verdict is in the log, and ends the build."""
    with repository.proposal("change", NUMBER):
        broadens(repository)
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--branch", "main", str(repository.origin), str(clone))
    warm(clone)
    steps = yaml.safe_load((clone / "ci" / "oci-devops" / "review.yaml").read_text("utf-8"))["steps"]
    codes, log = [], ""
    for step in steps:
        ran = runners.shell(step["command"], clone, {"BRANCH": "change"})
        codes.append((step["name"], ran.code))
        log += ran.log

    assert codes == [
        ("environment", 0),
        ("fetch", 0),
        ("merge", 0),
        ("access", 2),
        ("take", 0),
        ("rendered", 0),
    ]
    assert "Stack prod: BROADENS access (refs/genaikeys/base -> refs/genaikeys/merged)" in log


@pytest.mark.parametrize(
    ("workflow", "is_on", "whose"),
    [("access", False, "o/r"), ("preview", False, "o/r"), ("preview", True, "somebody/fork")],
    ids=["access, off", "preview, off", "preview, from a fork"],
)
def test_job_that_is_not_meant_is_skipped(
    repository: Repository, kept: StandIn, tmp_path: Path, workflow: str, is_on: bool, whose: str
) -> None:
    """Where the kit's jobs aren't switched on, and, where there are credentials, for a fork."""
    tmp_path.joinpath("act").mkdir()
    ran = runners.github(
        workflow,
        "pull_request_target",
        {"pull_request": {"number": NUMBER, "head": {"sha": "0" * 40, "repo": {"full_name": whose}}}},
        origin=repository.origin,
        scratch=tmp_path / "act",
        api=kept.address,
        variables={"GENAIKEYS_CI": "on"} if is_on else {"OTHER": "on"},
        secrets={"OCI_CLI_KEY_CONTENT": CANARY},
    )

    assert ran.code == 0
    assert "make venv" not in ran.log
    assert kept.calls == []


@pytest.mark.parametrize("name", ["access", "preview", "apply", "nightly", "emergency"])
def test_workflow_is_one_by_its_schema(name: str) -> None:
    """As act has GitHub's schema."""
    ran = runners.validated(CHECKOUT / ".github" / "workflows" / f"{name}.yml")

    assert ran.code == 0, ran.log


def test_gitlab_lists_the_jobs_of_each_kind_of_pipeline(repository: Repository) -> None:
    """By GitLab's schema, and by the rules: reviews on a merge request, and so on; none while it is off."""
    shared = {"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_BRANCH": "main", "CI_PROJECT_ID": "1"}
    proposed = {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
    }
    cases = {
        "merge request": proposed,
        "of a fork": {**proposed, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"},
        "merge": {"CI_PIPELINE_SOURCE": "push"},
        "night": {"CI_PIPELINE_SOURCE": "schedule"},
        "by hand": {"CI_PIPELINE_SOURCE": "web", "VERB": "suspend", "STACK": "dev", "KEY": "k"},
        "by hand, of no key": {"CI_PIPELINE_SOURCE": "web"},
    }
    found = {
        name: runners.gitlab_jobs(repository.work, {**shared, **variables, "GENAIKEYS_CI": "on"})
        for name, variables in cases.items()
    }

    both = {"preview: [dev]", "preview: [prod]"}
    assert found == {
        "merge request": {"access", "rendered", *both},
        "of a fork": {"access", "rendered"},
        "merge": {"dev", "preview-prod", "prod"},
        "night": {"nightly: [dev]", "nightly: [prod]"},
        "by hand": {"emergency"},
        "by hand, of no key": set(),
    }

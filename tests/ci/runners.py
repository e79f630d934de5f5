"""Local runners: act for GitHub's workflows, gitlab-ci-local for GitLab's; jobs run here, in no container.

What GitHub's own actions do, `actions/checkout` and `actions/setup-python`, stands in here in a few lines:
they are programs of GitHub's that no package registry has.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.forge.standin import TOKEN
from tests.gomodule import Program, cache
from tests.local import CHECKOUT, DIVERTING

ACT = "0.2.89"
GITLAB = "4.61.1"
_HERE = Path(__file__).parent
_LIMIT = 300


@dataclass(frozen=True)
class Ran:
    """A job that has ended.

    Attributes:
        code: 0 where it was green.
        log: All that it said, without its colours.
    """

    code: int
    log: str


def act() -> Path:
    """The program; built once (40 s of a core), then cached."""
    return Program("act", ACT, _HERE / "act", "github.com/nektos/act").path()


def gitlab_ci_local() -> Path:
    """The program; fetched once by its lock file, then cached. Skips the test where it can't be had."""
    target = cache() / f"gitlab-ci-local-{GITLAB}"
    command = target / "node_modules" / ".bin" / "gitlab-ci-local"
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not command.exists():
            npm = shutil.which("npm")
            if npm is None:
                pytest.skip("there is no npm to fetch gitlab-ci-local with")
            shutil.copytree(_HERE / "gitlab", target, dirs_exist_ok=True)
            done = subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=target,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                pytest.skip(f"gitlab-ci-local can't be fetched here: {done.stderr.strip()[-300:]}")
    return command


def github(
    workflow: str,
    event: str,
    payload: Mapping[str, object],
    *,
    origin: Path,
    scratch: Path,
    api: str,
    job: str | None = None,
    stack: str | None = None,
    secrets: dict[str, str] | None = None,
    variables: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
) -> Ran:
    """Run a workflow as it stands on the main branch, which is where GitHub takes it from for these events.

    Args:
        workflow: Name of its file, without suffix.
        event: The event's name.
        payload: What the event says.
        origin: The repository.
        scratch: An empty folder.
        api: Address of the stand-in for GitHub's API.
        job: One of its jobs; default: all.
        stack: One of a matrix; default: all.
        secrets: What `secrets` holds, besides the job's token.
        variables: What `vars` holds; by default the kit's jobs are on.
        environment: Of the jobs.
    """
    main = scratch / "main"
    subprocess.run(["git", "clone", "--quiet", "--branch", "main", str(origin), str(main)], check=True)
    actions = _actions(scratch / "actions", origin)
    told = scratch / "event.json"
    told.write_text(json.dumps({**payload, "repository": {"full_name": "o/r"}}), encoding="utf-8")
    command = [
        *(str(act()), event, "--workflows", f".github/workflows/{workflow}.yml", "--eventpath", str(told)),
        *("--platform", "ubuntu-24.04=-self-hosted", "--action-cache-path", str(scratch / "cache")),
        *("--no-cache-server", "--no-skip-checkout", "--action-offline-mode", "--concurrent-jobs", "1"),
        *(part for pair in actions for part in ("--local-repository", pair)),
        *("--secret", "GITHUB_TOKEN", "--env", "GITHUB_REPOSITORY=o/r", "--env", f"GITHUB_API_URL={api}"),
        *(part for name in secrets or {} for part in ("--secret", name)),
        *(
            part
            for pair in (variables or {"GENAIKEYS_CI": "on"}).items()
            for part in ("--var", "=".join(pair))
        ),
        *(part for pair in (environment or {}).items() for part in ("--env", "=".join(pair))),
        *(("--job", job) if job else ()),
        *(("--matrix", f"stack:{stack}") if stack else ()),
    ]
    return _run(command, main, {**_environment(), "GITHUB_TOKEN": TOKEN, **(secrets or {})})


def gitlab(jobs: list[str], *, file: Path, clone: Path, variables: dict[str, str]) -> Ran:
    """Run jobs in a clone that has checked out what the pipeline is about.

    Args:
        jobs: Their names.
        file: The configuration that has them, beside the clone.
        clone: The clone; its remote `origin` is the repository.
        variables: Those that GitLab sets, and those of the project.
    """
    hook = clone / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{_HERE / 'warm.py'}' .\n", encoding="utf-8")
    hook.chmod(0o755)
    command = [
        *("node", str(gitlab_ci_local()), "--no-color", "--force-shell-executor", "--no-shell-isolation"),
        *("--state-dir", ".gitlab-ci-local", "--home", str(clone.parent), "--concurrency", "1"),
        *("--file", f"../{file.name}"),
        *(part for pair in variables.items() for part in ("--variable", "=".join(pair))),
        *jobs,
    ]
    # It would copy files for containers, which there are none of here.
    rsync = clone.parent / "bin" / "rsync"
    rsync.parent.mkdir()
    rsync.write_text("#!/bin/sh\n", encoding="utf-8")
    rsync.chmod(0o755)
    environment = _environment()
    return _run(command, clone, {**environment, "PATH": f"{rsync.parent}:{environment['PATH']}"})


def gitlab_jobs(folder: Path, variables: dict[str, str]) -> set[str]:
    """The jobs of a pipeline in a clone, by the rules of its .gitlab-ci.yml."""
    command = [
        *("node", str(gitlab_ci_local()), "--no-color", "--list-csv", "--home", str(folder.parent)),
        *(part for pair in variables.items() for part in ("--variable", "=".join(pair))),
    ]
    ran = _run(command, folder, _environment())
    assert ran.code == 0, ran.log
    rows = ran.log[ran.log.index("name;") :].splitlines()[1:]
    return {row.partition(";")[0] for row in rows if ";" in row}


def validated(workflow: Path) -> Ran:
    """What act says of a workflow, by GitHub's schema."""
    return _run(
        [str(act()), "--validate", "--strict", "--workflows", str(workflow)], CHECKOUT, _environment()
    )


def shell(command: str, folder: Path, variables: dict[str, str]) -> Ran:
    """Run a step as a runner does that is given a shell and a line."""
    return _run(["bash", "-e", "-o", "pipefail", "-c", command], folder, {**_environment(), **variables})


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> Ran:
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_LIMIT,
    )
    return Ran(done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout))


def _environment() -> dict[str, str]:
    """A runner's: the tests' own Python is what `python3` means, and no setting of this machine counts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(part in name.upper() for part in (*DIVERTING, "GITHUB", "GITLAB", "CI_"))
    }
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }


def _actions(folder: Path, origin: Path) -> list[str]:
    """The two actions, as pairs of what a workflow names and where it lies."""
    checkout = "\n".join(
        (
            "git init --quiet .",
            f"git remote add origin '{origin}'",
            "git fetch --quiet origin main",
            "git checkout --quiet --detach FETCH_HEAD",
        )
    )
    warm = f"'{sys.executable}' '{_HERE / 'warm.py'}' ."
    pairs = []
    for name, (inputs, run) in {
        "checkout": (("fetch-depth", "persist-credentials"), checkout),
        "setup-python": (("python-version",), warm),
    }.items():
        (folder / name).mkdir(parents=True)
        action = {
            "name": name,
            "inputs": {each: {"default": ""} for each in inputs},
            "runs": {"using": "composite", "steps": [{"run": run, "shell": "bash"}]},
        }
        (folder / name / "action.yml").write_text(yaml.safe_dump(action), encoding="utf-8")
        pairs.append(f"actions/{name}@{_pinned(name)}={folder / name}")
    return pairs


def _pinned(name: str) -> str:
    text = (CHECKOUT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    return text.partition(f"actions/{name}@")[2].split()[0]

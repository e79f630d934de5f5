"""The job for pull requests on a warm runner: its steps, as the workflows have them, with six regions."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import yaml

from bench.measure import REPEATS, Comparison, Series
from tests.ci.repository import Repository
from tests.ci.warm import warm
from tests.engine.machine import CHECKOUT, Machine
from tests.forge import standin

STACK = "stacks/Pulumi.local.yaml"
_NUMBER = 7
_LIMITS = {"access diff": 2.0, "all": 60.0}
"""Seconds that were promised."""


def steps() -> list[str]:
    """What the two workflows for a pull request run, without what only makes credentials."""
    found = []
    for name in ("access", "preview"):
        text = (CHECKOUT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8")
        (job,) = yaml.safe_load(text)["jobs"].values()
        found += [step["run"] for step in job["steps"] if "run" in step and " profile " not in step["run"]]
    return found


def propose(repository: Repository) -> str:
    """Propose one model more for a key of the six-region stack; returns the commit."""
    with repository.proposal("change", _NUMBER):
        repository.edit(
            STACK, ("models: [gpt-oss,", "models: [gpt-oss, meta.llama-4-maverick-17b-128e-instruct-fp8,")
        )
        repository.render()
    return repository.head("change")


def compare(machine: Machine, scratch: Path) -> list[Comparison]:
    """Measures every step.

    Args:
        machine: the six-region stack, up.
        scratch: an empty folder.
    """
    repository = Repository(scratch / "team")
    commit = propose(repository)
    taken: dict[str, list[float]] = {name: [] for name in _LIMITS}
    with standin.running() as forge:
        for turn in range(REPEATS + 1):
            forge.comments.clear()
            times = _job(machine, repository, commit, scratch / f"runner-{turn}", forge.address)
            if len(forge.comments) != 1:
                raise RuntimeError("the job wrote no comment")
            if turn:
                taken["all"].append(sum(times.values()))
                taken["access diff"].append(next(took for step, took in times.items() if " diff " in step))
    return [
        Comparison(
            f"pull request, six regions, warm runner: {name}",
            Series("ours", "s", tuple(taken[name])),
            Series("the promise", "s", (limit,)),
            1.0,
        )
        for name, limit in _LIMITS.items()
    ]


def _job(machine: Machine, repository: Repository, commit: str, folder: Path, api: str) -> dict[str, float]:
    """Seconds of each step, in a clone of the main branch; what fails otherwise than by a verdict raises."""
    subprocess.run(["git", "clone", "--quiet", str(repository.origin), str(folder)], check=True)
    warm(folder)
    event = folder.with_suffix(".json")
    event.write_text(json.dumps({"pull_request": {"number": _NUMBER, "head": {"sha": commit}}}), "utf-8")
    environment = {
        **os.environ,
        **machine.environment,
        **standin.environment("github", api, str(event)),
        "STACK": machine.stack,
        "DEPLOYER": "",
    }
    times: dict[str, float] = {}
    for step in steps():
        if " take" in step:
            subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=folder, check=True)
        started = time.perf_counter()
        done = subprocess.run(
            ["bash", "-c", step], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        times[step] = times.get(step, 0.0) + time.perf_counter() - started
        if done.returncode not in ((0, 2) if " diff " in step else (0,)):
            raise RuntimeError(f"{step} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    shutil.rmtree(folder)
    return times

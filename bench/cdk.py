"""The same pull requests through AWS CDK's comparison of templates, and through ours.

CDK's is textual and reads AWS's policies, ours compares meaning and reads OCI's: no ratio of the two says
which is better. Side by side stand what a reviewer hears about requests that change no access, and the time.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import fleet
from bench.measure import REPEATS, Series
from bench.refactors import (
    CHANGES,
    KEY,
    MODELS,
    REFACTORS,
    SECRET,
    Policies,
    Request,
    Template,
    invoke,
    template,
)
from genaikeys.access.compare import compare
from genaikeys.access.model import Verdict
from genaikeys.access.scene import Caller, Scene, Secret, Written
from genaikeys.iam import Compartments, Principal, parse_statement
from toolchain.environments import of_tests

_PROJECT = Path(__file__).parent / "projects" / "cdk"
_NPM = ("npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund")
_TENANCY, _GENAI = "ocid1.tenancy.oc1..tenancy", "ocid1.compartment.oc1..genai"
_REGION = "us-chicago-1"
_KEYS, _EVERY = 100, 10


@dataclass(frozen=True)
class Opinion:
    """What CDK says of one pair of templates.

    Attributes:
        changed: whether any permission changed.
        broadened: whether permissions were broadened; ``--require-approval broadening`` asks only then.
        seconds: how long each comparison took; the first one of a process loads its tables.
    """

    changed: bool
    broadened: bool
    seconds: tuple[float, ...]


def report() -> str:
    """Both tables as Markdown, or one line that says why there are none."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    if absent:
        return f"AWS CDK's cloudformation-diff: skipped, there is no {' and no '.join(absent)} on PATH."
    return (
        "AWS CDK's cloudformation-diff is textual and reads AWS's policies; ours compares meaning and reads"
        " OCI's. Each request is written in both languages (`bench/refactors.py`).\n\n"
        f"{_words()}\n\n{_times()}"
    )


def _words() -> str:
    """What each says of each request."""
    requests = (*REFACTORS, *CHANGES)
    theirs = _theirs([tuple(template(side, "chatbot") for side in each.theirs) for each in requests], 1)
    ours = [verdict(each) for each in requests]
    rows = ["| Pull request | ours | CDK |", "|---|---|---|"]
    for request, said, opinion in zip(requests, ours, theirs, strict=True):
        heard = "broadened" if opinion.broadened else "changed" if opinion.changed else "none"
        rows.append(f"| {request.name}{'' if request in REFACTORS else ' *'} | {said} | {heard} |")
    count = len(REFACTORS)
    alarms = sum(said is not Verdict.NONE for said in ours[:count])
    their_alarms = sum(each.changed for each in theirs[:count])
    rows.append(f"| **false alarms** | {alarms} of {count} | {their_alarms} of {count} |")
    return "\n".join([*rows, "", "\\* changes access: silence would be wrong"])


def _times() -> str:
    """How long each takes over one large pull request."""
    pairs = [tuple(_large(region, every) for every in (None, _EVERY)) for region in fleet.REGIONS]
    colds, warms = [], []
    for _ in range(REPEATS):
        answers = _theirs(pairs, 2)
        if not all(each.changed for each in answers):
            raise RuntimeError("CDK saw no change in the large pull request")
        colds.append(sum(each.seconds[0] for each in answers))
        warms.append(sum(each.seconds[1] for each in answers))
    ours = [_timed() for _ in range(REPEATS + 1)][1:]
    request = (
        f"{_KEYS} keys in {len(fleet.REGIONS)} regions, one in {_EVERY} gets another model: "
        f"{3 * _KEYS * len(fleet.REGIONS)} statements a side"
    )
    series = (
        Series("ours, from texts to the verdict", "s", tuple(ours)),
        Series("CDK, the first comparison of a process", "s", tuple(colds)),
        Series("CDK, the second", "s", tuple(warms)),
    )
    rows = [
        f"| {request} | min / median / max |",
        "|---|---|",
        *(f"| {each.name} | {each} |" for each in series),
    ]
    return "\n".join(rows)


def _timed() -> float:
    texts = [fleet.texts(_KEYS, every) for every in (None, _EVERY)]
    started = time.perf_counter()
    difference = compare(fleet.scene(_KEYS, texts[0]), fleet.scene(_KEYS, texts[1]))
    taken = time.perf_counter() - started
    if difference.verdict is not Verdict.BROADENS:
        raise RuntimeError(f"the large pull request broadens access, and ours says {difference.verdict}")
    return taken


def verdict(request: Request) -> Verdict:
    """What ours says of a request."""
    before, after = request.ours
    return compare(_scene(before), _scene(after)).verdict


def _scene(policies: Policies) -> Scene:
    """One key, one secret, and everybody else, under these policies."""
    callers = {
        "chatbot": Principal("generativeaiapikey", KEY, _GENAI),
        "any other key in genai": Principal(
            "generativeaiapikey", "ocid1.generativeaiapikey.oc1..other", _GENAI
        ),
        "anyone else": Principal("user", "ocid1.user.oc1..other"),
    }
    return Scene(
        stack="bench",
        compartments=Compartments({_TENANCY: ("root", None), _GENAI: ("genai", _TENANCY)}),
        statements=tuple(
            Written(statement=parse_statement(text), policy=name, compartment=_GENAI)
            for name, texts in policies.items()
            for text in texts
        ),
        callers=tuple(
            Caller(name=name, region=_REGION, principal=principal, compartment=_GENAI)
            for name, principal in callers.items()
        ),
        secrets=(Secret(key="chatbot", region=_REGION, id=SECRET, compartment=_GENAI),),
        models=MODELS,
        time=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    )


def _large(region: str, every: int | None) -> Template:
    """The fleet of one region as managed policies with three statements each, as ours has them."""
    return template(
        {
            f"key-{number:04}": tuple(
                {**invoke(*fleet.granted(number, every), region=region), "Action": action}
                for action in (
                    "bedrock:InvokeModel",
                    "bedrock:InvokeModelWithResponseStream",
                    "bedrock:Rerank",
                )
            )
            for number in range(_KEYS)
        },
        None,
    )


def _theirs(pairs: Sequence[tuple[Template, ...]], repeats: int) -> list[Opinion]:
    """Lets CDK compare templates before and after, in one process."""
    given = {"repeats": repeats, "pairs": [{"before": before, "after": after} for before, after in pairs]}
    done = subprocess.run(
        ["node", "compare.js"],
        cwd=_modules(),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        Opinion(each["changed"], each["broadened"], tuple(each["seconds"]))
        for each in json.loads(done.stdout)
    ]


def _modules() -> Path:
    """A copy of the project outside the checkout with its packages, as its lock file has them."""
    lock = (_PROJECT / "package-lock.json").read_bytes()
    folder = of_tests("policy").parent / f"cdk-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "node_modules" / ".package-lock.json").is_file():
        print("Installing the packages of bench/projects/cdk ...", file=sys.stderr)
        shutil.copytree(_PROJECT, folder, dirs_exist_ok=True)
        subprocess.run(_NPM, cwd=folder, check=True, stdout=sys.stderr)
    shutil.copy(_PROJECT / "compare.js", folder)
    return folder

"""What the benchmark of the job for pull requests runs."""

from pathlib import Path

from bench import review
from genaikeys.access.model import Verdict
from genaikeys.access.review import overall
from genaikeys.access.review import review as compared
from genaikeys.access.revisions import open_revision
from tests.ci.repository import Repository


def test_steps_are_those_of_the_workflows() -> None:
    """In their order, those of both; only what makes credentials is left out."""
    assert [step.removeprefix(".venv/bin/genaikeys ").partition(" --")[0] for step in review.steps()] == [
        "make venv",
        "ci merge",
        "access diff refs/genaikeys/base refs/genaikeys/merged",
        "ci comment access.md",
        "ci take",
        "policy render",
        "make venv",
        "ci merge",
        "ci take",
        'make preview STACK="$STACK"',
        "doctor",
    ]


def test_proposal_broadens_the_six_region_stack(tmp_path: Path) -> None:
    """So that there is something to say; data alone changes."""
    repository = Repository(tmp_path / "team")
    review.propose(repository)
    differences, _ = compared(
        open_revision("main", repository.work), open_revision("change", repository.work), ["local"]
    )

    assert overall(differences) is Verdict.BROADENS
    assert repository.git("diff", "--name-only", "main", "change").split() == [
        "policies/rendered/local.txt",
        review.STACK,
    ]

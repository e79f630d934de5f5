"""What the benchmarks of the policy engine ask, and that the answers are right."""

import pytest

from bench import cdk, fleet, tenancy
from bench.refactors import CHANGES, REFACTORS, Request
from genaikeys.access.compare import compare
from genaikeys.access.model import Verdict
from genaikeys.iam import Answer, Policies


@pytest.mark.parametrize("request_", REFACTORS, ids=lambda each: each.name)
def test_refactor_is_no_change(request_: Request) -> None:
    """Nothing is said about a pull request that changes no access."""
    assert cdk.verdict(request_) is Verdict.NONE


@pytest.mark.parametrize(
    ("request_", "verdict"),
    [*zip(CHANGES, ("broadens", "narrows", "broadens", "narrows"), strict=True)],
    ids=lambda each: getattr(each, "name", each),
)
def test_change_is_told(request_: Request, verdict: str) -> None:
    """Of one that changes access, what it does."""
    assert cdk.verdict(request_) == verdict


def test_fleet_changes_as_many_cells_as_it_says() -> None:
    """One key in three uses one model in place of another, on each API, in each region."""
    before, after = (fleet.scene(7, fleet.texts(7, every)) for every in (None, 3))

    difference = compare(before, after)

    assert len(difference.cells) == fleet.changed_cells(7, 3) == 3 * 2 * 6 * 3
    assert difference.verdict is Verdict.BROADENS


@pytest.mark.parametrize("answer", Answer)
def test_tenancy_answers_as_it_says(answer: Answer) -> None:
    """Over 250 statements each request has the answer under which it is timed."""
    policies = Policies(tenancy.policies(), tenancy.compartments())
    asked = tenancy.requests()[answer]

    assert sum(len(policy.statements) for policy in tenancy.policies()) == 250
    assert len(asked) == 1000
    assert {policies.decide(request).answer for request in asked[::37]} == {answer}

"""What the manuals of the rules say passes and fails does so."""

import pytest

from policies.guardrails import judge
from policies.guardrails.rules import ALL, EACH, title
from tests.guardrails.samples import Sample, resource, samples, stack

SAMPLES = tuple(samples())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.rule}-{sample.number}")
def test_sample_is_found_as_its_manual_says(sample: Sample) -> None:
    """A passing sample breaks nothing; a failing one is told with exactly these messages."""
    given = sample.given
    context = stack(given)
    if sample.rule in EACH:
        found = judge.each(sample.rule, resource(given), context)
    else:
        found = judge.whole(sample.rule, [resource(each) for each in given["resources"]], context)

    assert [finding.message for finding in found] == given.get("says", [])
    assert sample.passes is not bool(found)


@pytest.mark.parametrize("rule", ALL)
def test_manual_has_samples_of_both_kinds(rule: str) -> None:
    """No rule is without one that passes and one that fails."""
    assert {sample.passes for sample in SAMPLES if sample.rule == rule} == {True, False}


@pytest.mark.parametrize("rule", ALL)
def test_manual_begins_with_a_sentence(rule: str) -> None:
    """It is what the engine prints above a finding."""
    first = title(ALL[rule])

    assert first.endswith(".")
    assert 20 < len(first) < 120


def test_registry_has_each_rule_under_its_own_identifier() -> None:
    """The identifier is the module's name, with hyphens."""
    assert {name: rule.ID for name, rule in ALL.items()} == {name: name for name in ALL}
    assert [getattr(rule, "__name__", "").rpartition(".")[2] for rule in ALL.values()] == [
        name.replace("-", "_") for name in ALL
    ]


@pytest.mark.parametrize(
    "sample", [each for each in SAMPLES if not each.passes], ids=lambda each: f"{each.rule}-{each.number}"
)
def test_disabled_rule_finds_nothing(sample: Sample) -> None:
    """And an advisory one finds the same, at its own level."""
    given = sample.given

    def levels(level: str) -> set[str]:
        context = stack({**given, "held": {**given.get("held", {}), "levels": {sample.rule: level}}})
        if sample.rule in EACH:
            return {found.level for found in judge.each(sample.rule, resource(given), context)}
        resources = [resource(each) for each in given["resources"]]
        return {found.level for found in judge.whole(sample.rule, resources, context)}

    assert (levels("disabled"), levels("advisory")) == (set(), {"advisory"})

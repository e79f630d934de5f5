"""A mistake in the rotation's decision is noticed by its tests, or changes nothing that matters."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
import yaml

from tests.local import CHECKOUT
from tests.mutation.mutants import MODULES, Mutant, tried
from toolchain.environments import of_tests

TABLE = CHECKOUT / "tests" / "results" / "mutants.md"
JUDGED = {
    (row["function"], row["change"].strip()): row["why"]
    for row in yaml.safe_load((Path(__file__).parent / "judged.yaml").read_text(encoding="utf-8"))
}
NOTICED = ("killed", "timeout")


def table(found: Sequence[Mutant]) -> str:
    """Module by module what became of the mutants, then each that lived, with why it may."""
    modules = [module.removesuffix(".py").replace("/", ".") for module in MODULES]
    rows = []
    for module in modules:
        outcomes = [each.outcome for each in found if each.function.startswith(f"{module}.")]
        noticed = sum(outcome in NOTICED for outcome in outcomes)
        rows.append((module, len(outcomes), noticed, len(outcomes) - noticed))
    made, noticed = (sum(counts) for counts in zip(*(row[1:3] for row in rows), strict=True))
    left = sorted((each for each in found if each.outcome not in NOTICED), key=lambda each: each.function)
    lines = [
        "Written by `pytest -m full tests/mutation`.",
        "",
        "# Mistakes made on purpose in the rotation's decision",
        "",
        "mutmut changes one thing at a time, and runs the rotation's quick tests. What lived was judged one",
        "by one (tests/mutation/judged.yaml); a mutant that lives without a judgement fails the test. mutmut",
        "leaves functions with a decorator alone, so the properties of `World` are not among them.",
        "",
        "| Module | Mutants | Noticed | Lived |",
        "|---|---|---|---|",
        *(f"| {' | '.join(map(str, row))} |" for row in [*rows, ("all", made, noticed, made - noticed)]),
        "",
        "## What lived, and why it may",
    ]
    for function, mutants in groupby(left, key=lambda each: each.function):
        lines += ["", f"`{function}`"]
        for mutant in mutants:
            why = JUDGED.get((function, mutant.change), "**not judged**")
            lines += ["", "```diff", mutant.change, "```", "", why]
    return "\n".join(lines) + "\n"


@pytest.mark.full
def test_every_mistake_is_noticed_or_was_judged(tmp_path: Path) -> None:
    """No mutant lives that nobody has looked at; writes the table that is committed."""
    found = tried(of_tests("mutation"), tmp_path)
    TABLE.write_text(table(found), encoding="utf-8")

    left = {(each.function, each.change) for each in found if each.outcome not in NOTICED}
    assert len(found) > 500
    assert left - set(JUDGED) == set()


def test_table_has_no_mutant_that_was_not_judged() -> None:
    """What is committed is of today's modules, and each mutant that lived has its reason."""
    text = TABLE.read_text(encoding="utf-8")
    rows = [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| gen")]

    assert rows == [module.removesuffix(".py").replace("/", ".") for module in MODULES]
    assert "**not judged**" not in text

"""What docs/policy-language.md says of the language is what the code reads and decides."""

import re

import pytest

from genaikeys.iam.condition import DEEPEST
from genaikeys.iam.variables import DERIVED, NOT_MODELLED
from tests.docs.policy_language import PAGE, with_generated


def test_grammar_and_disagreements_are_those_of_code_and_data() -> None:
    """The generated parts are up to date; ``python -m tests.docs.policy_language`` writes them."""
    page = PAGE.read_text(encoding="utf-8")

    assert page == with_generated(page)


@pytest.mark.parametrize("variable", [*DERIVED, *NOT_MODELLED])
def test_variable_is_listed(variable: str) -> None:
    """Each variable that follows from a request, or that the engine can't know, is in the page."""
    assert f"`{variable}`" in PAGE.read_text(encoding="utf-8").lower()


def test_depth_is_named() -> None:
    """The limit that is ours is in the page."""
    assert f"at most {DEEPEST} deep" in PAGE.read_text(encoding="utf-8")


def test_example_runs() -> None:
    """What the page prints of Python holds."""
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    exec(example, {})  # noqa: S102 - our own page

"""The engine against the slow evaluator that shares no code with it, and against the laws of meaning."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.iam import StatementError, parse_statement
from genaikeys.iam.cases import answer, read_case
from tests.iam import reference, statements
from tests.iam.case_strategies import ATTACHED, CASES, OPEN, STATEMENTS, TENANCY, Tree, text
from tests.iam.reference_reading import NotAStatementError, read, tokens

pytestmark = pytest.mark.slow
LAW = settings(deadline=None, max_examples=150)
MANY = settings(deadline=None, max_examples=600)
CONTRADICTION: Tree = ("request.utc-timestamp", "before", ["'0001-01-01T00:00:01Z'"])


def engine(case: dict[str, Any]) -> str:
    """What the engine answers."""
    return str(answer(read_case(json.dumps(case)))["answer"])


def with_statements(case: dict[str, Any], *more: str, attached: str = TENANCY) -> dict[str, Any]:
    """The case with one more policy."""
    return {**case, "policies": [*case["policies"], {"compartment": attached, "statements": list(more)}]}


@MANY
@given(CASES)
def test_engine_and_reference_agree(case: dict[str, Any]) -> None:
    """Whatever the policies and the request."""
    assert engine(case) == reference.answer(case)


@MANY
@given(CASES, STATEMENTS, ATTACHED)
def test_engine_and_reference_agree_on_one_statement(
    case: dict[str, Any], statement: dict[str, Any], attached: str
) -> None:
    """Alone, where nothing covers what it means; a deny beside a statement that allows everything."""
    policies = [{"compartment": attached, "statements": [text(statement)]}]
    alone = {**case, "policies": [OPEN, *policies] if statement["head"] == "deny" else policies}

    assert engine(alone) == reference.answer(alone)


WORDS = [tokens(each) for each in statements.accepted()]
EVERY_WORD = sorted({word for words in WORDS for word in words})


@MANY
@given(st.sampled_from(WORDS), st.data())
def test_maimed_statement_is_read_by_both_or_by_neither(words: list[str], data: st.DataObject) -> None:
    """With one word lost, said twice, replaced or put elsewhere."""
    place = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(EVERY_WORD) | st.just(words[place]))
    put = data.draw(st.sampled_from([[], [other], [words[place], other], [other, words[place]]]))
    maimed = " ".join([*words[:place], *put, *words[place + 1 :]])
    try:
        parse_statement(maimed)
        ours = True
    except StatementError:
        ours = False
    try:
        read(maimed)
        theirs = True
    except NotAStatementError:
        theirs = False

    assert ours is theirs, maimed


@LAW
@given(CASES)
def test_merging_changes_nothing(case: dict[str, Any]) -> None:
    """Policies attached to one compartment, put into one, decide the same."""
    merged: dict[str, list[str]] = {}
    for policy in case["policies"]:
        merged.setdefault(policy["compartment"], []).extend(policy["statements"])
    policies = [{"compartment": attached, "statements": texts} for attached, texts in merged.items()]

    assert engine({**case, "policies": policies}) == engine(case)


@LAW
@given(CASES)
def test_repeating_changes_nothing(case: dict[str, Any]) -> None:
    """Said twice is said once."""
    assert engine({**case, "policies": case["policies"] * 2}) == engine(case)


@LAW
@given(CASES, STATEMENTS, st.sampled_from(["all", "any"]))
def test_statement_that_a_wider_one_covers_changes_nothing(
    case: dict[str, Any], statement: dict[str, Any], word: str
) -> None:
    """A statement and the same one under a further condition are the first."""
    condition = statement["condition"]
    further = CONTRADICTION if condition is None else (word, [condition, CONTRADICTION])
    narrower = {**statement, "condition": further}
    # Contradicted under any it is the statement itself, under all it is nothing.
    wide = with_statements(case, text(statement))

    assert engine(with_statements(wide, text(narrower))) == engine(wide)


@LAW
@given(CASES, STATEMENTS)
def test_other_words_for_a_condition_change_nothing(case: dict[str, Any], statement: dict[str, Any]) -> None:
    """A list, a pattern or a nesting that means the same decides the same."""
    condition = statement["condition"]
    before = engine(with_statements(case, text(statement)))

    for other in equivalents(condition) if condition is not None else ():
        assert engine(with_statements(case, text({**statement, "condition": other}))) == before


@LAW
@given(CASES, STATEMENTS)
def test_splitting_a_condition_changes_nothing(case: dict[str, Any], statement: dict[str, Any]) -> None:
    """One statement whose condition is an any, and one for each of its parts, decide the same."""
    condition = statement["condition"]
    parts = condition[1] if condition is not None and condition[0] == "any" else [condition]
    split = [text({**statement, "condition": part}) for part in parts]

    assert engine(with_statements(case, *split)) == engine(with_statements(case, text(statement)))


@LAW
@given(CASES, STATEMENTS)
def test_more_allowed_is_never_less_and_more_denied_never_more(
    case: dict[str, Any], statement: dict[str, Any]
) -> None:
    """An allow never removes access, a deny never grants it."""
    rank = ["no", "unknown", "yes"].index
    if "error" in (before := engine(case)):
        return
    after = engine(with_statements(case, text(statement)))

    assert rank(after) >= rank(before) if statement["head"] == "allow" else rank(after) <= rank(before)


def equivalents(tree: Tree) -> Iterator[Tree]:
    """Conditions that mean the same as one."""
    yield "all", [tree]
    yield "any", [tree, tree]
    if len(tree) == 2:
        word, parts = tree
        yield word, parts[::-1]
        yield word, [next(equivalents(part)) for part in parts]
        yield from ((word, [other, *parts[1:]]) for other in equivalents(parts[0]))
        return
    variable, operator, values = tree
    if operator == "=":
        yield variable, "in", values
    if operator == "!=":
        yield variable, "not in", values * 2
    if operator == "in":
        yield variable, "in", values[::-1]
        yield "any", [(variable, "=", [value]) for value in values]
    if operator == "not in":
        yield "all", [(variable, "!=", [value]) for value in values]
    if operator in ("=", "!=", "in", "not in"):
        # A pattern without a star is the text itself.
        yield variable, operator, [_as_pattern(value) for value in values]


def _as_pattern(value: str) -> str:
    return f"/{value[1:-1]}/" if value[0] == "'" else value

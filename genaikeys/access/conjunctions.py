"""Conditions in a normal form: alternatives, each a set of tests that must all hold."""

from collections.abc import Iterator
from itertools import product

from genaikeys.iam.condition import Both, Comparison, Condition, Pattern, Value, Variable
from genaikeys.iam.evaluate import compare
from genaikeys.iam.printer import print_condition

__all__ = ["ALWAYS", "Conjunction", "alternatives", "implies", "print_conjunction"]

MOST = 2048
"""Alternatives into which one condition is taken apart; one with more is compared as a whole."""
Conjunction = frozenset[Comparison]
"""Tests that must all hold, each of one value, the variable in lower case, values in folded case."""
ALWAYS: Conjunction = frozenset()


class _TooManyError(Exception):
    """A condition has more alternatives than are worth taking apart."""


def alternatives(condition: Condition | None) -> tuple[Conjunction, ...]:
    """Take a condition apart: it holds where one of these holds; without any it never does.

    Nesting, order, repetition, case, and ``in`` against several ``=`` make no difference; alternatives that
    can't hold, and those that another one includes, are left out.
    """
    if condition is None:
        return (ALWAYS,)
    try:
        found = dict.fromkeys(
            _tidy(conjunction) for conjunction in _disjunction(condition) if not _impossible(conjunction)
        )
    except _TooManyError:
        whole = Comparison("condition.as-a-whole", "=", (print_condition(condition).replace("'", "`"),))
        return (frozenset((whole,)),)
    if len(found) > 1 and len(found) <= 64:
        kept = [
            each for each in found if not any(other is not each and implies(each, other) for other in found)
        ]
        return tuple(kept)
    return tuple(found)


def implies(narrow: Conjunction, wide: Conjunction) -> bool:
    """Whether the one surely holds only where the other does."""
    return all(test in narrow or any(_implies(own, test) for own in narrow) for test in wide)


def print_conjunction(conjunction: Conjunction) -> str | None:
    """The words of a statement; None for always."""
    tests = sorted(conjunction, key=print_condition)
    if not tests:
        return None
    return print_condition(tests[0] if len(tests) == 1 else Both(tuple(tests)))


def _disjunction(condition: Condition) -> list[Conjunction]:
    if isinstance(condition, Comparison):
        return list(_tests(condition))
    parts = [_disjunction(part) for part in condition.parts]
    if not isinstance(condition, Both):
        return [each for part in parts for each in part]
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST:
        raise _TooManyError
    return [frozenset().union(*chosen) for chosen in product(*parts)]


def _tests(test: Comparison) -> Iterator[Conjunction]:
    variable = test.variable.lower()
    values = [_folded(value) for value in test.values]
    if test.operator in ("=", "in"):
        for value in dict.fromkeys(values):
            yield frozenset((Comparison(variable, "=", (value,)),))
    elif test.operator in ("!=", "not in"):
        yield frozenset(Comparison(variable, "!=", (value,)) for value in values)
    else:
        yield frozenset((Comparison(variable, test.operator, tuple(values)),))


def _folded(value: Value) -> Value:
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, Variable):
        return Variable(value.name.lower())
    text = value.text.casefold()
    return Pattern(text) if "*" in text else text


def _impossible(conjunction: Conjunction) -> bool:
    """Whether two of the tests exclude each other."""
    return any(
        own is not other and own.variable == other.variable and _excludes(own, other)
        for own in conjunction
        for other in conjunction
        if own.operator == "="
    )


def _excludes(own: Comparison, other: Comparison) -> bool:
    value = own.values[0]
    comparable = isinstance(value, str) and not isinstance(other.values[0], Variable)
    return comparable and other.operator in ("=", "!=") and compare(other, str(value)) is False


def _tidy(conjunction: Conjunction) -> Conjunction:
    """Leave out tests that another one makes needless."""
    return frozenset(
        test
        for test in conjunction
        if not any(own is not test and _implies(own, test) for own in conjunction)
    )


def _implies(own: Comparison, test: Comparison) -> bool:
    if own == test:
        return True
    if own.variable != test.variable or own.operator != "=" or test.operator not in ("=", "!="):
        return False
    value = own.values[0]
    return isinstance(value, str) and compare(test, value) is True

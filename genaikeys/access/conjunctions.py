"""Conditions in a normal form: alternatives, each a set of tests that must all hold."""

from functools import lru_cache
from itertools import product

from genaikeys.iam.condition import Both, Comparison, Condition, Pattern, Value, Variable
from genaikeys.iam.evaluate import POSITIVE, compare
from genaikeys.iam.printer import print_condition

__all__ = ["ALWAYS", "Conjunction", "alternatives", "implies", "print_conjunction"]

MOST = 2048
"""Alternatives into which one condition is taken apart; one with more is compared as a whole."""
_COMPARED = 64
"""Alternatives that are compared with each other; of more, those that another one includes are kept."""
Conjunction = frozenset[Comparison]
"""Tests that must all hold, each of one value, the variable in lower case, values in folded case."""
ALWAYS: Conjunction = frozenset()


class _TooManyError(Exception):
    """A condition has more alternatives than are worth taking apart."""


@lru_cache(maxsize=4096)
def alternatives(condition: Condition | None) -> tuple[Conjunction, ...]:
    """Take a condition apart: it holds where one of these holds; without any it never does.

    Nesting, order, repetition, case, and ``in`` against several ``=`` make no difference; alternatives that
    can't hold, and those that another one includes, are left out.
    """
    if condition is None:
        return (ALWAYS,)
    try:
        return tuple(_alternatives(condition))
    except _TooManyError:
        whole = Comparison("condition.as-a-whole", "=", (print_condition(condition).replace("'", "`"),))
        return (frozenset((whole,)),)


def implies(narrow: Conjunction, wide: Conjunction) -> bool:
    """Whether the one surely holds only where the other does."""
    for test in wide - narrow:
        # Nothing but itself implies that a variable has one certain value.
        if _is_exact(test) or not any(_implies(own, test) for own in narrow):
            return False
    return True


def print_conjunction(conjunction: Conjunction) -> str | None:
    """The words of a statement; None for always."""
    tests = sorted(conjunction, key=print_condition)
    if not tests:
        return None
    return print_condition(tests[0] if len(tests) == 1 else Both(tuple(tests)))


def _alternatives(condition: Condition) -> list[Conjunction]:
    if isinstance(condition, Comparison):
        return _tests(condition)
    parts = [_alternatives(part) for part in condition.parts]
    if not isinstance(condition, Both):
        return _widest([each for part in parts for each in part])
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST:
        raise _TooManyError
    found = [ALWAYS.union(*chosen) for chosen in product(*parts)]
    named = [{test.variable for each in part for test in each} for part in parts]
    if len(set().union(*named)) == sum(map(len, named)):
        # Parts that have no variable in common can neither contradict nor imply each other.
        return found
    return _widest([_tidy(each) for each in found if not _impossible(each)])


def _widest(conjunctions: list[Conjunction]) -> list[Conjunction]:
    """Leave out those that another one includes."""
    found = list(dict.fromkeys(conjunctions))
    if len(found) > _COMPARED:
        return found
    return [each for each in found if not any(other is not each and implies(each, other) for other in found)]


def _tests(test: Comparison) -> list[Conjunction]:
    variable, operator = test.variable.lower(), test.operator
    values = dict.fromkeys(map(_folded, test.values))
    if operator in POSITIVE:
        found = [frozenset((_test(variable, "=", value),)) for value in values]
        return found if all(isinstance(value, str) for value in values) else _widest(found)
    if operator in ("!=", "not in"):
        return [frozenset(_test(variable, "!=", value) for value in values)]
    return [frozenset((Comparison(variable, operator, tuple(map(_folded, test.values))),))]


@lru_cache(maxsize=1 << 14)
def _test(variable: str, operator: str, value: Value) -> Comparison:
    """The one test of these: the same is found faster than what is equal."""
    return Comparison(variable, operator, (value,))


def _is_exact(test: Comparison) -> bool:
    return test.operator == "=" and isinstance(test.values[0], str)


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
    if own.variable != test.variable:
        return False
    if own == test:
        return True
    return _is_exact(own) and test.operator in ("=", "!=") and compare(test, str(own.values[0])) is True

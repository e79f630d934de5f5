"""Whether a condition holds for a request: true, false, or None where that can't be known."""

from collections.abc import Callable
from datetime import datetime, time
from functools import lru_cache

from genaikeys.iam.condition import (
    LISTS,
    MOMENTS,
    SINGLE,
    Both,
    Comparison,
    Condition,
    Either,
    Value,
    Variable,
)
from genaikeys.iam.variables import Unknown, Variables

Given = str | Unknown | None
"""A variable's value in folded case, `UNKNOWN`, or None where the request lacks it."""
Test = Callable[[Given], bool | None]
POSITIVE = ("=", "in")


def holds(condition: Condition, variables: Variables) -> bool | None:
    """Whether a condition holds; None where that hangs on something that this engine doesn't know.

    Values compare without regard to case. A test of a variable that the request lacks is false, under ``!=``
    and ``not in`` too (Oracle, Identity, "Conditions", read 2026-11-23).
    """
    if isinstance(condition, Comparison):
        return compare(condition, variables.folded(condition.variable), variables.folded)
    # A part that decides alone: a false one under ALL, a true one under ANY.
    deciding = isinstance(condition, Either)
    answer: bool | None = not deciding
    for part in condition.parts:
        found = holds(part, variables)
        if found is deciding:
            return deciding
        if found is None:
            answer = None
    return answer


def specialise(condition: Condition, variables: Variables, free: str) -> bool | Test | None:
    """Evaluate all of a condition but the tests of one variable.

    Args:
        condition: The condition.
        variables: The request's variables; the free one is not asked for.
        free: The variable, in lower case.

    Returns:
        What `holds` says whatever the free variable is, or a function from its value to that.
    """
    if isinstance(condition, Comparison):
        return _specialised(condition, variables, free)
    deciding = isinstance(condition, Either)
    settled: bool | None = not deciding
    tests: list[Test] = []
    for part in condition.parts:
        found = specialise(part, variables, free)
        if callable(found):
            tests.append(found)
        elif found is deciding:
            return deciding
        elif found is None:
            settled = None
    if not tests:
        return settled
    if len(tests) == 1 and settled is not None:
        return tests[0]
    return lambda given: _joined(tests, given, deciding, settled)


def _specialised(test: Comparison, variables: Variables, free: str) -> bool | Test | None:
    wanted = _matching(test.values)
    if test.variable.lower() != free and all(name.lower() != free for name in wanted.variables):
        return compare(test, variables.folded(test.variable), variables.folded)
    if wanted.variables:

        def look_up(name: str, given: Given) -> Given:
            return given if name.lower() == free else variables.folded(name)

        return lambda given: compare(test, look_up(test.variable, given), lambda name: look_up(name, given))
    if wanted.patterns or wanted.vague or test.operator not in (*SINGLE, *LISTS):
        return lambda given: compare(test, given)
    plain, positive = wanted.plain, test.operator in POSITIVE

    def told(given: Given) -> bool | None:
        # The commonest test by far in its fastest form: one of texts.
        return (given in plain) is positive if isinstance(given, str) else compare(test, given)

    return told


def _joined(tests: list[Test], given: Given, deciding: bool, settled: bool | None) -> bool | None:
    for test in tests:
        found = test(given)
        if found is deciding:
            return deciding
        if found is None:
            settled = None
    return settled


def _nothing(_: str) -> Given:
    return None


def compare(test: Comparison, given: Given, look_up: Callable[[str], Given] = _nothing) -> bool | None:
    """Whether one test holds of a value.

    Args:
        test: The test.
        given: The value of its variable.
        look_up: Tells the values of variables that it is compared with, if there are any.
    """
    if given is None:
        return False
    wanted = _matching(test.values)
    if wanted.variables:
        return _against_variables(test.operator, wanted, given, [look_up(name) for name in wanted.variables])
    if isinstance(given, Unknown):
        return None
    if test.operator in MOMENTS or test.operator == "between":
        return _timely(test, given)
    return _among(test.operator, wanted, given)


def _among(operator: str, wanted: "_Matching", given: str) -> bool | None:
    found = given in wanted.plain or any(_fits(given, pattern) for pattern in wanted.patterns)
    if not found and wanted.vague:
        return None
    return found is (operator in POSITIVE)


def _against_variables(
    operator: str, wanted: "_Matching", given: str | Unknown, others: list[Given]
) -> bool | None:
    """Test value by value: a variable that the request lacks neither equals anything nor differs from it."""
    deciding = operator in POSITIVE
    found: list[bool | None] = []
    for other in others:
        if other is None:
            found.append(False)
        elif isinstance(given, Unknown) or isinstance(other, Unknown):
            found.append(None)
        else:
            found.append((given == other) is deciding)
    if wanted.plain or wanted.patterns or wanted.vague:
        found.append(None if isinstance(given, Unknown) else _among(operator, wanted, given))
    if deciding in found:
        return deciding
    return None if None in found else not deciding


class _Matching:
    """Values in the form in which they are compared.

    Attributes:
        plain: Texts in folded case.
        patterns: Of each its text, and a star or nothing at its beginning and end.
        vague: Whether there is a pattern with a star elsewhere, whose meaning no page tells.
        variables: Names of variables.
    """

    __slots__ = ("patterns", "plain", "vague", "variables")

    def __init__(
        self,
        plain: frozenset[str],
        patterns: tuple[tuple[str, str, str], ...],
        variables: tuple[str, ...],
        *,
        vague: bool,
    ) -> None:
        self.plain = plain
        self.patterns = patterns
        self.vague = vague
        self.variables = variables


@lru_cache(maxsize=1 << 17)
def _matching(values: tuple[Value, ...]) -> _Matching:
    plain, patterns, vague = set(), [], False
    variables = tuple(value.name for value in values if isinstance(value, Variable))
    for value in values:
        if isinstance(value, str):
            plain.add(value.casefold())
            continue
        if isinstance(value, Variable):
            continue
        text = value.text.casefold()
        body = text.removeprefix("*").removesuffix("*")
        if "*" in body:
            vague = True
        elif body == text:
            plain.add(text)
        else:
            patterns.append(("*" if text.startswith("*") else "", body, "*" if text.endswith("*") else ""))
    return _Matching(frozenset(plain), tuple(patterns), variables, vague=vague)


def _fits(given: str, pattern: tuple[str, str, str]) -> bool:
    """Whether a value fits a wildcard at either end (Oracle, Identity, "Conditions", read 2026-11-23)."""
    before, body, after = pattern
    if before and after:
        return body in given
    return given.endswith(body) if before else given.startswith(body)


def _timely(test: Comparison, given: str) -> bool | None:
    """Whether a time lies before or after a moment, or between two times of the day.

    ``before`` and ``after`` are told of ``request.utc-timestamp``, ``between`` of its time of the day, which
    may cross midnight (Oracle, Identity, "Scoping Policy by Time", read 2026-11-23); of other variables, and
    of times in another form, nothing is told.
    """
    variable = test.variable.lower()
    values = [value for value in test.values if isinstance(value, str)]
    if variable == "request.utc-timestamp" and test.operator in MOMENTS:
        now, moment = _moment(given), _moment(values[0])
        if now is None or moment is None:
            return None
        return now < moment if test.operator == "before" else now > moment
    if variable == "request.utc-timestamp.time-of-day" and test.operator == "between":
        at, first, last = _clock(given), _clock(values[0]), _clock(values[1])
        if at is None or first is None or last is None:
            return None
        return first <= at <= last if first <= last else at >= first or at <= last
    return None


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime | None:
    """Read a moment: a day, or a day and a time, in UTC and saying so, or with another zone's offset."""
    form = text.upper()
    if len(form) == len("2026-01-01Z") and form.endswith("Z"):
        form = f"{form[:-1]}T00:00Z"
    try:
        found = datetime.fromisoformat(form)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


@lru_cache(maxsize=1024)
def _clock(text: str) -> time | None:
    """Read a time of the day in UTC; Oracle's page prints ``2:01:00Z`` and ``05:00:00`` as well."""
    form = text.upper()
    try:
        found = time.fromisoformat(f"0{form}" if form[1:2] == ":" else form)
    except ValueError:
        return None
    return None if found.utcoffset() else found.replace(tzinfo=None)


@lru_cache(maxsize=1 << 15)
def principals_wanted(condition: Condition | None) -> frozenset[str] | None:
    """OCIDs of which the principal must have one, in folded case; None where a condition needs none."""
    if isinstance(condition, Both):
        for part in condition.parts:
            found = principals_wanted(part)
            if found is not None:
                return found
        return None
    if isinstance(condition, Either):
        parts = [principals_wanted(part) for part in condition.parts]
        each = [part for part in parts if part is not None]
        return frozenset().union(*each) if len(each) == len(parts) else None
    if not isinstance(condition, Comparison) or condition.operator not in POSITIVE:
        return None
    wanted = _matching(condition.values)
    open_ended = (
        wanted.patterns
        or wanted.vague
        or wanted.variables
        or condition.variable.lower() != "request.principal.id"
    )
    return None if open_ended else wanted.plain


def mentions(condition: Condition | None, variable: str, value: str) -> bool:
    """Whether a condition somewhere asks for a value of a variable, both in folded case."""
    if condition is None:
        return False
    if not isinstance(condition, Comparison):
        return any(mentions(part, variable, value) for part in condition.parts)
    if condition.variable.lower() != variable or condition.operator not in POSITIVE:
        return False
    return bool(compare(condition, value))

"""Whether a condition holds for a request: true, false or not known; and in words why it doesn't."""

from functools import lru_cache

from genaikeys.iam.request import Unknown, Variables
from genaikeys.iam.statement import Comparison, Condition, Either


def holds(condition: Condition, variables: Variables) -> bool | None:
    """Whether a condition holds; None where that hangs on a variable that this engine doesn't know.

    Values compare without regard to case. A test of a variable that the request lacks is false, under ``!=``
    too (Oracle, Identity, "Conditions", read 2026-11-23).
    """
    if isinstance(condition, Comparison):
        given = variables.folded(condition.variable)
        if isinstance(given, Unknown):
            return None
        if given is None:
            return False
        return (given in _folded(condition.values)) is (condition.operator != "!=")
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


def distance(condition: Condition, variables: Variables) -> tuple[int, int]:
    """Count how many tests keep a condition from holding, to tell which of two came closer.

    Returns:
        Tests of the principal that fail (such a statement speaks of somebody else), and other tests that
        fail; of ``ANY`` those of the part with the fewest.
    """
    if isinstance(condition, Comparison):
        if holds(condition, variables):
            return 0, 0
        return (1, 0) if condition.variable.lower().startswith("request.principal.") else (0, 1)
    parts = [distance(part, variables) for part in condition.parts]
    if isinstance(condition, Either):
        return min(parts)
    return sum(principal for principal, _ in parts), sum(other for _, other in parts)


def failures(condition: Condition, variables: Variables) -> list[str]:
    """Say of each test that keeps a condition from holding what it wants and what it found."""
    if holds(condition, variables):
        return []
    if isinstance(condition, Comparison):
        return [_failure(condition, variables.value(condition.variable))]
    found = [failures(part, variables) for part in condition.parts]
    if isinstance(condition, Either):
        return [" and ".join(dict.fromkeys(each for part in found for each in part))]
    return list(dict.fromkeys(each for part in found for each in part))


def _failure(test: Comparison, given: str | Unknown | None) -> str:
    if isinstance(given, Unknown):
        return f"{test.variable} is not modelled"
    if given is None:
        return f"the request has no {test.variable}, so any condition on it is false"
    quoted = [f"'{value}'" for value in test.values]
    if test.operator == "!=":
        return f"{test.variable} is '{given}', which the condition excludes"
    wanted = quoted[0] if len(quoted) == 1 else f"one of {', '.join(quoted)}"
    return f"{test.variable} is '{given}', not {wanted}"


@lru_cache(maxsize=4096)
def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)

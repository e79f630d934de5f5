"""Why the policies answer as they do, in sentences for a person."""

from collections.abc import Callable, Iterable
from operator import itemgetter

from genaikeys.iam.condition import MOMENTS, Comparison, Condition, Either, Value, Variable
from genaikeys.iam.decisions import Answer, Decision, Entry, Near, Policies
from genaikeys.iam.evaluate import POSITIVE, holds
from genaikeys.iam.membership import includes
from genaikeys.iam.permissions import table
from genaikeys.iam.printer import print_action, print_location, print_statement, print_subject, print_value
from genaikeys.iam.request import Request
from genaikeys.iam.statement import Allow
from genaikeys.iam.variables import Unknown, Variables

CLOSEST = 3
"""How many statements are named at most."""
_ALL_FIT = 3
_first = itemgetter(0)


def tell(
    policies: Policies,
    decision: Decision,
    entry: Entry | None,
    asked: Callable[[], tuple[Request, Variables]],
) -> tuple[tuple[Near, ...], str]:
    """Say why a decision is what it is.

    Args:
        policies: What decided.
        decision: The decision.
        entry: The statement that decides, or can't be decided.
        asked: Tells the request and its variables.

    Returns:
        The statements that came closest, for a no that no statement denies; and one sentence.
    """
    if entry is not None:
        name, text = entry.policy.name, print_statement(entry.statement)
        if decision.answer is Answer.UNKNOWN:
            why = "; ".join(_doubts(entry, *asked()))
            return (), f"{why}; the statement in question, in policy {name}: {text}"
        verb = "grants" if decision.answer is Answer.YES else "denies"
        return (), f"policy {name} {verb} it: {text}"
    closest = _Question(policies, *asked()).closest()
    if not closest:
        return (), "there is no statement"
    first = closest[0]
    reason = (
        f"{'; '.join(first.why)}; the closest statement, in policy {first.policy.name}:"
        f" {print_statement(first.statement)}"
    )
    return closest, reason


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
    if isinstance(condition, Comparison):
        held = holds(condition, variables)
        return [] if held else [_failure(condition, variables, vague=held is None)]
    if isinstance(condition, Either) and holds(condition, variables):
        return []
    found = [failures(part, variables) for part in condition.parts]
    if isinstance(condition, Either):
        return [" and ".join(dict.fromkeys(each for part in found for each in part))]
    return list(dict.fromkeys(each for part in found for each in part))


def _failure(test: Comparison, variables: Variables, *, vague: bool) -> str:
    given = variables.value(test.variable)
    others = {value.name: variables.value(value.name) for value in test.values if isinstance(value, Variable)}
    missing = [name for name, value in others.items() if value is None]
    # In a list another value may be found; else one that is missing decides.
    needed = test.operator not in POSITIVE or len(missing) == len(test.values)
    for name in [test.variable] if given is None else missing if needed else []:
        return f"the request has no {name}, so any condition on it is false"
    quoted = [_told(value, variables) if others else print_value(value) for value in test.values]
    if vague:
        for name, value in ((test.variable, given), *others.items()):
            if isinstance(value, Unknown):
                return f"{name} is not modelled"
        return f"what {test.variable} {test.operator} {' and '.join(quoted)} means is not modelled"
    if test.operator in ("!=", "not in"):
        return f"{test.variable} is '{given}', which the condition excludes"
    if test.operator in MOMENTS or test.operator == "between":
        return f"{test.variable} is '{given}', not {test.operator} {' and '.join(quoted)}"
    wanted = quoted[0] if len(quoted) == 1 else f"one of {', '.join(quoted)}"
    return f"{test.variable} is '{given}', not {wanted}"


def _told(value: Value, variables: Variables) -> str:
    """A value; of a variable also what it is."""
    if not isinstance(value, Variable):
        return print_value(value)
    given = variables.value(value.name)
    if isinstance(given, Unknown):
        return f"{value.name} (not modelled)"
    return f"{value.name} ({'missing' if given is None else repr(given)})"


def _doubts(entry: Entry, request: Request, variables: Variables) -> list[str]:
    """What of one statement isn't known, in the order in which it is asked."""
    found = []
    permission = request.permission or ""
    if entry.covers(permission) is None:
        found.append(f"whether {print_action(entry.statement.action)} includes {permission} is not known")
    subject, condition = entry.subject, entry.condition_for(request.principal)
    if includes(subject, condition, request.principal) is None:
        kind = request.principal.type
        found.append(f"whether {print_subject(subject)} includes a principal of type {kind} is not known")
    if condition is not None and holds(condition, variables) is None:
        found += failures(condition, variables)
    return found


class _Question:
    """A request, and how far each statement goes along with it."""

    def __init__(self, policies: Policies, request: Request, variables: Variables) -> None:
        self._policies = policies
        self._request = request
        self._permission = request.permission or ""
        self._compartments = policies.compartments
        self._variables = variables
        self._above = policies.compartments.path(request.target.compartment)

    def closest(self) -> tuple[Near, ...]:
        """Of the allowing statements that fit best, those whose condition fails least, in their order."""
        best = self._best(self._policies.about(self._request)) or self._best(self._policies.entries)
        return tuple(
            Near(entry.policy, entry.statement, tuple(self._why(entry)))
            for entry in best[:CLOSEST]
            if isinstance(entry.statement, Allow)
        )

    def _best(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that fit best, the closest first.

        Statements about this principal are asked first: of thousands about others none comes closer than one
        of which everything fits but some test of what isn't the principal.
        """
        ranked = [(self._fits(entry), entry) for entry in entries if not entry.denies]
        most = max((fit for fit, _ in ranked), default=0)
        best = [(self._distance(entry), entry) for fit, entry in ranked if fit == most]
        best.sort(key=_first)
        everything = entries is self._policies.entries
        enough = everything or (most == _ALL_FIT and best[0][0][0] == 0)
        return [entry for _, entry in best] if enough else []

    def _fits(self, entry: Entry) -> int:
        """How many of subject, permission and location fit, in this order, before one doesn't."""
        if includes(entry.subject, entry.condition, self._request.principal) is False:
            return 0
        if entry.covers(self._permission) is False:
            return 1
        return _ALL_FIT if entry.location in self._above else 2

    def _distance(self, entry: Entry) -> tuple[int, int]:
        condition = entry.condition_for(self._request.principal)
        return (0, 0) if condition is None else distance(condition, self._variables)

    def _why(self, entry: Entry) -> list[str]:
        fit, statement = self._fits(entry), entry.statement
        principal = self._request.principal
        if fit == 0:
            return [f"no statement speaks of the {principal.type} {principal.id}"]
        if fit == 1:
            least = table().least(self._permission)
            hint = f": that takes {least}" if least else ""
            return [f"{print_action(statement.action)} does not include {self._permission}{hint}"]
        if fit == _ALL_FIT:
            condition = entry.condition_for(principal)
            return failures(condition, self._variables) if condition else []
        where = print_location(statement.location)
        if entry.location is None:
            attached = self._compartments.name(entry.policy.compartment) or entry.policy.compartment
            return [f"{where} is not found from {attached}, where the policy is attached"]
        target = self._request.target.compartment
        return [f"{where} does not hold the target, which is in {self._compartments.name(target) or target}"]

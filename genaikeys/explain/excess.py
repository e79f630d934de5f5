"""What a statement grants that nobody can have meant: to whoever meets one test, or to everybody."""

from genaikeys.access.conjunctions import alternatives
from genaikeys.explain.call import Call
from genaikeys.iam.condition import Both, Comparison, Condition, Either
from genaikeys.iam.immutable import replaced
from genaikeys.iam.statement import Allow
from genaikeys.iam.subject import AnyUser

__all__ = ["mentions", "names_principals", "too_much", "with_key"]

_OF_PRINCIPALS = "request.principal."


def too_much(allow: Allow, call: Call) -> tuple[tuple[str, ...], Allow]:
    """Say what is granted that nobody can have meant.

    Returns:
        A sentence for each thing, without its full stop; and the statement without them, which grants the
        call's key what it granted before.
    """
    said: list[str] = []
    condition = allow.condition
    if isinstance(condition, Either) and _for_all(condition):
        said.append(
            "ANY lets each of its tests grant alone: whoever meets one of them may call. ALL was probably"
            " meant"
        )
        allow = replaced(allow, condition=Both(condition.parts))
    if isinstance(allow.subject, AnyUser) and not names_principals(allow.condition):
        said.append(
            "Nothing in it says who calls, and any-user is every user, key, instance and service of the"
            " tenancy: all of them may call"
        )
        allow = replaced(allow, condition=with_key(allow.condition, call))
    return tuple(said), allow


def names_principals(condition: Condition | None) -> bool:
    """Whether a condition holds only for principals that it names."""
    return all(
        any(test.variable.startswith(_OF_PRINCIPALS) and test.operator == "=" for test in each)
        for each in alternatives(condition)
    )


def with_key(condition: Condition | None, call: Call) -> Condition:
    """A condition, and that it is the call's key which calls."""
    key = (
        Comparison("request.principal.type", "=", (call.caller.principal.type,)),
        Comparison("request.principal.id", "=", (call.caller.principal.id,)),
    )
    if condition is None:
        return Both(key)
    return Both((*key, *(condition.parts if isinstance(condition, Both) else (condition,))))


def mentions(condition: Condition | None, variable: str) -> bool:
    """Whether a condition tests a variable, or one whose name begins like this."""
    if condition is None:
        return False
    if isinstance(condition, Comparison):
        return condition.variable.lower().startswith(variable)
    return any(mentions(part, variable) for part in condition.parts)


def _for_all(condition: Either) -> bool:
    """ANY where ALL was meant: tests of several variables, of the principal among them, each enough alone."""
    variables = {part.variable.lower() for part in condition.parts if isinstance(part, Comparison)}
    return len(variables) > 1 and mentions(condition, _OF_PRINCIPALS)

"""One spelling for each statement: the one that Oracle's API-key page uses."""

from genaikeys.iam.statement import (
    AnyUser,
    Both,
    Comparison,
    CompartmentId,
    Condition,
    Group,
    Location,
    Statement,
    Subject,
    Tenancy,
)


def print_statement(statement: Statement) -> str:
    """Canonical text of a statement; ``parse_statement`` reads it back as an equal value.

    Key words are in lower case but for ``ALL`` and ``ANY``, braces stand apart from what they hold, and
    ``=`` and ``!=`` stand close. Names, variables and values keep the letters that they were written in.
    """
    text = (
        f"allow {_subject(statement.subject)} to {statement.verb} {statement.resource}"
        f" in {print_location(statement.location)}"
    )
    return text if statement.condition is None else f"{text} where {_condition(statement.condition)}"


def print_location(location: Location) -> str:
    """Canonical text of a location."""
    if isinstance(location, Tenancy):
        return "tenancy"
    if isinstance(location, CompartmentId):
        return f"compartment id {location.ocid}"
    return f"compartment {':'.join(location.names)}"


def _subject(subject: Subject) -> str:
    if isinstance(subject, AnyUser):
        return "any-user"
    return f"group {subject.name}" if isinstance(subject, Group) else f"dynamic-group {subject.name}"


def _condition(condition: Condition) -> str:
    if isinstance(condition, Comparison):
        if condition.operator == "in":
            values = ", ".join(f"'{value}'" for value in condition.values)
            return f"{condition.variable} in ({values})"
        return f"{condition.variable}{condition.operator}'{condition.values[0]}'"
    word = "ALL" if isinstance(condition, Both) else "ANY"
    return f"{word} {{ {', '.join(_condition(part) for part in condition.parts)} }}"

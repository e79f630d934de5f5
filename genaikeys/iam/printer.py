"""One spelling for each statement: the one that Oracle's API-key page uses."""

from functools import lru_cache

from genaikeys.iam.condition import LISTS, SINGLE, Both, Comparison, Condition, Pattern, Value
from genaikeys.iam.place import (
    AnyTenancy,
    CompartmentId,
    CompartmentPath,
    Place,
    RemoteCompartment,
    Tenancy,
)
from genaikeys.iam.statement import (
    Action,
    Admit,
    Allow,
    Associate,
    Define,
    Deny,
    Endorse,
    Permissions,
    Statement,
    Verb,
)
from genaikeys.iam.subject import AnyGroup, AnyUser, ById, DynamicGroups, Groups, Member, Services, Subject
from genaikeys.iam.words import name


@lru_cache(maxsize=4096)
def print_statement(statement: Statement) -> str:
    """Canonical text of a statement; ``parse_statement`` reads it back as an equal value.

    Key words are in lower case but for ``ALL`` and ``ANY``, permissions in upper case; braces stand apart
    from what they hold, names are quoted only where they must be, ``=`` and ``!=`` stand close.
    """
    if isinstance(statement, Allow | Deny):
        word = "allow" if isinstance(statement, Allow) else "deny"
        text = (
            f"{word} {print_subject(statement.subject)} to {print_action(statement.action)}"
            f" in {print_location(statement.location)}"
        )
    elif isinstance(statement, Define):
        return f"define {statement.kind} {_member(statement.name)} as {statement.ocid}"
    else:
        text = _across(statement)
    return text if statement.condition is None else f"{text} where {print_condition(statement.condition)}"


def print_subject(subject: Subject) -> str:
    """Canonical text of a subject."""
    if isinstance(subject, AnyUser):
        return "any-user"
    if isinstance(subject, AnyGroup):
        return "any-group"
    if isinstance(subject, Groups | DynamicGroups):
        word = "group" if isinstance(subject, Groups) else "dynamic-group"
        return f"{word} {', '.join(map(_member, subject.members))}"
    word = "service" if isinstance(subject, Services) else "resource"
    return f"{word} {', '.join(map(name, subject.names))}"


def print_action(action: Action) -> str:
    """Canonical text of what is allowed or denied."""
    if isinstance(action, Verb):
        return f"{action.verb} {action.resource}"
    return f"{{ {', '.join(action.names)} }}"


def print_location(place: Place) -> str:
    """Canonical text of a location, or of a place in another tenancy."""
    if isinstance(place, Tenancy):
        return "tenancy"
    if isinstance(place, CompartmentId):
        return f"compartment id {place.ocid}"
    if isinstance(place, CompartmentPath):
        return f"compartment {':'.join(map(name, place.names))}"
    if isinstance(place, AnyTenancy):
        return "any-tenancy"
    if isinstance(place, RemoteCompartment):
        return f"{print_location(place.path)} of {print_location(place.tenancy)}"
    return f"tenancy {name(place.name)}"


def print_condition(condition: Condition) -> str:
    """Canonical text of a condition."""
    if isinstance(condition, Comparison):
        return _comparison(condition)
    word = "ALL" if isinstance(condition, Both) else "ANY"
    return f"{word} {{ {', '.join(map(print_condition, condition.parts))} }}"


def print_value(value: Value) -> str:
    """Canonical text of a value, a pattern or a variable."""
    if isinstance(value, str):
        return f"'{value}'"
    return f"/{value.text}/" if isinstance(value, Pattern) else value.name


def _comparison(test: Comparison) -> str:
    values = [print_value(value) for value in test.values]
    if test.operator in SINGLE:
        return f"{test.variable}{test.operator}{values[0]}"
    if test.operator in LISTS:
        return f"{test.variable} {test.operator} ({', '.join(values)})"
    return f"{test.variable} {test.operator} {' and '.join(values)}"


def _member(member: Member) -> str:
    if isinstance(member, ById):
        return f"id {member.ocid}"
    return name(member.name) if member.domain is None else f"{name(member.domain)}/{name(member.name)}"


def _across(statement: Endorse | Admit) -> str:
    words = ["deny"] if statement.denied else []
    words += ["endorse" if isinstance(statement, Endorse) else "admit", print_subject(statement.subject)]
    if isinstance(statement, Admit) and statement.origin is not None:
        words += ["of", print_location(statement.origin)]
    action = statement.action
    if isinstance(action, Associate):
        words += ["to associate", action.resource, "in", print_location(action.place)]
        words += ["with", action.partner]
    else:
        # Permissions follow the subject of an endorsement at once (oci-lexer-parser 0.5.0, whose author tried
        # it in a tenancy).
        bare = isinstance(statement, Endorse) and isinstance(action, Permissions)
        words += [print_action(action)] if bare else ["to", print_action(action)]
    return " ".join([*words, "in", print_location(statement.place)])

"""One shape for the readings of two parsers: plain lists and dictionaries that can be compared.

What only spelling can tell apart is one there: the default identity domain and its absence, ``all`` or
``any`` around a single test and its absence, the case of key words, types and permissions.
"""

from genaikeys.iam import StatementError, parse_statement
from genaikeys.iam.condition import Both, Comparison, Condition, Pattern, Value, Variable
from genaikeys.iam.place import (
    AnyTenancy,
    CompartmentId,
    CompartmentPath,
    Place,
    RemoteCompartment,
    RemoteTenancy,
    Tenancy,
)
from genaikeys.iam.statement import Action, Admit, Allow, Associate, Define, Deny, Endorse, Statement, Verb
from genaikeys.iam.subject import (
    DEFAULT_DOMAIN,
    AnyGroup,
    AnyUser,
    ById,
    DynamicGroups,
    Groups,
    Named,
    Resources,
    Subject,
)

Shape = dict[str, object]


def read(text: str) -> Shape | None:
    """The shape of what our parser reads in a text; None where it refuses it."""
    try:
        return of(parse_statement(text))
    except StatementError:
        return None


def of(statement: Statement) -> Shape:
    """The shape of one of our statements."""
    if isinstance(statement, Define):
        return {
            "effect": "define",
            "kind": statement.kind,
            "name": _member(statement.name),
            "ocid": statement.ocid,
        }
    shape: Shape = {
        "effect": _effect(statement),
        "subject": _subject(statement.subject),
        "action": _action(statement.action),
        "condition": None if statement.condition is None else _condition(statement.condition),
    }
    if isinstance(statement, Allow | Deny):
        return {**shape, "place": _place(statement.location)}
    if isinstance(statement, Admit):
        shape["origin"] = None if statement.origin is None else _place(statement.origin)
    return {**shape, "place": _place(statement.place)}


def joined(word: str, parts: list[object]) -> object:
    """Tests joined by ``all`` or ``any``; around a single one neither means anything."""
    return parts[0] if len(parts) == 1 else [word, *parts]


def named(name: str, domain: str | None) -> list[str | None]:
    """A name with its identity domain, None for the default one."""
    return [None if domain is None or domain.casefold() == DEFAULT_DOMAIN else domain, name]


def _effect(statement: Allow | Deny | Endorse | Admit) -> str:
    word = type(statement).__name__.lower()
    return f"deny {word}" if isinstance(statement, Endorse | Admit) and statement.denied else word


def _subject(subject: Subject) -> list[object]:
    if isinstance(subject, AnyUser):
        return ["any-user"]
    if isinstance(subject, AnyGroup):
        return ["any-group"]
    if isinstance(subject, Groups | DynamicGroups):
        word = "group" if isinstance(subject, Groups) else "dynamic-group"
        return [word, *map(_member, subject.members)]
    return ["resource" if isinstance(subject, Resources) else "service", *subject.names]


def _member(member: Named | ById) -> object:
    return {"id": member.ocid} if isinstance(member, ById) else named(member.name, member.domain)


def _action(action: Action | Associate) -> list[object]:
    if isinstance(action, Verb):
        return [action.verb, action.resource]
    if isinstance(action, Associate):
        return ["associate", action.resource, _place(action.place), action.partner]
    return ["permissions", *action.names]


def _place(place: Place) -> list[object]:
    if isinstance(place, Tenancy):
        return ["tenancy"]
    if isinstance(place, CompartmentId):
        return ["compartment", {"id": place.ocid}]
    if isinstance(place, CompartmentPath):
        return ["compartment", *place.names]
    if isinstance(place, AnyTenancy):
        return ["any-tenancy"]
    if isinstance(place, RemoteCompartment):
        return [*_place(place.path), *_place(place.tenancy)]
    assert isinstance(place, RemoteTenancy)
    return ["tenancy", place.name]


def _condition(condition: Condition) -> object:
    if isinstance(condition, Comparison):
        return [condition.variable, condition.operator, *map(_value, condition.values)]
    word = "all" if isinstance(condition, Both) else "any"
    return joined(word, [_condition(part) for part in condition.parts])


def _value(value: Value) -> object:
    if isinstance(value, Variable):
        return {"variable": value.name}
    return {"pattern": value.text} if isinstance(value, Pattern) else value

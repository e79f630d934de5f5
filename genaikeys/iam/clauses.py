"""The clauses that statements share: who, what, where and when. Docstrings hold the productions."""

from genaikeys.iam.condition import (
    DEEPEST,
    LISTS,
    MOMENTS,
    SINGLE,
    Both,
    Comparison,
    Condition,
    Either,
    Pattern,
    Value,
    Variable,
)
from genaikeys.iam.place import (
    AnyTenancy,
    CompartmentId,
    CompartmentPath,
    Location,
    Remote,
    RemoteCompartment,
    RemoteTenancy,
    Tenancy,
)
from genaikeys.iam.reader import Reader
from genaikeys.iam.statement import Action, Permissions, Verb
from genaikeys.iam.subject import (
    DEFAULT_DOMAIN,
    AnyGroup,
    AnyUser,
    ById,
    DynamicGroups,
    Groups,
    Member,
    Named,
    Resources,
    Services,
    Subject,
)
from genaikeys.iam.words import VERBS

_ANY_USER, _ANY_GROUP, _TENANCY = AnyUser(), AnyGroup(), Tenancy()
_SUBJECTS = ("any-user", "any-group", "group", "dynamic-group", "service", "resource")


def subject(reader: Reader) -> Subject:
    """Read who.

    ::

        subject = "any-user" | "any-group"
                | ( "group" | "dynamic-group" ) member { "," member }
                | ( "service" | "resource" ) name { "," name }
    """
    head = reader.key()
    if head not in _SUBJECTS:
        raise reader.refused(f"expected {', '.join(_SUBJECTS[:-1])} or {_SUBJECTS[-1]}")
    reader.skip()
    if head == "any-user":
        return _ANY_USER
    if head == "any-group":
        return _ANY_GROUP
    if head in ("group", "dynamic-group"):
        members = [_member(reader, head)]
        while reader.key() == ",":
            reader.skip()
            members.append(_member(reader, head))
        return Groups(tuple(members)) if head == "group" else DynamicGroups(tuple(members))
    names = [reader.name(f"the name of a {head}")]
    while reader.key() == ",":
        reader.skip()
        names.append(reader.name(f"the name of a {head}"))
    return Services(tuple(names)) if head == "service" else Resources(tuple(names))


def _member(reader: Reader, kind: str) -> Member:
    """Read one group or dynamic group.

    ::

        member = "id" ocid | named
    """
    if reader.key() == "id":
        reader.skip()
        return ById(reader.ocid())
    return named(reader, f"the name of a {kind}, or id and its OCID")


def named(reader: Reader, what: str) -> Named:
    """Read a name with or without its identity domain; the default domain is dropped.

    ::

        named = [ name "/" ] name
    """
    first = reader.name(what)
    if reader.key() != "/":
        return Named(first, None)
    reader.skip()
    name = reader.name("a name in the identity domain")
    return Named(name) if first.casefold() == DEFAULT_DOMAIN else Named(name, first)


def action(reader: Reader) -> Action:
    """Read what is allowed or denied.

    ::

        action      = verb resource | permissions
        verb        = "inspect" | "read" | "use" | "manage"
        permissions = "{" permission { "," permission } "}"
    """
    verb = reader.key()
    if verb == "{":
        reader.skip()
        names = [reader.permission()]
        while reader.key() == ",":
            reader.skip()
            names.append(reader.permission())
        reader.expect("}", "expected , or }")
        return Permissions(tuple(names))
    if verb not in VERBS:
        raise reader.refused(f"expected a verb ({', '.join(VERBS)}), or permissions between {{ and }}")
    reader.skip()
    return Verb(verb, reader.resource())


def location(reader: Reader) -> Location:
    """Read where.

    ::

        location = "tenancy"
                 | "compartment" "id" ocid
                 | "compartment" name { ":" name }
    """
    head = reader.key()
    if head not in ("tenancy", "compartment"):
        raise reader.refused("expected tenancy or compartment")
    reader.skip()
    if head == "tenancy":
        return _TENANCY
    if reader.key() == "id":
        reader.skip()
        return CompartmentId(reader.compartment_ocid())
    return _path(reader)


def _path(reader: Reader) -> CompartmentPath:
    names = [reader.name("the name of a compartment, a path of names, or id and an OCID")]
    while reader.key() == ":":
        reader.skip()
        names.append(reader.name("a name behind the colon", key_word=None))
    return CompartmentPath(tuple(names))


def remote(reader: Reader) -> Remote:
    """Read where in other tenancies.

    ::

        remote = "any-tenancy" | "tenancy" name | "compartment" name { ":" name } "of" "tenancy" name
    """
    head = reader.key()
    if head == "any-tenancy":
        reader.skip()
        return AnyTenancy()
    if head == "tenancy":
        reader.skip()
        return RemoteTenancy(reader.name("the name of a tenancy, or any-tenancy"))
    reader.expect("compartment", "expected tenancy and its name, any-tenancy, or compartment")
    path = _path(reader)
    reader.expect("of", "expected of tenancy and its name")
    reader.expect("tenancy")
    return RemoteCompartment(path, RemoteTenancy(reader.name("the name of a tenancy")))


def where(reader: Reader) -> Condition | None:
    """Read when, if that is said, and the end of the statement.

    ::

        where = [ "where" condition ]
    """
    condition = None
    if reader.key() == "where":
        reader.skip()
        condition = _condition(reader, DEEPEST)
    reader.end(f"expected {'where, or ' if condition is None else ''}the end of the statement")
    return condition


def _condition(reader: Reader, left: int) -> Condition:
    """Read when.

    ::

        condition = comparison | ( "all" | "any" ) "{" condition { "," condition } "}"
    """
    head = reader.key()
    if head not in ("all", "any"):
        return _comparison(reader)
    if left == 0:
        raise reader.refused(f"conditions may nest at most {DEEPEST} deep here")
    reader.skip()
    reader.expect("{")
    parts = [_condition(reader, left - 1)]
    while reader.key() == ",":
        reader.skip()
        parts.append(_condition(reader, left - 1))
    reader.expect("}", "expected , or }")
    return Both(tuple(parts)) if head == "all" else Either(tuple(parts))


def _comparison(reader: Reader) -> Comparison:
    """Read one test of a variable.

    ::

        comparison = variable ( "=" | "!=" ) value
                   | variable [ "not" ] "in" "(" value { "," value } ")"
                   | variable ( "before" | "after" ) text
                   | variable "between" text "and" text
        variable   = words joined by "."
    """
    variable = reader.variable()
    operator = reader.key()
    if operator in SINGLE:
        reader.skip()
        return Comparison(variable, operator, (_value(reader),))
    if operator == "not":
        reader.skip()
        if reader.key() != "in":
            raise reader.refused("expected in behind not")
        operator = "not in"
    if operator in LISTS:
        reader.skip()
        reader.expect("(")
        values = [_value(reader)]
        while reader.key() == ",":
            reader.skip()
            values.append(_value(reader))
        reader.expect(")", "expected , or )")
        return Comparison(variable, operator, tuple(values))
    if operator in MOMENTS:
        reader.skip()
        return Comparison(variable, operator, (reader.text(),))
    if operator != "between":
        raise reader.refused("expected =, !=, in, not in, before, after or between")
    reader.skip()
    first = reader.text()
    reader.expect("and")
    return Comparison(variable, operator, (first, reader.text()))


def _value(reader: Reader) -> Value:
    """Read what a variable is compared with: text, wildcard, or another variable.

    ::

        value = text | pattern | variable of the request or the target
    """
    if reader.token.startswith("'"):
        return reader.text()
    pattern = reader.pattern()
    if pattern is not None:
        return Pattern(pattern)
    reference = reader.reference()
    return reader.text() if reference is None else Variable(reference)

"""Whether a statement's subject includes a principal: true, false, or None where that isn't known."""

from genaikeys.iam.condition import Both, Comparison, Condition, Either
from genaikeys.iam.evaluate import mentions
from genaikeys.iam.request import Principal
from genaikeys.iam.subject import (
    DEFAULT_DOMAIN,
    AnyGroup,
    AnyUser,
    ById,
    DynamicGroups,
    Groups,
    Member,
    Services,
    Subject,
)

API_KEY = "generativeaiapikey"
"""Type of the principal of a call with an API key (Oracle, Generative AI, "Adding Key Permissions", read
2026-11-23)."""
ADMINISTRATORS = "administrators"


def includes(subject: Subject, condition: Condition | None, principal: Principal) -> bool | None:
    """Whether a subject includes a principal.

    ``any-user`` includes every principal, ``any-group`` all users and whatever is in a group or dynamic group
    (Oracle, Identity, "Subjects" and "Policy Syntax", read 2026-11-23). Oracle's page on API keys says that a
    group may stand where ``any-user`` stands, though a key is in no group: whether such a statement ever
    matches a key is not known. No page says what a ``resource`` subject means.
    """
    if isinstance(subject, AnyUser):
        return True
    kind = principal.type.casefold()
    if isinstance(subject, AnyGroup):
        return True if kind == "user" or principal.groups or principal.dynamic_groups else None
    if isinstance(subject, DynamicGroups):
        return _in_any(subject.members, principal.dynamic_groups)
    if isinstance(subject, Groups):
        member = _in_any(subject.members, principal.groups)
        if kind != API_KEY:
            return member
        return None if member or mentions(condition, "request.principal.type", API_KEY) else False
    named = {name.casefold() for name in subject.names}
    if isinstance(subject, Services):
        return kind == "service" and principal.id.casefold() in named
    return None


def about_keys(condition: Condition | None) -> Condition | None:
    """The alternatives of a group's condition that ask for API keys; None where none does.

    ``ANY`` is as many statements: of two alternatives only the one that asks for keys may speak of them.
    """
    if condition is None or isinstance(condition, Comparison):
        return condition if mentions(condition, "request.principal.type", API_KEY) else None
    parts = condition.parts
    found = [(at, part) for at, part in enumerate(map(about_keys, parts)) if part is not None]
    if isinstance(condition, Either):
        return Either(tuple(part for _, part in found)) if found else None
    if any(part == parts[at] for at, part in found):
        return condition
    ways = tuple(Both((*parts[:at], part, *parts[at + 1 :])) for at, part in found)
    return Either(ways) if ways else None


def is_default_administrator(principal: Principal) -> bool:
    """Whether a principal is in the default group of administrators, which no deny statement reaches.

    Source: Oracle, Identity, "Deny Policies", read 2026-11-23.
    """
    if principal.type.casefold() != "user":
        return False
    return any(_folded(group) == ("", ADMINISTRATORS) for group in principal.groups)


def _in_any(members: tuple[Member, ...], groups: frozenset[str]) -> bool:
    if not groups:
        return False
    own = {_folded(group) for group in groups}
    return any(
        ("", member.ocid.casefold()) in own
        if isinstance(member, ById)
        else ((member.domain or "").casefold(), member.name.casefold()) in own
        for member in members
    )


def _folded(group: str) -> tuple[str, str]:
    """Domain and name of a group as a request gives it; the default domain is empty."""
    domain, slash, name = group.casefold().rpartition("/")
    return ("", name) if not slash or domain == DEFAULT_DOMAIN else (domain, name)

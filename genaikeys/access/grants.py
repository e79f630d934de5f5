"""Everything that statements grant or deny, in a form in which two sets of them can be compared.

A grant is a subject, a place and an alternative of the condition, with the permissions that go with them. So
it makes no difference how grants are dealt out to statements: in which order, in one or several, with a verb
or a set of permissions, with a family or its members, with a list or one statement each.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from genaikeys.access.conjunctions import Conjunction, alternatives, implies
from genaikeys.access.scene import Scene, Written
from genaikeys.iam import Compartments
from genaikeys.iam.evaluate import principals_wanted
from genaikeys.iam.permissions import EVERYTHING, table
from genaikeys.iam.statement import Action, Allow, Deny, Permissions
from genaikeys.iam.subject import (
    AnyGroup,
    AnyUser,
    DynamicGroups,
    Groups,
    Member,
    Named,
    Subject,
)
from genaikeys.iam.words import VERBS

__all__ = ["Grant", "Granted", "gained"]


@dataclass(frozen=True, slots=True)
class Grant:
    """To whom, where and when something is granted or denied.

    Attributes:
        denies: Whether it is denied.
        subject: One subject, of lists one member.
        place: OCID of the compartment.
        condition: One alternative of the condition.
    """

    denies: bool
    subject: Subject
    place: str
    condition: Conjunction


Granted = Mapping[Grant, Mapping[str, Written]]
"""Permissions by grant, each with the first statement that says so."""


def gained(before: Scene, after: Scene) -> Iterator[tuple[Grant, dict[str, Written]]]:
    """What one scene grants that the other doesn't; swap them for what is lost.

    Statements that stand in both are looked at only where something new might be included in them. What two
    statements grant only together, such as both halves of a condition, is not found to include anything: so
    this errs on the side of reporting.
    """
    old, new = _Stated(before), _Stated(after)
    fresh: dict[str | None, dict[Grant, dict[str, Written]]] = {}
    for grant, permissions in _granted(new.beyond(old), after.compartments).items():
        fresh.setdefault(_principal(grant.condition), {})[grant] = permissions
    for principal, grants in fresh.items():
        known = _granted(old.about(principal), before.compartments)
        by_subject: dict[tuple[bool, Subject], list[Grant]] = {}
        for grant in known:
            by_subject.setdefault((grant.denies, grant.subject), []).append(grant)
        for grant, permissions in grants.items():
            left = dict(permissions)
            for wide in _candidates(grant, by_subject):
                if not left:
                    break
                if _includes(wide, grant, before.compartments):
                    for permission in known[wide]:
                        left.pop(permission, None)
            if left:
                yield grant, left


class _Stated:
    """The statements of a scene, by what identifies them and by the principals that they need."""

    def __init__(self, scene: Scene) -> None:
        self._by_identity: dict[object, Written] = {}
        self._about: dict[str | None, list[Written]] = {}
        for written in scene.statements:
            statement = written.statement
            if not isinstance(statement, Allow | Deny):
                continue
            place = scene.compartments.resolve(statement.location, written.compartment)
            identity = (statement, place)
            if place is None or identity in self._by_identity:
                continue
            self._by_identity[identity] = written
            wanted = principals_wanted(statement.condition)
            for principal in [None] if wanted is None else wanted:
                self._about.setdefault(principal, []).append(written)

    def beyond(self, other: "_Stated") -> list[Written]:
        """Statements that the other scene lacks."""
        return [written for identity, written in self._by_identity.items() if not other.holds(identity)]

    def holds(self, identity: object) -> bool:
        """Whether a statement stands here, for the same place."""
        return identity in self._by_identity

    def about(self, principal: str | None) -> list[Written]:
        """Statements that may speak of a principal, by its id in folded case; None: of one without an id."""
        own = [] if principal is None else self._about.get(principal, [])
        return [*own, *self._about.get(None, ())]


def _principal(condition: Conjunction) -> str | None:
    """The principal that an alternative needs, by its id; None where it needs none."""
    for test in condition:
        value = test.values[0]
        if test.variable == "request.principal.id" and test.operator == "=" and isinstance(value, str):
            return value
    return None


def _granted(statements: Iterable[Written], compartments: Compartments) -> dict[Grant, dict[str, Written]]:
    found: dict[Grant, dict[str, Written]] = {}
    for written in statements:
        statement = written.statement
        if not isinstance(statement, Allow | Deny):
            continue
        place = compartments.resolve(statement.location, written.compartment)
        if place is None:
            continue
        denies = isinstance(statement, Deny)
        permissions = _permissions(statement.action, denies)
        for subject in _members(statement.subject):
            for condition in alternatives(statement.condition):
                held = found.setdefault(Grant(denies, subject, place, condition), {})
                for permission in permissions:
                    held.setdefault(permission, written)
    return found


@lru_cache(maxsize=1024)
def _permissions(action: Action, denies: bool) -> tuple[str, ...]:
    """Permissions by name; of types whose permissions no page prints, the verbs that come with the verb."""
    if isinstance(action, Permissions):
        return tuple(dict.fromkeys(action.names))
    known = table()
    at = VERBS.index(action.verb)
    steps = VERBS[at:] if denies else VERBS[: at + 1]
    named = known.denied if denies else known.granted
    if action.resource == EVERYTHING:
        members: Iterable[str] = (*known.types, EVERYTHING)
    else:
        members = known.families.get(action.resource, (action.resource,))
    dark = [f"{step} {member}" for member in members if not known.types.get(member) for step in steps]
    return (*sorted(named(action.verb, action.resource)), *dark)


def _members(subject: Subject) -> Iterator[Subject]:
    if isinstance(subject, Groups | DynamicGroups):
        for member in subject.members:
            yield type(subject)((_folded(member),))
    elif isinstance(subject, AnyUser | AnyGroup):
        yield subject
    else:
        for name in subject.names:
            yield type(subject)((name.casefold(),))


def _folded(member: Member) -> Member:
    if not isinstance(member, Named):
        return member
    return Named(member.name.casefold(), member.domain.casefold() if member.domain else None)


def _candidates(grant: Grant, by_subject: Mapping[tuple[bool, Subject], list[Grant]]) -> Iterator[Grant]:
    """Grants whose subject includes that of another."""
    subjects: list[Subject] = [grant.subject]
    if not isinstance(grant.subject, AnyUser):
        subjects.append(AnyUser())
    if isinstance(grant.subject, Groups | DynamicGroups):
        subjects.append(AnyGroup())
    for subject in subjects:
        yield from by_subject.get((grant.denies, subject), ())


def _includes(wide: Grant, narrow: Grant, compartments: Compartments) -> bool:
    inside = wide.place == narrow.place or compartments.contains(wide.place, narrow.place)
    return inside and implies(narrow.condition, wide.condition)

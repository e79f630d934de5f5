"""Everything that statements grant or deny, in a form in which two sets of them can be compared.

A grant is a subject, a place and an alternative of the condition, with the permissions that go with them. So
it makes no difference how grants are dealt out to statements: in which order, in one or several, with a verb
or a set of permissions, with a family or its members, with a list or one statement each.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from genaikeys.access.conjunctions import Conjunction, alternatives, implies
from genaikeys.access.scene import Scene, Written
from genaikeys.iam import Compartments
from genaikeys.iam.evaluate import principals_wanted
from genaikeys.iam.permissions import EVERYTHING, table
from genaikeys.iam.statement import Action, Allow, Deny, Permissions, Statement
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

__all__ = ["Grant", "Stated", "gained"]


class Grant(NamedTuple):
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


class Stated:
    """The statements of a scene, by what identifies them and by the principals that they need."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._by_identity: dict[tuple[Statement, str], _Term] = {}
        self._about: dict[str | None, list[_Term]] = {}
        for written in scene.statements:
            statement = written.statement
            if not isinstance(statement, Allow | Deny):
                continue
            place = scene.compartments.resolve(statement.location, written.compartment)
            if place is None or (statement, place) in self._by_identity:
                continue
            term = self._by_identity[statement, place] = _Term(written, statement, place)
            wanted = principals_wanted(statement.condition)
            for principal in [None] if wanted is None else wanted:
                self._about.setdefault(principal, []).append(term)

    def beyond(self, other: "Stated") -> "list[_Term]":
        """Statements that the other scene lacks, or has for another place."""
        return [term for identity, term in self._by_identity.items() if not other.holds(*identity)]

    def holds(self, statement: Statement, place: str) -> bool:
        """Whether a statement stands here, for the same place."""
        return (statement, place) in self._by_identity

    def about(self, principal: str | None) -> "list[_Term]":
        """Statements that need a principal, by its id in folded case; for None those that need none."""
        return self._about.get(principal, [])


def gained(old: Stated, new: Stated) -> Iterator[tuple[Grant, dict[str, Written]]]:
    """What one scene grants that the other doesn't; swap them for what is lost.

    Statements that stand in both are looked at only where something new might be included in them. What two
    statements grant only together, such as both halves of a condition, is not found to include anything: so
    this errs on the side of reporting.

    Yields:
        Each grant with its permissions by name, and the first statement that says so.
    """
    compartments = old.scene.compartments
    general = [_Wide(term, compartments) for term in old.about(None)]
    for principal, parts in _by_principal(new.beyond(old)).items():
        own = [] if principal is None else [_Wide(term, compartments) for term in old.about(principal)]
        found: dict[Grant, dict[str, Written]] = {}
        for term, conditions in parts:
            for subject in term.subjects:
                wide = [each for each in (*own, *general) if each.covers(term, subject)]
                for condition in conditions:
                    left = dict.fromkeys(_left(term.permissions, condition, wide), term.written)
                    if left:
                        grant = Grant(term.denies, subject, term.place, condition)
                        known = found.get(grant, {})
                        found[grant] = {**known, **left, **known}
        yield from found.items()


class _Term:
    """A statement in the place that it means."""

    __slots__ = ("condition", "denies", "permissions", "place", "subjects", "written")

    def __init__(self, written: Written, statement: Allow | Deny, place: str) -> None:
        self.written = written
        self.denies = isinstance(statement, Deny)
        self.subjects = tuple(_members(statement.subject))
        self.permissions = _permissions(statement.action, self.denies)
        self.place = place
        self.condition = statement.condition


class _Wide:
    """A statement that may include grants of others."""

    __slots__ = ("_compartments", "_conditions", "term")

    def __init__(self, term: _Term, compartments: Compartments) -> None:
        self.term = term
        self._compartments = compartments
        self._conditions: frozenset[Conjunction] | None = None

    def covers(self, term: _Term, subject: Subject) -> bool:
        """Whether it may include what another statement says of one of its subjects."""
        own = self.term
        if own.denies is not term.denies or own.permissions.keys().isdisjoint(term.permissions):
            return False
        if own.place != term.place and not self._compartments.contains(own.place, term.place):
            return False
        return any(each in own.subjects for each in _including(subject))

    def includes(self, condition: Conjunction) -> bool:
        """Whether it holds wherever a condition does."""
        if self._conditions is None:
            self._conditions = frozenset(alternatives(self.term.condition))
        found = self._conditions
        return condition in found or any(implies(condition, each) for each in found)


def _left(permissions: Mapping[str, None], condition: Conjunction, wide: list[_Wide]) -> Iterable[str]:
    """The permissions that none of some statements includes."""
    for each in wide:
        if permissions and each.includes(condition):
            own = each.term.permissions
            permissions = {name: None for name in permissions if name not in own}
    return permissions


def _by_principal(terms: Iterable[_Term]) -> dict[str | None, list[tuple[_Term, list[Conjunction]]]]:
    """Alternatives of statements' conditions, by the principal that they need."""
    found: dict[str | None, list[tuple[_Term, list[Conjunction]]]] = {}
    for term in terms:
        parts: dict[str | None, list[Conjunction]] = {}
        for condition in alternatives(term.condition):
            parts.setdefault(_principal(condition), []).append(condition)
        for principal, conditions in parts.items():
            found.setdefault(principal, []).append((term, conditions))
    return found


def _principal(condition: Conjunction) -> str | None:
    """The principal that an alternative needs, by its id; None where it needs none."""
    for test in condition:
        value = test.values[0]
        if test.variable == "request.principal.id" and test.operator == "=" and isinstance(value, str):
            return value
    return None


@lru_cache(maxsize=1024)
def _permissions(action: Action, denies: bool) -> dict[str, None]:
    """Permissions by name; of types whose permissions no page prints, the verbs that come with the verb."""
    if isinstance(action, Permissions):
        return dict.fromkeys(action.names)
    known = table()
    at = VERBS.index(action.verb)
    steps = VERBS[at:] if denies else VERBS[: at + 1]
    named = known.denied if denies else known.granted
    if action.resource == EVERYTHING:
        members: Iterable[str] = (*known.types, EVERYTHING)
    else:
        members = known.families.get(action.resource, (action.resource,))
    dark = [f"{step} {member}" for member in members if not known.types.get(member) for step in steps]
    return dict.fromkeys((*sorted(named(action.verb, action.resource)), *dark))


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


def _including(subject: Subject) -> Iterator[Subject]:
    """The subjects that include a subject."""
    yield subject
    yield AnyUser()
    if isinstance(subject, Groups | DynamicGroups):
        yield AnyGroup()

"""Yes, no or unknown, with the statement that decides; why is told by `genaikeys.iam.reasons` when asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.condition import Condition
from genaikeys.iam.evaluate import Test, holds, principals_wanted, specialise
from genaikeys.iam.membership import API_KEY, about_keys, includes, is_default_administrator
from genaikeys.iam.permissions import table
from genaikeys.iam.request import Principal, Request, Target
from genaikeys.iam.statement import Allow, Deny, Statement, Verb
from genaikeys.iam.subject import Groups
from genaikeys.iam.variables import DERIVED, NOT_MODELLED, Variables


class Answer(StrEnum):
    """What the policies say of a request."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """Statements attached to one compartment.

    Attributes:
        id: OCID, or any name that tells policies apart.
        name: Its name.
        compartment: OCID of the compartment that it is attached to.
        statements: Parsed statements.
    """

    id: str
    name: str
    compartment: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A statement that came close to granting.

    Attributes:
        policy: The policy that holds it.
        statement: The statement.
        why: What keeps it from granting, a sentence for each thing.
    """

    policy: Policy
    statement: Allow
    why: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """An answer and why.

    Attributes:
        answer: Yes, no or unknown. Who enforces treats unknown as no.
        statement: The statement that decides: for a yes the one that grants, for a no the one that denies
            or None, for an unknown the one that can't be decided or None.
        policy: The policy that holds it.
    """

    answer: Answer
    statement: Allow | Deny | None
    policy: Policy | None
    _tell: "Callable[[Decision], tuple[tuple[Near, ...], str]]" = field(repr=False, compare=False)

    @property
    def closest(self) -> tuple[Near, ...]:
        """For a no that no statement denies: the statements that came closest, the best first."""
        return self._told[0]

    @property
    def reason(self) -> str:
        """One sentence for a person."""
        return self._told[1]

    @cached_property
    def _told(self) -> tuple[tuple[Near, ...], str]:
        return self._tell(self)


class Decisions:
    """Decisions on requests that differ in one thing; the answers are known, the rest is told when asked.

    Attributes:
        answers: The answers.
    """

    __slots__ = ("_tell", "answers")

    def __init__(self, answers: list[Answer], tell: Callable[[int], Decision]) -> None:
        self.answers = answers
        self._tell = tell

    def __getitem__(self, place: int) -> Decision:
        return self._tell(place)


class Entry:
    """One allow or deny statement in its policy, prepared for questions."""

    __slots__ = ("_about_keys", "condition", "denies", "location", "policy", "statement", "subject", "wanted")

    def __init__(self, policy: Policy, statement: Allow | Deny, compartments: Compartments) -> None:
        self.policy = policy
        self.statement = statement
        self.subject = statement.subject
        self.condition = statement.condition
        self.denies = isinstance(statement, Deny)
        self.location = compartments.resolve(statement.location, policy.compartment)
        self.wanted = principals_wanted(statement.condition)
        self._about_keys = about_keys(self.condition) if isinstance(self.subject, Groups) else None

    def condition_for(self, principal: Principal) -> Condition | None:
        """The condition, as far as it may speak of a principal: of a key in a group, what asks for keys."""
        if self._about_keys is None or principal.type.casefold() != API_KEY:
            return self.condition
        return self._about_keys

    def covers(self, permission: str) -> bool | None:
        """Whether it grants, or takes, a permission, whoever asks; None where the table can't tell."""
        action = self.statement.action
        if not isinstance(action, Verb):
            return permission in action.names
        ask = table().denies if self.denies else table().grants
        return ask(action.verb, action.resource, permission)


_Candidate = tuple[Entry, bool | None]
"""A statement that covers the permission in some compartment, and whether it surely does."""


class _Relevant:
    """The statements that have to do with one permission, in their order."""

    def __init__(self, entries: Sequence[Entry], permission: str) -> None:
        self.denies: list[_Candidate] = []
        self._anybody: list[tuple[int, _Candidate]] = []
        self._of: dict[str, list[tuple[int, _Candidate]]] = {}
        for order, entry in enumerate(entries):
            covers = False if entry.location is None else entry.covers(permission)
            if covers is False:
                continue
            if entry.denies:
                self.denies.append((entry, covers))
            elif entry.wanted is None:
                self._anybody.append((order, (entry, covers)))
            else:
                for principal in entry.wanted:
                    self._of.setdefault(principal, []).append((order, (entry, covers)))

    def allows(self, principal: str) -> Iterator[_Candidate]:
        """Those that may allow a principal, by its id in folded case."""
        own = self._of.get(principal)
        if own and self._anybody:
            return (candidate for _, candidate in sorted(own + self._anybody, key=lambda each: each[0]))
        return (candidate for _, candidate in own or self._anybody)


class Policies:
    """Policies of a tenancy, prepared for many questions; they don't change.

    Args:
        policies: All of them, wherever they are attached.
        compartments: The tree in which their locations resolve; a location that doesn't resolve grants
            nothing.
    """

    def __init__(self, policies: Iterable[Policy], compartments: Compartments) -> None:
        self.compartments = compartments
        self.entries = tuple(
            Entry(policy, statement, compartments)
            for policy in policies
            for statement in policy.statements
            # Definitions, endorsements and admissions speak of other tenancies.
            if isinstance(statement, Allow | Deny)
        )
        self._relevant: dict[str, _Relevant] = {}

    def decide(self, request: Request) -> Decision:
        """Decide one request.

        Statements add up one by one: any statement that allows is enough, and the conditions of two never
        combine; one that denies wins over all, wherever on the path it stands (Oracle, Identity, "How
        Policies Work" and "Deny Policies", read 2026-11-23). Unknown is what hangs on something that the
        engine doesn't model: it is no grant, and no denial either.
        """
        if request.permission is None:
            return self._decide_operation(request)
        variables = Variables(request, self.compartments)
        denies, allows = self._candidates(request, request.permission)
        answer, entry = _weigh(
            ((entry, _all(fits, _holds(entry, request, variables))) for entry, fits in denies),
            ((entry, _all(fits, _holds(entry, request, variables))) for entry, fits in allows),
        )
        return self._decision(answer, entry, lambda: (request, variables))

    def decide_each(self, request: Request, variable: str, values: Sequence[str]) -> "Decisions":
        """Decide one request for many values of one of the target's variables.

        Args:
            request: The request; what its target says of the variable doesn't count.
            variable: Such as ``target.model.id``.
            values: The values.

        Returns:
            For each value what `decide` would say.

        Raises:
            ValueError: The request names no permission, or the variable follows from it.
        """
        free = variable.lower()
        if request.permission is None or free in DERIVED or free.startswith(NOT_MODELLED):
            raise ValueError(f"a request of {request.permission} can't be decided for each {variable}")
        variables = Variables(request, self.compartments)
        folded = [value.casefold() for value in values]
        denies, allows = (
            [
                (entry, _each(fits, _specialised(entry, request, variables, free), folded))
                for entry, fits in candidates
            ]
            for candidates in self._candidates(request, request.permission)
        )

        def tell(place: int) -> Decision:
            answer, entry = _weigh(
                ((entry, held[place]) for entry, held in denies),
                ((entry, held[place]) for entry, held in allows),
            )
            return self._decision(answer, entry, lambda: self._asked(request, free, values[place]))

        granted = _any([held for _, held in allows], len(folded))
        if not denies:
            return Decisions([_UNDENIED[held] for held in granted], tell)
        denied = _any([held for _, held in denies], len(folded))
        return Decisions([_ANSWERS[pair] for pair in zip(denied, granted, strict=True)], tell)

    def about(self, request: Request) -> tuple[Entry, ...]:
        """Statements that allow the permission asked for, to the principal or to no principal by its id."""
        allows = self._of(request.permission or "").allows(request.principal.id.casefold())
        return tuple(entry for entry, _ in allows)

    def _of(self, permission: str) -> _Relevant:
        relevant = self._relevant.get(permission)
        if relevant is None:
            relevant = self._relevant[permission] = _Relevant(self.entries, permission)
        return relevant

    def _candidates(self, request: Request, permission: str) -> tuple[list[_Candidate], list[_Candidate]]:
        """Statements of which subject, permission and location fit or may fit, and whether they surely do."""
        relevant = self._of(permission)
        above = self.compartments.path(request.target.compartment)
        principal = request.principal
        denies: list[_Candidate] = []
        if relevant.denies and not is_default_administrator(principal):
            denies = _fitting(relevant.denies, request, above)
        return denies, _fitting(relevant.allows(principal.id.casefold()), request, above)

    def _asked(self, request: Request, variable: str, value: str) -> tuple[Request, Variables]:
        own = request.target
        others = {name: given for name, given in own.variables.items() if name.lower() != variable}
        target = Target(own.compartment, own.region, {**others, variable: value})
        asked = Request(request.principal, request.operation, request.permission, target, request.time)
        return asked, Variables(asked, self.compartments)

    def _decision(
        self, answer: Answer, entry: Entry | None, asked: Callable[[], tuple[Request, Variables]]
    ) -> Decision:
        def tell(decision: Decision) -> tuple[tuple[Near, ...], str]:
            from genaikeys.iam import reasons

            return reasons.tell(self, decision, entry, asked)

        if entry is None:
            return Decision(answer, None, None, tell)
        return Decision(answer, entry.statement, entry.policy, tell)

    def _decide_operation(self, request: Request) -> Decision:
        """Every permission that the operation needs must be granted."""
        needed = table().operations.get(request.operation or "")
        if not needed:
            why = f"the operation {request.operation} is not in the table of operations"
            return Decision(Answer.UNKNOWN, None, None, lambda _: ((), why))
        found = [self.decide(replace(request, permission=permission)) for permission in needed]
        for answer in (Answer.NO, Answer.UNKNOWN):
            for decision in found:
                if decision.answer is answer:
                    return decision
        return found[0]


def decide(policies: Iterable[Policy], compartments: Compartments, request: Request) -> Decision:
    """Decide one request; for many over the same policies keep a `Policies`."""
    return Policies(policies, compartments).decide(request)


def _weigh(
    denies: Iterable[tuple[Entry, bool | None]], allows: Iterable[tuple[Entry, bool | None]]
) -> tuple[Answer, Entry | None]:
    """The answer, and the statement that decides or can't be decided."""
    doubtful: Entry | None = None
    for entry, held in denies:
        if held:
            return Answer.NO, entry
        if held is None:
            doubtful = doubtful or entry
    undecided: Entry | None = None
    for entry, held in allows:
        if held:
            return (Answer.YES, entry) if doubtful is None else (Answer.UNKNOWN, doubtful)
        if held is None:
            undecided = undecided or entry
    return (Answer.NO, None) if undecided is None else (Answer.UNKNOWN, undecided)


def _fitting(candidates: Iterable[_Candidate], request: Request, above: tuple[str, ...]) -> list[_Candidate]:
    return [
        (entry, _all(covers, included))
        for entry, covers in candidates
        if entry.location in above
        and (included := includes(entry.subject, entry.condition, request.principal)) is not False
    ]


def _all(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _holds(entry: Entry, request: Request, variables: Variables) -> bool | None:
    condition = entry.condition_for(request.principal)
    return True if condition is None else holds(condition, variables)


def _specialised(entry: Entry, request: Request, variables: Variables, free: str) -> bool | Test | None:
    condition = entry.condition_for(request.principal)
    return True if condition is None else specialise(condition, variables, free)


def _each(fits: bool | None, test: bool | Test | None, given: list[str]) -> list[bool | None]:
    """Whether a statement that fits, or may fit, holds for each value."""
    if not callable(test):
        return [_all(fits, test)] * len(given)
    held = [test(value) for value in given]
    return held if fits else [_all(fits, each) for each in held]


def _any(columns: list[list[bool | None]], count: int) -> list[bool | None]:
    """Whether one of some statements holds, value by value."""
    if len(columns) == 1:
        return columns[0]
    rows = zip(*columns, strict=True) if columns else [()] * count
    return [True if True in row else None if None in row else False for row in rows]


_ANSWERS = {
    (denied, granted): Answer.NO
    if denied or granted is False
    else Answer.YES
    if granted and denied is False
    else Answer.UNKNOWN
    for denied in (True, None, False)
    for granted in (True, None, False)
}
"""By whether a statement denies, and whether one allows."""
_UNDENIED = {granted: _ANSWERS[False, granted] for granted in (True, None, False)}

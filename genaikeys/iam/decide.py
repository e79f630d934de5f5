"""Yes, no or unknown, with the statement that decides and the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.conditions import distance, failures, holds
from genaikeys.iam.permissions import table
from genaikeys.iam.printer import print_location, print_statement
from genaikeys.iam.request import Principal, Request, Variables
from genaikeys.iam.statement import AnyUser, Group, Statement, Subject


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
class Decision:
    """An answer and why.

    Attributes:
        answer: Yes, no or unknown. Who enforces treats unknown as no.
        statement: The statement that grants, for a no the one that came closest, for an unknown the one
            that can't be decided.
        policy: The policy that holds it.
        reason: One sentence for a person.
    """

    answer: Answer
    statement: Statement | None
    policy: Policy | None
    reason: str


class _Question:
    """A request, and what every statement is held against."""

    def __init__(self, request: Request, compartments: Compartments) -> None:
        self.request = request
        self.compartments = compartments
        self.variables = Variables(request, compartments)
        self.above = compartments.path(request.target.compartment)
        self._granted = table().granted

    def fits(self, policy: Policy, statement: Statement) -> int:
        """How many of subject, permission and location fit, in this order, before one doesn't."""
        if not _includes(statement.subject, self.request.principal):
            return 0
        if self.request.permission not in self._granted(statement.verb, statement.resource):
            return 1
        if self.compartments.resolve(statement.location, policy.compartment) not in self.above:
            return 2
        return 3


_ALL_FIT = 3


def decide(policies: Iterable[Policy], compartments: Compartments, request: Request) -> Decision:
    """Decide one request.

    Statements add up one by one: any statement that grants is enough, and the conditions of two never
    combine (Oracle, Identity, "How Policies Work", read 2026-11-23). Unknown are a permission that the
    table lacks, and a condition on a variable that the engine doesn't model.
    """
    if not table().knows_permission(request.permission):
        why = f"the permission {request.permission} is not in the table of permissions"
        return Decision(Answer.UNKNOWN, None, None, why)
    question = _Question(request, compartments)
    fitting: list[tuple[int, Policy, Statement]] = []
    undecided: tuple[Policy, Statement] | None = None
    for policy in policies:
        for statement in policy.statements:
            fit = question.fits(policy, statement)
            fitting.append((fit, policy, statement))
            if fit < _ALL_FIT:
                continue
            held = statement.condition is None or holds(statement.condition, question.variables)
            if held:
                why = f"policy {policy.name} grants it: {print_statement(statement)}"
                return Decision(Answer.YES, statement, policy, why)
            if held is None:
                undecided = undecided or (policy, statement)
    if undecided:
        return _explain(Answer.UNKNOWN, question, *undecided)
    if not fitting:
        return Decision(Answer.NO, None, None, "there is no statement")
    return _explain(Answer.NO, question, *_closest(question, fitting))


def _closest(question: _Question, fitting: list[tuple[int, Policy, Statement]]) -> tuple[Policy, Statement]:
    """Of the statements of which most fits, the one whose condition fails least; of equals the first."""
    most = max(fit for fit, _, _ in fitting)
    best = [(policy, statement) for fit, policy, statement in fitting if fit == most]
    return min(best, key=lambda pair: _distance(question, pair[1]))


def _includes(subject: Subject, principal: Principal) -> bool:
    if isinstance(subject, AnyUser):
        return True
    names = principal.groups if isinstance(subject, Group) else principal.dynamic_groups
    return subject.name.casefold() in {name.casefold() for name in names}


def _distance(question: _Question, statement: Statement) -> tuple[int, int]:
    if statement.condition is None:
        return 0, 0
    return distance(statement.condition, question.variables)


def _explain(answer: Answer, question: _Question, policy: Policy, statement: Statement) -> Decision:
    why = "; ".join(_reasons(question, policy, statement))
    which = "the statement in question" if answer is Answer.UNKNOWN else "the closest statement"
    reason = f"{why}; {which}, in policy {policy.name}: {print_statement(statement)}"
    return Decision(answer, statement, policy, reason)


def _reasons(question: _Question, policy: Policy, statement: Statement) -> list[str]:
    request, compartments = question.request, question.compartments
    fit = question.fits(policy, statement)
    if fit == 0:
        return [f"no statement speaks of the {request.principal.type} {request.principal.id}"]
    if fit == 1:
        granted = f"{statement.verb} {statement.resource}"
        return [
            f"{granted} does not include {request.permission}: that takes {table().least(request.permission)}"
        ]
    if fit == _ALL_FIT:
        return failures(statement.condition, question.variables) if statement.condition else []
    where = print_location(statement.location)
    attached = compartments.name(policy.compartment) or policy.compartment
    if compartments.resolve(statement.location, policy.compartment) is None:
        return [f"{where} is not found from {attached}, where the policy is attached"]
    target = compartments.name(request.target.compartment) or request.target.compartment
    return [f"{where} does not hold the target, which is in {target}"]

"""Cases: a request with all that decides it, as one line of JSON, and the engine's answer, as another.

So other people's cases can be run through this engine, and this engine's through others::

    {"name": "a key chats",
     "compartments": {"ocid1.tenancy.oc1..a": {"name": "acme", "parent": null}},
     "policies": [{"compartment": "ocid1.tenancy.oc1..a",
                   "statements": ["allow any-user to use generative-ai-chat in tenancy"]}],
     "groups": {"Admins": ["ocid1.user.oc1..u"]},
     "dynamicGroups": {},
     "request": {"principal": {"type": "generativeaiapikey", "id": "ocid1.generativeaiapikey.oc1..k",
                               "compartment": "ocid1.tenancy.oc1..a"},
                 "operation": "Chat", "permission": "GENERATIVE_AI_CHAT",
                 "target": {"compartment": "ocid1.tenancy.oc1..a", "region": "us-chicago-1",
                            "variables": {"target.model.id": "xai.grok-4.3"}},
                 "time": "2026-11-23T12:00:00Z"}}

    {"name": "a key chats", "answer": "yes", "deciding": "allow any-user to ...", "reason": "..."}

A group's key is its name, with an identity domain before it or not (``Default/Admins``), or its OCID.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.decisions import Policy, decide
from genaikeys.iam.errors import StatementError
from genaikeys.iam.fields import CaseError, Fields, kind
from genaikeys.iam.parser import parse_statement
from genaikeys.iam.printer import print_statement
from genaikeys.iam.request import Principal, Request, Target
from genaikeys.iam.statement import Statement

__all__ = ["Case", "CaseError", "Ruling", "answer", "read_case", "run"]

NOTES = ("expected", "why", "source")
"""What a corpus says of a case besides: the engine reads past it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case, its statements not read yet.

    Attributes:
        name: What tells it apart.
        compartments: The tenancy's.
        policies: OCID of the compartment where each is attached, and its statements.
        request: What is asked.
    """

    name: str
    compartments: Compartments
    policies: tuple[tuple[str, tuple[str, ...]], ...]
    request: Request


@dataclass(frozen=True, slots=True)
class Ruling:
    """An answer, and the line that asked.

    Attributes:
        line: Number of the line, from 1.
        answer: The answer object, to be printed as one line of JSON.
        malformed: Whether the line was no case.
    """

    line: int
    answer: dict[str, str | None]
    malformed: bool


def run(lines: Iterable[bytes]) -> Iterator[Ruling]:
    """Answer each line as soon as it comes, in order; empty lines are passed over.

    A line that is no case is answered ``error`` as well, so that the answers stay in step with the cases;
    its reason begins with the number of the line.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = read_case(_decoded(line))
        except CaseError as problem:
            yield Ruling(number, _error(problem.name, f"line {number}: {problem}"), malformed=True)
        else:
            yield Ruling(number, answer(case), malformed=False)


def answer(case: Case) -> dict[str, str | None]:
    """Decide a case.

    Returns:
        The answer object: ``name``, ``answer`` (yes, no, unknown, or error where a statement is not of the
        language), ``deciding`` (the canonical text of the statement that decides, or None) and ``reason``.
    """
    policies: list[Policy] = []
    for index, (compartment, texts) in enumerate(case.policies):
        statements: list[Statement] = []
        for place, text in enumerate(texts):
            try:
                statements.append(parse_statement(text))
            except StatementError as problem:
                return _error(case.name, f"policies[{index}].statements[{place}]: {problem}")
        label = str(index + 1)
        policies.append(Policy(label, label, compartment, tuple(statements)))
    decision = decide(policies, case.compartments, case.request)
    return {
        "name": case.name,
        "answer": decision.answer.value,
        "deciding": print_statement(decision.statement) if decision.statement else None,
        "reason": decision.reason,
    }


def read_case(text: str) -> Case:
    """Read one case.

    Raises:
        CaseError: The text is no JSON, or a field is missing, unknown, or of the wrong kind.
    """
    try:
        given = json.loads(text, object_pairs_hook=_distinct)
    except CaseError:
        raise
    except (ValueError, RecursionError) as problem:
        raise CaseError("", f"not JSON: {problem}") from None
    if not isinstance(given, dict):
        raise CaseError("", f"expected an object, got {kind(given)}")
    name = given.get("name")
    try:
        return _case(Fields(given, ""))
    except CaseError as problem:
        problem.name = name if isinstance(name, str) else None
        raise


def _case(fields: Fields) -> Case:
    fields.only("name", "compartments", "policies", "groups", "dynamicGroups", "request", *NOTES)
    name = fields.text("name")
    compartments = _compartments(fields.inner("compartments"))
    policies = tuple(map(_policy, fields.objects("policies")))
    groups = _members(fields.inner("groups", missing={}))
    dynamic_groups = _members(fields.inner("dynamicGroups", missing={}))
    return Case(name, compartments, policies, _request(fields.inner("request"), groups, dynamic_groups))


def _compartments(fields: Fields) -> Compartments:
    parents: dict[str, tuple[str, str | None]] = {}
    for ocid in fields.names():
        each = fields.inner(ocid)
        each.only("name", "parent")
        parents[ocid] = each.text("name"), each.maybe("parent", must_be_there=True)
    for ocid, (_, parent) in parents.items():
        if parent is not None and parent not in parents:
            raise CaseError(f"{fields.at(ocid)}.parent", f"{parent} is not among the compartments")
        above, seen = parent, {ocid}
        while above is not None:
            if above in seen:
                raise CaseError(f"{fields.at(ocid)}.parent", "the compartments above it form a circle")
            seen.add(above)
            above = parents[above][1] if above in parents else None
    return Compartments(parents)


def _policy(fields: Fields) -> tuple[str, tuple[str, ...]]:
    fields.only("compartment", "statements")
    return fields.text("compartment"), fields.texts("statements")


def _members(fields: Fields) -> dict[str, tuple[str, ...]]:
    return {name: fields.texts(name) for name in fields.names()}


def _request(
    fields: Fields, groups: Mapping[str, tuple[str, ...]], dynamic_groups: Mapping[str, tuple[str, ...]]
) -> Request:
    fields.only("principal", "operation", "permission", "target", "time")
    who = fields.inner("principal")
    who.only("type", "id", "compartment")
    ocid = who.text("id")
    operation, permission = fields.maybe("operation"), fields.maybe("permission")
    if operation is None and permission is None:
        raise CaseError(
            fields.at("permission"), "missing; a request names an operation or a permission, or both"
        )
    principal = Principal(
        who.text("type"),
        ocid,
        who.maybe("compartment"),
        frozenset(name for name, members in groups.items() if ocid in members),
        frozenset(name for name, members in dynamic_groups.items() if ocid in members),
    )
    return Request(principal, operation, permission, _target(fields.inner("target")), _time(fields))


def _target(fields: Fields) -> Target:
    fields.only("compartment", "region", "variables")
    variables = fields.inner("variables", missing={})
    given = {name: variables.text(name) for name in variables.names()}
    return Target(fields.text("compartment"), fields.text("region"), given)


def _time(fields: Fields) -> datetime:
    """When; a request that doesn't say is made now."""
    given = fields.maybe("time")
    if given is None:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(given)
        if time.tzinfo is not None:
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        # At the ends of the calendar a time may have no counterpart in UTC.
        pass
    problem = f"expected a time with its zone, such as 2026-11-23T12:00:00Z, got {given!r}"
    raise CaseError(fields.at("time"), problem)


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise CaseError("", f"the field {twice!r} stands twice in one object")
    return found


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise CaseError("", f"not UTF-8: byte {problem.start + 1} of the line") from None


def _error(name: str | None, reason: str) -> dict[str, str | None]:
    return {"name": name, "answer": "error", "deciding": None, "reason": reason}

"""Policies: statements that are read when they are written, and take effect a little later.

A statement that the policy reader refuses, or whose compartment doesn't resolve from where the policy is
attached, is refused with 400 and the reason (Policy Syntax,
docs.oracle.com/iaas/Content/Identity/policysyntax). At most 50 statements to a policy. Names are unique in
the tenancy and never change; changes typically take effect within ten seconds (CreatePolicy, OCI Python SDK
2.189.0, identity): here after the switch ``policy-delay``.

``_history`` keeps what each statement was worth and when, in elapsed seconds: {"text", "since", "until"}.
A statement that a change leaves alone stays in force without a gap.
"""

import re

from emulator.services.identity.compartments import KIND as COMPARTMENT
from emulator.services.identity.compartments import open_compartment
from emulator.services.identity.home_region import at_home
from emulator.services.refusals import conflict, invalid
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page, query
from emulator.services.resource import (
    GONE,
    Doc,
    answer,
    changed,
    fetch,
    listed,
    match,
    new,
    nothing,
    removed,
    shown,
)
from emulator.wire import Answer, Call, Route
from genaikeys.iam import Compartments, Statement, StatementError, parse_statement
from genaikeys.iam.permissions import table
from genaikeys.iam.statement import Admit, Allow, Define, Deny, Endorse, Verb

KIND = "policy"
MOST_STATEMENTS = 50
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
VERSION_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@at_home
@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /policies."""
    given = body(
        call,
        {"compartmentId": str, "name": str, "description": str, "statements": list},
        {"versionDate": str},
    )
    place = open_compartment(call, given["compartmentId"])
    call.authorise("POLICY_CREATE", place["id"])
    if not NAME.fullmatch(given["name"]):
        raise invalid(f"a policy name has 1 to 100 letters, digits, '.', '_' or '-'; got {given['name']!r}")
    for other in call.world.store.find(KIND):
        if other["name"].lower() == given["name"].lower() and other["lifecycleState"] not in GONE:
            raise conflict(f"Policy '{given['name']}' already exists.", "PolicyAlreadyExists")
    _check(call, given, place["id"])
    doc = new(call, KIND, "policy", {"versionDate": None, **given, "_history": []}, is_global=True)
    _rewrite(call, doc, given["statements"])
    call.world.store.put(KIND, doc)
    return answer(doc)


def read(call: Call) -> Answer:
    """Answer GET /policies/{policyId}."""
    doc = fetch(call, KIND, call.params["policyId"], is_global=True, is_read=True)
    call.authorise("POLICY_READ", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /policies."""
    only_queries(call, "compartmentId", "name", "lifecycleState", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("POLICY_READ", place["id"])
    rows = listed(call, KIND, is_global=True, compartmentId=place["id"])
    for field in ("name", "lifecycleState"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    return page(call, ordered(call, rows, {"TIMECREATED": "timeCreated", "NAME": "name"}, "TIMECREATED"))


@at_home
def update(call: Call) -> Answer:
    """Answer PUT /policies/{policyId}."""
    given = body(call, {}, {"description": str, "statements": list, "versionDate": str})
    doc = fetch(call, KIND, call.params["policyId"], is_global=True)
    call.authorise("POLICY_UPDATE", doc["compartmentId"])
    match(call, doc)
    _check(call, given, doc["compartmentId"])
    was = shown(doc)
    doc.update(given)
    if "statements" in given:
        _rewrite(call, doc, given["statements"])
    if shown(doc) != was:
        changed(call, KIND, doc, was)
    return answer(doc)


@at_home
def delete(call: Call) -> Answer:
    """Answer DELETE /policies/{policyId}."""
    doc = fetch(call, KIND, call.params["policyId"], is_global=True)
    call.authorise("POLICY_DELETE", doc["compartmentId"])
    match(call, doc)
    _rewrite(call, doc, [])
    removed(call, KIND, doc)
    return nothing()


def _check(call: Call, given: Doc, attached_to: str) -> None:
    """Refuse statements that can't be read, are too many, or speak of a compartment that isn't there."""
    if "versionDate" in given and not VERSION_DATE.fullmatch(given["versionDate"]):
        raise invalid(f"versionDate must look like 2026-01-31; got {given['versionDate']!r}")
    if "statements" not in given:
        return
    statements = given["statements"]
    if not statements:
        raise invalid("a policy needs at least one statement")
    if len(statements) > MOST_STATEMENTS:
        raise invalid(
            f"a policy holds at most {MOST_STATEMENTS} statements; got {len(statements)}", "LimitExceeded"
        )
    tree = Compartments(
        {
            each["id"]: (each["name"], each["compartmentId"])
            for each in call.world.store.find(COMPARTMENT)
            if each["lifecycleState"] not in GONE
        }
    )
    for text in statements:
        if not isinstance(text, str):
            raise invalid(f"statements must be texts; got {text!r}")
        try:
            statement = parse_statement(text)
        except StatementError as error:
            raise invalid(f"No permissions found: {error}") from None
        _check_meaning(call, statement, text)
        if isinstance(statement, Allow | Deny) and tree.resolve(statement.location, attached_to) is None:
            raise invalid(
                "The compartment does not exist, or lies out of reach of a policy attached to "
                f"{tree.name(attached_to)}: {text}"
            )


def _check_meaning(call: Call, statement: Statement, text: str) -> None:
    """Refuse a denial where the tenancy hasn't opted in, and a resource type that is a slip of the pen.

    Types of services that the local OCI hasn't got are stored: they grant nothing here.
    """
    denies = isinstance(statement, Deny) or (isinstance(statement, Endorse | Admit) and statement.denied)
    if denies and call.world.switches.get("deny-statements") == "refused":
        raise invalid(f"deny statements are not enabled in this tenancy: {text}")
    action = None if isinstance(statement, Define) else statement.action
    if isinstance(action, Verb) and table().mistakes(action.resource):
        near = table().nearest(action.resource)
        hint = f"; the nearest is {near}" if near else ""
        raise invalid(f"No permissions found: there is no resource type {action.resource}{hint}: {text}")


def _rewrite(call: Call, doc: Doc, statements: list[str]) -> None:
    """Bring the history up to date: what is new takes effect after the delay, what is gone ends after it."""
    at = call.world.clock.elapsed() + float(call.world.switches.get("policy-delay"))
    standing = {entry["text"] for entry in doc["_history"] if entry["until"] is None}
    for entry in doc["_history"]:
        if entry["until"] is None and entry["text"] not in statements:
            entry["until"] = max(at, entry["since"])
    for text in dict.fromkeys(statements):
        if text not in standing:
            doc["_history"].append({"text": text, "since": at, "until": None})


BASE = "/20160918/policies"
ROUTES = (
    Route("POST", BASE, "CreatePolicy", create),
    Route("GET", BASE, "ListPolicies", index),
    Route("GET", BASE + "/{policyId}", "GetPolicy", read),
    Route("PUT", BASE + "/{policyId}", "UpdatePolicy", update),
    Route("DELETE", BASE + "/{policyId}", "DeletePolicy", delete),
)

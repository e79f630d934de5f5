"""Dynamic groups: named sets of principals, kept at the tenancy.

A matching rule is read when it is written, and tried whenever a principal asks. Name and compartment
never change (OCI Python SDK 2.189.0, identity).
"""

import re

from emulator.membership import RuleError, matches
from emulator.services.identity.compartments import open_compartment
from emulator.services.identity.home_region import at_home
from emulator.services.refusals import conflict, invalid
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page, query
from emulator.services.resource import (
    GONE,
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

KIND = "dynamicGroup"
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


@at_home
@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /dynamicGroups."""
    given = body(call, {"compartmentId": str, "name": str, "description": str, "matchingRule": str})
    place = open_compartment(call, given["compartmentId"])
    call.authorise("DYNAMIC_GROUP_CREATE", place["id"])
    if place["compartmentId"] is not None:
        raise invalid("a dynamic group's compartmentId must be the tenancy's OCID")
    if not NAME.fullmatch(given["name"]):
        raise invalid(
            f"a dynamic group name has 1 to 100 letters, digits, '.', '_' or '-'; got {given['name']!r}"
        )
    for other in call.world.store.find(KIND):
        if other["name"].lower() == given["name"].lower() and other["lifecycleState"] not in GONE:
            raise conflict(f"Dynamic group '{given['name']}' already exists.", "DynamicGroupAlreadyExists")
    _check_rule(given["matchingRule"])
    return answer(new(call, KIND, "dynamicgroup", given, is_global=True))


def read(call: Call) -> Answer:
    """Answer GET /dynamicGroups/{dynamicGroupId}."""
    doc = fetch(call, KIND, call.params["dynamicGroupId"], is_global=True, is_read=True)
    call.authorise("DYNAMIC_GROUP_INSPECT", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /dynamicGroups."""
    only_queries(call, "compartmentId", "name", "lifecycleState", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("DYNAMIC_GROUP_INSPECT", place["id"])
    rows = listed(call, KIND, is_global=True, compartmentId=place["id"])
    for field in ("name", "lifecycleState"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    return page(call, ordered(call, rows, {"TIMECREATED": "timeCreated", "NAME": "name"}, "TIMECREATED"))


@at_home
def update(call: Call) -> Answer:
    """Answer PUT /dynamicGroups/{dynamicGroupId}."""
    given = body(call, {}, {"description": str, "matchingRule": str})
    doc = fetch(call, KIND, call.params["dynamicGroupId"], is_global=True)
    call.authorise("DYNAMIC_GROUP_UPDATE", doc["compartmentId"])
    match(call, doc)
    if "matchingRule" in given:
        _check_rule(given["matchingRule"])
    was = shown(doc)
    doc.update(given)
    changed(call, KIND, doc, was)
    return answer(doc)


@at_home
def delete(call: Call) -> Answer:
    """Answer DELETE /dynamicGroups/{dynamicGroupId}."""
    doc = fetch(call, KIND, call.params["dynamicGroupId"], is_global=True)
    call.authorise("DYNAMIC_GROUP_DELETE", doc["compartmentId"])
    match(call, doc)
    removed(call, KIND, doc)
    return nothing()


def _check_rule(rule: str) -> None:
    try:
        matches(rule, {})
    except RuleError as problem:
        raise invalid(str(problem)) from None


BASE = "/20160918/dynamicGroups"
ROUTES = (
    Route("POST", BASE, "CreateDynamicGroup", create),
    Route("GET", BASE, "ListDynamicGroups", index),
    Route("GET", BASE + "/{dynamicGroupId}", "GetDynamicGroup", read),
    Route("PUT", BASE + "/{dynamicGroupId}", "UpdateDynamicGroup", update),
    Route("DELETE", BASE + "/{dynamicGroupId}", "DeleteDynamicGroup", delete),
)

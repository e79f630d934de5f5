"""Compartments: a tree under the tenancy.

Names are unique among siblings and may be used again once their owner is deleted; six levels at most
(Managing Compartments, docs.oracle.com/iaas/Content/Identity/compartments/managingcompartments.htm). A
compartment must be empty to be deleted; a vault, key or secret that only waits for its deletion keeps it
(terraform-provider-oci issue 1562). Which code the refusal carries is not published: IncorrectState is our
choice.
"""

import re
from typing import Any

from emulator.services.identity.home_region import at_home
from emulator.services.refusals import conflict, invalid, missing
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
    settled,
    shown,
    start,
)
from emulator.wire import Answer, Call, Route

KIND = "compartment"
DEEPEST = 6
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
MAY_HOLD = (
    "compartment",
    "policy",
    "vault",
    "key",
    "secret",
    "apikey",
    "project",
    "topic",
    "subscription",
    "alarm",
    "budget",
)
"""Kinds of resources that keep a compartment from being deleted."""


@at_home
@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /compartments."""
    given = body(call, {"compartmentId": str, "name": str, "description": str})
    parent = open_compartment(call, given["compartmentId"])
    call.authorise("COMPARTMENT_CREATE", parent["id"])
    _check_name(call, given["name"], parent["id"])
    if depth(call, parent) >= DEEPEST:
        raise invalid(f"compartments may be nested {DEEPEST} levels deep; {parent['name']} is at the last")
    doc = new(call, KIND, "compartment", {**given, "isAccessible": True}, is_global=True)
    return answer(doc)


def read(call: Call) -> Answer:
    """Answer GET /compartments/{compartmentId}."""
    doc = fetch(call, KIND, call.params["compartmentId"], is_global=True, is_read=True)
    # Policies no longer speak of a deleted compartment: the one it lay in decides who may still look.
    place = doc
    while place["lifecycleState"] == "DELETED":
        place = fetch(call, KIND, place["compartmentId"], is_global=True)
    call.authorise("COMPARTMENT_INSPECT", place["id"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /compartments."""
    only_queries(
        call,
        "compartmentId",
        "name",
        "lifecycleState",
        "accessLevel",
        "compartmentIdInSubtree",
        "sortBy",
        "sortOrder",
    )
    parent = fetch(call, KIND, needed(call, "compartmentId"), is_global=True)
    call.authorise("COMPARTMENT_INSPECT", parent["id"])
    rows = listed(call, KIND, is_global=True)
    if query(call, "compartmentIdInSubtree") == "true":
        if parent["compartmentId"] is not None:
            raise invalid("compartmentIdInSubtree needs the tenancy as compartmentId")
        rows = [row for row in rows if row["compartmentId"] is not None]
    else:
        rows = [row for row in rows if row["compartmentId"] == parent["id"]]
    for field in ("name", "lifecycleState"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    return page(call, ordered(call, rows, {"TIMECREATED": "timeCreated", "NAME": "name"}, "TIMECREATED"))


@at_home
def update(call: Call) -> Answer:
    """Answer PUT /compartments/{compartmentId}."""
    given = body(call, {}, {"name": str, "description": str})
    doc = open_compartment(call, call.params["compartmentId"])
    call.authorise("COMPARTMENT_UPDATE", doc["id"])
    match(call, doc)
    was = shown(doc)
    if given.get("name", doc["name"]) != doc["name"]:
        _check_name(call, given["name"], doc["compartmentId"])
    doc.update(given)
    changed(call, KIND, doc, was)
    return answer(doc)


@at_home
@once(KIND)
def move(call: Call) -> Answer:
    """Answer POST /compartments/{compartmentId}/actions/moveCompartment."""
    given = body(call, {"targetCompartmentId": str})
    doc = open_compartment(call, call.params["compartmentId"])
    target = open_compartment(call, given["targetCompartmentId"])
    call.authorise("COMPARTMENT_UPDATE", doc["compartmentId"])
    call.authorise("COMPARTMENT_CREATE", target["id"])
    match(call, doc)
    if doc["id"] in lineage(call, target["id"]):
        raise invalid(f"compartment {doc['name']} can't be moved into itself or below itself")
    _check_name(call, doc["name"], target["id"])
    was = shown(doc)
    doc["compartmentId"] = target["id"]
    changed(call, KIND, doc, was)
    return nothing(doc, status=202)


@at_home
def delete(call: Call) -> Answer:
    """Answer DELETE /compartments/{compartmentId}."""
    doc = open_compartment(call, call.params["compartmentId"])
    if doc["compartmentId"] is None:
        raise invalid("the tenancy can't be deleted")
    call.authorise("COMPARTMENT_DELETE", doc["id"])
    match(call, doc)
    for kind in MAY_HOLD:
        for held in call.world.store.find(kind, compartmentId=doc["id"]):
            if settled(call, kind, held)["lifecycleState"] not in GONE:
                raise conflict(
                    f"Compartment {doc['name']} is not empty: "
                    f"it holds {kind} {held['id']} in state {held['lifecycleState']}."
                )
    was = shown(doc)
    start(call, doc, "DELETING", "DELETED")
    changed(call, KIND, doc, was)
    return nothing(status=202)


def open_compartment(call: Call, ocid: str) -> Doc:
    """The compartment with this OCID, provided that something can still be put into it.

    Raises:
        Refusal: 404 where there is none, or none any more.
    """
    doc = fetch(call, KIND, ocid, is_global=True)
    if doc["lifecycleState"] in GONE:
        raise missing(call)
    return doc


def lineage(call: Call, ocid: str) -> list[str]:
    """OCIDs from this compartment up to the tenancy, both included."""
    path: list[str] = []
    step: str | None = ocid
    while step is not None:
        path.append(step)
        doc: dict[str, Any] = call.world.store.get(KIND, step) or {}
        step = doc.get("compartmentId")
    return path


def depth(call: Call, doc: Doc) -> int:
    """How many levels a compartment lies below the tenancy."""
    return len(lineage(call, doc["id"])) - 1


def _check_name(call: Call, name: str, parent: str) -> None:
    if not NAME.fullmatch(name):
        raise invalid(f"a compartment name has 1 to 100 letters, digits, '.', '_' or '-'; got {name!r}")
    for sibling in call.world.store.find(KIND, compartmentId=parent):
        if (
            sibling["name"].lower() == name.lower()
            and settled(call, KIND, sibling)["lifecycleState"] not in GONE
        ):
            raise conflict(f"A compartment with name '{name}' already exists.", "CompartmentAlreadyExists")


BASE = "/20160918/compartments"
ROUTES = (
    Route("POST", BASE, "CreateCompartment", create),
    Route("GET", BASE, "ListCompartments", index),
    Route("GET", BASE + "/{compartmentId}", "GetCompartment", read),
    Route("PUT", BASE + "/{compartmentId}", "UpdateCompartment", update),
    Route("DELETE", BASE + "/{compartmentId}", "DeleteCompartment", delete),
    Route("POST", BASE + "/{compartmentId}/actions/moveCompartment", "MoveCompartment", move),
)

"""Generative AI projects, as containers only: the local inference keeps no conversations that one could hold.

Retention, memory and sandbox settings are refused as not modelled.
"""

from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page, query, stamp
from emulator.services.resource import GONE, answer, changed, fetch, listed, match, new, nothing, shown, start
from emulator.wire import Answer, Call, Route

KIND = "project"


@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /generativeAiProjects."""
    given = body(call, {"compartmentId": str}, {"displayName": str, "description": str})
    place = open_compartment(call, given["compartmentId"])
    call.authorise("GENERATIVE_AI_PROJECT_CREATE", place["id"])
    now = stamp(call.world.clock.now())
    fields = {
        "displayName": f"generativeaiproject{now[:10].replace('-', '')}",
        "description": None,
        **given,
        "timeUpdated": now,
        "lifecycleDetails": None,
        "systemTags": {},
    }
    return answer(new(call, KIND, "generativeaiproject", fields))


def read(call: Call) -> Answer:
    """Answer GET /generativeAiProjects/{generativeAiProjectId}."""
    doc = fetch(call, KIND, call.params["generativeAiProjectId"], is_read=True)
    call.authorise("GENERATIVE_AI_PROJECT_READ", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /generativeAiProjects."""
    only_queries(call, "compartmentId", "lifecycleState", "displayName", "id", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("GENERATIVE_AI_PROJECT_INSPECT", place["id"])
    rows = listed(call, KIND, compartmentId=place["id"])
    for field in ("lifecycleState", "displayName", "id"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    order = {"timeCreated": "timeCreated", "displayName": "displayName"}
    return page(call, ordered(call, rows, order, "timeCreated"), is_collection=True)


def update(call: Call) -> Answer:
    """Answer PUT /generativeAiProjects/{generativeAiProjectId}."""
    given = body(call, {}, {"displayName": str, "description": str})
    doc = fetch(call, KIND, call.params["generativeAiProjectId"])
    call.authorise("GENERATIVE_AI_PROJECT_UPDATE", doc["compartmentId"])
    match(call, doc)
    was = shown(doc)
    doc.update(given, timeUpdated=stamp(call.world.clock.now()))
    changed(call, KIND, doc, was)
    return answer(doc)


def delete(call: Call) -> Answer:
    """Answer DELETE /generativeAiProjects/{generativeAiProjectId}."""
    doc = fetch(call, KIND, call.params["generativeAiProjectId"])
    call.authorise("GENERATIVE_AI_PROJECT_DELETE", doc["compartmentId"])
    match(call, doc)
    if doc["lifecycleState"] in GONE:
        raise conflict(f"project {doc['id']} is {doc['lifecycleState']}")
    was = shown(doc)
    start(call, doc, "DELETING", "DELETED")
    changed(call, KIND, doc, was)
    return nothing()


BASE = "/20231130/generativeAiProjects"
ROUTES = (
    Route("POST", BASE, "CreateGenerativeAiProject", create),
    Route("GET", BASE, "ListGenerativeAiProjects", index),
    Route("GET", BASE + "/{generativeAiProjectId}", "GetGenerativeAiProject", read),
    Route("PUT", BASE + "/{generativeAiProjectId}", "UpdateGenerativeAiProject", update),
    Route("DELETE", BASE + "/{generativeAiProjectId}", "DeleteGenerativeAiProject", delete),
)

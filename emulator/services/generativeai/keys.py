"""API keys: eight operations on a key with one or two slots.

* CreateApiKey takes one or two key details; its answer holds the secrets, no later one does (Create an API
  key, docs.oracle.com/en-us/iaas/Content/generative-ai/create-api-key.htm). A key made with one name has
  one slot.
* RenewApiKey replaces one slot's secret; SetApiKeyState activates, deactivates or revokes one
  (docs.oracle.com/en-us/iaas/Content/generative-ai/regenerate-api-key.htm and activate-api-key.htm).
* Permissions: INSPECT lists, READ gets, UPDATE updates, CREATE, DELETE and MOVE
  (generative-ai/api-key-permissions.htm). Renew and set state are not in that table: CREATE's level
  (manage) or UPDATE's (use), by the switch ``renew-needs``.
* A tenancy has 100 keys (limit ``api-key-count``, switches ``api-key-count`` and ``key-limit-code``),
  counted over all regions. Deleted keys stay readable as DELETED, and listed.
* The key shows INACTIVE while none of its slots is ACTIVE: not documented, our reading of the state's name.
"""

from collections.abc import Mapping

from emulator.services.generativeai import slots
from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict, invalid
from emulator.services.replay import once
from emulator.services.request import Doc, body, needed, only_queries, ordered, page, query, stamp, within
from emulator.services.resource import GONE, changed, fetch, listed, match, new, nothing, start
from emulator.services.resource import shown as public
from emulator.wire import Answer, Call, Route

KIND = "apikey"
DESCRIPTIVE = ("displayName", "description", "freeformTags", "definedTags")


@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /apikeys."""
    given = body(call, {"displayName": str, "compartmentId": str, "keyDetails": list}, {"description": str})
    place = open_compartment(call, given["compartmentId"])
    call.authorise("GENERATIVE_AI_APIKEY_CREATE", place["id"])
    _check_name(given)
    wanted = [slots.details(call, each) for each in given["keyDetails"]]
    names = [name for name, _ in wanted]
    if not 1 <= len(names) <= 2 or len(set(names)) != len(names):
        raise invalid(f"keyDetails must name one or two different keys; got {len(names)}: {', '.join(names)}")
    _check_limit(call)
    second = str(call.world.switches.get("second-slot"))
    made = [
        slots.make(call, name, expiry, state)
        for (name, expiry), state in zip(wanted, ("ACTIVE", second), strict=False)
    ]
    fields = {
        "description": None,
        **within(given, "compartmentId", *DESCRIPTIVE),
        "timeUpdated": stamp(call.world.clock.now()),
        "lifecycleDetails": None,
        "systemTags": {},
        "_slots": made,
    }
    doc = new(call, KIND, "generativeaiapikey", fields)
    values = {slot["keyName"]: slots.mint(call, doc["id"], slot) for slot in made}
    call.world.store.put(KIND, doc)
    return _answer(call, doc, values)


def read(call: Call) -> Answer:
    """Answer GET /apikeys/{apiKeyId}."""
    doc = fetch(call, KIND, call.params["apiKeyId"], is_read=True)
    call.authorise("GENERATIVE_AI_APIKEY_READ", doc["compartmentId"])
    return _answer(call, doc)


def index(call: Call) -> Answer:
    """Answer GET /apikeys."""
    only_queries(call, "compartmentId", "lifecycleState", "displayName", "id", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("GENERATIVE_AI_APIKEY_INSPECT", place["id"])
    rows = listed(call, KIND, view=lambda doc: shown(call, doc), compartmentId=place["id"])
    for field in ("lifecycleState", "displayName", "id"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    order = {"timeCreated": "timeCreated", "displayName": "displayName"}
    return page(call, ordered(call, rows, order, "timeCreated"), is_collection=True)


def update(call: Call) -> Answer:
    """Answer PUT /apikeys/{apiKeyId}."""
    given = body(call, {}, {"displayName": str, "description": str})
    doc = _live(call, "GENERATIVE_AI_APIKEY_UPDATE")
    _check_name(given)
    was = shown(call, doc)
    doc.update(given)
    return _changed(call, doc, was)


def delete(call: Call) -> Answer:
    """Answer DELETE /apikeys/{apiKeyId}."""
    doc = _live(call, "GENERATIVE_AI_APIKEY_DELETE", needs_ready=False)
    was = shown(call, doc)
    for secret in call.world.store.find(slots.DIGESTS, apiKeyId=doc["id"]):
        call.world.store.delete(slots.DIGESTS, secret["id"])
    for slot in doc["_slots"]:
        slot.update(state="DELETED", _digest=None)
    start(call, doc, "DELETING", "DELETED")
    changed(call, KIND, doc, was)
    return nothing()


@once(KIND)
def renew(call: Call) -> Answer:
    """Answer POST /apikeys/{apiKeyId}/actions/renew."""
    given = body(call, {"details": dict})
    doc = _live(call, _renewing(call))
    name, expiry = slots.details(call, given["details"])
    slot = _slot(doc, name)
    was = shown(call, doc)
    value = slots.renew(call, doc["id"], slot, expiry)
    doc.update(within(given, "freeformTags", "definedTags"))
    return _changed(call, doc, was, {name: value})


@once(KIND)
def set_state(call: Call) -> Answer:
    """Answer POST /apikeys/{apiKeyId}/actions/setstate."""
    given = body(call, {"keyName": str, "state": str})
    doc = _live(call, _renewing(call))
    was = shown(call, doc)
    slots.set_state(call, _slot(doc, given["keyName"]), given["state"])
    doc.update(within(given, "freeformTags", "definedTags"))
    return _changed(call, doc, was)


@once(KIND)
def change_compartment(call: Call) -> Answer:
    """Answer POST /apikeys/{apiKeyId}/actions/changeCompartment."""
    given = body(call, {"compartmentId": str})
    doc = _live(call, "GENERATIVE_AI_APIKEY_MOVE")
    place = open_compartment(call, given["compartmentId"])
    call.authorise("GENERATIVE_AI_APIKEY_MOVE", place["id"])
    was = shown(call, doc)
    doc["compartmentId"] = place["id"]
    _changed(call, doc, was)
    return nothing(doc, status=200)


def shown(call: Call, doc: Doc, values: Mapping[str, str] | None = None) -> Doc:
    """A key as it is answered.

    Args:
        call: Request; its clock says which slots have expired.
        doc: The stored key.
        values: Secrets made in this very request, by slot name.
    """
    made = values or {}
    items = [slots.shown(call, slot, made.get(slot["keyName"])) for slot in doc["_slots"]]
    state = doc["lifecycleState"]
    if state == "ACTIVE" and all(item["state"] != "ACTIVE" for item in items):
        state = "INACTIVE"
    return {**public(doc), "keys": items, "lifecycleState": state}


def _live(call: Call, permission: str, *, needs_ready: bool = True) -> Doc:
    """The key of the path for a change: authorised, matched, in a state that allows one."""
    doc = fetch(call, KIND, call.params["apiKeyId"])
    call.authorise(permission, doc["compartmentId"])
    match(call, doc)
    if doc["lifecycleState"] in GONE or (needs_ready and doc["lifecycleState"] != "ACTIVE"):
        raise conflict(f"API key {doc['id']} is {doc['lifecycleState']}")
    return doc


def _slot(doc: Doc, name: str) -> Doc:
    for slot in doc["_slots"]:
        if slot["keyName"] == name:
            found: Doc = slot
            return found
    raise invalid(
        f"the key has {' and '.join(slot['keyName'] for slot in doc['_slots'])}; got keyName {name!r}"
    )


def _renewing(call: Call) -> str:
    level = {"manage": "CREATE", "use": "UPDATE"}[str(call.world.switches.get("renew-needs"))]
    return f"GENERATIVE_AI_APIKEY_{level}"


def _changed(call: Call, doc: Doc, was: Doc, values: Mapping[str, str] | None = None) -> Answer:
    doc["timeUpdated"] = stamp(call.world.clock.now())
    changed(call, KIND, doc, was)
    return _answer(call, doc, values)


def _answer(call: Call, doc: Doc, values: Mapping[str, str] | None = None) -> Answer:
    return Answer(body=shown(call, doc, values), headers={"etag": doc["_etag"]})


def _check_name(given: Doc) -> None:
    if "displayName" in given and not slots.NAME.fullmatch(given["displayName"]):
        raise invalid(
            "displayName starts with a letter or '_' and goes on with letters, digits, '_' or '-', "
            f"255 at most; got {given['displayName']!r}"
        )


def _check_limit(call: Call) -> None:
    most = int(call.world.switches.get("api-key-count"))
    if counted(call) >= most:
        code = str(call.world.switches.get("key-limit-code"))
        raise invalid(f"the limit api-key-count of the tenancy is reached: {most} API keys", code)


def counted(call: Call) -> int:
    """How many API keys of the tenancy count for its limit: all that are not deleted."""
    return sum(doc["lifecycleState"] not in GONE for doc in call.world.store.find(KIND))


BASE = "/20231130/apikeys"
ROUTES = (
    Route("POST", BASE, "CreateApiKey", create),
    Route("GET", BASE, "ListApiKeys", index),
    Route("GET", BASE + "/{apiKeyId}", "GetApiKey", read),
    Route("PUT", BASE + "/{apiKeyId}", "UpdateApiKey", update),
    Route("DELETE", BASE + "/{apiKeyId}", "DeleteApiKey", delete),
    Route("POST", BASE + "/{apiKeyId}/actions/renew", "RenewApiKey", renew),
    Route("POST", BASE + "/{apiKeyId}/actions/setstate", "SetApiKeyState", set_state),
    Route(
        "POST", BASE + "/{apiKeyId}/actions/changeCompartment", "ChangeApiKeyCompartment", change_compartment
    ),
)

"""Master encryption keys, on the management host of their vault: nothing else says which vault is meant.

Deletion is scheduled 7 to 30 days ahead, 30 by default (ScheduleKeyDeletion, OCI Python SDK 2.189.0,
key_management). Key versions, import and backup are not modelled.
"""

from emulator.services.identity.compartments import open_compartment
from emulator.services.kms.vaults import EARLIEST_DAYS, LATEST_DAYS, behind
from emulator.services.refusals import conflict, invalid, missing
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page, query
from emulator.services.resource import Doc, answer, changed, fetch, listed, match, new, nothing, shown, start
from emulator.services.scheduled_deletion import must_be_pending, time_of_deletion
from emulator.wire import Answer, Call, Route

KIND = "key"
LENGTHS = {"AES": (16, 24, 32), "RSA": (256, 384, 512), "ECDSA": (32, 48, 66)}
"""Bytes that a key of each algorithm may have."""

PROTECTION = ("HSM", "SOFTWARE")


@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /keys."""
    given = body(
        call,
        {"compartmentId": str, "displayName": str, "keyShape": dict},
        {"protectionMode": str, "isAutoRotationEnabled": bool},
    )
    vault = behind(call)
    place = open_compartment(call, given["compartmentId"])
    call.authorise("KEY_CREATE", place["id"])
    if vault["lifecycleState"] not in ("ACTIVE", "CREATING"):
        raise conflict(f"vault {vault['id']} is {vault['lifecycleState']}: it takes no new keys")
    shape = given["keyShape"]
    lengths = LENGTHS.get(shape.get("algorithm", ""))
    if lengths is None or shape.get("length") not in lengths:
        allowed = "; ".join(
            f"{name} of {', '.join(map(str, sizes))} bytes" for name, sizes in LENGTHS.items()
        )
        raise invalid(f"keyShape must be one of {allowed}; got {shape}")
    if given.get("protectionMode", "HSM") not in PROTECTION:
        raise invalid(
            f"the local OCI models protectionMode {' and '.join(PROTECTION)}; got {given['protectionMode']!r}"
        )
    if given.get("isAutoRotationEnabled"):
        raise invalid("the local OCI does not model isAutoRotationEnabled of CreateKey")
    fields = {
        "protectionMode": "HSM",
        "isAutoRotationEnabled": False,
        **given,
        "vaultId": vault["id"],
        "currentKeyVersion": call.world.ids.ocid("keyversion", call.region),
        "isPrimary": True,
        "timeOfDeletion": None,
    }
    return answer(new(call, KIND, "key", fields, becoming="ENABLED"))


def read(call: Call) -> Answer:
    """Answer GET /keys/{keyId}."""
    doc = _mine(call, is_read=True)
    call.authorise("KEY_READ", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /keys."""
    only_queries(call, "compartmentId", "sortBy", "sortOrder", "protectionMode", "algorithm")
    vault = behind(call)
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("KEY_INSPECT", place["id"])
    rows = []
    for row in listed(call, KIND, compartmentId=place["id"], vaultId=vault["id"]):
        summary = {
            name: row[name]
            for name in row
            if name not in ("currentKeyVersion", "isPrimary", "keyShape", "timeOfDeletion")
        }
        rows.append({**summary, "algorithm": row["keyShape"]["algorithm"]})
    for field in ("protectionMode", "algorithm"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    return page(
        call, ordered(call, rows, {"TIMECREATED": "timeCreated", "DISPLAYNAME": "displayName"}, "TIMECREATED")
    )


def update(call: Call) -> Answer:
    """Answer PUT /keys/{keyId}."""
    given = body(call, {}, {"displayName": str, "isAutoRotationEnabled": bool})
    doc = _mine(call)
    call.authorise("KEY_UPDATE", doc["compartmentId"])
    match(call, doc)
    _must_be(doc, "ENABLED", "DISABLED")
    if given.get("isAutoRotationEnabled"):
        raise invalid("the local OCI does not model isAutoRotationEnabled of UpdateKey")
    was = shown(doc)
    doc.update(given)
    changed(call, KIND, doc, was)
    return answer(doc)


@once(KIND)
def enable(call: Call) -> Answer:
    """Answer POST /keys/{keyId}/actions/enable."""
    return _turn(call, "DISABLED", "ENABLING", "ENABLED")


@once(KIND)
def disable(call: Call) -> Answer:
    """Answer POST /keys/{keyId}/actions/disable."""
    return _turn(call, "ENABLED", "DISABLING", "DISABLED")


@once(KIND)
def change_compartment(call: Call) -> Answer:
    """Answer POST /keys/{keyId}/actions/changeCompartment."""
    given = body(call, {"compartmentId": str})
    doc = _mine(call)
    call.authorise("KEY_MOVE", doc["compartmentId"])
    call.authorise("KEY_MOVE", open_compartment(call, given["compartmentId"])["id"])
    match(call, doc)
    _must_be(doc, "ENABLED", "DISABLED")
    was = shown(doc)
    doc["compartmentId"] = given["compartmentId"]
    changed(call, KIND, doc, was)
    return nothing(doc, status=200)


@once(KIND)
def schedule_deletion(call: Call) -> Answer:
    """Answer POST /keys/{keyId}/actions/scheduleDeletion."""
    when = time_of_deletion(call, earliest=EARLIEST_DAYS, latest=LATEST_DAYS)
    doc = _mine(call)
    call.authorise("KEY_DELETE", doc["compartmentId"])
    match(call, doc)
    _must_be(doc, "ENABLED", "DISABLED", "CREATING")
    was = shown(doc)
    doc["timeOfDeletion"] = when
    start(call, doc, "SCHEDULING_DELETION", "PENDING_DELETION")
    changed(call, KIND, doc, was)
    return answer(doc)


@once(KIND)
def cancel_deletion(call: Call) -> Answer:
    """Answer POST /keys/{keyId}/actions/cancelDeletion."""
    doc = _mine(call)
    call.authorise("KEY_DELETE", doc["compartmentId"])
    match(call, doc)
    must_be_pending(doc)
    if behind(call)["lifecycleState"] != "ACTIVE":
        raise conflict(f"vault {doc['vaultId']} is to be deleted itself: cancel that first")
    was = shown(doc)
    doc["timeOfDeletion"] = None
    start(call, doc, "CANCELLING_DELETION", "ENABLED")
    changed(call, KIND, doc, was)
    return answer(doc)


def _mine(call: Call, *, is_read: bool = False) -> Doc:
    """The key of the path, provided that it lies in the vault whose host was called."""
    vault = behind(call)
    doc = fetch(call, KIND, call.params["keyId"], is_read=is_read)
    if doc["vaultId"] != vault["id"]:
        raise missing(call)
    return doc


def _turn(call: Call, present: str, passing: str, target: str) -> Answer:
    doc = _mine(call)
    call.authorise("KEY_UPDATE", doc["compartmentId"])
    match(call, doc)
    _must_be(doc, present)
    was = shown(doc)
    start(call, doc, passing, target)
    changed(call, KIND, doc, was)
    return answer(doc)


def _must_be(doc: Doc, *states: str) -> None:
    if doc["lifecycleState"] not in states:
        raise conflict(
            f"key {doc['id']} is {doc['lifecycleState']}; this needs it to be {' or '.join(states)}"
        )


BASE = "/20180608/keys"
ROUTES = (
    Route("POST", BASE, "CreateKey", create),
    Route("GET", BASE, "ListKeys", index),
    Route("GET", BASE + "/{keyId}", "GetKey", read),
    Route("PUT", BASE + "/{keyId}", "UpdateKey", update),
    Route("POST", BASE + "/{keyId}/actions/enable", "EnableKey", enable),
    Route("POST", BASE + "/{keyId}/actions/disable", "DisableKey", disable),
    Route("POST", BASE + "/{keyId}/actions/changeCompartment", "ChangeKeyCompartment", change_compartment),
    Route("POST", BASE + "/{keyId}/actions/scheduleDeletion", "ScheduleKeyDeletion", schedule_deletion),
    Route("POST", BASE + "/{keyId}/actions/cancelDeletion", "CancelKeyDeletion", cancel_deletion),
)

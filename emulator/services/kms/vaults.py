"""Vaults. Each has its own host for key management, told apart by a prefix, as the real ones have.

Deletion is scheduled 7 to 30 days ahead, 30 by default, and takes every key of the vault along
(ScheduleVaultDeletion, OCI Python SDK 2.189.0, key_management).
"""

from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict, invalid, missing
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page
from emulator.services.resource import (
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
from emulator.services.scheduled_deletion import must_be_pending, time_of_deletion
from emulator.wire import Answer, Call, Route

KIND = "vault"
TYPES = ("DEFAULT", "VIRTUAL_PRIVATE")
EARLIEST_DAYS, LATEST_DAYS = 7, 30
PREFIX_LETTERS = 13


@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /vaults."""
    given = body(call, {"compartmentId": str, "displayName": str, "vaultType": str})
    place = open_compartment(call, given["compartmentId"])
    call.authorise("VAULT_CREATE", place["id"])
    if given["vaultType"] not in TYPES:
        raise invalid(f"the local OCI models vaultType {' and '.join(TYPES)}; got {given['vaultType']!r}")
    prefix = "v" + call.world.ids.ocid("vault", call.region).rsplit(".", 1)[1][: PREFIX_LETTERS - 1]
    fields = {
        **given,
        "_prefix": prefix,
        "managementEndpoint": f"https://{prefix}-management.{call.host}",
        "cryptoEndpoint": f"https://{prefix}-crypto.{call.host}",
        "wrappingkeyId": call.world.ids.ocid("key", call.region),
        "isPrimary": True,
        "timeOfDeletion": None,
    }
    return answer(new(call, KIND, "vault", fields))


def read(call: Call) -> Answer:
    """Answer GET /vaults/{vaultId}."""
    doc = fetch(call, KIND, call.params["vaultId"], is_read=True)
    call.authorise("VAULT_READ", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /vaults."""
    only_queries(call, "compartmentId", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("VAULT_INSPECT", place["id"])
    rows = [
        {name: row[name] for name in row if name not in ("wrappingkeyId", "isPrimary", "timeOfDeletion")}
        for row in listed(call, KIND, compartmentId=place["id"])
    ]
    return page(
        call, ordered(call, rows, {"TIMECREATED": "timeCreated", "DISPLAYNAME": "displayName"}, "TIMECREATED")
    )


def update(call: Call) -> Answer:
    """Answer PUT /vaults/{vaultId}."""
    given = body(call, {}, {"displayName": str})
    doc = fetch(call, KIND, call.params["vaultId"])
    call.authorise("VAULT_UPDATE", doc["compartmentId"])
    match(call, doc)
    _must_be_active(doc)
    was = shown(doc)
    doc.update(given)
    changed(call, KIND, doc, was)
    return answer(doc)


@once(KIND)
def change_compartment(call: Call) -> Answer:
    """Answer POST /vaults/{vaultId}/actions/changeCompartment."""
    given = body(call, {"compartmentId": str})
    doc = fetch(call, KIND, call.params["vaultId"])
    call.authorise("VAULT_MOVE", doc["compartmentId"])
    call.authorise("VAULT_MOVE", open_compartment(call, given["compartmentId"])["id"])
    match(call, doc)
    _must_be_active(doc)
    was = shown(doc)
    doc["compartmentId"] = given["compartmentId"]
    changed(call, KIND, doc, was)
    return nothing(doc, status=200)


@once(KIND)
def schedule_deletion(call: Call) -> Answer:
    """Answer POST /vaults/{vaultId}/actions/scheduleDeletion."""
    when = time_of_deletion(call, earliest=EARLIEST_DAYS, latest=LATEST_DAYS)
    doc = fetch(call, KIND, call.params["vaultId"])
    call.authorise("VAULT_DELETE", doc["compartmentId"])
    match(call, doc)
    _must_be_active(doc)
    keys = [settled(call, "key", key) for key in call.world.store.find("key", vaultId=doc["id"])]
    for key in keys:
        if key["lifecycleState"] == "PENDING_DELETION" and key["timeOfDeletion"] > when:
            raise conflict(f"key {key['id']} is scheduled for deletion later than its vault would be")
    for key in keys:
        if key["lifecycleState"] in ("ENABLED", "DISABLED", "CREATING"):
            was = shown(key)
            key.pop("_becoming", None)
            key.update(lifecycleState="PENDING_DELETION", timeOfDeletion=when, _with_vault=True)
            changed(call, "key", key, was)
    was = shown(doc)
    doc["timeOfDeletion"] = when
    start(call, doc, "SCHEDULING_DELETION", "PENDING_DELETION")
    changed(call, KIND, doc, was)
    return answer(doc)


@once(KIND)
def cancel_deletion(call: Call) -> Answer:
    """Answer POST /vaults/{vaultId}/actions/cancelDeletion: keys that went with the vault come back."""
    doc = fetch(call, KIND, call.params["vaultId"])
    call.authorise("VAULT_DELETE", doc["compartmentId"])
    match(call, doc)
    must_be_pending(doc)
    for key in call.world.store.find("key", vaultId=doc["id"]):
        if key.pop("_with_vault", False) and key["lifecycleState"] == "PENDING_DELETION":
            was = shown(key)
            key.update(lifecycleState="ENABLED", timeOfDeletion=None)
            changed(call, "key", key, was)
    was = shown(doc)
    doc["timeOfDeletion"] = None
    start(call, doc, "CANCELLING_DELETION", "ACTIVE")
    changed(call, KIND, doc, was)
    return answer(doc)


def behind(call: Call) -> Doc:
    """The vault whose management host was called.

    Raises:
        Refusal: 404 where no vault has that host.
    """
    prefix = call.host.split("-management.", 1)[0]
    for doc in call.world.store.find(KIND, _prefix=prefix):
        if doc["_region"] == call.region:
            return settled(call, KIND, doc)
    raise missing(call)


def _must_be_active(doc: Doc) -> None:
    if doc["lifecycleState"] not in ("ACTIVE", "CREATING"):
        raise conflict(f"vault {doc['id']} is {doc['lifecycleState']}")


BASE = "/20180608/vaults"
ROUTES = (
    Route("POST", BASE, "CreateVault", create),
    Route("GET", BASE, "ListVaults", index),
    Route("GET", BASE + "/{vaultId}", "GetVault", read),
    Route("PUT", BASE + "/{vaultId}", "UpdateVault", update),
    Route(
        "POST", BASE + "/{vaultId}/actions/changeCompartment", "ChangeVaultCompartment", change_compartment
    ),
    Route("POST", BASE + "/{vaultId}/actions/scheduleDeletion", "ScheduleVaultDeletion", schedule_deletion),
    Route("POST", BASE + "/{vaultId}/actions/cancelDeletion", "CancelVaultDeletion", cancel_deletion),
)

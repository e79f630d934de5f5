"""Secrets: made with a first version, changed by adding versions or promoting one, deleted by appointment.

* A name belongs to its secret until that is DELETED: while the deletion is pending, making another of the
  same name is refused with 400 (external-secrets issue 6771). Scheduled 1 to 30 days ahead, 30 by default
  (ibid.).
* Contents, the current version's number and the rules can't change together (UpdateSecretDetails, OCI
  Python SDK 2.189.0, vault).
* Answers never carry contents; these are kept encrypted.
"""

import re

from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict, invalid, missing
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page, query, within
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
from emulator.services.vaults import stages
from emulator.services.vaults.versions import KIND as VERSION
from emulator.services.vaults.versions import make, of_secret, target
from emulator.wire import Answer, Call, Route

KIND = "secret"
NAME = re.compile(r"[A-Za-z0-9._-]{1,255}")
EARLIEST_DAYS, LATEST_DAYS = 1, 30
NOT_IN_SUMMARY = ("currentVersionNumber", "metadata", "secretRules")


@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /secrets."""
    given = body(
        call,
        {"compartmentId": str, "vaultId": str, "keyId": str, "secretName": str, "secretContent": dict},
        {"description": str, "metadata": dict, "enableAutoGeneration": bool, "secretRules": list},
    )
    _refuse_unmodelled(call, given)
    place = open_compartment(call, given["compartmentId"])
    call.authorise("SECRET_CREATE", place["id"])
    _check_key(call, given["vaultId"], given["keyId"])
    if not NAME.fullmatch(given["secretName"]):
        raise invalid(
            f"a secret name has 1 to 255 letters, digits, '.', '_' or '-'; got {given['secretName']!r}"
        )
    for other in call.world.store.find(KIND, vaultId=given["vaultId"], secretName=given["secretName"]):
        if settled(call, KIND, other)["lifecycleState"] != "DELETED":
            raise invalid(
                f"The secret name {given['secretName']} already exists in the vault "
                f"(secret {other['id']}, {other['lifecycleState']})."
            )
    content = given["secretContent"]
    if content.get("stage", "CURRENT") != "CURRENT":
        raise invalid(f"the first version of a secret can only be CURRENT; got stage {content['stage']!r}")
    fields = {
        "description": None,
        "metadata": {},
        **within(
            given,
            "compartmentId",
            "vaultId",
            "keyId",
            "secretName",
            "description",
            "metadata",
            "freeformTags",
            "definedTags",
        ),
        "currentVersionNumber": 1,
        "isAutoGenerationEnabled": False,
        "isReplica": False,
        "secretRules": [],
        "timeOfDeletion": None,
        "timeOfCurrentVersionExpiry": None,
    }
    doc = new(call, KIND, "vaultsecret", fields)
    version = make(call, doc, content, [])
    stages.add([], version, "CURRENT")
    call.world.store.put(VERSION, version)
    return answer(doc)


def read(call: Call) -> Answer:
    """Answer GET /secrets/{secretId}."""
    doc = fetch(call, KIND, call.params["secretId"], is_read=True)
    call.authorise("SECRET_READ", doc["compartmentId"], target(doc))
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /secrets."""
    only_queries(call, "compartmentId", "name", "vaultId", "lifecycleState", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("SECRET_INSPECT", place["id"])
    rows = listed(call, KIND, compartmentId=place["id"])
    for parameter, field in (
        ("name", "secretName"),
        ("vaultId", "vaultId"),
        ("lifecycleState", "lifecycleState"),
    ):
        wanted = query(call, parameter)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    rows = [{name: row[name] for name in row if name not in NOT_IN_SUMMARY} for row in rows]
    return page(
        call, ordered(call, rows, {"TIMECREATED": "timeCreated", "NAME": "secretName"}, "TIMECREATED")
    )


def update(call: Call) -> Answer:
    """Answer PUT /secrets/{secretId}."""
    given = body(
        call,
        {},
        {
            "description": str,
            "metadata": dict,
            "secretContent": dict,
            "currentVersionNumber": int,
            "enableAutoGeneration": bool,
            "secretRules": list,
        },
    )
    _refuse_unmodelled(call, given)
    doc = fetch(call, KIND, call.params["secretId"])
    call.authorise("SECRET_UPDATE", doc["compartmentId"], target(doc))
    match(call, doc)
    _must_be_active(doc)
    if "secretContent" in given and "currentVersionNumber" in given:
        raise invalid("secretContent and currentVersionNumber can't be changed in the same update")
    was = shown(doc)
    doc.update(within(given, "description", "metadata", "freeformTags", "definedTags"))
    if "secretContent" in given:
        _add_version(call, doc, given["secretContent"])
    elif given.get("currentVersionNumber", doc["currentVersionNumber"]) != doc["currentVersionNumber"]:
        _promote(call, doc, given["currentVersionNumber"])
    changed(call, KIND, doc, was)
    return answer(doc)


@once(KIND)
def change_compartment(call: Call) -> Answer:
    """Answer POST /secrets/{secretId}/actions/changeCompartment."""
    given = body(call, {"compartmentId": str})
    doc = fetch(call, KIND, call.params["secretId"])
    call.authorise("SECRET_MOVE", doc["compartmentId"], target(doc))
    call.authorise("SECRET_MOVE", open_compartment(call, given["compartmentId"])["id"], target(doc))
    match(call, doc)
    _must_be_active(doc)
    was = shown(doc)
    doc["compartmentId"] = given["compartmentId"]
    changed(call, KIND, doc, was)
    return nothing(doc, status=200)


def schedule_deletion(call: Call) -> Answer:
    """Answer POST /secrets/{secretId}/actions/scheduleDeletion."""
    when = time_of_deletion(call, earliest=EARLIEST_DAYS, latest=LATEST_DAYS)
    doc = fetch(call, KIND, call.params["secretId"])
    call.authorise("SECRET_DELETE", doc["compartmentId"], target(doc))
    match(call, doc)
    if doc["lifecycleState"] not in ("ACTIVE", "CREATING", "UPDATING"):
        raise conflict(f"secret {doc['id']} is {doc['lifecycleState']}")
    was = shown(doc)
    doc["timeOfDeletion"] = when
    start(call, doc, "SCHEDULING_DELETION", "PENDING_DELETION")
    changed(call, KIND, doc, was)
    return nothing(doc, status=200)


def cancel_deletion(call: Call) -> Answer:
    """Answer POST /secrets/{secretId}/actions/cancelDeletion."""
    doc = fetch(call, KIND, call.params["secretId"])
    call.authorise("SECRET_DELETE", doc["compartmentId"], target(doc))
    match(call, doc)
    must_be_pending(doc)
    was = shown(doc)
    doc["timeOfDeletion"] = None
    start(call, doc, "CANCELLING_DELETION", "ACTIVE")
    changed(call, KIND, doc, was)
    return nothing(doc, status=200)


def _add_version(call: Call, doc: Doc, content: Doc) -> None:
    """Write a new version. What becomes of an earlier PENDING one, the switch ``second-pending`` says."""
    versions = of_secret(call, doc["id"])
    stage = content.get("stage", "CURRENT")
    if stage not in ("CURRENT", "PENDING"):
        raise invalid(f"a new version can be CURRENT or PENDING; got stage {stage!r}")
    if (
        stage == "PENDING"
        and stages.in_stage(versions, "PENDING")
        and call.world.switches.get("second-pending") == "refused"
    ):
        raise invalid("the secret already has a PENDING version")
    most = int(call.world.switches.get("secret-versions"))
    if sum(version["timeOfDeletion"] is None for version in versions) >= most:
        raise invalid(
            f"a secret holds at most {most} versions: schedule the deletion of deprecated ones",
            "LimitExceeded",
        )
    version = make(call, doc, content, versions)
    stages.add(versions, version, stage)
    _store(call, doc, versions)


def _promote(call: Call, doc: Doc, number: int) -> None:
    """Make an existing version the current one (whether that works: switch ``promote-by-number``)."""
    if call.world.switches.get("promote-by-number") == "refused":
        raise invalid("currentVersionNumber can't be changed; write the contents anew with stage CURRENT")
    versions = of_secret(call, doc["id"])
    version = stages.by_number(versions, number)
    if version is None or version["timeOfDeletion"] is not None:
        raise invalid(f"secret {doc['id']} has no version {number} that could become the current one")
    stages.promote(versions, number)
    _store(call, doc, versions)


def _store(call: Call, doc: Doc, versions: list[Doc]) -> None:
    for version in versions:
        call.world.store.put(VERSION, version)
    doc["currentVersionNumber"] = next(v["versionNumber"] for v in versions if "CURRENT" in v["stages"])
    start(call, doc, "UPDATING", "ACTIVE")


def _check_key(call: Call, vault_id: str, key_id: str) -> None:
    """Only a symmetric key of the same vault, ready for use, can encrypt a secret."""
    vault = fetch(call, "vault", vault_id)
    if vault["lifecycleState"] not in ("ACTIVE", "CREATING"):
        raise conflict(f"vault {vault_id} is {vault['lifecycleState']}: it takes no new secrets")
    key = fetch(call, "key", key_id)
    if key["vaultId"] != vault_id:
        raise missing(call)
    if key["keyShape"]["algorithm"] != "AES":
        raise invalid(f"a secret needs an AES key; {key_id} is {key['keyShape']['algorithm']}")
    if key["lifecycleState"] not in ("ENABLED", "CREATING"):
        raise conflict(f"key {key_id} is {key['lifecycleState']}")


def _must_be_active(doc: Doc) -> None:
    if doc["lifecycleState"] != "ACTIVE":
        raise conflict(f"secret {doc['id']} is {doc['lifecycleState']}; this needs it to be ACTIVE")


def _refuse_unmodelled(call: Call, given: Doc) -> None:
    for field in ("enableAutoGeneration", "secretRules"):
        if given.get(field):
            raise invalid(f"the local OCI does not model {field} of {call.operation}")


BASE = "/20180608/secrets"
ROUTES = (
    Route("POST", BASE, "CreateSecret", create),
    Route("GET", BASE, "ListSecrets", index),
    Route("GET", BASE + "/{secretId}", "GetSecret", read),
    Route("PUT", BASE + "/{secretId}", "UpdateSecret", update),
    Route(
        "POST", BASE + "/{secretId}/actions/changeCompartment", "ChangeSecretCompartment", change_compartment
    ),
    Route("POST", BASE + "/{secretId}/actions/scheduleDeletion", "ScheduleSecretDeletion", schedule_deletion),
    Route("POST", BASE + "/{secretId}/actions/cancelDeletion", "CancelSecretDeletion", cancel_deletion),
)

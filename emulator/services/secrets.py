"""Vault secrets, the side that reads them: bundles, on a host of their own.

A bundle is one version with its contents: the CURRENT one unless a number, a label or a stage is asked for.
A secret that only waits for its deletion answers 404, by name and by OCID (external-secrets issue 6771).
Paths and bodies: OCI Python SDK 2.189.0, secrets.
"""

import base64

from emulator.services.refusals import invalid, missing
from emulator.services.request import Doc, needed, only_queries, page, query
from emulator.services.resource import fetch, settled
from emulator.services.sealing import unseal
from emulator.services.vaults import stages
from emulator.services.vaults.secrets import KIND
from emulator.services.vaults.versions import of_secret, target
from emulator.wire import Answer, Call, Route

CHOICES = ("versionNumber", "secretVersionName", "stage")


def read(call: Call) -> Answer:
    """Answer GET /secretbundles/{secretId}."""
    only_queries(call, *CHOICES)
    return _bundle(call, _readable(call, fetch(call, KIND, call.params["secretId"])))


def read_by_name(call: Call) -> Answer:
    """Answer POST /secretbundles/actions/getByName."""
    only_queries(call, "secretName", "vaultId", *CHOICES)
    for doc in call.world.store.find(
        KIND, vaultId=needed(call, "vaultId"), secretName=needed(call, "secretName")
    ):
        if doc["_region"] == call.region and _is_there(settled(call, KIND, doc)):
            return _bundle(call, _readable(call, doc))
    raise missing(call)


def versions(call: Call) -> Answer:
    """Answer GET /secretbundles/{secretId}/versions."""
    only_queries(call, "sortBy", "sortOrder")
    doc = _readable(call, fetch(call, KIND, call.params["secretId"]), "SECRET_BUNDLE_READ")
    rows = [_head(version) for version in of_secret(call, doc["id"])]
    if (query(call, "sortOrder") or "DESC").upper() == "DESC":
        rows.reverse()
    return page(call, rows)


def _readable(call: Call, doc: Doc, permission: str = "SECRET_BUNDLE_READ") -> Doc:
    call.authorise(permission, doc["compartmentId"], target(doc))
    if not _is_there(doc):
        raise missing(call)
    return doc


def _is_there(doc: Doc) -> bool:
    return doc["lifecycleState"] in ("ACTIVE", "CREATING", "UPDATING")


def _bundle(call: Call, doc: Doc) -> Answer:
    version = _chosen(call, of_secret(call, doc["id"]))
    content = base64.b64encode(unseal(call, version["_sealed"])).decode()
    body = {
        **_head(version),
        "metadata": doc["metadata"],
        "secretBundleContent": {"contentType": "BASE64", "content": content},
    }
    return Answer(body=body, headers={"etag": doc["_etag"]})


def _chosen(call: Call, versions: list[Doc]) -> Doc:
    asked = {name: value for name in CHOICES if (value := query(call, name)) is not None}
    if len(asked) > 1:
        raise invalid(f"ask for one of {', '.join(CHOICES)}; got {' and '.join(asked)}")
    number, label = asked.get("versionNumber"), asked.get("secretVersionName")
    if number is not None:
        if not number.isdecimal():
            raise invalid(f"versionNumber must be a whole number; got {number!r}")
        found = stages.by_number(versions, int(number))
    elif label is not None:
        found = next((version for version in versions if version["name"] == label), None)
    else:
        stage = asked.get("stage", "CURRENT")
        if stage not in stages.ORDER:
            raise invalid(f"stage must be one of {', '.join(stages.ORDER)}; got {stage!r}")
        found = stages.in_stage(versions, stage)
    if found is None or found["timeOfDeletion"] is not None:
        raise missing(call)
    return found


def _head(version: Doc) -> Doc:
    return {
        "secretId": version["secretId"],
        "versionNumber": version["versionNumber"],
        "versionName": version["name"],
        "stages": version["stages"],
        "timeCreated": version["timeCreated"],
        "timeOfDeletion": version["timeOfDeletion"],
        "timeOfExpiry": None,
    }


BASE = "/20190301/secretbundles"
ROUTES = (
    Route("GET", BASE + "/{secretId}", "GetSecretBundle", read),
    Route("POST", BASE + "/actions/getByName", "GetSecretBundleByName", read_by_name),
    Route("GET", BASE + "/{secretId}/versions", "ListSecretBundleVersions", versions),
)

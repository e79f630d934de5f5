"""The tenancy, the regions it is subscribed to, and its users.

The local tenancy is subscribed to every region of the emulator's table. Bodies: OCI Python SDK 2.189.0,
identity.
"""

import hashlib

from emulator.services import catalogue
from emulator.services.identity.home_region import HOME_REGION
from emulator.services.refusals import missing
from emulator.services.request import needed, only_queries, page, query
from emulator.services.resource import Doc, shown
from emulator.wire import Answer, Call, Route


def read_tenancy(call: Call) -> Answer:
    """Answer GET /tenancies/{tenancyId}."""
    doc = _tenancy(call)
    return Answer(
        body={
            "id": doc["id"],
            "name": doc["name"],
            "description": "Tenancy of the local OCI",
            "homeRegionKey": catalogue.regions()[HOME_REGION].key,
            "freeformTags": {},
            "definedTags": {},
        }
    )


def region_subscriptions(call: Call) -> Answer:
    """Answer GET /tenancies/{tenancyId}/regionSubscriptions."""
    _tenancy(call)
    rows = [
        {
            "regionKey": region.key,
            "regionName": region.name,
            "status": "READY",
            "isHomeRegion": region.name == HOME_REGION,
        }
        for region in catalogue.regions().values()
    ]
    return Answer(body=rows)


def regions(call: Call) -> Answer:
    """Answer GET /regions."""
    return page(call, [{"key": region.key, "name": region.name} for region in catalogue.regions().values()])


def read_user(call: Call) -> Answer:
    """Answer GET /users/{userId}: anybody may read their own."""
    doc = call.world.store.get("user", call.params["userId"])
    if doc is None:
        raise missing(call)
    if call.principal is None or call.principal.id != doc["id"]:
        call.authorise("USER_INSPECT", doc["compartmentId"])
    body = {name: value for name, value in shown(doc).items() if name != "groups"}
    return Answer(body={**body, "isMfaActivated": False})


def memberships(call: Call) -> Answer:
    """Answer GET /userGroupMemberships: a user's groups."""
    only_queries(call, "compartmentId", "userId", "groupId")
    tenancy = needed(call, "compartmentId")
    call.authorise("USER_INSPECT", tenancy)
    call.authorise("GROUP_INSPECT", tenancy)
    rows = [
        {
            "id": f"ocid1.groupmembership.oc1..{_digest(doc['id'] + name)}",
            "compartmentId": doc["compartmentId"],
            "userId": doc["id"],
            "groupId": _group_id(name),
            "lifecycleState": "ACTIVE",
            "timeCreated": doc["timeCreated"],
        }
        for doc in call.world.store.find("user")
        for name in doc["groups"]
        if query(call, "userId") in (None, doc["id"]) and query(call, "groupId") in (None, _group_id(name))
    ]
    return page(call, rows)


def read_group(call: Call) -> Answer:
    """Answer GET /groups/{groupId}."""
    for doc in call.world.store.find("user"):
        for name in doc["groups"]:
            if _group_id(name) == call.params["groupId"]:
                call.authorise("GROUP_INSPECT", doc["compartmentId"])
                return Answer(
                    body={
                        "id": call.params["groupId"],
                        "compartmentId": doc["compartmentId"],
                        "name": name,
                        "description": name,
                        "lifecycleState": "ACTIVE",
                        "timeCreated": doc["timeCreated"],
                        "freeformTags": {},
                        "definedTags": {},
                    }
                )
    raise missing(call)


def _group_id(name: str) -> str:
    return f"ocid1.group.oc1..{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:60]


def _tenancy(call: Call) -> Doc:
    doc = call.world.store.get("compartment", call.params["tenancyId"])
    if doc is None or doc["compartmentId"] is not None:
        raise missing(call)
    call.authorise("TENANCY_INSPECT", doc["id"])
    return doc


BASE = "/20160918"
ROUTES = (
    Route("GET", BASE + "/tenancies/{tenancyId}", "GetTenancy", read_tenancy),
    Route(
        "GET",
        BASE + "/tenancies/{tenancyId}/regionSubscriptions",
        "ListRegionSubscriptions",
        region_subscriptions,
    ),
    Route("GET", BASE + "/regions", "ListRegions", regions),
    Route("GET", BASE + "/users/{userId}", "GetUser", read_user),
    Route("GET", BASE + "/userGroupMemberships", "ListUserGroupMemberships", memberships),
    Route("GET", BASE + "/groups/{groupId}", "GetGroup", read_group),
)

"""Service limits: the one that the kit lives under, ``api-key-count`` of generative AI.

100 API keys a tenancy by default (switch ``api-key-count``). The service's name and the scope are not
published; they are ours: ``generative-ai`` and GLOBAL. Paths and bodies: OCI Python SDK 2.189.0, limits.
"""

from emulator.services.generativeai.keys import counted
from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import invalid, missing
from emulator.services.request import needed, only_queries, page, query
from emulator.wire import Answer, Call, Route

SERVICE = "generative-ai"
LIMIT = "api-key-count"
SCOPE = "GLOBAL"


def services(call: Call) -> Answer:
    """Answer GET /services."""
    only_queries(call, "compartmentId", "sortBy", "sortOrder")
    _authorise(call, "RESOURCE_AVAILABILITY_READ")
    return page(call, [{"name": SERVICE, "description": "Generative AI", "supportedSubscriptions": []}])


def definitions(call: Call) -> Answer:
    """Answer GET /limitDefinitions."""
    only_queries(call, "compartmentId", "serviceName", "name", "sortBy", "sortOrder")
    _authorise(call, "RESOURCE_AVAILABILITY_READ")
    row = {
        "name": LIMIT,
        "serviceName": SERVICE,
        "description": "Number of API keys",
        "scopeType": SCOPE,
        "areQuotasSupported": False,
        "isResourceAvailabilitySupported": True,
        "isDeprecated": False,
        "isEligibleForLimitIncrease": True,
        "isDynamic": False,
        "externalLocationSupportedSubscriptions": [],
        "supportedSubscriptions": [],
        "supportedQuotaFamilies": [],
    }
    is_wanted = query(call, "serviceName") in (None, SERVICE) and query(call, "name") in (None, LIMIT)
    return page(call, [row] if is_wanted else [])


def values(call: Call) -> Answer:
    """Answer GET /limitValues."""
    only_queries(call, "compartmentId", "serviceName", "name", "scopeType", "sortBy", "sortOrder")
    _authorise(call, "RESOURCE_AVAILABILITY_READ")
    if needed(call, "serviceName") != SERVICE:
        raise invalid(
            f"the local OCI models the limits of {SERVICE} only; got {query(call, 'serviceName')!r}"
        )
    row = {"name": LIMIT, "scopeType": SCOPE, "availabilityDomain": None, "value": _most(call)}
    is_wanted = query(call, "name") in (None, LIMIT) and query(call, "scopeType") in (None, SCOPE)
    return page(call, [row] if is_wanted else [])


def availability(call: Call) -> Answer:
    """Answer GET /services/{serviceName}/limits/{limitName}/resourceAvailability."""
    only_queries(call, "compartmentId")
    _authorise(call, "RESOURCE_AVAILABILITY_READ")
    if (call.params["serviceName"], call.params["limitName"]) != (SERVICE, LIMIT):
        raise missing(call)
    used, most = counted(call), _most(call)
    return Answer(
        body={
            "used": used,
            "available": max(0, most - used),
            "fractionalUsage": float(used),
            "fractionalAvailability": float(max(0, most - used)),
            "effectiveQuotaValue": None,
        }
    )


def _authorise(call: Call, permission: str) -> None:
    call.authorise(permission, open_compartment(call, needed(call, "compartmentId"))["id"])


def _most(call: Call) -> int:
    return int(call.world.switches.get(LIMIT))


BASE = "/20190729"
ROUTES = (
    Route("GET", BASE + "/services", "ListServices", services),
    Route("GET", BASE + "/limitDefinitions", "ListLimitDefinitions", definitions),
    Route("GET", BASE + "/limitValues", "ListLimitValues", values),
    Route(
        "GET",
        BASE + "/services/{serviceName}/limits/{limitName}/resourceAvailability",
        "GetResourceAvailability",
        availability,
    ),
)

"""What models there are: model discovery for all regions, and the older list of one region's models.

ListModelDiscovery exists since 2026-09-23 (release note "Find models by region with model discovery"); the
emulator answers it at every date of the virtual clock. Models not yet released at that date are left out;
on-demand serving that has ended is listed with the time at which it did. Permission: inspect
``generative-ai-model`` (generative-ai/models-api-permissions.htm).
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.services import catalogue
from emulator.services.catalogue import Model
from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import invalid, missing
from emulator.services.request import needed, only_queries, page, query, stamp
from emulator.wire import Answer, Call, Route

REALM = "OC1"
APIS = {"chat": "OPENAI_V1_CHAT_COMPLETIONS", "responses": "OPENAI_V1_RESPONSES"}


def discover(call: Call) -> Answer:
    """Answer GET /modelDiscovery."""
    filters = ("realm", "region", "modelId", "servingMode", "apiCapability", "capability", "modelAccess")
    flags = ("isDeprecated", "isOnDemandRetired", "isDedicatedRetired")
    only_queries(call, "compartmentId", *filters, *flags)
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("GENERATIVE_AI_MODEL_INSPECT", place["id"])
    now = call.world.clock.now()
    wanted = {name: call.query[name] for name in filters if name in call.query}
    rows = []
    for model in catalogue.models():
        if not model.is_released(now) or not _fits(call, wanted, model, now):
            continue
        places = [
            place
            for place in _availability(model)
            if _one_of(wanted, "region", place["region"])
            and _one_of(wanted, "realm", place["realm"])
            and any(_one_of(wanted, "servingMode", mode) for mode in place["servingModes"])
        ]
        if places:
            rows.append(_described(model, places))
    return page(call, rows, is_collection=True)


def models(call: Call) -> Answer:
    """Answer GET /models: the models that this region serves in any mode."""
    only_queries(
        call,
        "compartmentId",
        "capability",
        "vendor",
        "displayName",
        "lifecycleState",
        "id",
        "sortBy",
        "sortOrder",
    )
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("GENERATIVE_AI_MODEL_INSPECT", place["id"])
    rows = [_summary(call, model) for model in _here(call)]
    for field in ("vendor", "displayName", "lifecycleState", "id"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    if "capability" in call.query:
        rows = [row for row in rows if set(row["capabilities"]) & set(call.query["capability"])]
    return page(call, rows, is_collection=True)


def model(call: Call) -> Answer:
    """Answer GET /models/{modelId}."""
    tenancy = next(doc for doc in call.world.store.find("compartment", compartmentId=None))
    call.authorise("GENERATIVE_AI_MODEL_READ", tenancy["id"])
    found = served(call, call.params["modelId"])
    if found is None:
        raise missing(call)
    return Answer(body=_summary(call, found))


def served(call: Call, ocid: str) -> Model | None:
    """The model with an OCID, as this region's list prints it; None where there is none."""
    return next((each for each in _here(call) if _summary(call, each)["id"] == ocid), None)


def _here(call: Call) -> list[Model]:
    now = call.world.clock.now()
    return [
        each
        for each in catalogue.models()
        if each.is_released(now) and call.region in each.on_demand | each.dedicated
    ]


def _availability(model: Model) -> list[dict[str, Any]]:
    rows = []
    for region in catalogue.regions():
        modes = []
        if region in model.on_demand:
            modes.append("ON_DEMAND")
        if region in model.dedicated or (model.access == "HOSTED" and region in model.on_demand):
            modes.append("DEDICATED")
        if modes:
            rows.append(
                {
                    "realm": REALM,
                    "region": region,
                    "servingModes": modes,
                    "timeDeprecated": None,
                    "timeOnDemandRetired": None if model.retired is None else stamp(model.retired),
                    "timeDedicatedRetired": None,
                    "supportedReplacements": list(model.replacements),
                }
            )
    return rows


def _described(model: Model, places: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "modelId": model.name,
        "vendor": model.vendor,
        "capabilities": list(model.capabilities),
        "apiCapability": [APIS[api] for api in ("chat", "responses") if api in model.apis],
        "modalitySupport": [],
        "modelAccess": model.access,
        "parameters": [],
        "availability": places,
    }


def _fits(call: Call, wanted: dict[str, list[str]], model: Model, now: datetime) -> bool:
    tests: dict[str, Callable[[], list[str]]] = {
        "modelId": lambda: [model.name, *model.aliases],
        "apiCapability": lambda: [APIS[api] for api in model.apis],
        "capability": lambda: list(model.capabilities),
        "modelAccess": lambda: [model.access],
    }
    if any(name in wanted and not set(wanted[name]) & set(values()) for name, values in tests.items()):
        return False
    for name, truth in (
        ("isDeprecated", False),
        ("isOnDemandRetired", model.is_retired(now)),
        ("isDedicatedRetired", False),
    ):
        asked = query(call, name)
        if asked is not None and asked not in ("true", "false"):
            raise invalid(f"{name} must be true or false; got {asked!r}")
        if asked is not None and (asked == "true") != truth:
            return False
    return True


def _one_of(wanted: dict[str, list[str]], name: str, value: str) -> bool:
    return name not in wanted or value.lower() in (each.lower() for each in wanted[name])


def _summary(call: Call, model: Model) -> dict[str, Any]:
    ident = hashlib.sha256(f"{model.name}/{call.region}".encode()).hexdigest()[:60]
    return {
        "id": f"ocid1.generativeaimodel.oc1.{call.region}.{ident}",
        "compartmentId": "",
        "displayName": model.name,
        "vendor": model.vendor,
        "version": "1.0",
        "type": "BASE",
        "capabilities": list(model.capabilities),
        "lifecycleState": "ACTIVE",
        "lifecycleDetails": None,
        "isLongTermSupported": False,
        "timeCreated": stamp(model.released or datetime.fromisoformat("2025-01-01T00:00:00+00:00")),
        "timeDeprecated": None,
        "timeOnDemandRetired": None if model.retired is None else stamp(model.retired),
        "timeDedicatedRetired": None,
        "freeformTags": {},
        "definedTags": {},
        "systemTags": {},
    }


ROUTES = (
    Route("GET", "/20231130/modelDiscovery", "ListModelDiscovery", discover),
    Route("GET", "/20231130/models", "ListModels", models),
    Route("GET", "/20231130/models/{modelId}", "GetModel", model),
)

"""What is called: a model on demand by its name, or a dedicated endpoint by its OCID.

Unknown and retired models answer 404 "Entity with key ... not found", a model that lacks the API 400
"Unsupported OpenAI operation" (field reports). An endpoint's OCID stands where a model's name does
(oci-genai-auth 1.1.1, samples); one behind a private endpoint answers at that one's host only, as Oracle's
page on private endpoints has it (Generative AI, Creating a Private Endpoint, read 2026-11-24).
"""

from emulator.services import catalogue
from emulator.services.catalogue import Model
from emulator.services.generativeai.dedicated import ENDPOINT, PRIVATE
from emulator.services.generativeai.discovery import served
from emulator.services.request import Doc
from emulator.services.resource import settled
from emulator.wire import Call, Refusal

__all__ = ["find_model", "seen"]


def seen(call: Call, name: str) -> dict[str, str]:
    """What policies see of it; of an endpoint, what the switch ``endpoint-model-id`` says.

    Args:
        call: The request.
        name: What stands in its ``model``.
    """
    endpoint = call.world.store.get(ENDPOINT, name)
    if endpoint is None:
        return {"target.model.id": name}
    sight = call.world.switches.get("endpoint-model-id")
    model = served(call, endpoint["modelId"])
    if sight == "absent" or model is None:
        return {}
    return {"target.model.id": name if sight == "endpoint" else model.name}


def find_model(call: Call, name: str, api: str) -> Model:
    """The model that answers to a name or an endpoint's OCID, here and now, on that API.

    Raises:
        Refusal: 404 for one that is unknown, not in this region or at this host, not yet or no longer there;
            400 for one that lacks the API. What the sources leave open is so by the switch
            ``uncertain-offers``.
    """
    endpoint = call.world.store.get(ENDPOINT, name)
    model = _on_demand(call, name) if endpoint is None else _behind(call, endpoint)
    if model is None:
        raise Refusal(404, "404", f"Entity with key {name} not found")
    certain_only = call.world.switches.get("uncertain-offers") == "refused"
    if api not in model.apis or (certain_only and api in model.uncertain_apis):
        raise Refusal(400, "400", "Unsupported OpenAI operation")
    return model


def _on_demand(call: Call, name: str) -> Model | None:
    model = catalogue.model(name)
    if model is None or not model.answers(call.region, call.world.clock.now()):
        return None
    certain_only = call.world.switches.get("uncertain-offers") == "refused"
    if certain_only and call.region in model.uncertain_regions:
        return None
    private = _private_endpoint(call)
    return model if _is_public(call) or (private is not None and private["isAllowOnDemand"]) else None


def _behind(call: Call, endpoint: Doc) -> Model | None:
    if endpoint["_region"] != call.region or settled(call, ENDPOINT, endpoint)["lifecycleState"] != "ACTIVE":
        return None
    behind, private = endpoint.get("generativeAiPrivateEndpointId"), _private_endpoint(call)
    is_here = _is_public(call) if behind is None else private is not None and private["id"] == behind
    return served(call, endpoint["modelId"]) if is_here else None


def _is_public(call: Call) -> bool:
    return call.host == f"inference.generativeai.{call.region}.oci.{catalogue.DOMAIN}"


def _private_endpoint(call: Call) -> Doc | None:
    """The private endpoint whose host is called, or None."""
    found = call.world.store.find(PRIVATE, fqdn=call.host)
    return next((each for each in found if settled(call, PRIVATE, each)["lifecycleState"] == "ACTIVE"), None)

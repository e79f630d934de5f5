"""Who calls, and whether they may: a bearer secret becomes a key principal, a model name becomes a model.

401 is one and the same for a secret nobody knows, one that is expired, inactive, revoked, replaced or of
another region, and a key without permission (field reports of September 2026); its text is the one that the
service printed for a failed authentication (United-Codes/uc_ai issue 12). Unknown and retired models answer
404 "Entity with key ... not found", a model that lacks the API 400 "Unsupported OpenAI operation" (field
reports).
"""

from dataclasses import dataclass

from emulator.services import catalogue
from emulator.services.catalogue import Model
from emulator.services.generativeai import slots
from emulator.services.request import Doc, stamp
from emulator.wire import Call, Refusal
from genaikeys.iam import Answer, Principal

PRINCIPAL_TYPE = "generativeaiapikey"
CHAT = "GENERATIVE_AI_CHAT"


@dataclass(frozen=True)
class Caller:
    """A key, the slot it came through, and when (elapsed seconds) that slot's secret was made."""

    key: Doc
    slot: Doc
    minted: float


def identify(call: Call) -> Caller:
    """The key whose secret the request bears; it becomes the principal of the call.

    Raises:
        Refusal: 401 where there is no such key in this region, or its slot is of no use now.
    """
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    secret = (
        call.world.store.get(slots.DIGESTS, slots.digest(value.strip())) if kind.lower() == "bearer" else None
    )
    if secret is None or (secret["until"] is not None and secret["until"] <= call.world.clock.elapsed()):
        raise unauthenticated()
    key = call.world.store.get("apikey", secret["apiKeyId"])
    if key is None:
        raise unauthenticated()
    # Known from here on: the journal names the key also where it is refused.
    call.principal = Principal(type=PRINCIPAL_TYPE, id=key["id"], compartment=key["compartmentId"])
    if key["_region"] != call.region or key["lifecycleState"] not in ("CREATING", "ACTIVE"):
        raise unauthenticated()
    slot = next((slot for slot in key["_slots"] if slot["keyName"] == secret["keyName"]), None)
    if slot is None or slots.state_of(call, slot) != "ACTIVE":
        raise unauthenticated()
    return Caller(key, slot, float(secret["minted"]))


def permit(call: Call, caller: Caller, permission: str, variables: dict[str, str]) -> None:
    """Let the key principal through, or refuse as if it were unknown.

    While the switch ``secret-before-policy`` says stays-401, what is granted now must have been granted
    when the secret was made, too.

    Raises:
        Refusal: 401 where the policies don't grant the permission.
    """
    place = caller.key["compartmentId"]
    now = call.may(permission, place, variables)
    if now.answer is not Answer.YES:
        raise unauthenticated()
    if call.world.switches.get("secret-before-policy") == "stays-401":
        then = call.may(permission, place, variables, at=caller.minted)
        if then.answer is not Answer.YES:
            raise unauthenticated()


def find_model(call: Call, name: str, api: str) -> Model:
    """The model of that name, if it answers here and now on that API.

    Raises:
        Refusal: 404 for a model that is unknown, not in this region, not yet or no longer there; 400 for
            one that lacks the API. What the sources leave open is so by the switch ``uncertain-offers``.
    """
    model = catalogue.model(name)
    if model is None or not model.answers(call.region, call.world.clock.now()):
        raise Refusal(404, "404", f"Entity with key {name} not found")
    certain_only = call.world.switches.get("uncertain-offers") == "refused"
    if certain_only and call.region in model.uncertain_regions:
        raise Refusal(404, "404", f"Entity with key {name} not found")
    if api not in model.apis or (certain_only and api in model.uncertain_apis):
        raise Refusal(400, "400", "Unsupported OpenAI operation")
    return model


def note_use(call: Call, caller: Caller) -> None:
    """Remember when the slot was last used; no change that a caller made, so the etag stays."""
    caller.slot["timeLastUsed"] = stamp(call.world.clock.now())
    call.world.store.put("apikey", caller.key)


def unauthenticated() -> Refusal:
    """The one 401 for all that is wrong with a key."""
    return Refusal(
        401, "401", "The required information to complete authentication was not provided or was incorrect."
    )

"""Who calls, and whether they may: a bearer secret becomes a key principal.

401 is one and the same for a secret nobody knows, one that is expired, inactive, revoked, replaced or of
another region, and a key without permission (field reports of September 2026); its text is the one that the
service printed for a failed authentication (United-Codes/uc_ai issue 12).
"""

from dataclasses import dataclass

from emulator.services.generativeai import slots
from emulator.services.refusals import invalid
from emulator.services.request import Doc, stamp
from emulator.wire import Call, Refusal
from genaikeys.iam import Answer, Principal

PRINCIPAL_TYPE = "generativeaiapikey"
CHAT = "GENERATIVE_AI_CHAT"


@dataclass(frozen=True)
class Caller:
    """Who calls, with a key or without one.

    Attributes:
        compartment: OCID of the compartment that is called in.
        key: The key; None for a principal that signs its requests.
        slot: The slot that the key's secret came through.
        minted: When (elapsed seconds) that secret was made.
    """

    compartment: str
    key: Doc | None = None
    slot: Doc | None = None
    minted: float = 0.0


def identify(call: Call) -> Caller:
    """The key whose secret the request bears, which becomes the principal of the call; or who signed it.

    A signed call names its compartment in ``opc-compartment-id`` or ``CompartmentId``, as the clients of
    oci-openai 1.1.0 do, or by the project of ``OpenAI-Project``.

    Raises:
        Refusal: 401 where there is no such key in this region, or its slot is of no use now; 400 for a
            signed call that names no compartment, or a call that has to name a project.
    """
    if call.principal is not None:
        _require_project(call)
        return Caller(_compartment(call))
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
    _require_project(call)
    return Caller(key["compartmentId"], key, slot, float(secret["minted"]))


def _compartment(call: Call) -> str:
    named = call.headers.get("opc-compartment-id") or call.headers.get("compartmentid")
    project = _project(call)
    found = named or (str(project["compartmentId"]) if project else "")
    if not found:
        raise invalid("a signed call needs opc-compartment-id or a project", "400")
    return found


def _project(call: Call) -> Doc | None:
    return call.world.store.get("project", call.headers.get("openai-project", ""))


def _require_project(call: Call) -> None:
    """Pages of Oracle's say that the newer base URL wants a project, and public tests did without."""
    wanted = call.world.switches.get("project-on-newer-base") == "required"
    if wanted and call.path.startswith("/openai/v1/") and _project(call) is None:
        raise invalid("a call on /openai/v1 needs the OCID of a project in OpenAI-Project", "400")


def permit(call: Call, caller: Caller, permission: str, variables: dict[str, str]) -> None:
    """Let the key principal through, or refuse as if it were unknown.

    While the switch ``secret-before-policy`` says stays-401, what is granted now must have been granted
    when the secret was made, too.

    Raises:
        Refusal: 401 where the policies don't grant the permission.
    """
    if caller.key is None:
        call.authorise(permission, caller.compartment, variables)
        return
    place = caller.compartment
    now = call.may(permission, place, variables)
    if now.answer is not Answer.YES:
        raise unauthenticated()
    if call.world.switches.get("secret-before-policy") == "stays-401":
        then = call.may(permission, place, variables, at=caller.minted)
        if then.answer is not Answer.YES:
            raise unauthenticated()


def note_use(call: Call, caller: Caller) -> None:
    """Remember when the slot was last used; no change that a caller made, so the etag stays."""
    if caller.key is None or caller.slot is None:
        return
    caller.slot["timeLastUsed"] = stamp(call.world.clock.now())
    call.world.store.put("apikey", caller.key)


def unauthenticated() -> Refusal:
    """The one 401 for all that is wrong with a key."""
    return Refusal(
        401, "401", "The required information to complete authentication was not provided or was incorrect."
    )

"""The two slots of an API key: a name, a secret, an expiry and a state each.

The secret itself is told once and kept as a digest. A document of kind ``keysecret`` under that digest says
whose it is, when it was made (elapsed seconds) and, once it is replaced, how long it still works.
"""

import hashlib
import re
import secrets
import string
from typing import Any

from emulator.services.refusals import conflict, invalid
from emulator.services.request import Doc, moment, stamp
from emulator.wire import Call

DIGESTS = "keysecret"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,254}")
"""Names of keys and slots (docs.oracle.com/en-us/iaas/Content/generative-ai/create-api-key.htm)."""

MARKER = "sk-localtest-"
"""How every secret of the local OCI begins, so that nobody takes it for a real one."""

RANDOM_LETTERS = 48
MASK_LETTERS = 4
GRACE = 60.0
"""Elapsed seconds for which a replaced secret works on (switch ``old-value-after-renew`` at grace)."""

SETTABLE = ("ACTIVE", "INACTIVE", "REVOKED")


def digest(value: str) -> str:
    """SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(value.encode()).hexdigest()


def details(call: Call, given: object) -> tuple[str, str]:
    """Slot name and expiry of a KeyDetails object.

    The expiry must lie ahead; no upper bound is published, so there is none here.

    Raises:
        Refusal: 400 for anything else.
    """
    if not isinstance(given, dict) or set(given) - {"keyName", "timeExpiry"}:
        raise invalid(f"key details are keyName and timeExpiry; got {given!r}")
    name, expiry = given.get("keyName"), given.get("timeExpiry")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise invalid(
            f"keyName starts with a letter or '_' and goes on with letters, digits, '_' or '-'; got {name!r}"
        )
    if expiry is None:
        raise invalid(f"timeExpiry of {name} is required", "MissingParameter")
    when = moment(f"timeExpiry of {name}", expiry)
    if when <= call.world.clock.now():
        raise invalid(
            f"timeExpiry of {name} must lie ahead of {stamp(call.world.clock.now())}; got {expiry!r}"
        )
    return name, stamp(when)


def make(call: Call, name: str, expiry: str, state: str) -> Doc:
    """A slot without a secret yet (`mint` gives it one)."""
    now = stamp(call.world.clock.now())
    return {
        "keyName": name,
        "keyMask": "",
        "timeCreated": now,
        "timeExpiry": expiry,
        "timeActivated": now if state == "ACTIVE" else None,
        "timeDeactivated": None,
        "timeRevoked": None,
        "timeLastUsed": None,
        "state": state,
        "_digest": None,
    }


def mint(call: Call, key_id: str, slot: Doc) -> str:
    """Give a slot a new secret in place of the one it had, and return it: nobody sees it again."""
    letters = string.ascii_letters + string.digits
    value = MARKER + "".join(secrets.choice(letters) for _ in range(RANDOM_LETTERS))
    elapsed = call.world.clock.elapsed()
    if slot["_digest"] is not None:
        if call.world.switches.get("old-value-after-renew") == "grace":
            old = call.world.store.get(DIGESTS, slot["_digest"])
            call.world.store.put(DIGESTS, {**(old or {}), "until": elapsed + GRACE})
        else:
            call.world.store.delete(DIGESTS, slot["_digest"])
    slot["_digest"] = digest(value)
    slot["keyMask"] = f"{MARKER[:3]}****{value[-MASK_LETTERS:]}"
    call.world.store.put(
        DIGESTS,
        {
            "id": slot["_digest"],
            "apiKeyId": key_id,
            "keyName": slot["keyName"],
            "minted": elapsed,
            "until": None,
        },
    )
    return value


def renew(call: Call, key_id: str, slot: Doc, expiry: str) -> str:
    """Replace a slot's secret and expiry.

    Whether an inactive, expired or revoked slot may be renewed, three switches say. A renewed slot keeps its
    state, but an expired one lives again by its new expiry, and a revoked one becomes ACTIVE.

    Returns:
        The new secret.

    Raises:
        Refusal: 409 where the slot's state forbids it.
    """
    state = state_of(call, slot)
    switch = {"INACTIVE": "renew-inactive", "EXPIRED": "renew-expired", "REVOKED": "renew-revoked"}.get(state)
    if switch is not None and call.world.switches.get(switch) == "refused":
        raise conflict(f"{slot['keyName']} is {state}: it can't be renewed")
    if state == "REVOKED":
        slot.update(state="ACTIVE", timeRevoked=None)
    slot["timeExpiry"] = expiry
    if call.world.switches.get("renew-changes-time-created") == "yes":
        slot["timeCreated"] = stamp(call.world.clock.now())
    return mint(call, key_id, slot)


def set_state(call: Call, slot: Doc, state: str) -> None:
    """Activate, deactivate or revoke a slot (docs.oracle.com, generative-ai/activate-api-key.htm).

    Raises:
        Refusal: 400 for a state that can't be set, 409 where the slot is revoked (for good) or expired.
    """
    if state not in SETTABLE:
        raise invalid(f"state can be set to {', '.join(SETTABLE)}; got {state!r}")
    present = state_of(call, slot)
    if present == state:
        return
    if present == "REVOKED" or (present == "EXPIRED" and state == "ACTIVE"):
        raise conflict(f"{slot['keyName']} is {present}: it can't become {state}")
    slot["state"] = state
    field = {"ACTIVE": "timeActivated", "INACTIVE": "timeDeactivated", "REVOKED": "timeRevoked"}[state]
    slot[field] = stamp(call.world.clock.now())


def state_of(call: Call, slot: Doc) -> str:
    """State of a slot on the virtual clock: what was set, or EXPIRED when its time is over."""
    if slot["state"] in ("ACTIVE", "INACTIVE") and slot["timeExpiry"] <= stamp(call.world.clock.now()):
        return "EXPIRED"
    return str(slot["state"])


def shown(call: Call, slot: Doc, value: str | None = None) -> dict[str, Any]:
    """A slot as it is answered; with its secret only where that was made just now."""
    body = {name: field for name, field in slot.items() if not name.startswith("_")}
    body["state"] = state_of(call, slot)
    return body if value is None else {"key": value, **body}

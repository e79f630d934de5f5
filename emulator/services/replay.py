"""The retry token: a request that is sent again is answered again, and done once."""

import hashlib
import json
from collections.abc import Callable

from emulator.services.refusals import conflict
from emulator.services.request import Doc
from emulator.services.resource import GONE
from emulator.services.sealing import seal, unseal
from emulator.wire import Answer, Call


def once(kind: str) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Make a handler obey ``opc-retry-token``: a repeated request is answered again and done once.

    The token counts for one caller, host, operation and body, for 24 hours (Generative AI CreateApiKey,
    OCI Python SDK 2.189.0). Used with another body, or after the resource was deleted, it is refused with 409
    InvalidatedRetryToken (API Errors, docs.oracle.com/iaas/Content/API/References/apierrors.htm). The
    repeated answer lacks API-key secrets unless the switch ``retry-token-replay`` said otherwise when they
    were made.

    Args:
        kind: Kind of the resource that the handler makes or changes.
    """

    def wrap(handler: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        def handle(call: Call) -> Answer:
            token = call.headers.get("opc-retry-token")
            if token is None:
                return handler(call)
            caller = call.principal.id if call.principal else ""
            key = "/".join((caller, call.host, call.method, call.path, token))
            known = call.world.store.recall(key)
            if known is not None:
                return _again(call, kind, known)
            done = handler(call)
            call.world.store.remember(key, _memory(call, done))
            return done

        return handle

    return wrap


def _memory(call: Call, done: Answer) -> Doc:
    told = done.body
    values: dict[str, str] = {}
    if isinstance(told, dict) and "keys" in told:
        values = {item["keyName"]: item["key"] for item in told["keys"] if "key" in item}
        told = {
            **told,
            "keys": [{name: item[name] for name in item if name != "key"} for item in told["keys"]],
        }
    memory: Doc = {
        "request": hashlib.sha256(call.body).hexdigest(),
        "id": told.get("id") if isinstance(told, dict) else None,
        "status": done.status,
        "headers": done.headers,
        "body": told,
    }
    if values and call.world.switches.get("retry-token-replay") == "with-secret":
        memory["sealed"] = seal(call, json.dumps(values).encode())
    return memory


def _again(call: Call, kind: str, known: Doc) -> Answer:
    if known["request"] != hashlib.sha256(call.body).hexdigest():
        raise conflict("The retry token was used with another request.", "InvalidatedRetryToken")
    if known["id"] is not None:
        doc = call.world.store.get(kind, known["id"])
        if doc is None or doc["lifecycleState"] in (*GONE, "PENDING_DELETION"):
            raise conflict(
                "The resource that the retry token made was deleted since.", "InvalidatedRetryToken"
            )
    told = known["body"]
    if "sealed" in known and call.world.switches.get("retry-token-replay") == "with-secret":
        values = json.loads(unseal(call, known["sealed"]))
        items = [
            {"key": values[item["keyName"]], **item} if item["keyName"] in values else item
            for item in told["keys"]
        ]
        told = {**told, "keys": items}
    return Answer(body=told, status=known["status"], headers=known["headers"])

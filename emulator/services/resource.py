"""What the resources of all services have in common: making, reading, changing and listing stored documents.

A resource is a JSON document in the store with the fields of the real API's body. Fields that begin with an
underscore belong to the emulator and are never answered:

``_region``    region whose host made it; empty for identity, whose data is global
``_etag``      changes with every change that a caller asked for
``_becoming``  {"state", "polls", "since"}: the state that follows the present one, see `settled`
``_before``    body as lists still show it while they lag (switch ``list-lag``); None: not in the list yet
``_changed``   elapsed seconds of the last change
``_farewells`` how many more reads answer a resource that was deleted without a trace
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.services.refusals import missing
from emulator.services.request import stamp
from emulator.wire import Answer, Call, Refusal

Doc = dict[str, Any]

PENDING_POLLS = 1
"""How many reads still answer the passing state (CREATING, UPDATING, ...) before the final one shows."""

PATIENCE = 1.0
"""Elapsed seconds after which a passing state is over even if nobody reads it."""

GONE = ("DELETED", "DELETING", "TERMINATED")
"""States in which a resource no longer counts: for limits, unique names, and empty compartments."""


def shown(doc: Mapping[str, Any]) -> Doc:
    """The document as it is answered: without the emulator's own fields."""
    return {name: value for name, value in doc.items() if not name.startswith("_")}


def new(
    call: Call,
    kind: str,
    ocid_type: str,
    fields: Mapping[str, Any],
    *,
    state: str = "CREATING",
    becoming: str | None = "ACTIVE",
    is_global: bool = False,
    id_field: str = "id",
) -> Doc:
    """Make and store a resource.

    Args:
        call: Request that makes it.
        kind: Kind under which the store keeps it.
        ocid_type: Second part of its OCID, e.g. ``vaultsecret``.
        fields: Body, with ``compartmentId``; tags are filled in where absent.
        state: State in the answer.
        becoming: State after a read or a second; None where the first is final.
        is_global: Identity's resources belong to no region.
        id_field: What the body calls the OCID (topics say ``topicId``).
    """
    region = "" if is_global else call.region
    ocid = call.world.ids.ocid(ocid_type, region)
    doc: Doc = {
        "id": ocid,
        id_field: ocid,
        "freeformTags": {},
        "definedTags": {},
        **fields,
        "lifecycleState": state,
        "timeCreated": stamp(call.world.clock.now()),
        "_region": region,
        "_etag": call.world.ids.etag(),
        "_before": None,
        "_changed": call.world.clock.elapsed(),
    }
    if becoming is not None:
        start(call, doc, state, becoming)
    call.world.store.put(kind, doc)
    return doc


def start(call: Call, doc: Doc, state: str, becoming: str) -> None:
    """Put a document (not yet stored) into a passing state that ends in another."""
    doc["lifecycleState"] = state
    doc["_becoming"] = {"state": becoming, "polls": PENDING_POLLS, "since": call.world.clock.elapsed()}


def settled(call: Call, kind: str, doc: Doc, *, is_read: bool = False) -> Doc:
    """The document after what has become of it by now, stored again where that changed it.

    A passing state ends after `PENDING_POLLS` reads or `PATIENCE` seconds, whichever comes first. A scheduled
    deletion ends in DELETED when its time has come on the virtual clock.
    """
    passing = doc.get("_becoming")
    if passing is not None:
        is_over = call.world.clock.elapsed() - passing["since"] >= PATIENCE
        if passing["polls"] > 0 and not is_over:
            if is_read:
                passing["polls"] -= 1
                call.world.store.put(kind, doc)
        elif is_read or is_over:
            doc["lifecycleState"] = passing["state"]
            del doc["_becoming"]
            call.world.store.put(kind, doc)
    if doc["lifecycleState"] == "PENDING_DELETION" and doc["timeOfDeletion"] <= stamp(call.world.clock.now()):
        doc["lifecycleState"] = "DELETED"
        call.world.store.put(kind, doc)
    return doc


def fetch(call: Call, kind: str, ocid: str, *, is_global: bool = False, is_read: bool = False) -> Doc:
    """The stored document with this OCID in the region of the call, whatever the caller may do.

    Raises:
        Refusal: 404 where there is none here.
    """
    doc = call.world.store.get(kind, ocid)
    if doc is None or doc["_region"] != ("" if is_global else call.region):
        raise missing(call)
    if "_farewells" in doc:
        if not is_read or doc["_farewells"] == 0:
            raise missing(call)
        doc["_farewells"] -= 1
        call.world.store.put(kind, doc)
        return doc
    return settled(call, kind, doc, is_read=is_read)


def changed(call: Call, kind: str, doc: Doc, was: Doc) -> None:
    """Store a document that a caller has changed, under a new etag.

    Args:
        call: Request that changed it.
        kind: Kind under which the store keeps it.
        doc: As it is now.
        was: As it was answered before (`shown`), for lists that lag.
    """
    elapsed = call.world.clock.elapsed()
    lag = float(call.world.switches.get("list-lag"))
    if elapsed - doc["_changed"] >= lag:
        doc["_before"] = was
    doc["_changed"] = elapsed
    doc["_etag"] = call.world.ids.etag()
    call.world.store.put(kind, doc)


def removed(call: Call, kind: str, doc: Doc, state: str = "DELETED") -> None:
    """Delete a resource that leaves nothing behind: one more read answers its last state, then 404."""
    was = shown(doc)
    doc["lifecycleState"] = state
    doc["_farewells"] = 1
    doc.pop("_becoming", None)
    changed(call, kind, doc, was)


def match(call: Call, doc: Doc) -> None:
    """Refuse with 412 where the call carries an ``if-match`` that is not the document's etag."""
    wanted = call.headers.get("if-match")
    if wanted is not None and wanted != doc["_etag"]:
        raise Refusal(
            412,
            "NoEtagMatch",
            "The etag in if-match is not the current one: the resource has changed since it was read.",
        )


def answer(doc: Doc, *, status: int = 200, body: Doc | None = None) -> Answer:
    """The document (or another body in its name) with its etag."""
    return Answer(body=shown(doc) if body is None else body, status=status, headers={"etag": doc["_etag"]})


def nothing(doc: Doc | None = None, *, status: int = 204) -> Answer:
    """An answer without body, with the etag of the document where one is given."""
    return Answer(status=status, headers={} if doc is None else {"etag": doc["_etag"]})


def listed(
    call: Call, kind: str, *, is_global: bool = False, view: Callable[[Doc], Doc] = shown, **equals: str
) -> list[Doc]:
    """What a list shows of the stored documents: in this region, as they were before while lists lag.

    Args:
        call: Request for the list.
        kind: Kind under which the store keeps them.
        is_global: Identity's resources belong to no region.
        view: How a document is answered.
        equals: Values that fields of the stored documents must have.
    """
    lag = float(call.world.switches.get("list-lag"))
    elapsed = call.world.clock.elapsed()
    found = []
    for doc in call.world.store.find(kind, **equals):
        if doc["_region"] != ("" if is_global else call.region):
            continue
        settled(call, kind, doc)
        if elapsed - doc["_changed"] >= lag:
            if "_farewells" not in doc:
                found.append(view(doc))
        elif doc["_before"] is not None:
            found.append(doc["_before"])
    return found

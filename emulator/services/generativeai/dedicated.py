"""Dedicated serving: clusters, private endpoints, and the endpoints that a cluster's model is called through.

Fields are those of OCI Python SDK 2.189.0, generative_ai; moderation and security settings are refused as not
modelled. A cluster has room for any number of endpoints, and costs nothing. The host name of a private
endpoint is the local OCI's own choice: no source prints its form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.services import catalogue
from emulator.services.generativeai.discovery import served
from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict, invalid, missing
from emulator.services.replay import once
from emulator.services.request import Doc, body, needed, only_queries, ordered, page, query, stamp
from emulator.services.resource import GONE, answer, changed, fetch, listed, match, new, nothing, shown, start
from emulator.wire import Answer, Call, Route

__all__ = ["ENDPOINT", "PRIVATE", "ROUTES"]

CLUSTER, ENDPOINT, PRIVATE = "dedicatedCluster", "dedicatedEndpoint", "privateEndpoint"


@dataclass(frozen=True)
class _Kind:
    """One kind of resource.

    Attributes:
        name: Under which the store keeps it.
        path: Its collection's.
        noun: As operations are named, such as ``Endpoint``.
        ocid: Second part of its OCID.
        permission: Beginning of its permissions' names.
        required: Fields that must be given, and of which type.
        optional: Fields that may be.
        filled: What is made of what was given.
    """

    name: str
    path: str
    noun: str
    ocid: str
    permission: str
    required: Mapping[str, type]
    optional: Mapping[str, type] = field(default_factory=dict)
    filled: Callable[[Call, Doc], Doc] = lambda _, given: given

    @property
    def param(self) -> str:
        """Name of the OCID in paths."""
        return f"{self.path[:-1]}Id"


def _cluster(_: Call, given: Doc) -> Doc:
    if given["type"] != "HOSTING":
        raise invalid(f"the local OCI has hosting clusters only; got {given['type']!r}")
    return given


def _private(call: Call, given: Doc) -> Doc:
    host = f"{given['dnsPrefix']}.generativeai.{call.region}.oci.{catalogue.DOMAIN}"
    if any(each["fqdn"] == host and _is_there(each) for each in call.world.store.find(PRIVATE)):
        raise conflict(f"there is a private endpoint with the dnsPrefix {given['dnsPrefix']!r}")
    return {"isAllowOnDemand": False, "resourceType": "ENDPOINT", **given, "fqdn": host}


def _endpoint(call: Call, given: Doc) -> Doc:
    if served(call, given["modelId"]) is None:
        raise missing(call)
    for name, kind in (("dedicatedAiClusterId", CLUSTER), ("generativeAiPrivateEndpointId", PRIVATE)):
        if name in given and not _is_there(fetch(call, kind, given[name])):
            raise missing(call)
    return given


def _is_there(doc: Mapping[str, Any]) -> bool:
    return doc["lifecycleState"] not in GONE


_KINDS = (
    _Kind(
        CLUSTER,
        "dedicatedAiClusters",
        "DedicatedAiCluster",
        "generativeaidedicatedaicluster",
        "GENERATIVE_AI_DEDICATED_AI_CLUSTER",
        {"compartmentId": str, "type": str, "unitCount": int, "unitShape": str},
        filled=_cluster,
    ),
    _Kind(
        PRIVATE,
        "generativeAiPrivateEndpoints",
        "GenerativeAiPrivateEndpoint",
        "generativeaiprivateendpoint",
        "GENERATIVE_AI_PRIVATE_ENDPOINT",
        {"compartmentId": str, "subnetId": str, "dnsPrefix": str},
        {"isAllowOnDemand": bool, "resourceType": str, "nsgIds": list},
        filled=_private,
    ),
    _Kind(
        ENDPOINT,
        "endpoints",
        "Endpoint",
        "generativeaiendpoint",
        "GENERATIVE_AI_ENDPOINT",
        {"compartmentId": str, "modelId": str, "dedicatedAiClusterId": str},
        {"generativeAiPrivateEndpointId": str},
        filled=_endpoint,
    ),
)


def _routes(kind: _Kind) -> tuple[Route, ...]:
    @once(kind.name)
    def create(call: Call) -> Answer:
        given = body(call, dict(kind.required), {"displayName": str, "description": str, **kind.optional})
        place = open_compartment(call, given["compartmentId"])
        call.authorise(f"{kind.permission}_CREATE", place["id"])
        now = stamp(call.world.clock.now())
        name = f"{kind.ocid}{now[:10].replace('-', '')}"
        fields = {"displayName": name, "description": None, "lifecycleDetails": None, "timeUpdated": now}
        return answer(
            new(call, kind.name, kind.ocid, {**fields, **kind.filled(call, given), "systemTags": {}})
        )

    def read(call: Call) -> Answer:
        doc = fetch(call, kind.name, call.params[kind.param], is_read=True)
        call.authorise(f"{kind.permission}_READ", doc["compartmentId"])
        return answer(doc)

    def index(call: Call) -> Answer:
        only_queries(call, "compartmentId", "lifecycleState", "displayName", "id", "sortBy", "sortOrder")
        place = open_compartment(call, needed(call, "compartmentId"))
        call.authorise(f"{kind.permission}_INSPECT", place["id"])
        rows = listed(call, kind.name, compartmentId=place["id"])
        for name in ("lifecycleState", "displayName", "id"):
            wanted = query(call, name)
            if wanted is not None:
                rows = [row for row in rows if row[name] == wanted]
        order = {"timeCreated": "timeCreated", "displayName": "displayName"}
        return page(call, ordered(call, rows, order, "timeCreated"), is_collection=True)

    def delete(call: Call) -> Answer:
        doc = fetch(call, kind.name, call.params[kind.param])
        call.authorise(f"{kind.permission}_DELETE", doc["compartmentId"])
        match(call, doc)
        if not _is_there(doc):
            raise conflict(f"{doc['id']} is {doc['lifecycleState']}")
        was = shown(doc)
        start(call, doc, "DELETING", "DELETED")
        changed(call, kind.name, doc, was)
        return nothing()

    base = f"/20231130/{kind.path}"
    return (
        Route("POST", base, f"Create{kind.noun}", create),
        Route("GET", base, f"List{kind.noun}s", index),
        Route("GET", f"{base}/{{{kind.param}}}", f"Get{kind.noun}", read),
        Route("DELETE", f"{base}/{{{kind.param}}}", f"Delete{kind.noun}", delete),
    )


ROUTES = tuple(route for kind in _KINDS for route in _routes(kind))

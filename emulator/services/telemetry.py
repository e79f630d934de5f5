"""Monitoring: alarms are kept and never fire, for the local OCI emits no metrics.

Which metrics on-demand calls emit, and whether any has an API key as a dimension, is not published.
Paths and bodies: OCI Python SDK 2.189.0, monitoring.
"""

from typing import Any

from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import invalid
from emulator.services.replay import once
from emulator.services.request import body, needed, only_queries, ordered, page, query, stamp
from emulator.services.resource import (
    Doc,
    answer,
    changed,
    fetch,
    listed,
    match,
    new,
    nothing,
    removed,
    shown,
)
from emulator.wire import Answer, Call, Route

KIND = "alarm"
SEVERITIES = ("CRITICAL", "ERROR", "WARNING", "INFO")
REQUIRED: dict[str, type] = {
    "displayName": str,
    "compartmentId": str,
    "metricCompartmentId": str,
    "namespace": str,
    "query": str,
    "severity": str,
    "destinations": list,
    "isEnabled": bool,
}
OPTIONAL: dict[str, type] = {
    "metricCompartmentIdInSubtree": bool,
    "resourceGroup": str,
    "resolution": str,
    "pendingDuration": str,
    "body": str,
    "isNotificationsPerMetricDimensionEnabled": bool,
    "messageFormat": str,
    "repeatNotificationDuration": str,
    "ruleName": str,
    "notificationVersion": str,
    "notificationTitle": str,
    "evaluationSlackDuration": str,
    "alarmSummary": str,
}
DEFAULTS: dict[str, Any] = {
    "metricCompartmentIdInSubtree": False,
    "resolution": "1m",
    "pendingDuration": "PT1M",
    "isNotificationsPerMetricDimensionEnabled": False,
    "messageFormat": "RAW",
    "ruleName": "BASE",
}
NOT_IN_SUMMARY = (
    "metricCompartmentIdInSubtree", "resolution", "pendingDuration", "body", "messageFormat",
    "repeatNotificationDuration", "timeCreated", "timeUpdated",
)  # fmt: skip


@once(KIND)
def create(call: Call) -> Answer:
    """Answer POST /alarms."""
    given = body(call, REQUIRED, OPTIONAL)
    place = open_compartment(call, given["compartmentId"])
    call.authorise("ALARM_CREATE", place["id"])
    _check(given)
    fields = {
        **DEFAULTS,
        **given,
        "suppression": None,
        "overrides": [],
        "timeUpdated": stamp(call.world.clock.now()),
    }
    return answer(new(call, KIND, "alarm", fields, state="ACTIVE", becoming=None))


def read(call: Call) -> Answer:
    """Answer GET /alarms/{alarmId}."""
    doc = fetch(call, KIND, call.params["alarmId"], is_read=True)
    call.authorise("ALARM_READ", doc["compartmentId"])
    return answer(doc)


def index(call: Call) -> Answer:
    """Answer GET /alarms."""
    only_queries(call, "compartmentId", "displayName", "lifecycleState", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("ALARM_INSPECT", place["id"])
    rows = listed(call, KIND, compartmentId=place["id"])
    for field in ("displayName", "lifecycleState"):
        wanted = query(call, field)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    rows = ordered(call, rows, {"displayName": "displayName", "severity": "severity"}, "displayName")
    return page(call, [{name: row[name] for name in row if name not in NOT_IN_SUMMARY} for row in rows])


def update(call: Call) -> Answer:
    """Answer PUT /alarms/{alarmId}."""
    given = body(call, {}, {**REQUIRED, **OPTIONAL})
    doc = fetch(call, KIND, call.params["alarmId"])
    call.authorise("ALARM_UPDATE", doc["compartmentId"])
    match(call, doc)
    _check({**doc, **given})
    if given.get("compartmentId", doc["compartmentId"]) != doc["compartmentId"]:
        call.authorise("ALARM_MOVE", open_compartment(call, given["compartmentId"])["id"])
    was = shown(doc)
    doc.update(given, timeUpdated=stamp(call.world.clock.now()))
    changed(call, KIND, doc, was)
    return answer(doc)


def delete(call: Call) -> Answer:
    """Answer DELETE /alarms/{alarmId}."""
    doc = fetch(call, KIND, call.params["alarmId"])
    call.authorise("ALARM_DELETE", doc["compartmentId"])
    match(call, doc)
    removed(call, KIND, doc)
    return nothing()


def _check(alarm: Doc) -> None:
    if alarm["severity"] not in SEVERITIES:
        raise invalid(f"severity must be one of {', '.join(SEVERITIES)}; got {alarm['severity']!r}")
    if not alarm["destinations"]:
        raise invalid("destinations must name at least one topic or stream")


BASE = "/20180401/alarms"
ROUTES = (
    Route("POST", BASE, "CreateAlarm", create),
    Route("GET", BASE, "ListAlarms", index),
    Route("GET", BASE + "/{alarmId}", "GetAlarm", read),
    Route("PUT", BASE + "/{alarmId}", "UpdateAlarm", update),
    Route("DELETE", BASE + "/{alarmId}", "DeleteAlarm", delete),
)

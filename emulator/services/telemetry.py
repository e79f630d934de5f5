"""Monitoring: alarms are kept and never fire, for the local OCI emits no metrics.

Which metrics on-demand calls emit, and whether any has an API key as a dimension, is not published.
Paths, bodies and limits: OCI Python SDK 2.189.0, monitoring. Permissions: Details for Monitoring,
docs.oracle.com/iaas/Content/Identity/policyreference/monitoringpolicyreference.htm.
"""

import re
from typing import Any

from emulator.services import mql
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
PENDING = re.compile(r"PT(?:[1-9]|[1-5][0-9]|60)M|PT1H")
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
    _authorise_metric(call, given)
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
    _authorise_metric(call, doc)
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
    _authorise_metric(call, {**doc, **given})
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


def list_metrics(call: Call) -> Answer:
    """Answer POST /metrics/actions/listMetrics: no service of the local OCI emits any."""
    only_queries(call, "compartmentId", "compartmentIdInSubtree")
    body(call, {}, {"name": str, "namespace": str})
    call.authorise("METRIC_INSPECT", open_compartment(call, needed(call, "compartmentId"))["id"])
    return page(call, [])


def _authorise_metric(call: Call, alarm: Doc) -> None:
    """An alarm tells what its metric says, so whoever makes or reads it must be allowed to read that."""
    place = open_compartment(call, alarm["metricCompartmentId"])
    call.authorise("METRIC_READ", place["id"], {"target.metrics.namespace": alarm["namespace"]})


def _check(alarm: Doc) -> None:
    if alarm["severity"] not in SEVERITIES:
        raise invalid(f"severity must be one of {', '.join(SEVERITIES)}; got {alarm['severity']!r}")
    if len(alarm["destinations"]) != 1:
        raise invalid("the local OCI models alarms with one destination, a topic")
    if not PENDING.fullmatch(alarm.get("pendingDuration", "PT1M")):
        raise invalid(f"pendingDuration must be PT1M to PT60M, or PT1H; got {alarm['pendingDuration']!r}")
    if not mql.is_alarm_query(alarm["query"]):
        raise invalid(
            "query must be one metric with an interval, a statistic and a trigger, such as "
            f"'CpuUtilization[1m].mean() > 80'; got {alarm['query']!r}"
        )


BASE = "/20180401/alarms"
ROUTES = (
    Route("POST", "/20180401/metrics/actions/listMetrics", "ListMetrics", list_metrics),
    Route("POST", BASE, "CreateAlarm", create),
    Route("GET", BASE, "ListAlarms", index),
    Route("GET", BASE + "/{alarmId}", "GetAlarm", read),
    Route("PUT", BASE + "/{alarmId}", "UpdateAlarm", update),
    Route("DELETE", BASE + "/{alarmId}", "DeleteAlarm", delete),
)

"""Notifications: topics and their subscriptions. Nothing is ever delivered.

A subscription stays PENDING: nobody confirms it here, as with an e-mail that nobody opened. A deleted topic
answers DELETING once, then 404: it has no DELETED state. Paths and bodies: OCI Python SDK 2.189.0, ons.
"""

import json
import re
from datetime import datetime

from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict, invalid
from emulator.services.replay import once
from emulator.services.request import Doc, body, needed, only_queries, ordered, page, query
from emulator.services.resource import answer, changed, fetch, listed, match, new, nothing, removed, shown
from emulator.wire import Answer, Call, Route

TOPIC, SUBSCRIPTION = "topic", "subscription"
NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
PROTOCOLS = ("CUSTOM_HTTPS", "EMAIL", "HTTPS", "ORACLE_FUNCTIONS", "PAGERDUTY", "SLACK", "SMS")
DELIVERY = {"backoffRetryPolicy": {"maxRetryDuration": 7200000, "policyType": "EXPONENTIAL"}}


@once(TOPIC)
def create_topic(call: Call) -> Answer:
    """Answer POST /topics."""
    given = body(call, {"compartmentId": str, "name": str}, {"description": str})
    place = open_compartment(call, given["compartmentId"])
    call.authorise("ONS_TOPIC_CREATE", place["id"])
    if not NAME.fullmatch(given["name"]):
        raise invalid(f"a topic name has 1 to 256 letters, digits, '_' or '-'; got {given['name']!r}")
    for other in call.world.store.find(TOPIC, name=given["name"]):
        if other["_region"] == call.region and "_farewells" not in other:
            raise conflict(f"Topic '{given['name']}' already exists.", "TopicAlreadyExists")
    fields = {"description": None, **given, "apiEndpoint": f"https://cell1.{call.host}"}
    return _topic(new(call, TOPIC, "onstopic", fields, id_field="topicId"))


def read_topic(call: Call) -> Answer:
    """Answer GET /topics/{topicId}."""
    doc = fetch(call, TOPIC, call.params["topicId"], is_read=True)
    call.authorise("ONS_TOPIC_READ", doc["compartmentId"])
    return _topic(doc)


def list_topics(call: Call) -> Answer:
    """Answer GET /topics."""
    only_queries(call, "compartmentId", "id", "name", "lifecycleState", "sortBy", "sortOrder")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("ONS_TOPIC_INSPECT", place["id"])
    rows = listed(call, TOPIC, view=_topic_body, compartmentId=place["id"])
    for parameter, field in (("id", "topicId"), ("name", "name"), ("lifecycleState", "lifecycleState")):
        wanted = query(call, parameter)
        if wanted is not None:
            rows = [row for row in rows if row[field] == wanted]
    return page(
        call,
        ordered(
            call, rows, {"TIMECREATED": "timeCreated", "LIFECYCLESTATE": "lifecycleState"}, "TIMECREATED"
        ),
    )


def update_topic(call: Call) -> Answer:
    """Answer PUT /topics/{topicId}."""
    given = body(call, {}, {"description": str})
    doc = fetch(call, TOPIC, call.params["topicId"])
    call.authorise("ONS_TOPIC_UPDATE", doc["compartmentId"])
    match(call, doc)
    was = _topic_body(doc)
    doc.update(given)
    changed(call, TOPIC, doc, was)
    return _topic(doc)


def delete_topic(call: Call) -> Answer:
    """Answer DELETE /topics/{topicId}: its subscriptions go with it."""
    doc = fetch(call, TOPIC, call.params["topicId"])
    call.authorise("ONS_TOPIC_DELETE", doc["compartmentId"])
    match(call, doc)
    for each in call.world.store.find(SUBSCRIPTION, topicId=doc["id"]):
        if "_farewells" not in each:
            removed(call, SUBSCRIPTION, each)
    removed(call, TOPIC, doc, state="DELETING")
    return nothing()


@once(SUBSCRIPTION)
def create_subscription(call: Call) -> Answer:
    """Answer POST /subscriptions."""
    given = body(call, {"compartmentId": str, "topicId": str, "protocol": str, "endpoint": str})
    place = open_compartment(call, given["compartmentId"])
    call.authorise("ONS_TOPIC_SUBSCRIBE", place["id"])
    fetch(call, TOPIC, given["topicId"])
    if given["protocol"] not in PROTOCOLS:
        raise invalid(f"protocol must be one of {', '.join(PROTOCOLS)}; got {given['protocol']!r}")
    return _subscription(new(call, SUBSCRIPTION, "onssubscription", given, state="PENDING", becoming=None))


def read_subscription(call: Call) -> Answer:
    """Answer GET /subscriptions/{subscriptionId}."""
    doc = fetch(call, SUBSCRIPTION, call.params["subscriptionId"], is_read=True)
    call.authorise("ONS_TOPIC_SUBSCRIBE", doc["compartmentId"])
    return _subscription(doc)


def list_subscriptions(call: Call) -> Answer:
    """Answer GET /subscriptions."""
    only_queries(call, "compartmentId", "topicId")
    place = open_compartment(call, needed(call, "compartmentId"))
    call.authorise("ONS_SUBSCRIPTION_INSPECT", place["id"])
    rows = listed(call, SUBSCRIPTION, view=_subscription_summary, compartmentId=place["id"])
    topic = query(call, "topicId")
    return page(call, [row for row in rows if topic in (None, row["topicId"])])


def update_subscription(call: Call) -> Answer:
    """Answer PUT /subscriptions/{subscriptionId}: answers no more than what can be changed."""
    given = body(call, {}, {"deliveryPolicy": dict})
    doc = fetch(call, SUBSCRIPTION, call.params["subscriptionId"])
    call.authorise("ONS_TOPIC_SUBSCRIBE", doc["compartmentId"])
    match(call, doc)
    if given.get("deliveryPolicy", DELIVERY) != DELIVERY:
        raise invalid(f"the local OCI models the delivery policy {json.dumps(DELIVERY)} only")
    was = _subscription_summary(doc)
    doc.update({name: given[name] for name in ("freeformTags", "definedTags") if name in given})
    changed(call, SUBSCRIPTION, doc, was)
    return answer(
        doc,
        body={
            "freeformTags": doc["freeformTags"],
            "definedTags": doc["definedTags"],
            "deliveryPolicy": DELIVERY,
        },
    )


def delete_subscription(call: Call) -> Answer:
    """Answer DELETE /subscriptions/{subscriptionId}."""
    doc = fetch(call, SUBSCRIPTION, call.params["subscriptionId"])
    call.authorise("ONS_TOPIC_SUBSCRIBE", doc["compartmentId"])
    match(call, doc)
    removed(call, SUBSCRIPTION, doc)
    return nothing()


def _topic(doc: Doc) -> Answer:
    return answer(doc, body=_topic_body(doc))


def _topic_body(doc: Doc) -> Doc:
    """A topic says ``topicId`` for its OCID, and carries its etag in the body as well."""
    body = shown(doc)
    del body["id"]
    return {**body, "shortTopicId": doc["id"].rsplit(".", 1)[1][:8], "etag": doc["_etag"]}


def _subscription(doc: Doc) -> Answer:
    """One subscription: the delivery policy is a text holding JSON, the time a number of milliseconds."""
    return answer(doc, body={**_subscription_head(doc), "deliverPolicy": json.dumps(DELIVERY)})


def _subscription_summary(doc: Doc) -> Doc:
    return {**_subscription_head(doc), "deliveryPolicy": DELIVERY}


def _subscription_head(doc: Doc) -> Doc:
    body = shown(doc)
    created = datetime.fromisoformat(body.pop("timeCreated"))
    return {**body, "createdTime": int(created.timestamp() * 1000), "etag": doc["_etag"]}


BASE = "/20181201"
ROUTES = (
    Route("POST", BASE + "/topics", "CreateTopic", create_topic),
    Route("GET", BASE + "/topics", "ListTopics", list_topics),
    Route("GET", BASE + "/topics/{topicId}", "GetTopic", read_topic),
    Route("PUT", BASE + "/topics/{topicId}", "UpdateTopic", update_topic),
    Route("DELETE", BASE + "/topics/{topicId}", "DeleteTopic", delete_topic),
    Route("POST", BASE + "/subscriptions", "CreateSubscription", create_subscription),
    Route("GET", BASE + "/subscriptions", "ListSubscriptions", list_subscriptions),
    Route("GET", BASE + "/subscriptions/{subscriptionId}", "GetSubscription", read_subscription),
    Route("PUT", BASE + "/subscriptions/{subscriptionId}", "UpdateSubscription", update_subscription),
    Route("DELETE", BASE + "/subscriptions/{subscriptionId}", "DeleteSubscription", delete_subscription),
)

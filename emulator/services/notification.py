"""Notifications: topics, their subscriptions, and messages. Nothing is ever delivered outside.

A subscription stays PENDING until somebody follows the link of its confirmation, which needs no signature and
is good for three days (Confirming a Subscription, docs.oracle.com/iaas/Content/Notification/Tasks/
confirm-subscription.htm). E-mails are kept by `mail`; what goes to other protocols is not modelled, nor is
the link that ends a subscription. A deleted topic answers DELETING once, then 404: it has no DELETED state.
Paths and bodies: OCI Python SDK 2.189.0, ons. Permissions: Details for Notifications, docs.oracle.com/iaas/
Content/Identity/Reference/notificationpolicyreference.htm.
"""

import json
import re
import uuid
from datetime import datetime, timedelta

from emulator.services import mail
from emulator.services.identity.compartments import open_compartment
from emulator.services.refusals import conflict, invalid
from emulator.services.replay import once
from emulator.services.request import Doc, body, moment, needed, only_queries, ordered, page, query, stamp
from emulator.services.resource import answer, changed, fetch, listed, match, new, nothing, removed, shown
from emulator.wire import Answer, Call, Route

TOPIC, SUBSCRIPTION = "topic", "subscription"
NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
PROTOCOLS = ("CUSTOM_HTTPS", "EMAIL", "HTTPS", "ORACLE_FUNCTIONS", "PAGERDUTY", "SLACK", "SMS")
WITHOUT_CONFIRMATION = ("ORACLE_FUNCTIONS",)
CONFIRMATION_DAYS = 3
MESSAGE_BYTES = 64 * 1024
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
    state = "ACTIVE" if given["protocol"] in WITHOUT_CONFIRMATION else "PENDING"
    doc = new(call, SUBSCRIPTION, "onssubscription", given, state=state, becoming=None)
    if state == "PENDING":
        _ask(call, doc)
    return _subscription(doc)


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


def resend_confirmation(call: Call) -> Answer:
    """Answer POST /subscriptions/{subscriptionId}/resendConfirmation: the old link is void."""
    doc = fetch(call, SUBSCRIPTION, call.params["subscriptionId"])
    call.authorise("ONS_TOPIC_SUBSCRIBE", doc["compartmentId"])
    if doc["lifecycleState"] != "PENDING":
        raise conflict(f"The subscription is {doc['lifecycleState']}, not PENDING.")
    _ask(call, doc)
    return _subscription(doc)


def confirm(call: Call) -> Answer:
    """Answer GET /subscriptions/{subscriptionId}/confirmation, which needs no permission.

    How a wrong or late token is refused is not published.
    """
    only_queries(call, "token", "protocol")
    doc = fetch(call, SUBSCRIPTION, call.params["subscriptionId"])
    token, protocol = needed(call, "token"), needed(call, "protocol")
    is_late = call.world.clock.now() > moment("token", doc["_confirmable"])
    if token != doc["_token"] or protocol != doc["protocol"] or is_late:
        raise invalid("The confirmation link is not that of this subscription, or older than three days.")
    was = _subscription_summary(doc)
    doc["lifecycleState"] = "ACTIVE"
    changed(call, SUBSCRIPTION, doc, was)
    topic = fetch(call, TOPIC, doc["topicId"])
    return Answer(
        {
            "topicName": topic["name"],
            "topicId": topic["id"],
            "endpoint": doc["endpoint"],
            "subscriptionId": doc["id"],
            "message": "Subscription confirmed.",
            "unsubscribeUrl": _link(call, doc, "unsubscription"),
        }
    )


def publish(call: Call) -> Answer:
    """Answer POST /topics/{topicId}/messages: an e-mail to each address that has confirmed."""
    given = body(call, {"body": str}, {"title": str})
    doc = fetch(call, TOPIC, call.params["topicId"])
    call.authorise("ONS_TOPIC_PUBLISH", doc["compartmentId"])
    if len(call.body) > MESSAGE_BYTES:
        raise invalid(f"a message has at most {MESSAGE_BYTES} bytes; got {len(call.body)}")
    for each in call.world.store.find(SUBSCRIPTION, topicId=doc["id"]):
        if each["protocol"] == "EMAIL" and each["lifecycleState"] == "ACTIVE":
            _post(call, each["endpoint"], given.get("title", ""), given["body"])
    return Answer({"messageId": str(uuid.uuid4()), "timeStamp": stamp(call.world.clock.now())})


def _ask(call: Call, doc: Doc) -> None:
    """Make a link for the confirmation of a subscription, and send it to an e-mail address."""
    doc["_token"] = call.world.ids.token()
    doc["_confirmable"] = stamp(call.world.clock.now() + timedelta(days=CONFIRMATION_DAYS))
    call.world.store.put(SUBSCRIPTION, doc)
    if doc["protocol"] == "EMAIL":
        text = f"To confirm this subscription, follow {_link(call, doc, 'confirmation')}"
        _post(call, doc["endpoint"], "Subscription confirmation", text)


def _link(call: Call, doc: Doc, action: str) -> str:
    path = f"{BASE}/subscriptions/{doc['id']}/{action}"
    return f"https://{call.host}{path}?token={doc['_token']}&protocol={doc['protocol']}"


def _post(call: Call, to: str, subject: str, text: str) -> None:
    letter = {"to": to, "subject": subject, "text": text, "time": stamp(call.world.clock.now())}
    mail.post(call.world.store, call.world.ids.token(), letter)


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
    Route("POST", BASE + "/topics/{topicId}/messages", "PublishMessage", publish),
    Route("POST", BASE + "/subscriptions", "CreateSubscription", create_subscription),
    Route("GET", BASE + "/subscriptions", "ListSubscriptions", list_subscriptions),
    Route("GET", BASE + "/subscriptions/{subscriptionId}", "GetSubscription", read_subscription),
    Route("PUT", BASE + "/subscriptions/{subscriptionId}", "UpdateSubscription", update_subscription),
    Route("DELETE", BASE + "/subscriptions/{subscriptionId}", "DeleteSubscription", delete_subscription),
    Route(
        "POST",
        BASE + "/subscriptions/{subscriptionId}/resendConfirmation",
        "ResendSubscriptionConfirmation",
        resend_confirmation,
    ),
    Route(
        "GET",
        BASE + "/subscriptions/{subscriptionId}/confirmation",
        "GetConfirmSubscription",
        confirm,
        is_open=True,
    ),
)

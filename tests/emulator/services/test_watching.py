"""Limits, alarms, topics, subscriptions and budgets."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulator.services import mail
from tests.emulator.services.oci import Oci


@pytest.fixture
def apps(oci: Oci) -> str:
    """A compartment for what a test makes."""
    return oci.compartment("apps")


def test_limits_tell_what_is_used(oci: Oci, apps: str) -> None:
    """Keys of every region count."""
    oci.api_key(apps, region="us-chicago-1")
    oci.api_key(apps, region="ap-osaka-1")
    limit = "/20190729/services/generative-ai/limits/api-key-count"

    body = oci.get("limits", f"{limit}/resourceAvailability?compartmentId={oci.tenancy}")

    assert (body["used"], body["available"]) == (2, 98)


def test_limit_is_found_by_its_name(oci: Oci) -> None:
    """As a client does that doesn't know the service's name."""
    rows = oci.get("limits", f"/20190729/limitDefinitions?compartmentId={oci.tenancy}&name=api-key-count")

    assert [(row["serviceName"], row["scopeType"]) for row in rows] == [("generative-ai", "GLOBAL")]


def test_topic_ends_in_a_404(oci: Oci, apps: str) -> None:
    """There is no DELETED state: DELETING once, then nothing."""
    made = oci.post("notification", "/20181201/topics", compartmentId=apps, name="alerts")
    path = f"/20181201/topics/{made['topicId']}"

    states = [oci.get("notification", path)["lifecycleState"] for _ in range(2)]
    oci.delete("notification", path)

    assert "id" not in made
    assert states == ["CREATING", "ACTIVE"]
    assert oci.get("notification", path)["lifecycleState"] == "DELETING"
    assert oci.refused("notification", "GET", path)[0] == 404


def test_topic_names_are_unique_in_the_region(oci: Oci, apps: str) -> None:
    """Free in another region, and free again after deletion."""
    made = oci.post("notification", "/20181201/topics", compartmentId=apps, name="alerts")
    oci.post("notification", "/20181201/topics", region="us-phoenix-1", compartmentId=apps, name="alerts")

    refusal = oci.refused("notification", "POST", "/20181201/topics", compartmentId=apps, name="alerts")
    oci.delete("notification", f"/20181201/topics/{made['topicId']}")

    assert refusal == (409, "TopicAlreadyExists", "Topic 'alerts' already exists.")
    assert oci.post("notification", "/20181201/topics", compartmentId=apps, name="alerts")["name"] == "alerts"


def test_subscription_stays_pending_and_goes_with_its_topic(oci: Oci, apps: str) -> None:
    """Nobody confirms an e-mail here."""
    topic = oci.post("notification", "/20181201/topics", compartmentId=apps, name="alerts")["topicId"]
    made = oci.post(
        "notification",
        "/20181201/subscriptions",
        compartmentId=apps,
        topicId=topic,
        protocol="EMAIL",
        endpoint="platform@example.com",
    )
    path = f"/20181201/subscriptions/{made['id']}"

    oci.wait(10)
    pending = oci.get("notification", path)
    oci.delete("notification", f"/20181201/topics/{topic}")

    assert (pending["lifecycleState"], type(pending["createdTime"])) == ("PENDING", int)
    assert isinstance(pending["deliverPolicy"], str)
    assert oci.get("notification", path)["lifecycleState"] == "DELETED"


def test_alarm_lives_and_goes(oci: Oci, apps: str) -> None:
    """Active at once, changed, listed, deleted."""
    made = oci.post(
        "telemetry",
        "/20180401/alarms",
        displayName="errors",
        compartmentId=apps,
        metricCompartmentId=apps,
        namespace="oci_generativeai",
        query="ClientErrorCount[5m].sum() > 10",
        severity="WARNING",
        destinations=["ocid1.onstopic.oc1.us-ashburn-1.x"],
        isEnabled=True,
    )
    path = f"/20180401/alarms/{made['id']}"

    oci.put("telemetry", path, severity="CRITICAL")
    listed = oci.get("telemetry", f"/20180401/alarms?compartmentId={apps}")
    oci.delete("telemetry", path)

    assert made["lifecycleState"] == "ACTIVE"
    assert [row["severity"] for row in listed] == ["CRITICAL"]
    assert oci.get("telemetry", path)["lifecycleState"] == "DELETED"
    assert oci.refused("telemetry", "GET", path)[0] == 404


def test_budget_has_alert_rules(oci: Oci, apps: str) -> None:
    """A rule counts in its budget, and goes with it."""
    made = oci.post(
        "budgets",
        "/20190111/budgets",
        compartmentId=oci.tenancy,
        amount=50.0,
        resetPeriod="MONTHLY",
        targetType="COMPARTMENT",
        targets=[apps],
    )
    path = f"/20190111/budgets/{made['id']}"
    rule = oci.post("budgets", f"{path}/alertRules", type="ACTUAL", threshold=80, thresholdType="PERCENTAGE")

    counted = oci.get("budgets", path)["alertRuleCount"]
    changed = oci.put("budgets", f"{path}/alertRules/{rule['id']}", threshold=90)
    oci.delete("budgets", path)

    assert (counted, changed["threshold"], changed["version"]) == (1, 90, 2)
    assert oci.get("budgets", path)["lifecycleState"] == "DELETED"
    assert oci.refused("budgets", "GET", path)[0] == 404
    assert rule["id"].startswith("ocid1.alertrule.oc1..")


ALARM: dict[str, Any] = {
    "displayName": "reads",
    "namespace": "oci_secrets",
    "query": "GetSecretBundle[5m].sum() > 0",
    "severity": "WARNING",
    "destinations": ["ocid1.onstopic.oc1.us-ashburn-1.x"],
    "isEnabled": True,
}


NO_QUERY = (
    "query must be one metric with an interval, a statistic and a trigger, such as "
    "'CpuUtilization[1m].mean() > 80'; got "
)
MONTHLY = "the local OCI models monthly budgets only: resetPeriod MONTHLY, processingPeriodType MONTH"


def subscribe(oci: Oci, apps: str, to: str = "platform@example.com") -> tuple[str, str]:
    """Paths of a new topic and of a new subscription to it."""
    topic = oci.post("notification", "/20181201/topics", compartmentId=apps, name="alerts")["topicId"]
    made = oci.post(
        "notification",
        "/20181201/subscriptions",
        compartmentId=apps,
        topicId=topic,
        protocol="EMAIL",
        endpoint=to,
    )
    return f"/20181201/topics/{topic}", f"/20181201/subscriptions/{made['id']}"


def link(oci: Oci) -> str:
    """Path and query of the link in the last e-mail."""
    found = urlsplit(mail.posted(oci.world.store)[-1]["text"].split()[-1])
    return f"{found.path}?{found.query}"


def test_confirmation_is_asked_for_by_mail_and_makes_a_subscription_active(oci: Oci, apps: str) -> None:
    """The link needs no permission, works again, and nobody is written to before."""
    topic, subscription = subscribe(oci, apps)
    oci.post("notification", f"{topic}/messages", title="early", body="nobody reads this")
    nobody = oci.user("stranger", group="Strangers")

    told = oci.get("notification", link(oci), principal=nobody)
    again = oci.get("notification", link(oci), principal=nobody)
    state = oci.get("notification", subscription)["lifecycleState"]
    oci.post("notification", f"{topic}/messages", title="Keys", body="one expires")

    assert told == again
    assert (told["topicName"], told["endpoint"], told["message"]) == (
        "alerts",
        "platform@example.com",
        "Subscription confirmed.",
    )
    assert state == "ACTIVE"
    assert [(each["to"], each["subject"]) for each in mail.posted(oci.world.store)] == [
        ("platform@example.com", "Subscription confirmation"),
        ("platform@example.com", "Keys"),
    ]


@pytest.mark.parametrize(
    ("days", "change"),
    [
        pytest.param(0, ("token=", "token=0"), id="another token"),
        pytest.param(0, ("protocol=EMAIL", "protocol=SLACK"), id="another protocol"),
        pytest.param(4, ("", ""), id="too late"),
    ],
)
def test_confirmation_link_is_refused(oci: Oci, apps: str, days: int, change: tuple[str, str]) -> None:
    """It is good for three days, and as it was sent; a new one can be asked for."""
    _, subscription = subscribe(oci, apps)
    oci.travel(days=days)

    refusal = oci.refused("notification", "GET", link(oci).replace(*change))
    oci.post("notification", f"{subscription}/resendConfirmation")
    oci.get("notification", link(oci))

    assert refusal == (
        400,
        "InvalidParameter",
        "The confirmation link is not that of this subscription, or older than three days.",
    )
    assert oci.get("notification", subscription)["lifecycleState"] == "ACTIVE"
    assert oci.refused("notification", "POST", f"{subscription}/resendConfirmation") == (
        409,
        "IncorrectState",
        "The subscription is ACTIVE, not PENDING.",
    )


def test_subscription_of_a_function_needs_no_confirmation(oci: Oci, apps: str) -> None:
    """It is the tenancy's own."""
    topic = oci.post("notification", "/20181201/topics", compartmentId=apps, name="alerts")["topicId"]

    made = oci.post(
        "notification",
        "/20181201/subscriptions",
        compartmentId=apps,
        topicId=topic,
        protocol="ORACLE_FUNCTIONS",
        endpoint="ocid1.fnfunc.oc1..x",
    )

    assert made["lifecycleState"] == "ACTIVE"
    assert mail.posted(oci.world.store) == []


def test_message_is_published_by_who_may(oci: Oci, apps: str) -> None:
    """`use ons-topics` is enough, `read ons-topics` is not."""
    topic, _ = subscribe(oci, apps)
    reader, publisher = oci.user("reader", group="Readers"), oci.user("publisher", group="Publishers")
    oci.policy(
        "Allow group Readers to read ons-topics in tenancy",
        "Allow group Publishers to use ons-topics in tenancy",
    )

    refusal = oci.refused("notification", "POST", f"{topic}/messages", principal=reader, body="b")
    sent = oci.post("notification", f"{topic}/messages", principal=publisher, body="b")

    assert refusal[0] == 404
    assert set(sent) == {"messageId", "timeStamp"}
    assert oci.refused("notification", "POST", f"{topic}/messages", body="b" * 65536)[2] == (
        "a message has at most 65536 bytes; got 65548"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"query": "GetSecretBundle[5m].sum()"},
            NO_QUERY + "'GetSecretBundle[5m].sum()'",
        ),
        (
            {"query": "A[1m].sum() > 1 && B[1m].sum() > 1"},
            NO_QUERY + "'A[1m].sum() > 1 && B[1m].sum() > 1'",
        ),
        ({"pendingDuration": "PT2H"}, "pendingDuration must be PT1M to PT60M, or PT1H; got 'PT2H'"),
        ({"destinations": ["a", "b"]}, "the local OCI models alarms with one destination, a topic"),
        ({"destinations": []}, "the local OCI models alarms with one destination, a topic"),
        ({"severity": "BAD"}, "severity must be one of CRITICAL, ERROR, WARNING, INFO; got 'BAD'"),
        (
            {"suppression": {"timeSuppressFrom": "2027-01-01T00:00:00Z"}},
            "the local OCI does not model the field suppression of CreateAlarm",
        ),
    ],
)
def test_alarm_is_refused(oci: Oci, apps: str, change: dict[str, Any], message: str) -> None:
    """What Monitoring would not take, and what is not modelled here."""
    given = {**ALARM, "compartmentId": apps, "metricCompartmentId": apps, **change}

    assert oci.refused("telemetry", "POST", "/20180401/alarms", **given) == (400, "InvalidParameter", message)


@pytest.mark.parametrize(
    "query",
    [
        "CpuUtilization[1m].mean() > 80",
        "CpuUtilization[1m].mean() in (60, 80)",
        'CpuUtilization[1m]{availabilityDomain = "VeBZ:PHX-AD-1"}.groupBy(poolId).percentile(0.9) > 85',
        'CpuUtilization[1m]{resourceDisplayName =~ "ol8|ol7"}.min() >= 20',
        'CpuUtilization[1m]{resourceId = "<resource_identifier>"}.groupBy(resourceId).absent()',
        'CpuUtilization[1m]{resourceId = "x"}.groupBy(resourceId).absent(20h)',
        'IopsRead[60m]{compartmentId="ocid1.x", shape=VM.Standard.E4.Flex}.grouping().max() < 1',
    ],
)
def test_alarm_takes_the_queries_of_the_documentation(oci: Oci, apps: str, query: str) -> None:
    """Examples of Oracle's pages on predicates and dimensions."""
    made = oci.post(
        "telemetry",
        "/20180401/alarms",
        **{**ALARM, "compartmentId": apps, "metricCompartmentId": apps, "query": query},
    )

    assert made["query"] == query


def test_alarm_needs_its_metric_readable(oci: Oci, apps: str) -> None:
    """`manage alarms` alone is not enough to make one, or to look at it."""
    keeper, watcher = oci.user("keeper", group="Keepers"), oci.user("watcher", group="Watchers")
    oci.policy(
        "Allow group Keepers to manage alarms in tenancy",
        "Allow group Watchers to manage alarms in tenancy",
        "Allow group Watchers to read metrics in tenancy where target.metrics.namespace='oci_secrets'",
    )
    given = {**ALARM, "compartmentId": apps, "metricCompartmentId": apps}

    made = oci.post("telemetry", "/20180401/alarms", principal=watcher, **given)
    path = f"/20180401/alarms/{made['id']}"

    assert oci.refused("telemetry", "POST", "/20180401/alarms", principal=keeper, **given)[0] == 404
    assert oci.refused("telemetry", "GET", path, principal=keeper)[0] == 404
    assert oci.refused("telemetry", "PUT", path, principal=watcher, namespace="oci_vcn")[0] == 404
    assert oci.get("telemetry", path, principal=watcher)["id"] == made["id"]


def test_alarm_is_changed_under_its_etag(oci: Oci, apps: str) -> None:
    """A stale one is refused."""
    made = oci.post(
        "telemetry", "/20180401/alarms", **{**ALARM, "compartmentId": apps, "metricCompartmentId": apps}
    )
    path = f"/20180401/alarms/{made['id']}"
    stale = {"if-match": oci.etag("telemetry", path)}

    oci.put("telemetry", path, headers=stale, isEnabled=False)

    assert oci.refused("telemetry", "PUT", path, headers=stale, isEnabled=True)[:2] == (412, "NoEtagMatch")
    assert oci.refused("telemetry", "DELETE", path, headers=stale)[:2] == (412, "NoEtagMatch")


def test_no_metrics_are_emitted(oci: Oci, apps: str) -> None:
    """So none is listed, in any namespace."""
    path = f"/20180401/metrics/actions/listMetrics?compartmentId={apps}"

    assert oci.post("telemetry", path, namespace="oci_generativeai") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"displayName": "1st"},
            "a budget's name has letters, digits, '-' and '_' and begins with no digit; got '1st'",
        ),
        ({"resetPeriod": "YEARLY"}, MONTHLY),
        (
            {"targetType": "TAG"},
            "the local OCI models budgets with one compartment as target: targetType COMPARTMENT",
        ),
    ],
)
def test_budget_is_refused(oci: Oci, apps: str, change: dict[str, Any], message: str) -> None:
    """What Budgets would not take, and what is not modelled here."""
    given = {
        "compartmentId": oci.tenancy,
        "amount": 5,
        "resetPeriod": "MONTHLY",
        "targetType": "COMPARTMENT",
        "targets": [apps],
        **change,
    }

    assert oci.refused("budgets", "POST", "/20190111/budgets", **given) == (400, "InvalidParameter", message)


def test_compartment_has_one_budget_in_the_tenancy(oci: Oci, apps: str) -> None:
    """A second one is refused until the first is gone, and none stands in the compartment itself."""
    given = {"amount": 5, "resetPeriod": "MONTHLY", "targetType": "COMPARTMENT", "targets": [apps]}
    path = "/20190111/budgets"

    made = oci.post("budgets", path, compartmentId=oci.tenancy, **given)
    second = oci.refused("budgets", "POST", path, compartmentId=oci.tenancy, **given)
    oci.delete("budgets", f"{path}/{made['id']}")
    inside = oci.refused("budgets", "POST", path, compartmentId=apps, **given)

    assert second == (400, "InvalidParameter", f"the compartment {apps} already has a budget")
    assert inside == (400, "InvalidParameter", "the local OCI models budgets that stand in the tenancy")
    assert oci.post("budgets", path, compartmentId=oci.tenancy, **given)["lifecycleState"] == "ACTIVE"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"threshold": 10001}, "threshold must be more than 0, and at most 10000 percent; got 10001"),
        ({"threshold": 0}, "threshold must be more than 0, and at most 10000 percent; got 0"),
        ({"message": "x" * 1001}, "message has at most 1000 characters; got 1001"),
        ({"type": "GUESS"}, "type must be one of ACTUAL, FORECAST; got 'GUESS'"),
    ],
)
def test_alert_rule_is_refused(oci: Oci, apps: str, rule: dict[str, Any], message: str) -> None:
    """Oracle's limits."""
    made = oci.post(
        "budgets",
        "/20190111/budgets",
        compartmentId=oci.tenancy,
        amount=5,
        resetPeriod="MONTHLY",
        targetType="COMPARTMENT",
        targets=[apps],
    )
    given = {"type": "ACTUAL", "threshold": 80, "thresholdType": "PERCENTAGE", **rule}

    refusal = oci.refused("budgets", "POST", f"/20190111/budgets/{made['id']}/alertRules", **given)

    assert refusal == (400, "InvalidParameter", message)


def test_deployer_may_make_alerts_with_the_documented_statements(oci: Oci) -> None:
    """The statements of docs/alerts.md are enough, and nobody else may."""
    apps = oci.compartment("genai-apps")
    page = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
    oci.policy(*(line for line in page.splitlines() if line.startswith("allow group genai-deployers ")))
    deployer, stranger = oci.user("d", group="genai-deployers"), oci.user("s", group="strangers")
    budget = {"amount": 5, "resetPeriod": "MONTHLY", "targetType": "COMPARTMENT", "targets": [apps]}
    wanted: list[tuple[str, str, dict[str, Any]]] = [
        ("notification", "/20181201/topics", {"compartmentId": apps, "name": "alerts"}),
        ("telemetry", "/20180401/alarms", {**ALARM, "compartmentId": apps, "metricCompartmentId": apps}),
        ("budgets", "/20190111/budgets", {"compartmentId": oci.tenancy, **budget}),
    ]

    refused = [
        oci.refused(service, "POST", path, principal=stranger, **given)[0] for service, path, given in wanted
    ]
    made = [oci.post(service, path, principal=deployer, **given) for service, path, given in wanted]
    rules = f"/20190111/budgets/{made[2]['id']}/alertRules"
    oci.post("budgets", rules, principal=deployer, type="ACTUAL", threshold=80, thresholdType="PERCENTAGE")
    oci.post(
        "notification",
        "/20181201/subscriptions",
        principal=deployer,
        compartmentId=apps,
        topicId=made[0]["topicId"],
        protocol="EMAIL",
        endpoint="a@example.com",
    )

    assert refused == [404, 404, 404]

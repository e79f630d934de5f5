"""Limits, alarms, topics, subscriptions and budgets."""

import pytest

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

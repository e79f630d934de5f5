"""Who is told of what: topics, subscriptions, alarms and budgets as the program declares them."""

from typing import Any

import pytest

from tests.components.recorder import Recording, Registered, record
from tests.settings.test_settings import stack

pytestmark = pytest.mark.slow

TENANCY = "ocid1.tenancy.oc1..mine"
APPS = "ocid1.compartment.oc1..apps"
WHERE: dict[str, Any] = {
    "models": ["gpt-oss", "google.gemini-2.5-flash"],
    "regions": ["us-chicago-1", "ap-hyderabad-1"],
    "compartments": {"apps": {}, "lab.x": {"id": "ocid1.compartment.oc1..lab"}, "top": {}},
    "keys": {
        "bot": {"compartment": "apps"},
        "test": {"compartment": "lab.x", "models": "gpt-oss"},
    },
}
"""Two regions; of the three compartments one has keys in both, one in Chicago, one none."""


def told(**alerts: object) -> Recording:
    """The program with these alerts."""
    return record(stack(owner="team", alerts=alerts, **WHERE))


def declared(found: Registered) -> tuple[str, frozenset[str], tuple[str, ...], dict[str, Any]]:
    """Provider, dependencies, ignored changes and inputs: everything but type, name and parent."""
    return found.provider, found.dependencies, found.ignored, found.inputs


def test_stack_without_an_address_has_no_alerts() -> None:
    """Nothing is made that nobody would hear."""
    recorded = record(stack())

    assert [made for made in recorded.seen if "Alerts" in made.type or "Alerts" in made.parent] == []
    assert set(recorded.exported) == {"keys"}


def test_topic_and_subscriptions_stand_in_each_region_with_keys() -> None:
    """An alarm tells a topic of its own region; each address is subscribed to each."""
    recorded = told(emails=["a@example.com", "b@example.com"])

    topics, subscriptions = recorded.of("NotificationTopic"), recorded.of("Subscription")
    assert set(topics) == {"alerts-us-chicago-1", "alerts-ap-hyderabad-1"}
    assert declared(topics["alerts-us-chicago-1"]) == (
        "oci-us-chicago-1",
        frozenset({"Compartment::apps"}),
        ("compartmentId",),
        {
            "compartmentId": APPS,
            "name": "team-p-trial",
            "description": "Tells about API keys of the stack trial",
        },
    )
    assert set(subscriptions) == {
        f"{who}@example.com-{region}" for who in "ab" for region in ("us-chicago-1", "ap-hyderabad-1")
    }
    assert declared(subscriptions["a@example.com-ap-hyderabad-1"]) == (
        "oci-ap-hyderabad-1",
        frozenset({"Compartment::apps", "NotificationTopic::alerts-ap-hyderabad-1"}),
        ("compartmentId",),
        {
            "compartmentId": APPS,
            "topicId": "ocid1.notificationtopic.oc1..alerts-ap-hyderabad-1",
            "protocol": "EMAIL",
            "endpoint": "a@example.com",
        },
    )


def test_failing_reads_of_secrets_are_watched_where_keys_are() -> None:
    """One alarm for each compartment and region that holds a key's secret; none on the models' metrics."""
    recorded = told(emails="a@example.com")

    alarms = recorded.of("Alarm")
    assert set(alarms) == {
        "apps-us-chicago-1-secret-reads",
        "apps-ap-hyderabad-1-secret-reads",
        "lab.x-us-chicago-1-secret-reads",
    }
    assert declared(alarms["apps-us-chicago-1-secret-reads"]) == (
        "oci-us-chicago-1",
        frozenset({"Compartment::apps", "NotificationTopic::alerts-us-chicago-1"}),
        (),
        {
            "compartmentId": APPS,
            "metricCompartmentId": APPS,
            "displayName": "The secret of an API key can't be read: apps, us-chicago-1, stack trial",
            "body": "Somebody is refused this secret: an application without its key, or a stranger. "
            "See: genaikeys status --stack trial",
            "namespace": "oci_secrets",
            "query": 'GetSecretBundle[5m]{responseCode =~ "400|401|403|404|409|429|500|503"}'
            ".groupBy(resourceId).sum() > 0",
            "pendingDuration": "PT5M",
            "severity": "CRITICAL",
            "messageFormat": "ONS_OPTIMIZED",
            "destinations": ["ocid1.notificationtopic.oc1..alerts-us-chicago-1"],
            "isEnabled": True,
        },
    )
    assert recorded.of("Budget") == recorded.of("Rule") == {}


def test_errors_of_models_are_watched_where_asked_for() -> None:
    """Two metrics, two alarms, and the other alarm only if it is named too."""
    recorded = told(emails="a@example.com", alarms="modelErrors")

    assert {
        name: (made.inputs["namespace"], made.inputs["query"]) for name, made in recorded.of("Alarm").items()
    } == {
        f"{place}-{kind}-errors": (
            "oci_generativeai",
            f"{kind.title()}ErrorCount[5m].grouping().sum() > 10",
        )
        for place in ("apps-us-chicago-1", "apps-ap-hyderabad-1", "lab.x-us-chicago-1")
        for kind in ("client", "server")
    }


def test_stack_without_alarms_has_one_topic_at_home() -> None:
    """To publish to: one confirmation for each address, however many regions."""
    recorded = told(emails="a@example.com", alarms=[])

    assert {name: made.provider for name, made in recorded.of("NotificationTopic").items()} == {
        "alerts-us-ashburn-1": "oci-us-ashburn-1"
    }
    assert recorded.exported["alerts"] == {
        "us-ashburn-1": {"topicId": "ocid1.notificationtopic.oc1..alerts-us-ashburn-1"}
    }
    assert recorded.of("Alarm") == {}


def test_budget_is_made_for_each_compartment_with_keys() -> None:
    """In the home region, kept in the tenancy; rules write to every address themselves."""
    recorded = told(emails=["a@example.com", "b@example.com"], budget={"amount": 500, "tenancy": TENANCY})

    budgets, rules = recorded.of("Budget"), recorded.of("Rule")
    assert set(budgets) == {"apps", "lab.x"}
    assert declared(budgets["lab.x"]) == (
        "oci-us-ashburn-1",
        frozenset(),
        (),
        {
            "compartmentId": TENANCY,
            "displayName": "team-p-trial-lab-x",
            "description": "API keys of the stack trial in lab.x",
            "amount": 500,
            "resetPeriod": "MONTHLY",
            "targetType": "COMPARTMENT",
            "targets": ["ocid1.compartment.oc1..lab"],
        },
    )
    assert set(rules) == {
        f"{compartment}-{rule}"
        for compartment in ("apps", "lab.x")
        for rule in ("actual-80", "actual-100", "forecast-100")
    }
    assert declared(rules["apps-forecast-100"]) == (
        "oci-us-ashburn-1",
        frozenset({"Budget::apps"}),
        (),
        {
            "budgetId": "ocid1.budget.oc1..apps",
            "displayName": "forecast-100",
            "type": "FORECAST",
            "threshold": 100,
            "thresholdType": "PERCENTAGE",
            "recipients": "a@example.com,b@example.com",
            "message": "API keys of the stack trial in apps",
        },
    )


@pytest.mark.parametrize("kind", ["NotificationTopic", "Subscription", "Alarm", "Budget", "Rule"])
def test_keys_do_not_wait_for_alerts_nor_alerts_for_keys(kind: str) -> None:
    """A topic that can't be made costs no application its key."""
    recorded = told(emails="a@example.com", budget={"amount": 500, "tenancy": TENANCY})

    alerts = recorded.of(kind)
    keys = [made for what in ("ApiKey", "Secret", "RotatingSecret") for made in recorded.of(what).values()]
    assert alerts
    assert not any(f"{kind}::" in name for made in keys for name in made.dependencies)
    assert all(
        name.split("::")[0] in ("Compartment", "NotificationTopic", "Budget")
        for made in alerts.values()
        for name in made.dependencies
    )

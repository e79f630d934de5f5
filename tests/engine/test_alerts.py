"""A stack with alerts, from the outside: what stands in OCI, who confirms, and that all of it goes again."""

import json
import sys
from collections.abc import Callable
from typing import Any

from tests.engine.machine import SMALL, Machine

_ALERTS = """\
  oci-genai-keys:alerts:
    emails: [platform@example.com, oncall@example.com]
    alarms: [secretReads, modelErrors]
    budget: {amount: 500, tenancy: TENANCY}
"""
_IN_OCI = """
import json, os, oci
config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])
tenancy = config['tenancy']
there = dict(config, region='us-chicago-1')
(apps,) = [c.id for c in oci.identity.IdentityClient(config).list_compartments(tenancy).data
           if c.name == 'genai-apps']
topics = oci.ons.NotificationControlPlaneClient(there).list_topics(apps).data
subscriptions = oci.ons.NotificationDataPlaneClient(there).list_subscriptions(apps).data
monitoring = oci.monitoring.MonitoringClient(there)
alarms = [monitoring.get_alarm(row.id).data for row in monitoring.list_alarms(apps).data]
billing = oci.budget.BudgetClient(config)
budgets = billing.list_budgets(tenancy).data
print(json.dumps({
    'topics': {row.topic_id: row.name for row in topics},
    'subscriptions': sorted([row.endpoint, row.protocol, row.lifecycle_state] for row in subscriptions),
    'alarms': sorted(
        [row.display_name, row.namespace, row.query, row.severity, row.is_enabled, row.destinations]
        for row in alarms
    ),
    'budgets': [[row.display_name, row.amount, row.targets == [apps]] for row in budgets],
    'rules': sorted(
        [rule.type, rule.threshold, rule.recipients]
        for row in budgets for rule in billing.list_alert_rules(row.id).data
    ),
}))
"""
_READS = (
    'GetSecretBundle[5m]{responseCode =~ "400|401|403|404|409|429|500|503"}.groupBy(resourceId).sum() > 0'
)
_FOLLOW = """
import sys, urllib.request
for link in sys.argv[1:]:
    with urllib.request.urlopen(link) as answer:
        print(answer.status)
"""


def _up(new_machine: Callable[..., Machine]) -> Machine:
    """A machine whose stack has alerts and is up."""
    machine = new_machine(SMALL)
    tenancy = json.loads((machine.home / "home.json").read_text(encoding="utf-8"))["tenancy"]
    stack = machine.project / "stacks" / "Pulumi.small.yaml"
    text = stack.read_text(encoding="utf-8")
    alerts = _ALERTS.replace("TENANCY", tenancy)
    stack.write_text(text.replace("config:\n", f"config:\n{alerts}"), encoding="utf-8")
    machine.up(check=True)
    return machine


def _found(machine: Machine) -> dict[str, Any]:
    found: dict[str, Any] = machine.ask_oci(_IN_OCI)
    return found


def _unchanged(machine: Machine) -> None:
    for verb, *arguments in (("preview",), ("preview", "--refresh")):
        ran = machine.pulumi(verb, *arguments, "--expect-no-changes")
        assert ran.code == 0, ran.said


def test_alerts_stand_in_oci_and_go_with_the_stack(new_machine: Callable[..., Machine]) -> None:
    """As the official SDK sees them; a second `up` has nothing to do, and `destroy` leaves none behind."""
    machine = _up(new_machine)
    topic = machine.outputs()["alerts"]["us-chicago-1"]["topicId"]

    found = _found(machine)
    again = machine.up(check=True)
    _unchanged(machine)
    machine.pulumi("destroy", "--yes", check=True)

    everybody = "platform@example.com,oncall@example.com"
    assert found == {
        "topics": {topic: "oci-genai-keys-small"},
        "subscriptions": [
            ["oncall@example.com", "EMAIL", "PENDING"],
            ["platform@example.com", "EMAIL", "PENDING"],
        ],
        "alarms": [
            [
                "Calls of models are refused: genai-apps, us-chicago-1, stack small",
                "oci_generativeai",
                "ClientErrorCount[5m].grouping().sum() > 10",
                "WARNING",
                True,
                [topic],
            ],
            [
                "Calls of models fail: genai-apps, us-chicago-1, stack small",
                "oci_generativeai",
                "ServerErrorCount[5m].grouping().sum() > 10",
                "WARNING",
                True,
                [topic],
            ],
            [
                "The secret of an API key can't be read: genai-apps, us-chicago-1, stack small",
                "oci_secrets",
                _READS,
                "CRITICAL",
                True,
                [topic],
            ],
        ],
        "budgets": [["oci-genai-keys-small-genai-apps", 500.0, True]],
        "rules": [
            ["ACTUAL", 80.0, everybody],
            ["ACTUAL", 100.0, everybody],
            ["FORECAST", 100.0, everybody],
        ],
    }
    summary = again.out[again.out.index("Resources:") :].splitlines()[1:3]
    assert summary[0].strip().endswith(" unchanged"), again.said
    assert summary[1].strip() == "", again.said
    assert not any(_found(machine).values())


def test_confirmed_address_gets_what_is_published(new_machine: Callable[..., Machine]) -> None:
    """The link in the e-mail needs no credentials; to the engine a confirmed subscription is no change."""
    machine = _up(new_machine)
    topic = machine.outputs()["alerts"]["us-chicago-1"]["topicId"]
    asked = {mail["to"]: mail["text"].split()[-1] for mail in machine.admin("GET", "/mail")["mails"]}

    machine.run(
        sys.executable, "-c", _FOLLOW, asked["oncall@example.com"], check=True, extra={"OCI_CONFIG_FILE": ""}
    )
    machine.ask_oci(
        f"import json, os, oci\n"
        f"config = oci.config.from_file(os.environ['OCI_CONFIG_FILE'])\n"
        f"client = oci.ons.NotificationDataPlaneClient(dict(config, region='us-chicago-1'))\n"
        f"message = oci.ons.models.MessageDetails(title='API keys', body='one needs attention')\n"
        f"print(json.dumps(client.publish_message({topic!r}, message).status))"
    )

    assert _found(machine)["subscriptions"] == [
        ["oncall@example.com", "EMAIL", "ACTIVE"],
        ["platform@example.com", "EMAIL", "PENDING"],
    ]
    assert [
        (mail["to"], mail["text"])
        for mail in machine.admin("GET", "/mail")["mails"]
        if mail["subject"] == "API keys"
    ] == [("oncall@example.com", "one needs attention")]
    _unchanged(machine)

"""A stack with alerts, from the outside: what stands in OCI, who confirms, and that all of it goes again."""

import json
import os
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.engine.machine import CHECKOUT, SMALL, Machine
from toolchain.environments import of_tests

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


def _recipe(stack: str, topic: str) -> str:
    """The lines for every night of docs/alerts.md, for a stack and a topic."""
    page = (CHECKOUT / "docs" / "alerts.md").read_text(encoding="utf-8")
    lines = page.partition("```shell\n")[2].partition("```")[0]
    for old, new in (
        (r"stack=\S+ region=\S+", f"stack={stack} region=us-chicago-1"),
        (r"topic=\S+", f"topic={topic}"),
    ):
        lines, replaced = re.subn(old, new, lines, count=1)
        assert replaced == 1
    return lines


@pytest.mark.full
def test_confirmed_address_hears_every_night_what_needs_a_person(new_machine: Callable[..., Machine]) -> None:
    """The link in the e-mail needs no credentials; to the engine a confirmed subscription is no change."""
    machine = _up(new_machine)
    recipe = _recipe(machine.stack, machine.outputs()["alerts"]["us-chicago-1"]["topicId"])
    folders = [str(CHECKOUT / ".venv" / "bin"), str(of_tests("ocicli") / "bin")]
    around = {
        "PATH": os.pathsep.join([*folders, machine.environment["PATH"]]),
        "PYTHONPATH": str(machine.project),
    }

    def heard() -> list[tuple[str, str, str]]:
        mails = machine.admin("GET", "/mail")["mails"]
        return [(mail["to"], mail["subject"], mail["text"]) for mail in mails]

    asked = {to: text.split()[-1] for to, _, text in heard()}
    machine.run(sys.executable, "-c", _FOLLOW, asked["oncall@example.com"], check=True)
    confirmed = _found(machine)["subscriptions"]
    machine.run("sh", "-c", recipe, check=True, extra=around)
    quiet = heard()
    _unchanged(machine)
    machine.admin("POST", "/clock", {"by": 85 * 86400})
    machine.run("sh", "-c", recipe, check=True, extra=around)

    assert confirmed == [
        ["oncall@example.com", "EMAIL", "ACTIVE"],
        ["platform@example.com", "EMAIL", "PENDING"],
    ]
    assert [subject for _, subject, _ in quiet] == ["Subscription confirmation"] * 2
    ((to, subject, text),) = heard()[2:]
    assert (to, subject) == ("oncall@example.com", "API keys of small")
    assert "chatbot" in text
    assert "expiring" in text or "due" in text

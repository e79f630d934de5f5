"""Absence is proven by a state or by a list that works; a 404 alone proves nothing."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import oci
import pytest

from genaikeys.oci import Auth, Oci, Place
from genaikeys.oci.kinds import (
    ALARM,
    API_KEY,
    BUDGET,
    COMPARTMENT,
    KEY,
    KINDS,
    POLICY,
    RULE,
    SECRET,
    SUBSCRIPTION,
    TOPIC,
    VAULT,
    Kind,
)
from tests.local import Local, running
from tests.provider.stage import REGION, Stage, staged

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local OCI for this module."""
    with running(tmp_path_factory.mktemp("absence") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def stage(local: Local) -> Iterator[Stage]:
    """A compartment, a vault with a key, and a policy."""
    before = dict(os.environ)
    yield from staged(local)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def caller(local: Local, stage: Stage) -> Iterator[Oci]:
    """Who looks; faults are taken back."""
    yield Oci(Auth("api_key", "DEFAULT"))
    local.admin("DELETE", "/faults")


@pytest.fixture(scope="module")
def alerts(local: Local, stage: Stage) -> dict[Kind, str]:
    """OCIDs of a topic, a subscription to it, an alarm that tells it, a budget and an alert rule of that."""
    home, there = local.oci_config(), local.oci_config(REGION)
    control = oci.ons.NotificationControlPlaneClient(there)
    data = oci.ons.NotificationDataPlaneClient(there)
    billing = oci.budget.BudgetClient(home)
    topic = control.create_topic(
        oci.ons.models.CreateTopicDetails(name="alerts", compartment_id=stage.compartment)
    ).data.topic_id
    subscription = data.create_subscription(
        oci.ons.models.CreateSubscriptionDetails(
            topic_id=topic, compartment_id=stage.compartment, protocol="EMAIL", endpoint="a@example.com"
        )
    ).data.id
    alarm = (
        oci.monitoring.MonitoringClient(there)
        .create_alarm(
            oci.monitoring.models.CreateAlarmDetails(
                display_name="refused",
                compartment_id=stage.compartment,
                metric_compartment_id=stage.compartment,
                namespace="oci_secrets",
                query="GetSecretBundle[5m].sum() > 0",
                severity="WARNING",
                destinations=[topic],
                is_enabled=True,
            )
        )
        .data.id
    )
    budget = billing.create_budget(
        oci.budget.models.CreateBudgetDetails(
            compartment_id=home["tenancy"],
            amount=5.0,
            reset_period="MONTHLY",
            target_type="COMPARTMENT",
            targets=[stage.compartment],
        )
    ).data.id
    rule = billing.create_alert_rule(
        budget,
        oci.budget.models.CreateAlertRuleDetails(
            type="ACTUAL", threshold=80.0, threshold_type="PERCENTAGE", recipients="a@example.com"
        ),
    ).data.id
    return {TOPIC: topic, SUBSCRIPTION: subscription, ALARM: alarm, BUDGET: budget, RULE: rule}


@pytest.fixture
def made(stage: Stage, alerts: dict[Kind, str]) -> dict[Kind, str]:
    """OCID of one resource of each kind."""
    return {
        COMPARTMENT: stage.compartment,
        POLICY: stage.policy,
        VAULT: stage.vault,
        KEY: stage.kms_key,
        SECRET: stage.new_secret(),
        API_KEY: _api_key(stage),
        **alerts,
    }


def _api_key(stage: Stage) -> str:
    expiry = datetime.now(UTC) + timedelta(days=90)
    client = oci.generative_ai.GenerativeAiClient(stage.local.oci_config(REGION))
    details = oci.generative_ai.models.CreateApiKeyDetails(
        display_name="chatbot",
        compartment_id=stage.compartment,
        key_details=[oci.generative_ai.models.KeyDetails(key_name="key-one", time_expiry=expiry)],
    )
    return str(client.create_api_key(details).data.id)


def _place(stage: Stage, kind: Kind, alerts: dict[Kind, str] | None = None) -> Place:
    tenancy = str(stage.local.oci_config()["tenancy"])
    home = str(stage.local.oci_config()["region"])
    if kind is RULE:
        return Place(region=home, compartment_id="", holder_id=(alerts or {})[BUDGET])
    endpoint = None
    if kind is KEY:
        vaults = oci.key_management.KmsVaultClient(stage.local.oci_config(REGION))
        endpoint = vaults.get_vault(stage.vault).data.management_endpoint
    return Place(
        region=home if kind in (POLICY, COMPARTMENT, BUDGET) else REGION,
        compartment_id=tenancy if kind in (COMPARTMENT, POLICY, BUDGET) else stage.compartment,
        endpoint=endpoint,
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_what_is_there_is_seen(caller: Oci, stage: Stage, made: dict[Kind, str], kind: Kind) -> None:
    """With its state, and where it lies."""
    place, ocid = _place(stage, kind, made), made[kind]
    seen = caller.presence(kind, place, ocid)
    assert seen.verdict == "here"
    assert seen.row is not None
    assert (seen.row.id, seen.row.compartment_id) == (ocid, place.compartment_id)
    assert ocid in [row.id for row in caller.listed(kind, place)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_list_that_works_and_lacks_it_is_proof(
    caller: Oci, stage: Stage, alerts: dict[Kind, str], kind: Kind
) -> None:
    """OCI answers 404 for what never was."""
    place = _place(stage, kind, alerts)
    seen = caller.presence(kind, place, f"ocid1.{kind.type}.oc1.{REGION}.{'a' * 60}")
    assert (seen.verdict, seen.evidence) == (
        "gone",
        f"The list of {place} works and lacks it.",
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_forbidden_is_unknown(
    caller: Oci, local: Local, stage: Stage, made: dict[Kind, str], kind: Kind
) -> None:
    """Neither reading nor listing: the caller learns what to ask for."""
    place, ocid = _place(stage, kind, made), made[kind]
    local.fault(
        method="GET", path="/", action="status", status=404, code="NotAuthorizedOrNotFound", count=None
    )
    seen = caller.presence(kind, place, ocid)
    assert seen.verdict == "unknown"
    assert seen.evidence == (
        f"OCI answers 404 to reading it and to listing its {place}, which it says for gone and for "
        f"forbidden alike. To tell, the caller needs: {kind.look} in {place.spoken}."
    )


def test_listed_but_unreadable_is_unknown(caller: Oci, local: Local, stage: Stage) -> None:
    """A list shows it, so it is there; what is missing is leave to read it."""
    local.fault(
        method="GET", path="/vaults/", action="status", status=404, code="NotAuthorizedOrNotFound", count=1
    )
    seen = caller.presence(VAULT, _place(stage, VAULT), stage.vault)
    assert seen.verdict == "unknown"
    assert seen.evidence == (
        f"The list of compartment {stage.compartment} shows it as ACTIVE, but reading it is refused. "
        f"The caller needs: read vaults in compartment id {stage.compartment}."
    )


def test_any_other_refusal_is_unknown(caller: Oci, local: Local, stage: Stage) -> None:
    """A caller who isn't known proves nothing either, and the reason is passed on."""
    place = _place(stage, VAULT)
    local.fault(method="GET", path="/vaults/", action="status", status=401, code="NotAuthenticated", count=1)
    seen = caller.presence(VAULT, place, stage.vault)
    assert seen.verdict == "unknown"
    assert f"Nobody can tell: GetVault on {stage.vault} failed: 401 NotAuthenticated" in seen.evidence


def test_scheduled_deletion_is_leaving_until_it_is_done(caller: Oci, local: Local, stage: Stage) -> None:
    """It can be had back till the day that is told; afterwards it is gone."""
    place, ocid = _place(stage, SECRET), stage.new_secret()
    assert caller.presence(SECRET, place, ocid).verdict == "here"
    client = oci.vault.VaultsClient(local.oci_config(REGION))
    details = oci.vault.models.ScheduleSecretDeletionDetails()
    oci.wait_until(client, client.get_secret(ocid), "lifecycle_state", "ACTIVE")
    client.schedule_secret_deletion(ocid, details)
    leaving = caller.presence(SECRET, place, ocid)
    local.admin("POST", "/clock", {"by": 31 * 24 * 3600})
    gone = caller.presence(SECRET, place, ocid)
    assert leaving.verdict == "leaving"
    assert leaving.row is not None
    assert leaving.row.time_of_deletion is not None
    assert leaving.evidence == (
        f"OCI shows it as {leaving.row.state} until {leaving.row.time_of_deletion:%Y-%m-%d %H:%M} UTC."
    )
    assert (gone.verdict, gone.evidence) == ("gone", "OCI shows it as DELETED.")

"""The official Python SDK: every operation that the local OCI has, read back through the SDK's models."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import oci
import pytest

from tests.contracts.server import READS, Json, Server, until

CHICAGO = "us-chicago-1"


def gone(read: Callable[[], Json]) -> None:
    """Read until a 404."""
    for _ in range(READS):
        try:
            read()
        except oci.exceptions.ServiceError as refusal:
            if (refusal.status, refusal.code) == (404, "NotAuthorizedOrNotFound"):
                return
            raise
    raise AssertionError(f"still there after {READS} reads")


def test_compartments(server: Server) -> None:
    """Create, get, list, update, move, delete."""
    client, models = server.client(oci.identity.IdentityClient), oci.identity.models

    def create(name: str) -> str:
        details = models.CreateCompartmentDetails(
            compartment_id=server.tenancy, name=name, description="d", freeform_tags={"a": "b"}
        )
        made = client.create_compartment(details).data
        until("ACTIVE", lambda: client.get_compartment(made.id))
        return str(made.id)

    outer, inner = create("sdk-outer"), create("sdk-inner")
    client.update_compartment(inner, models.UpdateCompartmentDetails(description="e"))
    client.move_compartment(inner, models.MoveCompartmentDetails(target_compartment_id=outer))
    below = client.list_compartments(outer, lifecycle_state="ACTIVE").data
    everywhere = oci.pagination.list_call_get_all_results(
        client.list_compartments,
        server.tenancy,
        compartment_id_in_subtree=True,
        access_level="ACCESSIBLE",
        limit=1,
    ).data
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        create("sdk-outer")
    client.delete_compartment(inner)
    deleted = until("DELETED", lambda: client.get_compartment(inner))

    assert [(each.id, each.description, each.freeform_tags) for each in below] == [(inner, "e", {"a": "b"})]
    assert {outer, inner} <= {each.id for each in everywhere}
    assert (caught.value.status, caught.value.code) == (409, "CompartmentAlreadyExists")
    assert deleted.name == "sdk-inner"


def test_policies(server: Server) -> None:
    """Create, get, list, update, delete."""
    client, models = server.client(oci.identity.IdentityClient), oci.identity.models
    details = models.CreatePolicyDetails(
        compartment_id=server.tenancy,
        name="sdk",
        description="d",
        statements=["Allow group Nobody to inspect tenancies in tenancy"],
    )
    made = client.create_policy(details).data
    until("ACTIVE", lambda: client.get_policy(made.id))

    etag = client.get_policy(made.id).headers["etag"]
    update = models.UpdatePolicyDetails(statements=["Allow group Nobody to inspect compartments in tenancy"])
    client.update_policy(made.id, update, if_match=etag)
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        client.update_policy(made.id, update, if_match=etag)
    listed = client.list_policies(server.tenancy, name="sdk").data
    client.delete_policy(made.id)
    gone(lambda: client.get_policy(made.id))

    assert (caught.value.status, caught.value.code) == (412, "NoEtagMatch")
    assert [each.statements for each in listed] == [["Allow group Nobody to inspect compartments in tenancy"]]


def test_dynamic_groups(server: Server) -> None:
    """Create, get, list, update, delete."""
    client, models = server.client(oci.identity.IdentityClient), oci.identity.models
    details = models.CreateDynamicGroupDetails(
        compartment_id=server.tenancy, name="sdk", description="d", matching_rule="instance.id = 'x'"
    )
    made = client.create_dynamic_group(details).data
    until("ACTIVE", lambda: client.get_dynamic_group(made.id))

    client.update_dynamic_group(made.id, models.UpdateDynamicGroupDetails(description="e"))
    listed = client.list_dynamic_groups(server.tenancy, name="sdk").data
    client.delete_dynamic_group(made.id)
    gone(lambda: client.get_dynamic_group(made.id))

    assert [each.description for each in listed] == ["e"]


def test_tenancy(server: Server) -> None:
    """The tenancy, its regions, its administrator."""
    client = server.client(oci.identity.IdentityClient)

    assert client.get_tenancy(server.tenancy).data.home_region_key == "IAD"
    subscribed = client.list_region_subscriptions(server.tenancy).data
    assert [each.region_name for each in subscribed if each.is_home_region] == ["us-ashburn-1"]
    assert {each.name for each in client.list_regions().data} == {each.region_name for each in subscribed}
    assert client.get_user(server.config["user"]).data.id == server.config["user"]


def test_vaults_and_keys(server: Server, compartment: str) -> None:
    """Create, get, list, update, move, enable, disable, schedule and cancel deletion."""
    models = oci.key_management.models
    vaults = server.client(oci.key_management.KmsVaultClient)
    details = models.CreateVaultDetails(compartment_id=compartment, display_name="sdk", vault_type="DEFAULT")
    made = vaults.create_vault(details).data
    vault = until("ACTIVE", lambda: vaults.get_vault(made.id))
    keys = server.client(oci.key_management.KmsManagementClient, service_endpoint=vault.management_endpoint)
    shape = models.KeyShape(algorithm="AES", length=32)
    key = keys.create_key(
        models.CreateKeyDetails(
            compartment_id=compartment, display_name="sdk", key_shape=shape, protection_mode="SOFTWARE"
        )
    ).data
    until("ENABLED", lambda: keys.get_key(key.id))

    vaults.update_vault(vault.id, models.UpdateVaultDetails(display_name="renamed"))
    keys.update_key(key.id, models.UpdateKeyDetails(display_name="renamed"))
    listed = [
        *(each.display_name for each in vaults.list_vaults(compartment).data if each.id == vault.id),
        *(each.display_name for each in keys.list_keys(compartment).data),
    ]
    keys.disable_key(key.id)
    until("DISABLED", lambda: keys.get_key(key.id))
    keys.enable_key(key.id)
    until("ENABLED", lambda: keys.get_key(key.id))
    keys.change_key_compartment(key.id, models.ChangeKeyCompartmentDetails(compartment_id=server.tenancy))
    vaults.change_vault_compartment(
        vault.id, models.ChangeVaultCompartmentDetails(compartment_id=server.tenancy)
    )
    keys.schedule_key_deletion(
        key.id, models.ScheduleKeyDeletionDetails(time_of_deletion=datetime.now(UTC) + timedelta(days=8))
    )
    until("PENDING_DELETION", lambda: keys.get_key(key.id))
    keys.cancel_key_deletion(key.id)
    until("ENABLED", lambda: keys.get_key(key.id))
    vaults.schedule_vault_deletion(vault.id, models.ScheduleVaultDeletionDetails())
    until("PENDING_DELETION", lambda: vaults.get_vault(vault.id))
    key_with_vault = keys.get_key(key.id).data.lifecycle_state
    vaults.cancel_vault_deletion(vault.id)
    until("ACTIVE", lambda: vaults.get_vault(vault.id))

    assert listed == ["renamed", "renamed"]
    assert key_with_vault == "PENDING_DELETION"
    assert (
        keys.get_key(key.id).data.compartment_id
        == vaults.get_vault(vault.id).data.compartment_id
        == server.tenancy
    )


def test_secrets_and_bundles(server: Server, compartment: str) -> None:
    """Every operation on secrets, their versions and their bundles."""
    kms = oci.key_management.models
    vaults = server.client(oci.key_management.KmsVaultClient)
    vault = vaults.create_vault(
        kms.CreateVaultDetails(compartment_id=compartment, display_name="sdk", vault_type="DEFAULT")
    ).data
    keys = server.client(oci.key_management.KmsManagementClient, service_endpoint=vault.management_endpoint)
    shape = kms.KeyShape(algorithm="AES", length=32)
    key = keys.create_key(
        kms.CreateKeyDetails(compartment_id=compartment, display_name="sdk", key_shape=shape)
    ).data
    client, models = server.client(oci.vault.VaultsClient), oci.vault.models
    bundles = server.client(oci.secrets.SecretsClient)

    def content(text: str, **fields: str) -> Json:
        packed = base64.b64encode(text.encode()).decode()
        return models.Base64SecretContentDetails(content=packed, **fields)

    def write(details: Json) -> None:
        client.update_secret(made.id, details)
        until("ACTIVE", lambda: client.get_secret(made.id))

    def text(**which: Json) -> str:
        bundle = bundles.get_secret_bundle(made.id, **which).data
        return base64.b64decode(bundle.secret_bundle_content.content).decode()

    made = client.create_secret(
        models.CreateSecretDetails(
            compartment_id=compartment,
            vault_id=vault.id,
            key_id=key.id,
            secret_name="sdk",
            secret_content=content("one"),
            metadata={"owner": "tests"},
        )
    ).data
    until("ACTIVE", lambda: client.get_secret(made.id))
    write(models.UpdateSecretDetails(secret_content=content("two", stage="PENDING", name="label")))
    before = (text(), text(stage="PENDING"), text(secret_version_name="label"), text(version_number=2))
    write(models.UpdateSecretDetails(current_version_number=2))
    write(models.UpdateSecretDetails(secret_content=content("three"), description="changed"))
    versions = client.list_secret_versions(made.id).data
    by_name = bundles.get_secret_bundle_by_name(secret_name="sdk", vault_id=vault.id).data
    listed = client.list_secrets(compartment, name="sdk", vault_id=vault.id).data
    client.schedule_secret_version_deletion(made.id, 1, models.ScheduleSecretVersionDeletionDetails())
    dying = client.get_secret_version(made.id, 1).data.time_of_deletion
    client.cancel_secret_version_deletion(made.id, 1)
    client.change_secret_compartment(
        made.id, models.ChangeSecretCompartmentDetails(compartment_id=server.tenancy)
    )
    client.schedule_secret_deletion(made.id, models.ScheduleSecretDeletionDetails())
    until("PENDING_DELETION", lambda: client.get_secret(made.id))
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        bundles.get_secret_bundle_by_name(secret_name="sdk", vault_id=vault.id)
    client.cancel_secret_deletion(made.id)
    until("ACTIVE", lambda: client.get_secret(made.id))

    assert before == ("one", "two", "two", "two")
    assert {each.version_number: each.stages for each in versions} == {
        1: ["DEPRECATED"],
        2: ["PREVIOUS"],
        3: ["CURRENT", "LATEST"],
    }
    assert (by_name.version_number, by_name.metadata) == (3, {"owner": "tests"})
    assert [each.description for each in listed] == ["changed"]
    assert dying is not None
    assert caught.value.status == 404
    assert [each.version_number for each in bundles.list_secret_bundle_versions(made.id).data] == [3, 2, 1]
    assert text() == "three"


def test_api_keys(server: Server, compartment: str) -> None:
    """All eight operations; the secrets come with create and renew only."""
    client, models = server.client(oci.generative_ai.GenerativeAiClient, CHICAGO), oci.generative_ai.models
    expiry = datetime.now(UTC) + timedelta(days=90)
    details = models.CreateApiKeyDetails(
        display_name="sdk",
        compartment_id=compartment,
        key_details=[models.KeyDetails(key_name=name, time_expiry=expiry) for name in ("key-one", "key-two")],
    )

    made = client.create_api_key(details, opc_retry_token="sdk-once").data
    again = client.create_api_key(details, opc_retry_token="sdk-once").data
    read = until("ACTIVE", lambda: client.get_api_key(made.id))
    client.update_api_key(made.id, models.UpdateApiKeyDetails(description="changed"))
    etag = client.get_api_key(made.id).headers["etag"]
    renewal = models.RenewApiKeyDetails(
        details=models.KeyDetails(key_name="key-two", time_expiry=expiry + timedelta(days=30))
    )
    renewed = client.renew_api_key(made.id, renewal, if_match=etag).data
    with pytest.raises(oci.exceptions.ServiceError) as stale:
        client.renew_api_key(made.id, renewal, if_match=etag)
    state = models.SetApiKeyStateDetails(key_name="key-one", state="INACTIVE")
    states = [item.state for item in client.set_api_key_state(made.id, state).data.keys]
    client.change_api_key_compartment(
        made.id, models.ChangeApiKeyCompartmentDetails(compartment_id=server.tenancy)
    )
    listed = client.list_api_keys(server.tenancy, id=made.id).data.items
    client.delete_api_key(made.id)
    deleted = until("DELETED", lambda: client.get_api_key(made.id))

    assert all(item.key.startswith("sk-localtest-") for item in made.keys)
    assert (again.id, [item.key for item in again.keys]) == (made.id, [None, None])
    assert [item.key for item in read.keys] == [None, None]
    assert [item.key is None for item in renewed.keys] == [True, False]
    assert (stale.value.status, stale.value.code) == (412, "NoEtagMatch")
    assert states == ["INACTIVE", "ACTIVE"]
    assert [(each.description, each.compartment_id) for each in listed] == [("changed", server.tenancy)]
    assert deleted.id == made.id


def test_models_and_projects(server: Server, compartment: str) -> None:
    """Discovery with its filters, the older list, and projects."""
    client, models = server.client(oci.generative_ai.GenerativeAiClient, CHICAGO), oci.generative_ai.models

    found = client.list_model_discovery(
        compartment,
        region=["ap-hyderabad-1"],
        serving_mode=["ON_DEMAND"],
        api_capability=["OPENAI_V1_CHAT_COMPLETIONS"],
        is_on_demand_retired=False,
    ).data
    listed = client.list_models(compartment, capability=["CHAT"], vendor="xai").data.items
    details = models.CreateGenerativeAiProjectDetails(compartment_id=compartment, display_name="sdk")
    project = client.create_generative_ai_project(details).data
    until("ACTIVE", lambda: client.get_generative_ai_project(project.id))
    client.update_generative_ai_project(project.id, models.UpdateGenerativeAiProjectDetails(description="d"))
    projects = client.list_generative_ai_projects(compartment).data.items
    client.delete_generative_ai_project(project.id)
    until("DELETED", lambda: client.get_generative_ai_project(project.id))

    assert [each.model_id for each in found.items] == ["google.gemini-2.5-flash"]
    assert found.items[0].availability[0].region == "ap-hyderabad-1"
    assert "xai.grok-4" in {each.display_name for each in listed}
    assert client.get_model(listed[0].id).data.display_name == listed[0].display_name
    assert [each.description for each in projects] == ["d"]


def test_limits(server: Server) -> None:
    """Services, definitions, values, availability."""
    client = server.client(oci.limits.LimitsClient, CHICAGO)

    assert [each.name for each in client.list_services(server.tenancy).data] == ["generative-ai"]
    definitions = client.list_limit_definitions(server.tenancy, name="api-key-count").data
    assert [each.service_name for each in definitions] == ["generative-ai"]
    values = client.list_limit_values(server.tenancy, "generative-ai", name="api-key-count").data
    assert [each.value for each in values] == [100]
    there = client.get_resource_availability("generative-ai", "api-key-count", server.tenancy).data
    assert there.used + there.available == 100


def test_notifications(server: Server, compartment: str) -> None:
    """Topics and subscriptions."""
    topics = server.client(oci.ons.NotificationControlPlaneClient)
    subscriptions = server.client(oci.ons.NotificationDataPlaneClient)
    models = oci.ons.models
    details = models.CreateTopicDetails(name="sdk", compartment_id=compartment, description="d")
    made = topics.create_topic(details).data
    topic = until("ACTIVE", lambda: topics.get_topic(made.topic_id))
    subscription = subscriptions.create_subscription(
        models.CreateSubscriptionDetails(
            topic_id=topic.topic_id,
            compartment_id=compartment,
            protocol="EMAIL",
            endpoint="platform@example.com",
        )
    ).data

    topics.update_topic(topic.topic_id, models.TopicAttributesDetails(description="e"))
    subscriptions.update_subscription(
        subscription.id, models.UpdateSubscriptionDetails(freeform_tags={"a": "b"})
    )
    listed_topics = topics.list_topics(compartment, name="sdk").data
    listed = subscriptions.list_subscriptions(compartment, topic_id=topic.topic_id).data
    pending = subscriptions.get_subscription(subscription.id).data.lifecycle_state
    subscriptions.delete_subscription(subscription.id)
    gone(lambda: subscriptions.get_subscription(subscription.id))
    topics.delete_topic(topic.topic_id)
    gone(lambda: topics.get_topic(topic.topic_id))

    assert [each.description for each in listed_topics] == ["e"]
    assert [each.freeform_tags for each in listed] == [{"a": "b"}]
    assert pending == "PENDING"


def test_alarms(server: Server, compartment: str) -> None:
    """Create, get, list, update, delete."""
    client, models = server.client(oci.monitoring.MonitoringClient), oci.monitoring.models
    made = client.create_alarm(
        models.CreateAlarmDetails(
            display_name="sdk",
            compartment_id=compartment,
            metric_compartment_id=compartment,
            namespace="oci_generativeai",
            query="ClientErrorCount[5m].sum() > 10",
            severity="WARNING",
            destinations=["ocid1.onstopic.oc1.us-ashburn-1.x"],
            is_enabled=True,
        )
    ).data

    client.update_alarm(made.id, models.UpdateAlarmDetails(severity="CRITICAL"))
    listed = client.list_alarms(compartment, display_name="sdk").data
    alarm = client.get_alarm(made.id).data
    client.delete_alarm(made.id)
    gone(lambda: client.get_alarm(made.id))

    assert [each.severity for each in listed] == [alarm.severity] == ["CRITICAL"]


def test_budgets(server: Server, compartment: str) -> None:
    """Budgets and their alert rules."""
    client, models = server.client(oci.budget.BudgetClient), oci.budget.models
    made = client.create_budget(
        models.CreateBudgetDetails(
            compartment_id=server.tenancy,
            amount=100,
            reset_period="MONTHLY",
            target_type="COMPARTMENT",
            targets=[compartment],
            display_name="sdk",
        )
    ).data
    rule = client.create_alert_rule(
        made.id,
        models.CreateAlertRuleDetails(
            type="ACTUAL", threshold=80, threshold_type="PERCENTAGE", recipients="platform@example.com"
        ),
    ).data

    client.update_budget(made.id, models.UpdateBudgetDetails(amount=200))
    client.update_alert_rule(made.id, rule.id, models.UpdateAlertRuleDetails(threshold=90))
    budgets = client.list_budgets(server.tenancy, display_name="sdk").data
    rules = client.list_alert_rules(made.id).data
    read = (
        client.get_budget(made.id).data.alert_rule_count,
        client.get_alert_rule(made.id, rule.id).data.threshold,
    )
    client.delete_alert_rule(made.id, rule.id)
    gone(lambda: client.get_alert_rule(made.id, rule.id))
    client.delete_budget(made.id)
    gone(lambda: client.get_budget(made.id))

    assert [each.amount for each in budgets] == [200]
    assert [each.threshold for each in rules] == [90]
    assert read == (1, 90)

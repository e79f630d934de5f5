"""The official Python SDK: every operation that the local OCI has, read back through the SDK's models."""

import base64
from datetime import UTC, datetime, timedelta

import oci
import pytest

from tests.contracts.clients import Json, client, gone, until
from tests.local import Local

pytestmark = pytest.mark.slow

CHICAGO = "us-chicago-1"


def test_compartments(local: Local) -> None:
    """Create, get, list, update, move, delete."""
    api, models = client(local, oci.identity.IdentityClient), oci.identity.models

    def create(name: str) -> str:
        details = models.CreateCompartmentDetails(
            compartment_id=local.home["tenancy"], name=name, description="d", freeform_tags={"a": "b"}
        )
        made = api.create_compartment(details).data
        until("ACTIVE", lambda: api.get_compartment(made.id))
        return str(made.id)

    outer, inner = create("sdk-outer"), create("sdk-inner")
    api.update_compartment(inner, models.UpdateCompartmentDetails(description="e"))
    api.move_compartment(inner, models.MoveCompartmentDetails(target_compartment_id=outer))
    below = api.list_compartments(outer, lifecycle_state="ACTIVE").data
    everywhere = oci.pagination.list_call_get_all_results(
        api.list_compartments,
        local.home["tenancy"],
        compartment_id_in_subtree=True,
        access_level="ACCESSIBLE",
        limit=1,
    ).data
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        create("sdk-outer")
    api.delete_compartment(inner)
    deleted = until("DELETED", lambda: api.get_compartment(inner))

    assert [(each.id, each.description, each.freeform_tags) for each in below] == [(inner, "e", {"a": "b"})]
    assert {outer, inner} <= {each.id for each in everywhere}
    assert (caught.value.status, caught.value.code) == (409, "CompartmentAlreadyExists")
    assert deleted.name == "sdk-inner"


def test_policies(local: Local) -> None:
    """Create, get, list, update, delete."""
    api, models = client(local, oci.identity.IdentityClient), oci.identity.models
    details = models.CreatePolicyDetails(
        compartment_id=local.home["tenancy"],
        name="sdk",
        description="d",
        statements=["Allow group Nobody to inspect tenancies in tenancy"],
    )
    made = api.create_policy(details).data
    until("ACTIVE", lambda: api.get_policy(made.id))

    etag = api.get_policy(made.id).headers["etag"]
    update = models.UpdatePolicyDetails(statements=["Allow group Nobody to inspect compartments in tenancy"])
    api.update_policy(made.id, update, if_match=etag)
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        api.update_policy(made.id, update, if_match=etag)
    listed = api.list_policies(local.home["tenancy"], name="sdk").data
    api.delete_policy(made.id)
    gone(lambda: api.get_policy(made.id))

    assert (caught.value.status, caught.value.code) == (412, "NoEtagMatch")
    assert [each.statements for each in listed] == [["Allow group Nobody to inspect compartments in tenancy"]]


def test_dynamic_groups(local: Local) -> None:
    """Create, get, list, update, delete."""
    api, models = client(local, oci.identity.IdentityClient), oci.identity.models
    details = models.CreateDynamicGroupDetails(
        compartment_id=local.home["tenancy"], name="sdk", description="d", matching_rule="instance.id = 'x'"
    )
    made = api.create_dynamic_group(details).data
    until("ACTIVE", lambda: api.get_dynamic_group(made.id))

    api.update_dynamic_group(made.id, models.UpdateDynamicGroupDetails(description="e"))
    listed = api.list_dynamic_groups(local.home["tenancy"], name="sdk").data
    api.delete_dynamic_group(made.id)
    gone(lambda: api.get_dynamic_group(made.id))

    assert [each.description for each in listed] == ["e"]


def test_tenancy(local: Local) -> None:
    """The tenancy, its regions, its administrator."""
    api = client(local, oci.identity.IdentityClient)

    assert api.get_tenancy(local.home["tenancy"]).data.home_region_key == "IAD"
    subscribed = api.list_region_subscriptions(local.home["tenancy"]).data
    assert [each.region_name for each in subscribed if each.is_home_region] == ["us-ashburn-1"]
    assert {each.name for each in api.list_regions().data} == {each.region_name for each in subscribed}
    assert api.get_user(local.home["user"]).data.id == local.home["user"]


def test_vaults_and_keys(local: Local, compartment: str) -> None:
    """Create, get, list, update, move, enable, disable, schedule and cancel deletion."""
    models = oci.key_management.models
    vaults = client(local, oci.key_management.KmsVaultClient)
    details = models.CreateVaultDetails(compartment_id=compartment, display_name="sdk", vault_type="DEFAULT")
    made = vaults.create_vault(details).data
    vault = until("ACTIVE", lambda: vaults.get_vault(made.id))
    keys = client(local, oci.key_management.KmsManagementClient, service_endpoint=vault.management_endpoint)
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
    keys.change_key_compartment(
        key.id, models.ChangeKeyCompartmentDetails(compartment_id=local.home["tenancy"])
    )
    vaults.change_vault_compartment(
        vault.id, models.ChangeVaultCompartmentDetails(compartment_id=local.home["tenancy"])
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
        == local.home["tenancy"]
    )


def test_secrets_and_bundles(local: Local, compartment: str) -> None:
    """Every operation on secrets, their versions and their bundles."""
    kms = oci.key_management.models
    vaults = client(local, oci.key_management.KmsVaultClient)
    vault = vaults.create_vault(
        kms.CreateVaultDetails(compartment_id=compartment, display_name="sdk", vault_type="DEFAULT")
    ).data
    keys = client(local, oci.key_management.KmsManagementClient, service_endpoint=vault.management_endpoint)
    shape = kms.KeyShape(algorithm="AES", length=32)
    key = keys.create_key(
        kms.CreateKeyDetails(compartment_id=compartment, display_name="sdk", key_shape=shape)
    ).data
    api, models = client(local, oci.vault.VaultsClient), oci.vault.models
    bundles = client(local, oci.secrets.SecretsClient)

    def content(text: str, **fields: str) -> Json:
        packed = base64.b64encode(text.encode()).decode()
        return models.Base64SecretContentDetails(content=packed, **fields)

    def write(details: Json) -> None:
        api.update_secret(made.id, details)
        until("ACTIVE", lambda: api.get_secret(made.id))

    def text(**which: Json) -> str:
        bundle = bundles.get_secret_bundle(made.id, **which).data
        return base64.b64decode(bundle.secret_bundle_content.content).decode()

    made = api.create_secret(
        models.CreateSecretDetails(
            compartment_id=compartment,
            vault_id=vault.id,
            key_id=key.id,
            secret_name="sdk",
            secret_content=content("one"),
            metadata={"owner": "tests"},
        )
    ).data
    until("ACTIVE", lambda: api.get_secret(made.id))
    write(models.UpdateSecretDetails(secret_content=content("two", stage="PENDING", name="label")))
    before = (text(), text(stage="PENDING"), text(secret_version_name="label"), text(version_number=2))
    write(models.UpdateSecretDetails(current_version_number=2))
    write(models.UpdateSecretDetails(secret_content=content("three"), description="changed"))
    versions = api.list_secret_versions(made.id).data
    by_name = bundles.get_secret_bundle_by_name(secret_name="sdk", vault_id=vault.id).data
    listed = api.list_secrets(compartment, name="sdk", vault_id=vault.id).data
    api.schedule_secret_version_deletion(made.id, 1, models.ScheduleSecretVersionDeletionDetails())
    dying = api.get_secret_version(made.id, 1).data.time_of_deletion
    api.cancel_secret_version_deletion(made.id, 1)
    api.change_secret_compartment(
        made.id, models.ChangeSecretCompartmentDetails(compartment_id=local.home["tenancy"])
    )
    api.schedule_secret_deletion(made.id, models.ScheduleSecretDeletionDetails())
    until("PENDING_DELETION", lambda: api.get_secret(made.id))
    with pytest.raises(oci.exceptions.ServiceError) as caught:
        bundles.get_secret_bundle_by_name(secret_name="sdk", vault_id=vault.id)
    api.cancel_secret_deletion(made.id)
    until("ACTIVE", lambda: api.get_secret(made.id))

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


def test_api_keys(local: Local, compartment: str) -> None:
    """All eight operations; the secrets come with create and renew only."""
    api, models = client(local, oci.generative_ai.GenerativeAiClient, CHICAGO), oci.generative_ai.models
    expiry = datetime.now(UTC) + timedelta(days=90)
    details = models.CreateApiKeyDetails(
        display_name="sdk",
        compartment_id=compartment,
        key_details=[models.KeyDetails(key_name=name, time_expiry=expiry) for name in ("key-one", "key-two")],
    )

    made = api.create_api_key(details, opc_retry_token="sdk-once").data
    again = api.create_api_key(details, opc_retry_token="sdk-once").data
    read = until("ACTIVE", lambda: api.get_api_key(made.id))
    api.update_api_key(made.id, models.UpdateApiKeyDetails(description="changed"))
    etag = api.get_api_key(made.id).headers["etag"]
    renewal = models.RenewApiKeyDetails(
        details=models.KeyDetails(key_name="key-two", time_expiry=expiry + timedelta(days=30))
    )
    renewed = api.renew_api_key(made.id, renewal, if_match=etag).data
    with pytest.raises(oci.exceptions.ServiceError) as stale:
        api.renew_api_key(made.id, renewal, if_match=etag)
    state = models.SetApiKeyStateDetails(key_name="key-one", state="INACTIVE")
    states = [item.state for item in api.set_api_key_state(made.id, state).data.keys]
    api.change_api_key_compartment(
        made.id, models.ChangeApiKeyCompartmentDetails(compartment_id=local.home["tenancy"])
    )
    listed = api.list_api_keys(local.home["tenancy"], id=made.id).data.items
    api.delete_api_key(made.id)
    deleted = until("DELETED", lambda: api.get_api_key(made.id))

    assert all(item.key.startswith("sk-localtest-") for item in made.keys)
    assert (again.id, [item.key for item in again.keys]) == (made.id, [None, None])
    assert [item.key for item in read.keys] == [None, None]
    assert [item.key is None for item in renewed.keys] == [True, False]
    assert (stale.value.status, stale.value.code) == (412, "NoEtagMatch")
    assert states == ["INACTIVE", "ACTIVE"]
    assert [(each.description, each.compartment_id) for each in listed] == [
        ("changed", local.home["tenancy"])
    ]
    assert deleted.id == made.id


def test_models_and_projects(local: Local, compartment: str) -> None:
    """Discovery with its filters, the older list, and projects."""
    api, models = client(local, oci.generative_ai.GenerativeAiClient, CHICAGO), oci.generative_ai.models

    found = api.list_model_discovery(
        compartment,
        region=["ap-hyderabad-1"],
        serving_mode=["ON_DEMAND"],
        api_capability=["OPENAI_V1_CHAT_COMPLETIONS"],
        is_on_demand_retired=False,
    ).data
    listed = api.list_models(compartment, capability=["CHAT"], vendor="xai").data.items
    details = models.CreateGenerativeAiProjectDetails(compartment_id=compartment, display_name="sdk")
    project = api.create_generative_ai_project(details).data
    until("ACTIVE", lambda: api.get_generative_ai_project(project.id))
    api.update_generative_ai_project(project.id, models.UpdateGenerativeAiProjectDetails(description="d"))
    projects = api.list_generative_ai_projects(compartment).data.items
    api.delete_generative_ai_project(project.id)
    until("DELETED", lambda: api.get_generative_ai_project(project.id))

    assert [each.model_id for each in found.items] == ["google.gemini-2.5-flash"]
    assert found.items[0].availability[0].region == "ap-hyderabad-1"
    assert "xai.grok-4" in {each.display_name for each in listed}
    assert api.get_model(listed[0].id).data.display_name == listed[0].display_name
    assert [each.description for each in projects] == ["d"]


def test_limits(local: Local) -> None:
    """Services, definitions, values, availability."""
    api = client(local, oci.limits.LimitsClient, CHICAGO)

    assert [each.name for each in api.list_services(local.home["tenancy"]).data] == ["generative-ai"]
    definitions = api.list_limit_definitions(local.home["tenancy"], name="api-key-count").data
    assert [each.service_name for each in definitions] == ["generative-ai"]
    values = api.list_limit_values(local.home["tenancy"], "generative-ai", name="api-key-count").data
    assert [each.value for each in values] == [100]
    there = api.get_resource_availability("generative-ai", "api-key-count", local.home["tenancy"]).data
    assert there.used + there.available == 100


def test_notifications(local: Local, compartment: str) -> None:
    """Topics and subscriptions."""
    topics = client(local, oci.ons.NotificationControlPlaneClient)
    subscriptions = client(local, oci.ons.NotificationDataPlaneClient)
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


def test_alarms(local: Local, compartment: str) -> None:
    """Create, get, list, update, delete."""
    api, models = client(local, oci.monitoring.MonitoringClient), oci.monitoring.models
    made = api.create_alarm(
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

    api.update_alarm(made.id, models.UpdateAlarmDetails(severity="CRITICAL"))
    listed = api.list_alarms(compartment, display_name="sdk").data
    alarm = api.get_alarm(made.id).data
    api.delete_alarm(made.id)
    gone(lambda: api.get_alarm(made.id))

    assert [each.severity for each in listed] == [alarm.severity] == ["CRITICAL"]


def test_budgets(local: Local, compartment: str) -> None:
    """Budgets and their alert rules."""
    api, models = client(local, oci.budget.BudgetClient), oci.budget.models
    made = api.create_budget(
        models.CreateBudgetDetails(
            compartment_id=local.home["tenancy"],
            amount=100,
            reset_period="MONTHLY",
            target_type="COMPARTMENT",
            targets=[compartment],
            display_name="sdk",
        )
    ).data
    rule = api.create_alert_rule(
        made.id,
        models.CreateAlertRuleDetails(
            type="ACTUAL", threshold=80, threshold_type="PERCENTAGE", recipients="platform@example.com"
        ),
    ).data

    api.update_budget(made.id, models.UpdateBudgetDetails(amount=200))
    api.update_alert_rule(made.id, rule.id, models.UpdateAlertRuleDetails(threshold=90))
    budgets = api.list_budgets(local.home["tenancy"], display_name="sdk").data
    rules = api.list_alert_rules(made.id).data
    read = (
        api.get_budget(made.id).data.alert_rule_count,
        api.get_alert_rule(made.id, rule.id).data.threshold,
    )
    api.delete_alert_rule(made.id, rule.id)
    gone(lambda: api.get_alert_rule(made.id, rule.id))
    api.delete_budget(made.id)
    gone(lambda: api.get_budget(made.id))

    assert [each.amount for each in budgets] == [200]
    assert [each.threshold for each in rules] == [90]
    assert read == (1, 90)

"""Bodies against the official SDK's models: no field that these don't know, every field that they require."""

import base64
import inspect
from typing import Any
from urllib.parse import urlsplit

import oci as sdk
import pytest

from emulator.services import mail
from tests.emulator.services.oci import Json, Oci


def confirmed(oci: Oci) -> dict[str, Any]:
    """What the link in the only e-mail so far answers."""
    (letter,) = mail.posted(oci.world.store)
    link = urlsplit(letter["text"].split()[-1])
    found: dict[str, Any] = oci.get("notification", f"{link.path}?{link.query}")
    return found


def made(oci: Oci) -> dict[str, Any]:
    """One answer of every kind, by the SDK's name of its model."""
    apps = oci.compartment("apps")
    vault = oci.vault(apps)
    key = oci.key(apps, vault)
    secret = oci.secret(apps, vault, key)
    topic = oci.post("notification", "/20181201/topics", compartmentId=apps, name="t")
    subscription = oci.post(
        "notification", "/20181201/subscriptions", compartmentId=apps, topicId=topic["topicId"],
        protocol="EMAIL", endpoint="a@example.com",
    )  # fmt: skip
    alarm = oci.post(
        "telemetry", "/20180401/alarms", displayName="a", compartmentId=apps, metricCompartmentId=apps,
        namespace="n", query="q[1m].sum() > 1", severity="INFO", destinations=["d"], isEnabled=True,
    )  # fmt: skip
    budget = oci.post(
        "budgets", "/20190111/budgets", compartmentId=oci.tenancy, amount=5, resetPeriod="MONTHLY",
        targetType="COMPARTMENT", targets=[apps],
    )  # fmt: skip
    rules = f"/20190111/budgets/{budget['id']}/alertRules"
    rule = oci.post("budgets", rules, type="ACTUAL", threshold=1, thresholdType="ABSOLUTE")
    group = oci.post(
        "identity", "/20160918/dynamicGroups", compartmentId=oci.tenancy, name="g", description="d",
        matchingRule="instance.id = 'x'",
    )  # fmt: skip
    policy = oci.policy("Allow group Nobody to inspect tenancies in tenancy")
    api_key = oci.api_key(apps, region="us-chicago-1")
    project = oci.post("generativeai", "/20231130/generativeAiProjects", compartmentId=apps)
    here = f"?compartmentId={apps}"
    limits = f"compartmentId={oci.tenancy}&serviceName=generative-ai"
    return {
        "identity.Compartment": oci.get("identity", f"/20160918/compartments/{apps}"),
        "identity.Policy": oci.get("identity", f"/20160918/policies/{policy}"),
        "identity.DynamicGroup": group,
        "identity.Tenancy": oci.get("identity", f"/20160918/tenancies/{oci.tenancy}"),
        "identity.RegionSubscription": oci.get(
            "identity", f"/20160918/tenancies/{oci.tenancy}/regionSubscriptions"
        )[0],
        "identity.Region": oci.get("identity", "/20160918/regions")[0],
        "key_management.Vault": oci.get("kms", f"/20180608/vaults/{vault['id']}"),
        "key_management.VaultSummary": oci.get("kms", f"/20180608/vaults{here}")[0],
        "key_management.Key": oci.get("kms-management", f"/20180608/keys/{key}", host=vault["host"]),
        "key_management.KeySummary": oci.get("kms-management", f"/20180608/keys{here}", host=vault["host"])[
            0
        ],
        "vault.Secret": oci.get("vaults", f"/20180608/secrets/{secret}"),
        "vault.SecretSummary": oci.get("vaults", f"/20180608/secrets{here}")[0],
        "vault.SecretVersion": oci.get("vaults", f"/20180608/secrets/{secret}/version/1"),
        "vault.SecretVersionSummary": oci.get("vaults", f"/20180608/secrets/{secret}/versions")[0],
        "secrets.SecretBundle": oci.get("secrets", f"/20190301/secretbundles/{secret}"),
        "secrets.SecretBundleVersionSummary": oci.get(
            "secrets", f"/20190301/secretbundles/{secret}/versions"
        )[0],
        "generative_ai.ApiKey": oci.get("generativeai", api_key.path, region="us-chicago-1"),
        "generative_ai.ApiKeyItem": api_key.renew("key-one")["keys"][0],
        "generative_ai.ApiKeySummary": oci.get(
            "generativeai", f"/20231130/apikeys{here}", region="us-chicago-1"
        )["items"][0],
        "generative_ai.ModelDiscovery": oci.get("generativeai", f"/20231130/modelDiscovery{here}")["items"][
            0
        ],
        "generative_ai.Availability": oci.get("generativeai", f"/20231130/modelDiscovery{here}")["items"][0][
            "availability"
        ][0],
        "generative_ai.ModelSummary": oci.get("generativeai", f"/20231130/models{here}")["items"][0],
        "generative_ai.GenerativeAiProject": project,
        "limits.ServiceSummary": oci.get("limits", f"/20190729/services?compartmentId={oci.tenancy}")[0],
        "limits.LimitDefinitionSummary": oci.get("limits", f"/20190729/limitDefinitions?{limits}")[0],
        "limits.LimitValueSummary": oci.get("limits", f"/20190729/limitValues?{limits}")[0],
        "limits.ResourceAvailability": oci.get(
            "limits",
            "/20190729/services/generative-ai/limits/api-key-count/resourceAvailability"
            f"?compartmentId={oci.tenancy}",
        ),
        "ons.NotificationTopic": topic,
        "ons.NotificationTopicSummary": oci.get("notification", f"/20181201/topics{here}")[0],
        "ons.Subscription": subscription,
        "ons.SubscriptionSummary": oci.get("notification", f"/20181201/subscriptions{here}")[0],
        "ons.ConfirmationResult": confirmed(oci),
        "ons.PublishResult": oci.post(
            "notification", f"/20181201/topics/{topic['topicId']}/messages", body="b"
        ),
        "monitoring.Alarm": alarm,
        "monitoring.AlarmSummary": oci.get("telemetry", f"/20180401/alarms{here}")[0],
        "budget.Budget": budget,
        "budget.AlertRule": rule,
    }


@pytest.fixture
def bodies(oci: Oci) -> dict[str, Any]:
    """One answer of every kind."""
    return made(oci)


def test_bodies_have_the_fields_of_the_sdk_models(bodies: dict[str, Any]) -> None:
    """None that the model doesn't know, all that it requires."""
    wrong = {}
    for name, body in bodies.items():
        module, _, kind = name.partition(".")
        model = getattr(getattr(sdk, module).models, kind)
        fields = model().attribute_map
        required = {fields[field] for field in fields if is_required(model, field)}
        unknown, absent = (
            set(body) - set(fields.values()),
            {field for field in required if body.get(field) is None},
        )
        if unknown or absent:
            wrong[name] = {"unknown": unknown, "absent": absent}

    assert wrong == {}


def test_bodies_keep_the_emulators_own_fields_to_themselves(bodies: dict[str, Any]) -> None:
    """Nothing that begins with an underscore, at any depth."""
    assert [name for name, body in bodies.items() if has_private(body)] == []


def test_secret_bundle_holds_base64(bodies: dict[str, Any]) -> None:
    """What was written comes back."""
    content = bodies["secrets.SecretBundle"]["secretBundleContent"]

    assert (content["contentType"], base64.b64decode(content["content"])) == ("BASE64", b"one")


def is_required(model: type, field: str) -> bool:
    """Whether the SDK's documentation of a field says so."""
    return "**[Required]**" in (inspect.getdoc(getattr(model, field)) or "")


def has_private(value: Json) -> bool:
    """Whether a field of a JSON value, however deep, begins with an underscore."""
    if isinstance(value, dict):
        return any(name.startswith("_") or has_private(each) for name, each in value.items())
    return isinstance(value, list) and any(has_private(each) for each in value)

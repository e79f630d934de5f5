"""The program's wiring: what exists, what waits for what, where it is made and by whom."""

import datetime
import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

from genaikeys.settings import from_file
from tests.components.recorder import Cloud, Recording, record
from tests.settings.test_settings import stack

ROOT = Path(__file__).parents[2]
PLACE = "bot-us-chicago-1"


@pytest.fixture(scope="module")
def local() -> Recording:
    """The local stack."""
    return record(from_file(ROOT / "stacks" / "Pulumi.local.yaml", today=datetime.date(2026, 11, 23)))


def test_local_stack_has_a_key_in_each_of_its_places(local: Recording) -> None:
    """Key, Vault secret and rotating secret go together, eleven times."""
    keys = set(local.of("ApiKey"))

    assert len(keys) == 11
    assert "chatbot-ap-hyderabad-1" not in keys
    assert set(local.of("Secret")) == set(local.of("RotatingSecret")) == keys


def test_local_stack_has_one_provider_and_one_vault_for_each_region(local: Recording) -> None:
    """Six regions, however many keys; identity is written at home."""
    assert len(local.of("oci")) == len(local.of("Vault")) == len(local.of("Key")) == 6
    assert {policy.provider for policy in local.of("Policy").values()} == {"oci-us-ashburn-1"}
    assert {made.provider for made in local.of("Compartment").values() if made.provider} == {
        "oci-us-ashburn-1"
    }
    for region in ("us-chicago-1", "ap-osaka-1"):
        assert local.of("Secret")[f"lab-{region}"].provider == f"oci-{region}"
        assert local.of("Vault")[f"oci-genai-keys-local-{region}"].provider == f"oci-{region}"
        assert local.of("ApiKey")[f"lab-{region}"].provider == "genaikeys"


def test_no_resource_uses_a_default_provider(local: Recording) -> None:
    """Every call is made with the stack's own credentials, in a region that it names."""
    custom = [made for made in local.seen if not made.type.startswith(("genaikeys:components:", "pulumi:"))]

    assert custom
    assert [made for made in custom if made.provider not in {"genaikeys", *local.of("oci")}] == []


def test_policy_for_one_key_comes_after_it_and_before_its_value(local: Recording) -> None:
    """A statement names the key's OCID; a value made before the statement may never work."""
    policy = "Policy::genai-apps-us-chicago-1-access"

    assert "ApiKey::chatbot-us-chicago-1" in local.of("Policy")["genai-apps-us-chicago-1-access"].dependencies
    assert local.of("RotatingSecret")["chatbot-us-chicago-1"].dependencies >= {
        policy,
        "ApiKey::chatbot-us-chicago-1",
        "Secret::chatbot-us-chicago-1",
    }
    assert local.of("RotatingSecret")["chatbot-us-chicago-1"].inputs["policyIds"] == [
        "ocid1.policy.oc1..genai-apps-us-chicago-1-access"
    ]


def test_policy_for_a_compartment_comes_before_its_keys(local: Recording) -> None:
    """Oracle's order where a statement names no key."""
    wide = "Policy::genai-lab-access"

    assert not any("ApiKey" in name for name in local.of("Policy")["genai-lab-access"].dependencies)
    assert wide in local.of("ApiKey")["lab-ap-osaka-1"].dependencies
    assert local.of("RotatingSecret")["lab-ap-osaka-1"].inputs["policyIds"] == [
        "ocid1.policy.oc1..genai-lab-access"
    ]


def test_no_region_waits_for_another(local: Recording) -> None:
    """What a key needs in a region lies in that region or at home, and names no other."""
    regions = {
        "us-chicago-1",
        "us-phoenix-1",
        "eu-frankfurt-1",
        "ap-osaka-1",
        "us-ashburn-1",
        "ap-hyderabad-1",
    }
    for made in local.of("RotatingSecret").values():
        others = regions - {made.inputs["region"]}
        assert not [name for name in made.dependencies if any(name.endswith(region) for region in others)]


def test_statements_name_compartment_key_and_models(local: Recording) -> None:
    """What the policy says in the end, with OCIDs filled in."""
    assert local.of("Policy")["genai-apps-us-ashburn-1-access"].inputs["statements"] == [
        (
            "allow any-user to use generative-ai-chat in compartment id ocid1.compartment.oc1..genai-apps "
            "where ALL { request.principal.type='generativeaiapikey', "
            "request.principal.id='ocid1.apikey.oc1..chatbot-us-ashburn-1', target.model.id in "
            "('openai.gpt-oss-120b', 'openai.gpt-oss-20b', 'meta.llama-3.3-70b-instruct', 'xai.grok-4.3') }"
        ),
        (
            "allow any-user to manage generative-ai-response in compartment id "
            "ocid1.compartment.oc1..genai-apps where ALL { request.principal.type='generativeaiapikey', "
            "request.principal.id='ocid1.apikey.oc1..chatbot-us-ashburn-1' }"
        ),
    ]


def test_readers_may_read_the_one_secret(local: Recording) -> None:
    """And only in the regions where the key is."""
    readers = {name: made for name, made in local.of("Policy").items() if name.endswith("-readers")}

    assert len(readers) == 5
    assert readers["genai-apps-us-ashburn-1-readers"].inputs["statements"] == [
        (
            "allow dynamic-group support-app to read secret-bundles in compartment id "
            "ocid1.compartment.oc1..genai-apps where "
            "target.secret.id='ocid1.secret.oc1..chatbot-us-ashburn-1'"
        ),
    ]


def test_vault_secret_starts_from_a_placeholder_and_is_left_alone(local: Recording) -> None:
    """Its content is the plugin's; its name ends in a digest of the first key's OCID."""
    secret = local.of("Secret")["chatbot-us-chicago-1"]

    assert secret.ignored == ("secretContent", "secretName", "keyId", "vaultId")
    assert secret.inputs["secretName"].startswith("local-chatbot-")
    assert len(secret.inputs["secretName"]) == len("local-chatbot-") + 8
    assert "stage" not in secret.inputs["secretContent"]
    contents = {made.inputs["secretContent"]["content"] for made in local.of("Secret").values()}
    assert len(contents) == 1


def test_replaced_key_leaves_its_vault_secret_alone(local: Recording) -> None:
    """Readers know the secret's OCID: the engine must not find that it depends on the key."""
    assert local.of("ApiKey")["lab-us-chicago-1"].deletes_first
    assert not any(name.startswith("ApiKey") for name in local.of("Secret")["lab-us-chicago-1"].dependencies)


def test_exports_tell_an_application_what_it_needs(local: Recording) -> None:
    """By key and region; no secret among it."""
    published = local.exported["keys"]["chatbot"]["us-chicago-1"]

    assert published == {
        "apiKeyId": "ocid1.apikey.oc1..chatbot-us-chicago-1",
        "vaultSecretId": "ocid1.secret.oc1..chatbot-us-chicago-1",
        "vaultSecretName": local.of("Secret")["chatbot-us-chicago-1"].inputs["secretName"],
        "baseUrl": "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1",
        "models": [
            "openai.gpt-oss-120b",
            "openai.gpt-oss-20b",
            "meta.llama-3.3-70b-instruct",
            "xai.grok-4.3",
        ],
        "expiry": "2027-02-21T00:00:00+00:00",
    }


def test_made_compartments_are_never_deleted(local: Recording) -> None:
    """`enableDelete` stays off, which is pulumi_oci's default."""
    made = [made for made in local.of("Compartment").values() if made.provider]

    assert len(made) == 2
    assert not any("enableDelete" in compartment.inputs for compartment in made)


def test_existing_compartment_and_vault_are_taken_as_they_are() -> None:
    """Nothing is made where something exists."""
    recorded = record(
        stack(
            compartments={"apps": {"id": "ocid1.compartment.oc1..mine"}},
            vaults={"us-chicago-1": {"id": "ocid1.vault.oc1.ord.mine", "key": "ocid1.key.oc1.ord.mine"}},
        )
    )

    assert [made for made in recorded.of("Compartment").values() if made.provider] == []
    assert recorded.of("Vault") == {}
    assert recorded.of("ApiKey")[PLACE].inputs["compartmentId"] == "ocid1.compartment.oc1..mine"
    assert recorded.of("Secret")[PLACE].inputs["vaultId"] == "ocid1.vault.oc1.ord.mine"
    assert recorded.of("Secret")[PLACE].inputs["keyId"] == "ocid1.key.oc1.ord.mine"


@pytest.mark.parametrize(
    ("output", "place", "ocid"),
    [("vaultId", "id", "ocid1.vault.oc1.ord"), ("keyId", "key", "ocid1.key.oc1.ord")],
)
def test_error_when_the_vault_of_a_secret_is_changed(output: str, place: str, ocid: str) -> None:
    """The engine is told to ignore the change, so the program refuses it and names the way out."""
    settings = stack(
        vaults={"us-chicago-1": {"id": "ocid1.vault.oc1.ord.new", "key": "ocid1.key.oc1.ord.new"}}
    )

    with pytest.raises(pulumi.RunError) as refused:
        record(settings, Cloud(**{output: f"{ocid}.old"}))

    assert str(refused.value) == (
        f"p:vaults.us-chicago-1.{place}: the secret of bot-us-chicago-1 lies in another, {ocid}.old; "
        f"given {ocid}.new.\n"
        "A secret can't move: it would be a new one, under an OCID that no reader knows.\n"
        f"Put {ocid}.old back; or take the key out of the region, run pulumi up, change the vault, and "
        "put the key back."
    )


def test_compartment_lies_in_another_of_the_stack() -> None:
    """Whatever their order in the stack."""
    recorded = record(
        stack(compartments={"apps": {"parent": "team"}, "team": {"parent": "ocid1.compartment.oc1..top"}})
    )
    made = {name: made.inputs for name, made in recorded.of("Compartment").items() if made.provider}

    assert made["apps"]["compartmentId"] == "ocid1.compartment.oc1..team"
    assert made["team"]["compartmentId"] == "ocid1.compartment.oc1..top"


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ({"type": "api_key", "profile": "WORK"}, {"auth": "ApiKey", "configFileProfile": "WORK"}),
        ({"type": "session"}, {"auth": "SecurityToken", "configFileProfile": "DEFAULT"}),
        ({"type": "instance"}, {"auth": "InstancePrincipal"}),
        ({"type": "resource"}, {"auth": "ResourcePrincipal"}),
        ({"type": "workload"}, {"auth": "OKEWorkloadIdentity"}),
    ],
)
def test_one_setting_says_who_calls_oci(auth: dict[str, str], expected: dict[str, str]) -> None:
    """pulumi_oci and the kit's own plugin get the same credentials."""
    recorded = record(stack(auth=auth, compartments={"apps": {"id": "ocid1.compartment.oc1..mine"}}))
    (mine,) = recorded.of("genaikeys").values()

    assert recorded.of("oci")["oci-us-chicago-1"].inputs == {"region": "us-chicago-1", **expected}
    assert set(recorded.of("oci")) == {"oci-us-chicago-1", "oci-us-ashburn-1"}
    assert json.loads(mine.inputs["auth"]) == {"profile": "DEFAULT", **auth}


def test_key_settings_reach_the_plugin() -> None:
    """Durations, trigger, suspension and probe as they stand in the stack."""
    recorded = record(
        stack(
            owner="team",
            probe={"models": ["openai.gpt-oss-20b", "xai.grok-4.3"], "wait": "1m"},
            keys={
                "bot": {
                    "compartment": "apps",
                    "description": "Support",
                    "rotation": {"every": "14d", "grace": "36h", "expiry": "P60D"},
                    "trigger": "leak 7",
                    "suspended": True,
                    "replaceable": False,
                }
            },
        )
    )
    key = recorded.of("ApiKey")[PLACE].inputs
    rotating = recorded.of("RotatingSecret")[PLACE].inputs

    wanted: dict[str, Any] = {
        "region": "us-chicago-1",
        "displayName": "bot-trial",
        "description": "Support",
        "keyNames": ["key-one", "key-two"],
        "expiry": "60d",
        "owner": "team",
        "replaceable": False,
    }
    assert {name: key[name] for name in wanted} == wanted
    wanted = {
        "rotateEvery": "14d",
        "grace": "1d12h",
        "expiry": "60d",
        "trigger": "leak 7",
        "suspended": True,
        "probe": {"models": ["openai.gpt-oss-20b"], "wait": "1m"},
        "vaultId": "ocid1.vault.oc1..p-trial-us-chicago-1",
    }
    assert {name: rotating[name] for name in wanted} == wanted


def test_error_when_a_stack_is_wrong_is_said_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine prints a RunError's text and nothing else."""
    pulumi.runtime.set_mocks(Cloud(), "p", "trial")
    monkeypatch.setenv("PULUMI_CONFIG", '{"oci:region": "us-ashburn-1", "p:grant": "leest"}')
    main = runpy.run_path(str(ROOT / "__main__.py"), run_name="program")["main"]

    with pytest.raises(pulumi.RunError) as refused:
        main()

    assert str(refused.value).startswith("Stack trial: 3 problems in its settings.\n")
    assert refused.value.__suppress_context__

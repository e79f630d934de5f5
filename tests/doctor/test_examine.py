"""What the doctor finds: faults seeded in a local OCI, one at a time, each found and nothing else blamed."""

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import oci
import pytest

from genaikeys import tags
from genaikeys.doctor import Finding, Outcome, examine
from genaikeys.doctor.needs import NEEDS, needed
from genaikeys.oci import Auth, Oci
from genaikeys.settings import Settings, load
from tests.contracts.clients import client, shell, until
from tests.local import Local, running

pytestmark = pytest.mark.slow

REGIONS = ("us-chicago-1", "eu-frankfurt-1")
USUAL = "Allow group Administrators to manage all-resources in tenancy"
LOOKING = [
    f"Allow group Administrators to inspect {what} in tenancy" for what in ("users", "groups", "policies")
]
"""What the doctor takes beside what a deployment does."""


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    """A new local OCI, in which policies take effect at once; this process is led to it."""
    with running(tmp_path / "home") as found, shell(found):
        found.switch("policy-delay", 0)
        os.environ["TF_PRESERVE_STATE_ON_404"] = "true"
        yield found


def stack(**more: Any) -> Settings:
    """A stack of one key in two regions, as much of it given as a test wants."""
    raw = {
        "oci:region": "us-ashburn-1",
        "p:regions": list(REGIONS),
        "p:models": ["openai.gpt-oss-20b"],
        "p:compartments": {"apps": {}},
        "p:keys": {"bot": {"compartment": "apps"}},
    }
    return load({**raw, **{f"p:{name}": value for name, value in more.items()}}, stack="trial", project="p")


def examined(settings: Settings | None = None) -> list[Finding]:
    """What the doctor says."""
    return examine(settings or stack(), Oci(Auth()))


def wrong(found: list[Finding]) -> list[Finding]:
    """What isn't fine."""
    return [each for each in found if each.outcome is not Outcome.OK]


def identity(local: Local) -> Any:
    """A client of the official SDK."""
    return client(local, oci.identity.IdentityClient)


def grant(local: Local, *statements: str) -> None:
    """Let the administrators have these statements, and no others."""
    sdk = identity(local)
    (policy,) = sdk.list_policies(local.home["tenancy"]).data
    sdk.update_policy(policy.id, oci.identity.models.UpdatePolicyDetails(statements=list(statements)))


def test_nothing_is_wrong_in_a_new_tenancy(local: Local) -> None:
    """Every check says what it found, in the order of the checks."""
    found = examined()

    assert wrong(found) == []
    assert list(dict.fromkeys(each.check for each in found)) == [
        *(
            "credentials",
            "clock",
            "environment",
            "home region",
            "subscription",
            "permissions",
            "API keys left",
        ),
        *("statements left", "policies left", "models on offer", "secret names", "vault", "base URL"),
    ]
    assert {each.where for each in found if each.check == "base URL"} == set(REGIONS)


def test_doctor_only_looks(local: Local) -> None:
    """No request but reads, and nothing is there afterwards that wasn't before."""
    mark = local.last_request()
    examined()

    requests = local.journal(mark)
    assert requests
    assert {row["method"] for row in requests} == {"GET"}


def test_clock_that_is_off_is_found(local: Local) -> None:
    """Six minutes are too many, two are to be looked at."""
    local.admin("POST", "/clock", {"by": 120})
    (warned,) = wrong(examined())
    local.admin("POST", "/clock", {"by": 240})
    (failed,) = wrong(examined())

    assert (warned.check, warned.outcome) == ("clock", Outcome.WARNING)
    assert (failed.check, failed.outcome) == ("clock", Outcome.FAILED)
    assert failed.why == "OCI refuses requests that are signed more than five minutes off."


def test_credentials_that_are_refused_end_the_examination(local: Local) -> None:
    """There is no sense in what else would be told."""
    local.fault(
        action="status", status=401, code="NotAuthenticated", message="no", path="/regionSubscriptions$"
    )
    found = examined()

    assert [(each.check, each.outcome) for each in found] == [
        ("credentials", Outcome.FAILED),
        ("clock", Outcome.OK),
    ]
    assert found[0].found == "OCI refuses them (api_key, profile DEFAULT)"


def test_home_region_of_another_tenancy_is_found(local: Local) -> None:
    """With the one that it is."""
    raw = {
        "oci:region": "us-phoenix-1",
        "p:regions": "us-chicago-1",
        "p:models": "openai.gpt-oss-20b",
        "p:compartments": {"apps": {"id": local.home["tenancy"]}},
        "p:keys": {"bot": {"compartment": "apps"}},
    }
    (found,) = wrong(examined(load(raw, stack="trial", project="p")))

    assert found == Finding(
        "home region",
        "",
        Outcome.FAILED,
        "the tenancy's is us-ashburn-1, the stack says us-phoenix-1",
        "Compartments and policies can be written in the home region only.",
        "Set oci:region to us-ashburn-1.",
    )


def test_api_keys_that_are_not_left_are_counted(local: Local) -> None:
    """What is there already isn't wanted again."""
    local.switch("api-key-count", 1)
    (found,) = wrong(examined())

    assert (found.check, found.where, found.outcome) == ("API keys left", "", Outcome.FAILED)
    assert found.found == "0 in use, 1 left, 2 wanted (global)"


def test_statements_that_find_no_room_are_counted(local: Local) -> None:
    """Those of others on the path, and those of the stack."""
    sdk = identity(local)
    for number in range(10):
        sdk.create_policy(
            oci.identity.models.CreatePolicyDetails(
                compartment_id=local.home["tenancy"],
                name=f"others-{number}",
                description="theirs",
                statements=[
                    f"Allow group g{number}-{line} to inspect vaults in tenancy" for line in range(50)
                ],
            )
        )
    (found,) = wrong(examined())

    assert (found.check, found.where, found.outcome) == ("statements left", "apps", Outcome.FAILED)
    assert found.found == "501 of others on the path, 4 of the stack, 500 allowed"


def test_secret_that_waits_for_its_deletion_is_found(local: Local) -> None:
    """With the command that brings it back."""
    vaults = client(local, oci.key_management.KmsVaultClient, REGIONS[0])
    models = oci.key_management.models
    vault = vaults.create_vault(
        models.CreateVaultDetails(
            compartment_id=local.home["tenancy"], display_name="v", vault_type="DEFAULT"
        )
    ).data
    vault = until("ACTIVE", lambda: vaults.get_vault(vault.id))
    keys = client(
        local, oci.key_management.KmsManagementClient, REGIONS[0], service_endpoint=vault.management_endpoint
    )
    shape = models.KeyShape(algorithm="AES", length=32)
    key = keys.create_key(
        models.CreateKeyDetails(
            compartment_id=local.home["tenancy"],
            display_name="k",
            key_shape=shape,
            protection_mode="SOFTWARE",
        )
    ).data
    until("ENABLED", lambda: keys.get_key(key.id))
    secrets = client(local, oci.vault.VaultsClient, REGIONS[0])
    secret = secrets.create_secret(
        oci.vault.models.CreateSecretDetails(
            compartment_id=local.home["tenancy"],
            vault_id=vault.id,
            key_id=key.id,
            secret_name="bot",
            freeform_tags={tags.RESOURCE: tags.digest("p", "p", "trial", f"bot-{REGIONS[0]}")},
            secret_content=oci.vault.models.Base64SecretContentDetails(
                content=base64.b64encode(b"nothing").decode()
            ),
        )
    ).data
    until("ACTIVE", lambda: secrets.get_secret(secret.id))
    secrets.schedule_secret_deletion(secret.id, oci.vault.models.ScheduleSecretDeletionDetails())
    settings = stack(
        compartments={"apps": {"id": local.home["tenancy"]}},
        vaults={REGIONS[0]: {"id": vault.id, "key": key.id}},
    )
    (found,) = wrong(examined(settings))
    lacks = ("use vaults", "use keys")
    needs = needs_of(settings)
    grant(
        local,
        *(text for name, text in needs.items() if name not in (*lacks, "manage vaults", "manage keys")),
        *LOOKING,
        "Allow group Administrators to read vaults in tenancy",
        "Allow group Administrators to read keys in tenancy",
    )
    refused = [each for each in wrong(examined(settings)) if each.check == "permissions"]
    grant(local, USUAL)
    keys.disable_key(key.id)
    until("DISABLED", lambda: keys.get_key(key.id))
    disabled = wrong(examined(settings))

    assert [(each.found, each.fix) for each in refused if each.fix.split(" to ")[1].startswith(lacks)] == [
        ("no policy allows CreateSecret", f"Allow group Administrators to {name} in tenancy")
        for name in lacks
    ]
    assert (found.check, found.where) == ("secret names", f"bot in {REGIONS[0]}")
    assert found.found == f"its Vault secret {secret.id} waits for its deletion"
    assert f"oci vault secret cancel-secret-deletion --secret-id {secret.id}" in found.fix
    assert [each.found for each in disabled if each.check == "vault"] == [f"the key {key.id} is DISABLED"]


def test_model_that_oci_no_longer_offers_is_found(local: Local) -> None:
    """By the live list, whatever the catalogue says: here its clock is before the model's release."""
    local.admin("POST", "/clock", {"to": "2025-11-01T00:00:00Z"})
    found = [each for each in wrong(examined()) if each.check == "models on offer"]

    assert [(each.where, each.outcome, each.found) for each in found] == [
        (f"bot in {region}", Outcome.FAILED, "openai.gpt-oss-20b is not on demand there")
        for region in REGIONS
    ]


def test_host_in_whose_place_a_proxy_answers_is_found(local: Local) -> None:
    """An answer of 503 is none of the service."""
    local.fault(action="status", status=503, host="inference.*chicago", path="/models$")
    (found,) = wrong(examined())

    url = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1"
    assert (found.check, found.where, found.outcome) == ("base URL", "us-chicago-1", Outcome.FAILED)
    assert found.found == f"{url} answers 503"


def test_environment_that_lets_state_be_lost_is_warned_of(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`genaikeys local env` sets it; a person's own shell may not."""
    monkeypatch.delenv("TF_PRESERVE_STATE_ON_404")
    (found,) = wrong(examined())

    assert (found.check, found.outcome) == ("environment", Outcome.WARNING)
    assert found.fix == "Set it where pulumi runs: export TF_PRESERVE_STATE_ON_404=true."


def test_policies_that_may_find_no_room_are_warned_of(local: Local) -> None:
    """Those of others on the path, and those of the stack; what the limit is today nobody says."""
    sdk = identity(local)
    for number in range(90):
        sdk.create_policy(
            oci.identity.models.CreatePolicyDetails(
                compartment_id=local.home["tenancy"],
                name=f"others-{number}",
                description="theirs",
                statements=["Allow group others to inspect vaults in tenancy"],
            )
        )
    (found,) = wrong(examined())

    assert (found.check, found.where, found.outcome) == ("policies left", "", Outcome.WARNING)
    assert found.found == "91 of others on the paths, 2 of the stack"


def test_host_that_can_not_be_reached_is_found(local: Local) -> None:
    """Only that region's."""
    local.fault(action="reset", host="inference.*frankfurt", path="/models$")
    (found,) = wrong(examined())

    assert (found.check, found.where, found.outcome) == ("base URL", "eu-frankfurt-1", Outcome.FAILED)
    assert found.found.startswith("https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com/")
    assert " can't be reached: " in found.found


UNSEEN: dict[str, tuple[str, str]] = {
    "limits": ("RESOURCE_AVAILABILITY_READ", "API keys left"),
    "models": ("GENERATIVE_AI_MODEL_INSPECT", "models on offer"),
    "groups": ("GROUP_INSPECT", "permissions"),
    "compartments": ("COMPARTMENT_INSPECT", "permissions"),
    "policies": ("POLICY_READ", "statements left"),
    "the tenancy": ("TENANCY_INSPECT", "subscription"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_what_may_not_be_looked_at_is_unknown(name: str, local: Local) -> None:
    """Never fine, and the fix is what to let the caller see."""
    permission, check = UNSEEN[name]
    grant(local, f"{USUAL} where request.permission != '{permission}'")
    found = [each for each in wrong(examined()) if each.check == check]

    assert {each.outcome for each in found} == {Outcome.UNKNOWN}
    assert all(each.fix for each in found)


def needs_of(settings: Settings) -> dict[str, str]:
    """Each statement that a stack needs whose compartment is yet to be made."""
    return {need.grant: f"Allow group Administrators to {need.grant} in tenancy" for need in needed(settings)}


def test_statements_that_are_needed_are_enough(local: Local) -> None:
    """With these, and with leave to look, nothing is wrong."""
    grant(local, *needs_of(stack()).values(), *LOOKING)

    assert wrong(examined()) == []


DECIDED = [
    need.grant
    for need in NEEDS
    if need.when in ("always", "compartments", "vaults")
    # Without leave to look at those, nobody can tell about the rest.
    and need.grant not in ("inspect compartments", "inspect tenancies")
]


@pytest.mark.parametrize("missing", DECIDED)
def test_statement_that_is_missing_is_named(missing: str, local: Local) -> None:
    """And none that is there."""
    statements = needs_of(stack())
    grant(local, *(text for name, text in statements.items() if name != missing), *LOOKING)
    found = [each for each in wrong(examined()) if each.check == "permissions"]

    assert [(each.outcome, each.fix) for each in found] == [
        (Outcome.FAILED, f"Allow group Administrators to {missing} in tenancy")
    ]


def test_statement_for_another_region_only_is_not_enough(local: Local) -> None:
    """Each region of the stack is decided; identity, which is written in the home region, there."""
    statements = needs_of(stack())
    home = "where request.region = 'iad'"
    chicago = "where request.region = 'ord'"
    statements["manage policies"] += f" {home}"
    statements["manage generative-ai-apikey"] += f" {chicago}"
    grant(local, *statements.values(), *LOOKING)
    (found,) = [each for each in wrong(examined()) if each.check == "permissions"]

    assert found.found == (
        "no policy allows ListApiKeys, CreateApiKey, UpdateApiKey, DeleteApiKey in eu-frankfurt-1"
    )
    assert found.fix == "Allow group Administrators to manage generative-ai-apikey in tenancy"


def test_principal_is_told_every_statement(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose dynamic groups nobody can ask for; CI compares them with what it has."""
    monkeypatch.setattr("genaikeys.oci.Oci.user", lambda _: None)
    (found,) = wrong(examined())

    assert (found.check, found.outcome) == ("permissions", Outcome.UNKNOWN)
    told = found.fix.split("with these: ")[1].split("; ")
    assert told == [f"Allow dynamic-group NAME to {need.grant} in tenancy" for need in needed(stack())]


def test_condition_that_nobody_can_decide_is_unknown(local: Local) -> None:
    """A statement that hangs on something the doctor doesn't know allows nothing for certain."""
    statements = needs_of(stack()) | {
        "manage policies": "Allow group Administrators to manage policies in tenancy where "
        "request.networkSource.name = 'office'"
    }
    grant(local, *statements.values(), *LOOKING)
    found = [each for each in wrong(examined()) if each.check == "permissions"]

    assert [each.outcome for each in found] == [Outcome.UNKNOWN]
    assert found[0].fix == "If calls are refused: Allow group Administrators to manage policies in tenancy"

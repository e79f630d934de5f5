"""Vaults and keys."""

import pytest

from tests.emulator.services.oci import Oci


@pytest.fixture
def apps(oci: Oci) -> str:
    """A compartment for what a test makes."""
    return oci.compartment("apps")


def test_vaults_have_management_hosts_of_their_own(oci: Oci, apps: str) -> None:
    """A key is found under its vault's host only."""
    one, two = oci.vault(apps), oci.vault(apps)
    key = oci.key(apps, one)

    assert one["host"] != two["host"]
    assert one["host"].endswith("-management.kms.us-ashburn-1.oraclecloud.com")
    assert oci.get("kms-management", f"/20180608/keys/{key}", host=one["host"])["vaultId"] == one["id"]
    assert oci.refused("kms-management", "GET", f"/20180608/keys/{key}", host=two["host"])[0] == 404


def test_vault_belongs_to_its_region(oci: Oci, apps: str) -> None:
    """Another region's host doesn't know it."""
    vault = oci.vault(apps)

    assert oci.refused("kms", "GET", f"/20180608/vaults/{vault['id']}", region="us-phoenix-1")[0] == 404


def test_vault_deletion_is_scheduled_and_takes_its_keys_along(oci: Oci, apps: str) -> None:
    """Thirty days by default; cancelled, vault and keys come back."""
    vault = oci.vault(apps)
    key = oci.key(apps, vault)
    path = f"/20180608/vaults/{vault['id']}"

    scheduled, expected = oci.post("kms", f"{path}/actions/scheduleDeletion"), oci.ahead(days=30)
    states = [oci.get("kms", path)["lifecycleState"] for _ in range(2)]
    key_state = oci.get("kms-management", f"/20180608/keys/{key}", host=vault["host"])["lifecycleState"]
    oci.post("kms", f"{path}/actions/cancelDeletion")
    oci.wait(1)

    assert scheduled["timeOfDeletion"] == expected
    assert states == ["SCHEDULING_DELETION", "PENDING_DELETION"]
    assert key_state == "PENDING_DELETION"
    assert oci.get("kms", path)["lifecycleState"] == "ACTIVE"
    assert (
        oci.get("kms-management", f"/20180608/keys/{key}", host=vault["host"])["lifecycleState"] == "ENABLED"
    )


@pytest.mark.parametrize("days", [6, 31])
def test_vault_deletion_must_lie_seven_to_thirty_days_ahead(oci: Oci, apps: str, days: int) -> None:
    """Sooner and later are refused."""
    vault = oci.vault(apps)

    status, _, message = oci.refused(
        "kms",
        "POST",
        f"/20180608/vaults/{vault['id']}/actions/scheduleDeletion",
        timeOfDeletion=oci.ahead(days=days),
    )

    assert status == 400
    assert message.startswith("timeOfDeletion must lie 7 to 30 days ahead of ")


def test_vault_is_deleted_when_its_time_has_come(oci: Oci, apps: str) -> None:
    """The virtual clock decides."""
    vault = oci.vault(apps)
    oci.post(
        "kms", f"/20180608/vaults/{vault['id']}/actions/scheduleDeletion", timeOfDeletion=oci.ahead(days=7)
    )
    oci.wait(1)
    oci.travel(days=8)

    assert oci.get("kms", f"/20180608/vaults/{vault['id']}")["lifecycleState"] == "DELETED"


def test_key_is_disabled_and_enabled(oci: Oci, apps: str) -> None:
    """Each passes through a state of its own."""
    vault = oci.vault(apps)
    path = f"/20180608/keys/{oci.key(apps, vault)}"

    states = []
    for action in ("disable", "enable"):
        states.append(
            oci.post("kms-management", f"{path}/actions/{action}", host=vault["host"])["lifecycleState"]
        )
        oci.wait(1)
        states.append(oci.get("kms-management", path, host=vault["host"])["lifecycleState"])

    assert states == ["DISABLING", "DISABLED", "ENABLING", "ENABLED"]


@pytest.mark.parametrize(
    "shape",
    [
        {"algorithm": "AES", "length": 17},
        {"algorithm": "DES", "length": 16},
        {"algorithm": "RSA", "length": 16},
    ],
)
def test_key_shape_must_be_one_that_exists(oci: Oci, apps: str, shape: dict[str, object]) -> None:
    """Algorithm and length go together."""
    vault = oci.vault(apps)

    status, _, message = oci.refused(
        "kms-management",
        "POST",
        "/20180608/keys",
        host=vault["host"],
        compartmentId=apps,
        displayName="k",
        keyShape=shape,
    )

    assert status == 400
    assert message.startswith("keyShape must be one of AES of 16, 24, 32 bytes; ")

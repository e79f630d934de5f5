"""Rotation whichever way OCI behaves: every switch of the local OCI, at each of its values."""

from pathlib import Path

import oci
import pytest

from emulator.switches import SWITCHES, Numbers
from tests.matrix.cell import KEY, SECRET, Cell, works
from tests.matrix.verbs import DAYS
from tests.provider.plugin import Plugin, Refused
from tests.provider.stage import Stage

pytestmark = pytest.mark.slow

NUMBERS = {"policy-delay": (0, 2), "list-lag": (2,), "secret-versions": (5,), "api-key-count": (10_000,)}
"""Values that are tried of switches that are numbers, beside the default."""
TOGETHER: dict[str, dict[str, object]] = {
    "no second PENDING version and no promotion by number": {
        "second-pending": "refused",
        "promote-by-number": "refused",
    },
    "whatever is unfriendly to rotation": {
        "second-slot": "INACTIVE",
        "second-pending": "refused",
        "promote-by-number": "refused",
        "renew-changes-time-created": "yes",
        "list-lag": 1,
        "missing-code": "NotFound",
    },
    "whatever is friendly": {
        "secret-before-policy": "works",
        "renew-inactive": "works",
        "renew-expired": "works",
        "renew-revoked": "works",
        "old-value-after-renew": "grace",
        "retry-token-replay": "with-secret",
        "renew-needs": "use",
    },
}
CASES: dict[str, dict[str, object]] = {
    **{
        f"{name} {value}": {name: value}
        for name, switch in SWITCHES.items()
        for value in (NUMBERS[name] if isinstance(switch.values, Numbers) else switch.values)
    },
    **TOGETHER,
}


@pytest.mark.parametrize("name", CASES)
def test_key_lives_through_rotations_and_retirement_whichever_way_oci_behaves(
    name: str, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """Created, published, rotated, retired, rotated again, deleted: readers have a value that works."""
    stage.local.switch("api-key-count", 10_000)
    for switch, value in CASES[name].items():
        stage.local.switch(switch, value)
    cell = Cell(stage, name.replace(" ", "-")[:60], tmp_path)
    cell.make(plugin)
    cell.publish()
    first = cell.value()
    left = cell.up(plugin, trigger="one")
    second = cell.value()
    still = works(first)
    stage.local.admin("POST", "/clock", {"by": 8 * DAYS})
    left += cell.up(plugin, trigger="one")
    resting = sorted(cell.slots().values())
    left += cell.up(plugin, trigger="two")
    third = cell.value()
    calls = works(third)
    cell.delete(plugin)

    assert left == []
    assert still
    assert calls
    assert len({first, second, third}) == 3
    assert resting == ["ACTIVE", "INACTIVE"]
    assert not works(third)


@pytest.mark.parametrize(
    ("delay", "wait"), [(6, "4s"), pytest.param(20, "20s", marks=pytest.mark.full)], ids=["6 s", "20 s"]
)
def test_policy_that_takes_its_time_ends_in_a_value_that_works(
    delay: int, wait: str, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """A value made before its policy took effect stays 401 for ever, so another one is made."""
    identity = stage.sdk(oci.identity.IdentityClient)
    statements = identity.get_policy(stage.policy).data.statements
    cell = Cell(stage, f"late-{delay}", tmp_path)
    cell.make(plugin)
    details = oci.identity.models.UpdatePolicyDetails
    home = oci.identity.IdentityClient(stage.local.oci_config("us-ashburn-1"))
    home.update_policy(
        stage.policy, details(statements=["allow group Administrators to inspect tenancies in tenancy"])
    )
    stage.local.switch("policy-delay", delay)
    home.update_policy(stage.policy, details(statements=statements))
    mark = stage.local.last_request()
    try:
        cell.create(plugin, SECRET, cell.inputs(probe={"models": ["openai.gpt-oss-20b"], "wait": wait}))
    finally:
        stage.local.switch("policy-delay", 0)

    renewals = [row for row in stage.local.journal(mark) if row["operation"] == "RenewApiKey"]
    assert len(renewals) == 2
    assert works(cell.value())


def test_limit_of_keys_is_told_as_oci_tells_it(stage: Stage, plugin: Plugin, tmp_path: Path) -> None:
    """Either code ends in one message, and the run after the limit was raised makes the key."""
    for code in ("LimitExceeded", "QuotaExceeded"):
        stage.local.switch("key-limit-code", code)
        stage.local.switch("api-key-count", 0)
        cell = Cell(stage, f"limit-{code}", tmp_path)
        with pytest.raises(Refused) as refused:
            cell.create(plugin, KEY, cell.key_inputs())
        stage.local.switch("api-key-count", 10_000)

        assert f"400 {code}" in refused.value.message
        assert cell.create(plugin, KEY, cell.key_inputs())


@pytest.mark.parametrize(("value", "works_again"), [("refused", False), ("works", True)])
def test_key_that_nobody_rotated_in_time_is_renewed_or_told_to_be_replaced(
    value: str, works_again: bool, stage: Stage, plugin: Plugin, tmp_path: Path
) -> None:
    """Both slots expired: whether OCI renews them is not known, and both ways are defined."""
    stage.local.switch("renew-expired", value)
    cell = Cell(stage, f"expired-{value}", tmp_path)
    cell.make(plugin)
    cell.publish()
    stage.local.admin("POST", "/clock", {"by": 120 * DAYS})
    if works_again:
        assert cell.up(plugin) == []
        assert works(cell.value())
        return
    with pytest.raises(Refused) as refused:
        cell.up(plugin)

    assert refused.value.message.splitlines()[0] == (
        f"key-two of {cell.key_id} is EXPIRED, and OCI does not renew it"
    )
    assert refused.value.message.splitlines()[-1] == (
        "Replace the key: `pulumi up --replace` with its URN publishes another one in the same Vault secret."
    )


def test_idle_slot_outlives_the_one_in_use(stage: Stage, plugin: Plugin, tmp_path: Path) -> None:
    """Where every run was missed for a whole life, the idle slot can still be renewed."""
    cell = Cell(stage, "missed", tmp_path)
    cell.make(plugin)
    cell.publish()
    stage.local.admin("POST", "/clock", {"by": 92 * DAYS})
    before = cell.slots()

    assert before == {"key-one": "EXPIRED", "key-two": "ACTIVE"}
    assert cell.up(plugin) == []
    assert works(cell.value())


def test_every_switch_has_its_cases() -> None:
    """A new switch is tried both ways, too."""
    assert {name.split()[0] for name in CASES if name not in TOGETHER} == set(SWITCHES)

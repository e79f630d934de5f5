"""Rotation by the clock, retirement, and the verbs of a person in a hurry, with the engine beside them."""

import pytest

from tests.engine.machine import SMALL, Machine

DAYS = 24 * 3600
KEY = "keys:\n    chatbot: {compartment: genai-apps, description: Support assistant}"


def _placed(machine: Machine) -> dict[str, str]:
    found: dict[str, str] = machine.outputs()["keys"]["chatbot"]["us-chicago-1"]
    return found


def _pass(machine: Machine, days: float) -> None:
    machine.admin("POST", "/clock", {"by": days * DAYS})


def _no_changes(machine: Machine) -> None:
    seen = machine.pulumi("preview", "--refresh", "--expect-no-changes")
    assert seen.code == 0, seen.said


def _slots(machine: Machine) -> dict[str, str]:
    rotating = next(each for each in machine.state() if each["type"] == "genaikeys:index:RotatingSecret")
    return {name: slot["state"] for name, slot in rotating["outputs"]["slots"].items()}


def _value(machine: Machine) -> str:
    return machine.vault_value("us-chicago-1", _placed(machine)["vaultSecretId"])


def test_months_of_nightly_runs_rotate_and_retire_on_the_day(deployed: Machine) -> None:
    """Preview says what is due and when, `up` does it, and in between there is nothing to do."""
    first = _value(deployed)
    quiet = deployed.pulumi("preview", "--expect-no-changes", check=True)
    _pass(deployed, 8)
    retiring = deployed.pulumi("preview")
    retired = deployed.up(check=True)
    after_retirement = _slots(deployed)
    _no_changes(deployed)
    _pass(deployed, 22.5)
    due = deployed.pulumi("preview")
    rotated = deployed.up(check=True)
    second = _value(deployed)

    for what in ("rotation due in 30 days (", "retirement due in 7 days (", "expires in 90 days ("):
        assert what in quiet.said, quiet.said
    assert "retirement due since " in retiring.said
    assert "deactivated key-two: its grace of 7d is over" in retired.said
    assert after_retirement == {"key-one": "ACTIVE", "key-two": "INACTIVE"}
    assert "rotation due since " in due.said
    assert "1 to update" in due.said
    assert "renewed key-two (due since " in rotated.said
    assert second != first
    assert _slots(deployed) == {"key-one": "ACTIVE", "key-two": "ACTIVE"}
    _no_changes(deployed)
    assert deployed.refused() == []


def test_verbs_work_while_the_stack_is_locked_and_refresh_shows_what_they_did(deployed: Machine) -> None:
    """A lock on the backend stops no emergency; the engine then sees a rotated, revoked, suspended key."""
    first = _value(deployed)
    lock = deployed.home / "state" / ".pulumi" / "locks" / "organization" / "oci-genai-keys" / "small"
    lock.mkdir(parents=True, exist_ok=True)
    (lock / "0.json").write_text(
        '{"pid": 1, "username": "ci", "hostname": "runner", "timestamp": "2026-11-23T00:00:00Z"}',
        encoding="utf-8",
    )
    locked = deployed.up()
    rotated = deployed.kit("rotate", "chatbot", "--stack", "small", check=True)
    revoked = deployed.kit("revoke", "chatbot", "--stack", "small", "--yes", "--wait", "0", check=True)
    (lock / "0.json").unlink()
    _no_changes(deployed)
    published = _value(deployed)
    suspended = deployed.kit("suspend", "chatbot", "--stack", "small", check=True)
    seen = deployed.pulumi("preview", "--refresh", "--expect-no-changes")
    up = deployed.up(check=True)

    assert locked.code != 0
    assert "locked" in locked.said
    assert "published key-two" in rotated.out
    assert "published key-one" in revoked.out
    assert published == first
    assert "deactivated key-one" in suspended.out
    assert seen.code != 0
    assert "suspended" in seen.said
    assert "suspended by hand since " in up.said
    assert set(_slots(deployed).values()) == {"INACTIVE"}
    deployed.kit("resume", "chatbot", "--stack", "small", check=True)
    _no_changes(deployed)
    assert deployed.refused() == []


@pytest.mark.full
def test_key_suspended_by_review_and_by_hand_stays_so_until_both_let_go(deployed: Machine) -> None:
    """What the stack says the engine undoes; what a person did, a person undoes."""
    file = deployed.project / "stacks" / "Pulumi.small.yaml"
    deployed.kit("suspend", "chatbot", "--stack", "small", check=True)
    file.write_text(
        SMALL.replace("Support assistant}", "Support assistant, suspended: true}"), encoding="utf-8"
    )
    _no_changes(deployed)
    deployed.up(check=True)
    file.write_text(SMALL, encoding="utf-8")
    still = deployed.up(check=True)
    states = _slots(deployed)
    resumed = deployed.kit("resume", "chatbot", "--stack", "small", check=True)
    _no_changes(deployed)

    assert "suspended by hand since " in still.said
    assert set(states.values()) == {"INACTIVE"}
    assert "activated key-one" in resumed.out


def test_key_revoked_for_good_is_replaced_into_the_same_secret(deployed: Machine) -> None:
    """After `revoke --permanent` the preview plans another key, and readers keep the secret's OCID."""
    before, leaked = _placed(deployed), _value(deployed)
    deployed.kit("revoke", "chatbot", "--stack", "small", "--permanent", "--wait", "0", "--yes", check=True)
    between = _value(deployed)
    planned = deployed.pulumi("preview")
    deployed.up(check=True)
    after = _placed(deployed)

    assert between != leaked
    assert "1 to replace" in planned.said
    assert after["apiKeyId"] != before["apiKeyId"]
    assert after["vaultSecretId"] == before["vaultSecretId"]
    assert [key["id"] for key in deployed.api_keys()] == [after["apiKeyId"]]
    _no_changes(deployed)
    assert deployed.refused() == []


def test_key_that_may_not_be_replaced_is_told_of_and_left(deployed: Machine) -> None:
    """With `replaceable: false` a revoked slot changes nothing but what people are told."""
    file = deployed.project / "stacks" / "Pulumi.small.yaml"
    file.write_text(
        SMALL.replace("Support assistant}", "Support assistant, replaceable: false}"), encoding="utf-8"
    )
    before = _placed(deployed)
    revoked = deployed.kit("revoke", "chatbot", "--stack", "small", "--permanent", "--wait", "0", "--yes")
    up = deployed.up(check=True)

    assert revoked.code == 0, revoked.said
    assert "set keys.chatbot.replaceable: true in the stack file and run `pulumi up`" in revoked.err
    assert "is revoked, which ends rotation: replace the key before " in up.said
    assert _placed(deployed)["apiKeyId"] == before["apiKeyId"]
    assert deployed.refused() == []

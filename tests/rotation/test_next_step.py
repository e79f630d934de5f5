"""The one decision of rotation, case by case."""

import dataclasses
from datetime import timedelta

import pytest

from genaikeys.rotation import Learned, Wishes, World, next_step
from genaikeys.rotation.labels import Label, trigger_digest
from genaikeys.rotation.step import (
    Activate,
    Deactivate,
    Done,
    Hold,
    Overtake,
    Probe,
    Promote,
    Prune,
    PutOff,
    Refuse,
    Release,
    Renew,
    Step,
)
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import KEY, NONE, NOW, PLACEHOLDER, SECRET, label, slot, version, wishes, world

ONE = version(2, label("key-one"), "CURRENT", "LATEST")
STAGED = version(2, label("key-two", "b"), "PENDING", "LATEST")
OLD = version(2, label("key-two", "c"), "PREVIOUS")
ROTATED = version(3, label("key-one"), "CURRENT", "LATEST", days_ago=2)
DAY = timedelta(days=1)
AGAIN = wishes(trigger_digest=trigger_digest("leak of May"))

USED_YESTERDAY = (slot("key-one"), slot("key-two", used_days_ago=1))
RESTING = (slot("key-one"), slot("key-two", "INACTIVE"))
PROMISED = {"genaikeys-published": f"{'b' * 16} 2026-11-22T12:00:00+00:00"}
HELD = {"genaikeys-held": "2026-11-20T00:00:00+00:00"}

CASES: dict[str, tuple[World, Wishes, Learned, Step]] = {
    "all is well": (world(ONE), wishes(), Learned(), Done()),
    "the value in use is tried where that is wished": (
        world(ONE),
        wishes(is_probe_due=True),
        Learned(),
        Probe(2),
    ),
    "a value in use that is refused needs a person": (
        world(ONE),
        wishes(is_probe_due=True),
        Learned(verdicts={2: Verdict.REFUSED}),
        Refuse(
            f"The value in use (version 2 of {SECRET}) is refused with 401",
            "Check the policy that lets this key call; or change trigger: that publishes the other slot.",
        ),
    ),
    "a rotation by hand waits for the grace, too": (
        world(ONE, slots=USED_YESTERDAY),
        wishes(rotate_from=2),
        Learned(),
        PutOff(
            "rotation put off: asked for by hand, but key-two is still within its grace until "
            "2026-11-29T12:00:00Z"
        ),
    ),
    "a rotation waits until the end of the grace": (
        world(ONE, slots=(slot("key-one"), slot("key-two", used_days_ago=7))),
        AGAIN,
        Learned(),
        Renew("key-two", "another trigger"),
    ),
    "a rotation can't wait for a value that expires in a week": (
        world(ONE, slots=(slot("key-one", expires_in=7), slot("key-two", used_days_ago=1))),
        wishes(trigger_digest=AGAIN.trigger_digest, every=400 * DAY),
        Learned(),
        Refuse(
            "Rotation can wait no longer: another trigger, but key-two is still within its grace until "
            "2026-11-29T12:00:00Z, and key-one expires within 7 days or works no more",
            "Move the callers of key-two to the value in Vault, then run the command again.",
        ),
    ),
    "a slot in use within the grace after a publication is no reason to put anything off": (
        world(OLD, ROTATED, slots=USED_YESTERDAY),
        wishes(),
        Learned(),
        Done(),
    ),
    "a slot in use at the end of the grace is": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=7), slots=USED_YESTERDAY),
        wishes(),
        Learned(),
        PutOff(
            "retirement put off: key-two was used at 2026-11-22T12:00:00Z; it is deactivated once nobody has "
            "used it for 7d, 2026-11-29T12:00:00Z at the earliest. `genaikeys revoke` with its name in "
            "--slot ends it now"
        ),
    ),
    "ten old versions are kept": (
        world(
            *(version(number, "", "DEPRECATED") for number in range(3, 13)),
            version(13, label("key-one"), "CURRENT"),
            slots=RESTING,
        ),
        wishes(),
        Learned(),
        Done(),
    ),
    "another trigger rotates to the other slot": (
        world(ONE),
        AGAIN,
        Learned(),
        Renew("key-two", "another trigger"),
    ),
    "a value of the key before is no value of this one": (
        world(version(2, label("key-one"), "CURRENT", "LATEST", days_ago=91)),
        wishes(),
        Learned(),
        Renew("key-one", "first publication"),
    ),
    "a trigger that was rotated for is done": (
        world(version(2, label("key-one", trigger=trigger_digest("leak of May")), "CURRENT")),
        AGAIN,
        Learned(),
        Done(),
    ),
    "another trigger within the grace is put off": (
        world(OLD, ROTATED),
        AGAIN,
        Learned(),
        PutOff(
            "rotation put off: another trigger, "
            "but key-two is still within its grace until 2026-11-28T12:00:00Z"
        ),
    ),
    "another trigger while the idle slot is used is put off": (
        world(ONE, slots=(slot("key-one"), slot("key-two", used_days_ago=1))),
        AGAIN,
        Learned(),
        PutOff(
            "rotation put off: another trigger, "
            "but key-two is still within its grace until 2026-11-29T12:00:00Z"
        ),
    ),
    "a rotation that can wait no longer fails loudly": (
        world(ONE, slots=(slot("key-one", expires_in=6), slot("key-two", used_days_ago=1))),
        AGAIN,
        Learned(),
        Refuse(
            "Rotation can wait no longer: another trigger, but key-two is still within its grace until "
            "2026-11-29T12:00:00Z, and key-one expires within 7 days or works no more",
            "Move the callers of key-two to the value in Vault, then run the command again.",
        ),
    ),
    "the slot in use is activated again": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two"))),
        wishes(),
        Learned(),
        Activate("key-one"),
    ),
    "an expired slot in use rotates to the other": (
        world(ONE, slots=(slot("key-one", "EXPIRED"), slot("key-two"))),
        wishes(),
        Learned(),
        Renew("key-two", "the slot in use is EXPIRED"),
    ),
    "a revoked second slot ends rotation": (
        world(ONE, slots=(slot("key-one"), slot("key-two", "REVOKED"))),
        AGAIN,
        Learned(),
        Refuse(
            f"{KEY} has no second slot to rotate to", "A revoked slot stays so for good: replace the key."
        ),
    ),
    "a suspended key's slots are deactivated one by one": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two"))),
        wishes(suspended=True),
        Learned(),
        Deactivate("key-two", "the key is suspended"),
    ),
    "a suspended key is left alone": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two", "EXPIRED"))),
        wishes(suspended=True),
        Learned(),
        Done(),
    ),
    "a value as old as the period is followed by the other": (
        world(version(2, label("key-one"), "CURRENT", days_ago=30)),
        wishes(every=30 * DAY),
        Learned(),
        Renew("key-two", "due since 2026-11-23T12:00:00Z"),
    ),
    "a value a little younger than the period stays": (
        world(version(2, label("key-one"), "CURRENT", days_ago=29.99), slots=RESTING),
        wishes(every=30 * DAY),
        Learned(),
        Done(),
    ),
    "without a period a value is followed as late as its expiry allows": (
        world(version(2, label("key-one"), "CURRENT", days_ago=41.5), slots=RESTING),
        wishes(),
        Learned(),
        Renew("key-two", "due since 2026-11-23T12:00:00Z"),
    ),
    "a value that expires within a week is followed, whatever the period": (
        world(ONE, slots=(slot("key-one", expires_in=7), slot("key-two", "INACTIVE"))),
        wishes(every=30 * DAY),
        Learned(),
        Renew("key-two", "due since 2026-11-23T12:00:00Z"),
    ),
    "a rotation by the clock waits for the grace": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=30), slots=USED_YESTERDAY),
        wishes(every=30 * DAY),
        Learned(),
        PutOff(
            "rotation put off: due since 2026-11-23T12:00:00Z, "
            "but key-two is still within its grace until 2026-11-29T12:00:00Z"
        ),
    ),
    "the old slot is left alone within its grace": (world(OLD, ROTATED), wishes(), Learned(), Done()),
    "the old slot is retired when its grace is over": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=7)),
        wishes(),
        Learned(),
        Deactivate("key-two", "its grace of 7d is over"),
    ),
    "grace counts from the publication, not from the writing of the version": (
        world(
            OLD,
            version(3, label("key-one"), "CURRENT", days_ago=20),
            tags={"genaikeys-published": f"{'a' * 16} 2026-11-22T12:00:00+00:00"},
        ),
        wishes(),
        Learned(),
        Done(),
    ),
    "a note of another publication says nothing of this one": (
        world(
            OLD,
            version(3, label("key-one"), "CURRENT", days_ago=20),
            tags={"genaikeys-published": f"{'c' * 16} 2026-11-22T12:00:00+00:00"},
        ),
        wishes(),
        Learned(),
        Deactivate("key-two", "its grace of 7d is over"),
    ),
    "a value that is announced and nowhere to be seen is not published any more, before a slot is touched": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=20), tags=PROMISED),
        wishes(),
        Learned(),
        Overtake("b" * 16),
    ),
    "once nobody can publish it any more, things go on": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=20), tags=PROMISED),
        wishes(),
        Learned(overtaken={"b" * 16}),
        Deactivate("key-two", "its grace of 7d is over"),
    ),
    "a value that is announced and nowhere to be seen is in nobody's way where nothing is due": (
        world(OLD, ROTATED, tags=PROMISED),
        wishes(),
        Learned(),
        Done(),
    ),
    "the same value staged again for the slot in use is published: its label says more": (
        world(ROTATED, version(4, label("key-one", mark="r01234567"), "PENDING", "LATEST")),
        wishes(),
        Learned(verdicts={4: Verdict.WORKS}),
        Promote(4, Label("key-one", "a" * 16, NONE, "r01234567")),
    ),
    "a note of the publication that can't be read is none": (
        world(
            OLD,
            version(3, label("key-one"), "CURRENT", days_ago=20),
            tags={"genaikeys-published": f"{'a' * 16} yesterday"},
        ),
        wishes(),
        Learned(),
        Deactivate("key-two", "its grace of 7d is over"),
    ),
    "an old slot whose callers have their grace is activated again": (
        world(OLD, ROTATED, slots=RESTING),
        wishes(),
        Learned(),
        Activate("key-two"),
    ),
    "by hand, nothing is done that the clock asks for": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=80)),
        wishes(by_hand=True),
        Learned(),
        Done(),
    ),
    "retirement waits while the old slot is used": (
        world(OLD, version(3, label("key-one"), "CURRENT", days_ago=9), slots=USED_YESTERDAY),
        wishes(),
        Learned(),
        PutOff(
            "retirement put off: key-two was used at 2026-11-22T12:00:00Z; it is deactivated once nobody has "
            "used it for 7d, 2026-11-29T12:00:00Z at the earliest. "
            "`genaikeys revoke` with its name in --slot ends it now"
        ),
    ),
    "a revoked second slot is told of in time": (
        world(ONE, slots=(slot("key-one"), slot("key-two", "REVOKED"))),
        wishes(),
        Learned(),
        PutOff(
            "key-two is revoked, which ends rotation: replace the key before key-one expires at "
            "2027-01-22T12:00:00Z"
        ),
    ),
    "what a person holds suspended is left so": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE")), tags=HELD),
        wishes(),
        Learned(),
        PutOff(
            "suspended by hand since 2026-11-20T00:00:00+00:00: no slot works until a person resumes it with "
            "`genaikeys resume`"
        ),
    ),
    "what a person holds suspended is suspended to the end": (
        world(ONE, slots=(slot("key-one"), slot("key-two", "INACTIVE")), tags=HELD),
        wishes(),
        Learned(),
        Deactivate("key-one", "the key is suspended"),
    ),
    "a person's suspension is noted first": (world(ONE), wishes(hold=True), Learned(), Hold()),
    "a person's suspension ends when no slot works": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE")), tags=HELD),
        wishes(hold=True),
        Learned(),
        Done(),
    ),
    "a person's resumption takes the note away first": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE")), tags=HELD),
        wishes(hold=False),
        Learned(),
        Release(),
    ),
    "a rotation by hand publishes the other slot": (
        world(ONE),
        wishes(rotate_from=2),
        Learned(),
        Renew("key-two", "asked for by hand"),
    ),
    "a rotation by hand that is done is done": (
        world(OLD, ROTATED),
        wishes(rotate_from=2),
        Learned(),
        Done(),
    ),
    "no value is made that Vault has no room for": (
        world(
            *(version(number, "", "DEPRECATED", is_leaving=True) for number in range(2, 31)),
            version(31, label("key-one"), "CURRENT", days_ago=30),
        ),
        wishes(every=30 * DAY),
        Learned(),
        Refuse(
            f"The Vault secret {SECRET} has 30 versions, 29 of them on their way out; Vault holds 30",
            "Find out who else writes to it, and wait until the deletion of the old ones is over; or "
            "schedule more deletions with `oci vault secret schedule-secret-version-deletion`.",
        ),
    ),
    "a secret on its way out is a matter for a person": (
        world(ONE, secret_state="PENDING_DELETION"),
        wishes(),
        Learned(),
        Refuse(
            f"The Vault secret {SECRET} is PENDING_DELETION: readers get nothing",
            f"Bring it back with `oci vault secret cancel-secret-deletion --secret-id {SECRET}`, "
            "then run the command again.",
        ),
    ),
    "a value that a slow run staged for the slot in use is let be": (
        world(OLD, ROTATED, version(4, label("key-one", "d"), "PENDING", "LATEST")),
        wishes(),
        Learned(),
        Done(),
    ),
    "a value that was staged for the key before is nobody's": (
        world(ONE, version(3, label("key-two", "b"), "PENDING", days_ago=91)),
        wishes(),
        Learned(),
        Done(),
    ),
    "another probe tries the value in use": (world(ONE), wishes(is_probe_due=True), Learned(), Probe(2)),
    "a value in use that is refused for an added model is followed by another": (
        world(ONE),
        wishes(is_probe_due=True, added_models=("new", "newer")),
        Learned(verdicts={2: Verdict.NARROW}),
        Renew("key-two", "the value in use is refused for what was added (new, newer)"),
    ),
    "a rotation for an added model waits for the grace, and says what to do then": (
        world(ONE, slots=USED_YESTERDAY),
        wishes(is_probe_due=True, added_models=("new",)),
        Learned(verdicts={2: Verdict.NARROW}),
        PutOff(
            "rotation put off: the value in use is refused for what was added (new), but key-two is still "
            "within its grace until 2026-11-29T12:00:00Z. `genaikeys rotate` publishes a value for it then"
        ),
    ),
    "a fresh value that is refused for an added model is renewed": (
        world(ONE, version(3, label("key-two", "b"), "PENDING", "LATEST")),
        wishes(is_probe_due=True, added_models=("new",)),
        Learned(verdicts={2: Verdict.NARROW, 3: Verdict.NARROW}),
        Renew("key-two", "the value staged before is refused"),
    ),
    "another probe that works changes nothing": (
        world(ONE),
        wishes(is_probe_due=True),
        Learned(verdicts={2: Verdict.WORKS}),
        Done(),
    ),
    "the oldest of eleven old versions goes": (
        world(*(version(number, "", "DEPRECATED") for number in range(2, 13)), ONE),
        wishes(),
        Learned(),
        Prune(2),
    ),
    "a deleted key is a matter for a person": (
        world(ONE, state="DELETED"),
        wishes(),
        Learned(),
        Refuse(
            f"The API key {KEY} is DELETED",
            "Run `pulumi refresh`, then `pulumi up`: a key that is gone is made again.",
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_next_step_is_the_one_that_the_case_names(name: str) -> None:
    """What the world looks like and what is wished decide the next step."""
    seen, wished, learned, expected = CASES[name]

    assert expected == next_step(seen, wished, learned)


@pytest.mark.parametrize("name", CASES)
def test_next_step_never_renews_the_slot_that_readers_have(name: str) -> None:
    """Whatever the case and however often it was tried, the slot behind CURRENT keeps its value."""
    seen, wished, learned, _ = CASES[name]
    for renewals in range(4):
        step = next_step(seen, wished, dataclasses.replace(learned, renewals=renewals))

        assert not (isinstance(step, Renew) and seen.slot_in_use and step.slot == seen.slot_in_use.name)


def test_rotation_waits_for_no_clock_that_lags() -> None:
    """A key made this very second is rotated at once, though the time in OCI's answers has no fractions."""
    seen = world(version(2, label("key-one"), "CURRENT", days_ago=-0.00001))
    young = dataclasses.replace(seen, key=dataclasses.replace(seen.key, time_created=NOW + DAY / 99999999))

    assert Renew("key-two", "asked for by hand") == next_step(young, wishes(rotate_from=2), Learned())


def test_next_step_does_not_wait_for_a_grace_that_nobody_needs() -> None:
    """After the very first publication another trigger rotates at once: the idle slot has no callers."""
    seen = world(PLACEHOLDER, version(2, label("key-one"), "CURRENT", "LATEST", days_ago=0))

    assert Renew("key-two", "another trigger") == next_step(seen, AGAIN, Learned())


def test_wishes_compare_triggers_by_digest() -> None:
    """What stands in a label is the digest of the trigger, never its text."""
    assert AGAIN.trigger_digest == trigger_digest("leak of May")
    assert AGAIN.grace == timedelta(days=7)


@pytest.mark.parametrize("state", ["ACTIVE", "INACTIVE", "UPDATING", "CREATING"])
def test_key_in_a_passing_or_resting_state_is_gone_on_with(state: str) -> None:
    """Its slots decide, not the key's own state."""
    assert next_step(world(ONE, state=state), wishes(), Learned()) == Done()

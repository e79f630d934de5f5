"""The one decision of rotation, case by case."""

import dataclasses
from datetime import timedelta

import pytest

from genaikeys.rotation import Learned, Wishes, World, next_step
from genaikeys.rotation.labels import Label, trigger_digest
from genaikeys.rotation.next_step import (
    Activate,
    Deactivate,
    Done,
    Probe,
    Promote,
    Prune,
    PutOff,
    Refuse,
    Renew,
    Step,
)
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import KEY, NONE, PLACEHOLDER, SECRET, label, slot, version, wishes, world

ONE = version(2, label("key-one"), "CURRENT", "LATEST")
STAGED = version(2, label("key-two", "b"), "PENDING", "LATEST")
OLD = version(2, label("key-two", "c"), "PREVIOUS")
ROTATED = version(3, label("key-one"), "CURRENT", "LATEST", days_ago=2)
AGAIN = wishes(trigger="leak of May")

CASES: dict[str, tuple[World, Wishes, Learned, Step]] = {
    "first publication takes a slot nobody used": (
        world(slots=(slot("key-one", used_days_ago=1), slot("key-two"))),
        wishes(),
        Learned(),
        Renew("key-two", "first publication"),
    ),
    "first publication takes the least recently used slot": (
        world(slots=(slot("key-one", used_days_ago=40), slot("key-two", used_days_ago=1))),
        wishes(),
        Learned(),
        Renew("key-one", "first publication"),
    ),
    "first publication refuses to cut a caller off": (
        world(slots=(slot("key-one", used_days_ago=1), slot("key-two", used_days_ago=2))),
        wishes(),
        Learned(),
        Refuse(
            f"Both slots of {KEY} were used within 7 days, 0:00:00: renewing either would cut a caller off",
            "Move the callers of one slot to the other, wait for the grace, then run the command again.",
        ),
    ),
    "a staged value is tried": (world(PLACEHOLDER, STAGED), wishes(), Learned(), Probe(2)),
    "a staged value that works is promoted": (
        world(PLACEHOLDER, STAGED),
        wishes(),
        Learned(verdicts={2: Verdict.WORKS}),
        Promote(2, Label("key-two", "b" * 16, NONE)),
    ),
    "a staged value is promoted untried where no model is named": (
        world(PLACEHOLDER, STAGED),
        wishes(probe_models=()),
        Learned(),
        Promote(2, Label("key-two", "b" * 16, NONE)),
    ),
    "a staged value that is refused is renewed": (
        world(PLACEHOLDER, STAGED),
        wishes(),
        Learned(verdicts={2: Verdict.REFUSED}, renewals=1),
        Renew("key-two", "the value staged before is refused"),
    ),
    "a staged value whose slot has expired is renewed": (
        world(PLACEHOLDER, STAGED, slots=(slot("key-one"), slot("key-two", "EXPIRED"))),
        wishes(),
        Learned(),
        Renew("key-two", "the value staged before is refused"),
    ),
    "the slot of a staged value is activated": (
        world(PLACEHOLDER, STAGED, slots=(slot("key-one"), slot("key-two", "INACTIVE"))),
        wishes(),
        Learned(),
        Activate("key-two"),
    ),
    "three refused values are enough": (
        world(PLACEHOLDER, STAGED),
        wishes(),
        Learned(verdicts={2: Verdict.REFUSED}, renewals=3),
        Refuse(
            f"key-two of {KEY} was renewed 3 times and each value was refused with 401, or never arrived; "
            "what readers get was not changed",
            "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
            "before it may never work): check the policy, then run the command again.",
        ),
    ),
    "silence promotes nothing": (
        world(PLACEHOLDER, STAGED),
        wishes(),
        Learned(verdicts={2: Verdict.SILENT}),
        Refuse(
            "No model in openai.gpt-oss-20b answered in a way that tells whether the new value of key-two "
            "works; what readers get was not changed",
            "Run the command again when the region answers, or name other models in probe.models.",
        ),
    ),
    "somebody else's staged value is left alone": (
        world(ONE, version(3, "mine", "PENDING", "LATEST")),
        wishes(),
        Learned(),
        Refuse(
            f"Version 3 of {SECRET} is PENDING and not the kit's",
            "Find out who wrote it; promote it or write CURRENT over it, then run the command again.",
        ),
    ),
    "a staged original of a CURRENT copy is done": (
        world(
            version(2, label("key-one"), "PENDING"),
            version(3, label("key-one") + ".c", "CURRENT", "LATEST"),
        ),
        wishes(),
        Learned(),
        Done(),
    ),
    "all is well": (world(ONE), wishes(), Learned(), Done()),
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
        Deactivate("key-two"),
    ),
    "a suspended key is left alone": (
        world(ONE, slots=(slot("key-one", "INACTIVE"), slot("key-two", "EXPIRED"))),
        wishes(suspended=True),
        Learned(),
        Done(),
    ),
    "another probe tries the value in use": (world(ONE), wishes(is_probe_due=True), Learned(), Probe(2)),
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


def test_next_step_does_not_wait_for_a_grace_that_nobody_needs() -> None:
    """After the very first publication another trigger rotates at once: the idle slot has no callers."""
    seen = world(PLACEHOLDER, version(2, label("key-one"), "CURRENT", "LATEST", days_ago=0))

    assert Renew("key-two", "another trigger") == next_step(seen, AGAIN, Learned())


def test_wishes_compare_triggers_by_digest() -> None:
    """What stands in a label is the digest of the trigger, never its text."""
    assert AGAIN.trigger_digest == trigger_digest("leak of May")
    assert AGAIN.grace == timedelta(days=7)

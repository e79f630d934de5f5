"""Values that are made and staged, case by case: tried, then published, or renewed."""

import pytest

from genaikeys.rotation import Learned, Wishes, World, next_step
from genaikeys.rotation.labels import Label, trigger_digest
from genaikeys.rotation.step import Activate, Done, Probe, Promote, Refuse, Renew, Step
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import KEY, NONE, PLACEHOLDER, SECRET, label, slot, version, wishes, world

ONE = version(2, label("key-one"), "CURRENT", "LATEST")
STAGED = version(2, label("key-two", "b"), "PENDING", "LATEST")
AGAIN = wishes(trigger_digest=trigger_digest("leak of May"))

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
            f"Both slots of {KEY} were used within 7d: renewing either would cut a caller off",
            "Move the callers of one slot to the other, wait for the grace, then run the command again.",
        ),
    ),
    "first publication never takes a revoked slot": (
        world(slots=(slot("key-one", "REVOKED"), slot("key-two", used_days_ago=8))),
        wishes(),
        Learned(),
        Renew("key-two", "first publication"),
    ),
    "first publication takes no slot that the key lacks": (
        world(),
        wishes(slot_names=("key-three", "key-two")),
        Learned(),
        Renew("key-two", "first publication"),
    ),
    "first publication needs a slot": (
        world(slots=(slot("key-one", "REVOKED"), slot("key-two", "REVOKED"))),
        wishes(),
        Learned(),
        Refuse(
            f"{KEY} has none of the slots key-one, key-two, or they are revoked",
            "Correct keyNames, or replace the key.",
        ),
    ),
    "a value staged again for the slot in use, and refused, leaves that slot alone": (
        world(ONE, version(3, label("key-one"), "PENDING")),
        wishes(),
        Learned(verdicts={3: Verdict.REFUSED}),
        Renew("key-two", "the value staged before is refused"),
    ),
    "a value staged again for the slot in use, which has expired, leaves that slot alone": (
        world(
            ONE, version(3, label("key-one"), "PENDING"), slots=(slot("key-one", "EXPIRED"), slot("key-two"))
        ),
        wishes(),
        Learned(),
        Renew("key-two", "the value staged before is refused"),
    ),
    "a staged value whose slot is revoked makes room for the other slot's": (
        world(PLACEHOLDER, STAGED, slots=(slot("key-one"), slot("key-two", "REVOKED"))),
        wishes(),
        Learned(),
        Renew("key-one", "first publication"),
    ),
    "a staged value whose slot is revoked has no successor where readers have the other slot's": (
        world(
            ONE,
            version(3, label("key-two", "b"), "PENDING"),
            slots=(slot("key-one"), slot("key-two", "REVOKED")),
        ),
        wishes(),
        Learned(),
        Refuse(
            f"{KEY} has no second slot to rotate to",
            "A revoked slot stays so for good: replace the key.",
        ),
    ),
    "a staged value of a slot that the key lacks is nobody's": (
        world(PLACEHOLDER, version(2, label("prod-one"), "PENDING")),
        wishes(),
        Learned(),
        Renew("key-one", "first publication"),
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
    "three lost answers are enough": (
        world(ONE),
        AGAIN,
        Learned(renewals=3),
        Refuse(
            f"key-two of {KEY} was renewed 3 times and each value was refused with 401, or never arrived; "
            "what readers get was not changed",
            "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
            "before it may never work): check the policy, then run the command again.",
        ),
    ),
    "two are not": (world(ONE), AGAIN, Learned(renewals=2), Renew("key-two", "another trigger")),
    "after any number of them, what was published since is all right": (
        world(ONE),
        wishes(),
        Learned(renewals=3),
        Done(),
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
}


@pytest.mark.parametrize("name", CASES)
def test_next_step_about_a_staged_value_is_the_one_that_the_case_names(name: str) -> None:
    """A slot that nobody uses is renewed, its value tried, and published only when it works."""
    seen, wished, learned, expected = CASES[name]

    assert expected == next_step(seen, wished, learned)

"""A value that has leaked, case by case: what readers get, and what dies when."""

import pytest

from genaikeys.rotation import Leak, Learned, Wishes, World, next_step
from genaikeys.rotation.labels import Label, expiry_digest
from genaikeys.rotation.step import (
    Discard,
    Done,
    Overtake,
    Probe,
    Promote,
    PutOff,
    Refuse,
    Renew,
    Republish,
    Revoke,
    Step,
)
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import KEY, NONE, SECRET, label, slot, version, wishes, world

IN_USE = version(3, label("key-one"), "CURRENT", "LATEST", days_ago=2)
BEFORE = version(2, label("key-two", "c"), "PREVIOUS")
LEAK = Leak.of(slot("key-one"))
IDLE_LEAK = Leak.of(slot("key-two"))
FOR_GOOD = Leak.of(slot("key-one"), is_permanent=True)
MARK = f"r{expiry_digest(slot('key-one').time_expiry)}"
FOLLOWED = version(4, label("key-two", "b", mark=MARK), "CURRENT", "LATEST", days_ago=0)
FOLLOWED_FOR_GOOD = version(4, label("key-two", "b", mark=f"p{MARK[1:]}"), "CURRENT", "LATEST", days_ago=0)
RENEWED = (slot("key-one", expires_in=97), slot("key-two"))
RESTING = (slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE"))
ANNOUNCED = {"genaikeys-published": f"{'b' * 16} 2026-11-23T12:00:00+00:00"}
HELD = {"genaikeys-held": "2026-11-20T00:00:00+00:00"}

CASES: dict[str, tuple[World, Wishes, Learned, Step]] = {
    "the other slot is published first, with a mark": (
        world(IN_USE),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a permanent revocation marks that it is one": (
        world(IN_USE),
        wishes(leak=FOR_GOOD),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", f"p{MARK[1:]}"),
    ),
    "a value before that callers may still have is published again": (
        world(BEFORE, IN_USE),
        wishes(leak=LEAK),
        Learned(),
        Republish(2, Label("key-two", "c" * 16, NONE, MARK)),
    ),
    "a value before is not at the end of its grace": (
        world(BEFORE, version(3, label("key-one"), "CURRENT", days_ago=7)),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a value before that is on its way out of Vault is not": (
        world(version(2, label("key-two", "c"), "PREVIOUS", is_leaving=True), IN_USE),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a value before of the leaked slot is not": (
        world(
            version(2, label("key-one", "c"), "PREVIOUS"),
            IN_USE,
            slots=(slot("key-one"), slot("key-two", used_days_ago=1)),
        ),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a value before that leaked itself is not": (
        world(
            BEFORE,
            version(3, label("key-one", mark="r01234567"), "CURRENT", days_ago=2),
            slots=(slot("key-one"), slot("key-two", used_days_ago=1)),
        ),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a value before whose slot rests is not": (
        world(BEFORE, IN_USE, slots=(slot("key-one"), slot("key-two", "INACTIVE"))),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a value staged for a rotation takes the mark": (
        world(IN_USE, version(4, label("key-two", "b"), "PENDING")),
        wishes(leak=LEAK),
        Learned(),
        Republish(4, Label("key-two", "b" * 16, NONE, MARK)),
    ),
    "somebody else's staged value is passed over": (
        world(IN_USE, version(4, "mine", "PENDING")),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "a staged value with the mark is tried": (
        world(IN_USE, version(4, label("key-two", "b", mark=MARK), "PENDING")),
        wishes(leak=LEAK),
        Learned(),
        Probe(4),
    ),
    "a staged value with the mark that works is promoted": (
        world(IN_USE, version(4, label("key-two", "b", mark=MARK), "PENDING")),
        wishes(leak=LEAK),
        Learned(verdicts={4: Verdict.WORKS}),
        Promote(4, Label("key-two", "b" * 16, NONE, MARK)),
    ),
    "a staged value with the mark that is refused is renewed with it": (
        world(IN_USE, version(4, label("key-two", "b", mark=MARK), "PENDING")),
        wishes(leak=LEAK),
        Learned(verdicts={4: Verdict.REFUSED}, renewals=1),
        Renew("key-two", "the value staged before is refused", MARK),
    ),
    "the leaked value dies once readers have the other": (
        world(BEFORE, IN_USE, FOLLOWED),
        wishes(leak=LEAK),
        Learned(),
        Discard("key-one"),
    ),
    "whoever runs next makes it die": (
        world(BEFORE, IN_USE, FOLLOWED),
        wishes(),
        Learned(),
        Discard("key-one"),
    ),
    "whoever runs next revokes it for good": (
        world(BEFORE, IN_USE, FOLLOWED_FOR_GOOD),
        wishes(),
        Learned(),
        Revoke("key-one"),
    ),
    "a leaked value that is dead is done with": (
        world(BEFORE, IN_USE, FOLLOWED, slots=RENEWED),
        wishes(leak=LEAK),
        Learned(),
        Done(),
    ),
    "a leaked slot that is revoked is done with": (
        world(BEFORE, IN_USE, FOLLOWED_FOR_GOOD, slots=(slot("key-one", "REVOKED"), slot("key-two"))),
        wishes(leak=FOR_GOOD),
        Learned(),
        PutOff(
            "key-one is revoked, which ends rotation: replace the key before key-two expires at "
            "2027-01-22T12:00:00Z"
        ),
    ),
    "an idle slot's leaked value dies at once": (
        world(BEFORE, IN_USE),
        wishes(leak=IDLE_LEAK),
        Learned(),
        Discard("key-two"),
    ),
    "an idle slot's leaked value dies before anything is staged": (
        world(IN_USE, version(4, label("key-two", "b"), "PENDING")),
        wishes(leak=IDLE_LEAK),
        Learned(),
        Discard("key-two"),
    ),
    "an idle slot's leaked value that is about to be published gets to readers first": (
        world(IN_USE, version(4, label("key-two", "b"), "PENDING"), tags=ANNOUNCED),
        wishes(leak=IDLE_LEAK),
        Learned(verdicts={4: Verdict.WORKS}),
        Promote(4, Label("key-two", "b" * 16, NONE)),
    ),
    "once it was tried": (
        world(IN_USE, version(4, label("key-two", "b"), "PENDING"), tags=ANNOUNCED),
        wishes(leak=IDLE_LEAK),
        Learned(),
        Probe(4),
    ),
    "and is followed like any other": (
        world(
            version(3, label("key-one"), "PREVIOUS"),
            version(4, label("key-two", "b"), "CURRENT", "LATEST", days_ago=0),
            tags=ANNOUNCED,
        ),
        wishes(leak=IDLE_LEAK),
        Learned(),
        Republish(3, Label("key-one", "a" * 16, NONE, IDLE_LEAK.mark)),
    ),
    "an idle slot's leaked value dies once nobody can publish it any more": (
        world(BEFORE, IN_USE, tags={"genaikeys-published": f"{'d' * 16} 2026-11-23T12:00:00+00:00"}),
        wishes(leak=IDLE_LEAK),
        Learned(),
        Overtake("d" * 16),
    ),
    "a key that was never published has no slot in use": (
        world(version(1, "", "CURRENT")),
        wishes(leak=LEAK),
        Learned(),
        Discard("key-one"),
    ),
    "a suspended key's leaked value dies, too": (
        world(IN_USE, slots=RESTING, tags=HELD),
        wishes(leak=LEAK),
        Learned(),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "three values that never worked are enough": (
        world(IN_USE),
        wishes(leak=LEAK),
        Learned(renewals=3),
        Refuse(
            f"key-two of {KEY} was renewed 3 times and each value was refused with 401, or never arrived; "
            "what readers get was not changed",
            "Either no policy lets this key call, or one does that takes longer to take effect (a value made "
            "before it may never work): check the policy, then run the command again.",
        ),
    ),
    "two are not": (
        world(IN_USE),
        wishes(leak=LEAK),
        Learned(renewals=2),
        Renew("key-two", "the value of key-one has leaked", MARK),
    ),
    "without room in Vault nothing is renewed": (
        world(*(version(number, "", "DEPRECATED") for number in range(4, 33)), IN_USE),
        wishes(leak=LEAK),
        Learned(),
        Refuse(
            f"The Vault secret {SECRET} has 30 versions, 0 of them on their way out; Vault holds 30",
            "Find out who else writes to it, and wait until the deletion of the old ones is over; or "
            "schedule more deletions with `oci vault secret schedule-secret-version-deletion`.",
        ),
    ),
    "without a second slot there is nothing to publish": (
        world(IN_USE, slots=(slot("key-one"), slot("key-two", "REVOKED"))),
        wishes(leak=LEAK),
        Learned(),
        Refuse(
            f"{KEY} has no second slot to publish in place of key-one",
            "Replace the key: `pulumi up --replace` with its URN; `genaikeys suspend` stops the leaked value "
            "until then.",
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_next_step_about_a_leak_is_the_one_that_the_case_names(name: str) -> None:
    """First readers get the other slot's value, then the leaked one dies; whoever runs next goes on."""
    seen, wished, learned, expected = CASES[name]

    assert expected == next_step(seen, wished, learned)

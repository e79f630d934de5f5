"""How a key is, in one word and one sentence, case by case."""

from datetime import timedelta

import pytest

from genaikeys.inventory import Placed
from genaikeys.rotation import Wishes, World
from genaikeys.status import Health, View, view
from genaikeys.status.view import cells
from tests.rotation.worlds import label, slot, version, wishes, world

NEW = version(2, label("key-one"), "CURRENT", days_ago=1)
QUIET = (slot("key-one", used_days_ago=0.5), slot("key-two", "INACTIVE"))
RESTING = (slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE"))
HELD = {"genaikeys-held": "2026-11-20T00:00:00+00:00"}
MONTHLY = timedelta(days=30)


def seen(found: World, wished: Wishes | None = None) -> View:
    """A view of a world."""
    current, name = found.current, found.label.slot if found.label else None
    placed = Placed(
        key="chatbot",
        region="us-chicago-1",
        api_key=found.key,
        world=found,
        secret_version=current.number if current else None,
        slot_in_use=name,
    )
    return view(placed, wished or wishes(every=MONTHLY), "key")


CASES: dict[str, tuple[View, Health, str]] = {
    "all is well": (seen(world(NEW, slots=QUIET)), Health.OK, "rotation in 29d, 2026-12-22"),
    "a retirement comes first": (
        seen(world(NEW)),
        Health.OK,
        "the other slot is retired in 6d, 2026-11-29",
    ),
    "a rotation is due": (
        seen(world(version(2, label("key-one"), "CURRENT", days_ago=31), slots=QUIET)),
        Health.DUE,
        "the next `pulumi up` will renew key-two and publish its new value: due since 2026-11-22T12:00:00Z",
    ),
    "a retirement is due": (
        seen(world(version(2, label("key-one"), "CURRENT", days_ago=8))),
        Health.DUE,
        "the next `pulumi up` will deactivate key-two: its grace of 7d is over",
    ),
    "the slot in use was deactivated": (
        seen(world(NEW, slots=(slot("key-one", "INACTIVE"), slot("key-two")))),
        Health.DRIFT,
        "the next `pulumi up` will activate key-one",
    ),
    "a run was cut off": (
        seen(world(NEW, version(3, label("key-two", "b"), "PENDING"))),
        Health.DRIFT,
        "the next `pulumi up` will try the value of version 3",
    ),
    "the value expires soon": (
        seen(world(NEW, slots=(slot("key-one", expires_in=10), slot("key-two", "INACTIVE")))),
        Health.EXPIRING,
        "rotation in 3d, 2026-11-26",
    ),
    "a person holds it": (
        seen(world(NEW, slots=RESTING, tags=HELD)),
        Health.HELD,
        (
            "suspended by hand since 2026-11-20T00:00:00+00:00: no slot works until a person resumes it with "
            "`genaikeys resume`"
        ),
    ),
    "the stack suspends it": (
        seen(world(NEW, slots=RESTING), wishes(suspended=True)),
        Health.SUSPENDED,
        "nothing, until the stack no longer says suspended",
    ),
    "a person has to act": (
        seen(world(NEW, version(3, "mine", "PENDING"))),
        Health.ATTENTION,
        (
            "Version 3 of ocid1.vaultsecret.oc1.us-chicago-1.s is PENDING and not the kit's. Find out who "
            "wrote it; promote it or write CURRENT over it, then run the command again."
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_view_says_how_a_key_is_and_what_comes_next(name: str) -> None:
    """One word for the table, one sentence for people."""
    found, health, following = CASES[name]

    assert (found.health, found.next) == (health, following)


def test_view_waits_while_the_old_slot_is_used() -> None:
    """A retirement that is put off is no alarm; who uses the old slot is told."""
    used = (slot("key-one"), slot("key-two", used_days_ago=1))
    found = seen(world(version(2, label("key-one"), "CURRENT", days_ago=9), slots=used))

    assert found.health is Health.WAITING
    assert found.health.is_well
    assert found.other_used == used[1]


def test_row_has_spans_of_one_number_each() -> None:
    """Age, expiry, use and what is due, as a person reads them."""
    assert cells(seen(world(NEW, slots=QUIET))) == [
        *("chatbot", "us-chicago-1", "ok", "key-one", "24h", "in 60d", "12h ago", "in 29d", "-", "key"),
        "chatbot v2",
    ]


def test_row_of_a_problem_is_dashes() -> None:
    """What can't be told is not guessed."""
    found = view(Placed(key="a", region="r", problem="it has no API key there"), wishes(), "compartment")

    assert (found.health, found.next) == (Health.PROBLEM, "it has no API key there")
    assert cells(found) == ["a", "r", "problem", *["-"] * 6, "compartment", "-"]

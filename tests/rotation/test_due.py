"""When values are rotated and slots retired, at the very moments and beside them."""

from datetime import datetime, timedelta

import pytest

from genaikeys.oci import Slot
from genaikeys.rotation import World
from genaikeys.rotation.due import (
    LONG_AGO,
    free_from,
    has_callers,
    is_used_lately,
    retirement_due,
    rotation_due,
)
from tests.rotation.worlds import NOW, PLACEHOLDER, label, slot, version, wishes, world

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1) / DAY
IN_USE = version(3, label("key-one"), "CURRENT", days_ago=2)
BEFORE = version(2, label("key-two", "c"), "PREVIOUS")
MARKED = version(3, label("key-one", mark="r01234567"), "CURRENT", days_ago=2)
RESTING = (slot("key-one"), slot("key-two", "INACTIVE"))


def used(days_ago: float | None, *, state: str = "ACTIVE") -> tuple[Slot, Slot]:
    """Slots of which the idle one was last used so long ago."""
    return (slot("key-one"), slot("key-two", state, used_days_ago=days_ago))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(PLACEHOLDER), None),
        (world(IN_USE), NOW + 28 * DAY),
        (world(IN_USE, slots=(slot("key-one", expires_in=35), slot("key-two"))), NOW + 28 * DAY),
        (world(IN_USE, slots=(slot("key-one", expires_in=34), slot("key-two"))), NOW + 27 * DAY),
    ],
    ids=["never published", "a period on", "a week before it expires, the same day", "a week before, sooner"],
)
def test_rotation_is_due_after_its_period_and_a_week_before_the_value_expires(
    seen: World, expected: datetime | None
) -> None:
    """The earlier of the two; the value was published two days ago."""
    assert rotation_due(seen, wishes(every=30 * DAY)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(PLACEHOLDER), None),
        (world(IN_USE, slots=RESTING), None),
        (world(IN_USE), NOW + 5 * DAY),
        (world(IN_USE, slots=used(1)), NOW + 6 * DAY),
        (world(IN_USE, slots=used(9)), NOW + 5 * DAY),
    ],
    ids=["never published", "it rests already", "never used", "used since", "used before"],
)
def test_retirement_is_due_a_grace_after_the_publication_and_the_last_use(
    seen: World, expected: datetime | None
) -> None:
    """The later of the two."""
    assert retirement_due(seen, wishes()) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(IN_USE), LONG_AGO),
        (world(IN_USE, slots=used(1)), NOW + 6 * DAY),
        (world(BEFORE, IN_USE), NOW + 5 * DAY),
        (world(BEFORE, IN_USE, slots=used(1)), NOW + 6 * DAY),
        (world(version(2, "", "PREVIOUS"), IN_USE), LONG_AGO),
    ],
    ids=["nobody needs it", "used", "published before", "both", "a stranger's was published before"],
)
def test_idle_slot_is_free_once_nobody_can_need_it(seen: World, expected: datetime) -> None:
    """After the grace of the value before, and of the last use."""
    idle = seen.idle_slot
    assert idle is not None

    assert free_from(idle, seen, wishes()) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(BEFORE, IN_USE), True),
        (world(BEFORE, version(3, label("key-one"), "CURRENT", days_ago=7 - SECOND)), True),
        (world(BEFORE, version(3, label("key-one"), "CURRENT", days_ago=7)), False),
        (world(IN_USE), False),
        (world(BEFORE, MARKED), False),
        (world(version(2, label("key-one", "c"), "PREVIOUS"), IN_USE), False),
        (world(BEFORE), False),
    ],
    ids=[
        "in the grace",
        "a second before its end",
        "at its end",
        "no value before",
        "the value before leaked",
        "the value before was the same slot's",
        "nothing is published",
    ],
)
def test_value_before_has_callers_until_its_grace_is_over(seen: World, expected: bool) -> None:
    """But not one that was done away with, nor one of another slot."""
    idle = seen.idle_slot or seen.key.slots[1]

    assert has_callers(idle, seen, wishes()) is expected


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [(None, False), (0, True), (7 - SECOND, True), (7, False)],
    ids=["never", "now", "a second less than the grace", "the grace"],
)
def test_slot_is_used_lately_within_the_grace(days_ago: float | None, expected: bool) -> None:
    """At the end of the grace it is not."""
    assert is_used_lately(slot("key-one", used_days_ago=days_ago), world(IN_USE), wishes()) is expected

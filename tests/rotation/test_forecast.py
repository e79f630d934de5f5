"""What previews and `genaikeys status` say of a key's value."""

from datetime import timedelta

import pytest

from genaikeys.rotation import World, forecast
from genaikeys.rotation.step import Done, Renew
from tests.rotation.worlds import PLACEHOLDER, SECRET, label, slot, version, wishes, world

DAY = timedelta(days=1)
HOUR = 1 / 24
ALL_THREE = (
    "rotation due in 28 days (2026-12-21), retirement due in 5 days (2026-11-28), "
    "expires in 60 days (2027-01-22)"
)
HELD = {"genaikeys-held": "2026-11-20T00:00:00+00:00"}
RESTING = (slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE"))


def published(days_ago: float, *, expires_in: float = 60, idle: str = "ACTIVE") -> World:
    """A world whose value was published so long ago."""
    slots = (slot("key-one", expires_in=expires_in), slot("key-two", idle))
    return world(version(2, label("key-one"), "CURRENT", days_ago=days_ago), slots=slots)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(PLACEHOLDER), "nothing published yet"),
        (published(2), ALL_THREE),
        (
            published(2, idle="INACTIVE"),
            "rotation due in 28 days (2026-12-21), expires in 60 days (2027-01-22)",
        ),
        (
            published(28, idle="INACTIVE"),
            "rotation due in 2 days (2026-11-25), expires in 60 days (2027-01-22)",
        ),
        (
            published(28 + HOUR, idle="INACTIVE"),
            "rotation due in 47 hours (2026-11-25T11:00Z), expires in 60 days (2027-01-22)",
        ),
        (
            published(30 - HOUR, idle="INACTIVE"),
            "rotation due in 1 hours (2026-11-23T13:00Z), expires in 60 days (2027-01-22)",
        ),
        (
            published(30, idle="INACTIVE"),
            "rotation due since 2026-11-23, expires in 60 days (2027-01-22)",
        ),
        (
            published(33, expires_in=-1, idle="INACTIVE"),
            "rotation due since 2026-11-15, expires since 2026-11-22",
        ),
    ],
    ids=["nothing", "all three", "no retirement", "two days", "47 hours", "an hour", "now", "long past"],
)
def test_forecast_reads_as_people_count(seen: World, expected: str) -> None:
    """Days while there are two or more, then hours, then since when."""
    assert str(forecast(seen, wishes(every=30 * DAY))) == expected


def test_forecast_holds_the_moments_and_the_next_step() -> None:
    """What a program reads is what the text is made of."""
    seen = published(2)
    found = forecast(seen, wishes(every=30 * DAY))

    assert (found.now, found.step) == (seen.now, Done())
    assert found.rotation_due == seen.now + 28 * DAY
    assert found.retirement_due == seen.now + 5 * DAY
    assert found.expires == seen.now + 60 * DAY


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (published(2), None),
        (published(30), "renew key-two and publish its new value: due since 2026-11-23T12:00:00Z"),
        (world(version(2, label("key-one"), "CURRENT"), tags=HELD, slots=RESTING), None),
        (
            world(version(2, "mine", "PENDING")),
            f"Version 2 of {SECRET} is PENDING and not the kit's",
        ),
    ],
    ids=["all is well", "a step", "put off", "a refusal"],
)
def test_attention_says_what_a_run_would_do_or_a_person_has_to(seen: World, expected: str | None) -> None:
    """Nothing where all is well, or where it was put off."""
    assert forecast(seen, wishes(every=30 * DAY)).attention == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (world(PLACEHOLDER), True),
        (published(2), False),
        (published(2, expires_in=14), False),
        (published(2, expires_in=13), True),
        (published(30), True),
    ],
    ids=[
        "nothing is published",
        "all is well",
        "expires in 14 days",
        "expires in 13 days",
        "rotation is due",
    ],
)
def test_forecast_presses_where_something_is_due_or_near(seen: World, expected: bool) -> None:
    """A fortnight before the value expires, people are told without being asked."""
    assert forecast(seen, wishes(every=None, expiry=40 * DAY)).is_pressing is expected


def test_step_of_the_forecast_knows_nothing_of_a_run() -> None:
    """It is the first step of the next run."""
    assert forecast(world(PLACEHOLDER), wishes()).step == Renew("key-one", "first publication")

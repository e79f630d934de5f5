"""What was done to a key, told from OCI's own times."""

import dataclasses
from datetime import timedelta

import pytest

from genaikeys.rotation import forecast
from genaikeys.rotation.labels import trigger_digest
from genaikeys.status import timeline
from tests.rotation.worlds import NOW, label, slot, version, wishes, world


def test_timeline_tells_past_and_future_in_order() -> None:
    """Versions with their slots and reasons, slots with their states, tags, and what is due."""
    ago = {days: NOW - timedelta(days=days) for days in (1, 2, 3, 8, 90)}
    old = dataclasses.replace(
        slot("key-one", used_days_ago=2), time_activated=ago[8], time_deactivated=NOW - timedelta(days=20)
    )
    new = dataclasses.replace(slot("key-two"), time_activated=ago[90])
    seen = world(
        version(1, "", "DEPRECATED", days_ago=80),
        version(2, label("key-one", "c"), "PREVIOUS", days_ago=8),
        version(3, "mine", "DEPRECATED", days_ago=5),
        version(4, label("key-two", "b", mark="r01234567"), "CURRENT", "LATEST", days_ago=3),
        slots=(old, new),
        tags={
            "genaikeys-published": f"{'b' * 16} {ago[1].isoformat()}",
            "genaikeys-held": ago[1].isoformat(),
        },
    )

    told = [
        (f"{event.time:%m-%d}", str(event.kind), event.what, event.is_ahead)
        for event in timeline(seen, forecast(seen, wishes(every=timedelta(days=30))))
    ]

    assert told == [
        ("08-25", "created", "the key was created", False),
        ("09-04", "written", "version 1 was written: a placeholder (deprecated)", False),
        ("11-03", "deactivated", "key-one was deactivated", False),
        ("11-15", "written", "version 2 was written: key-one's value cccccccccccccccc (previous)", False),
        ("11-15", "activated", "key-one was activated", False),
        ("11-18", "written", "version 3 was written: somebody else's content (deprecated)", False),
        (
            "11-20",
            "written",
            (
                "version 4 was written: key-two's value bbbbbbbbbbbbbbbb, because the other slot's value "
                "leaked (current)"
            ),
            False,
        ),
        ("11-21", "used", "key-one was used last", False),
        ("11-22", "published", "version 4 became the current one", False),
        ("11-22", "held", "a person suspended the key", False),
        ("11-29", "retirement", "key-one retires, if nobody uses it any more", True),
        ("12-20", "rotation", "rotation: key-one is renewed and published", True),
        ("01-22", "expiry", "the value in use expires, if it isn't rotated before", True),
    ]


TRIGGER = trigger_digest("leak of May")
WRITTEN = {
    "for a trigger": (
        label("key-one", "b", TRIGGER),
        f"key-one's value bbbbbbbbbbbbbbbb, for the trigger {TRIGGER}",
    ),
    "again, after a leak": (
        label("key-one", "a", mark="r01234567"),
        "key-one's value of version 2 again, because the other slot's value leaked",
    ),
    "again, to revoke": (
        label("key-one", "a", mark="p01234567"),
        "key-one's value of version 2 again, to revoke the other slot for good",
    ),
    "as a copy, where promotion is refused": (
        f"{label('key-one', 'a')}.c",
        "key-one's value of version 2 again",
    ),
    "by somebody else": ("mine", "somebody else's content"),
    "without a label": ("", "somebody else's content"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_timeline_says_what_a_version_holds_and_why(name: str) -> None:
    """From its label and those before it alone."""
    given, told = WRITTEN[name]
    seen = world(
        version(2, label("key-one"), "PREVIOUS", days_ago=9),
        version(3, given, "CURRENT", "LATEST", days_ago=1),
    )

    events = [event.what for event in timeline(seen, forecast(seen, wishes()))]

    assert f"version 3 was written: {told} (current)" in events


def test_timeline_tells_values_of_an_earlier_key_as_such() -> None:
    """After a replacement the old versions stay in the secret."""
    seen = world(version(1, label("key-one"), "CURRENT", days_ago=91))

    assert timeline(seen, forecast(seen, wishes()))[0].what == (
        "version 1 was written: key-one's value aaaaaaaaaaaaaaaa, of an earlier key (current)"
    )


def test_tag_that_somebody_else_wrote_is_no_event() -> None:
    """What is no time has none; a time without a zone is UTC."""
    held = [
        [
            event.time
            for event in timeline(seen, forecast(seen, wishes()))
            if event.what == "a person suspended the key"
        ]
        for seen in (world(tags={"genaikeys-held": text}) for text in ("yes", "2026-11-23T12:00:00"))
    ]

    assert held == [[], [NOW]]

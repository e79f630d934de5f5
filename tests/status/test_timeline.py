"""What was done to a key, told from OCI's own times."""

import dataclasses
from datetime import timedelta

from genaikeys.rotation import forecast
from genaikeys.status import timeline
from tests.rotation.worlds import NOW, label, slot, version, wishes, world


def test_timeline_tells_past_and_future_in_order() -> None:
    """Versions with their slots and reasons, slots with their states, tags, and what is due."""
    ago = {days: NOW - timedelta(days=days) for days in (1, 2, 3, 8)}
    old = dataclasses.replace(slot("key-one", used_days_ago=2), time_activated=ago[8])
    seen = world(
        version(1, "", "DEPRECATED", days_ago=80),
        version(2, label("key-one", "c"), "PREVIOUS", days_ago=8),
        version(3, "mine", "DEPRECATED", days_ago=5),
        version(4, label("key-two", "b", mark="r01234567"), "CURRENT", "LATEST", days_ago=3),
        slots=(old, slot("key-two")),
        tags={
            "genaikeys-published": f"{'b' * 16} {ago[1].isoformat()}",
            "genaikeys-held": ago[1].isoformat(),
        },
    )

    told = [
        (f"{event.time:%m-%d}", event.what, event.is_ahead)
        for event in timeline(seen, forecast(seen, wishes(every=timedelta(days=30))))
    ]

    assert told == [
        ("08-25", "the key was created", False),
        ("09-04", "version 1 was written: a placeholder (deprecated)", False),
        ("11-15", "version 2 was written: a value of key-one, cccccccccccccccc (previous)", False),
        ("11-15", "key-one was activated", False),
        ("11-18", "version 3 was written: somebody else's content (deprecated)", False),
        (
            "11-20",
            (
                "version 4 was written: a value of key-two, bbbbbbbbbbbbbbbb, "
                "because the other slot's value leaked (current)"
            ),
            False,
        ),
        ("11-21", "key-one was used last", False),
        ("11-22", "version 4 became the current one", False),
        ("11-22", "a person suspended the key", False),
        ("11-29", "key-one is retired", True),
        ("12-20", "rotation is due", True),
        ("01-22", "the value in use expires, if it isn't rotated before", True),
    ]


def test_timeline_tells_values_of_an_earlier_key_as_such() -> None:
    """After a replacement the old versions stay in the secret."""
    seen = world(version(1, label("key-one"), "CURRENT", days_ago=91))

    assert timeline(seen, forecast(seen, wishes()))[0].what == (
        "version 1 was written: a value of key-one of an earlier key, aaaaaaaaaaaaaaaa (current)"
    )

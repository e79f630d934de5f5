"""What the world says of itself: whose a label is, and which leaked value may still work."""

from dataclasses import replace
from datetime import timedelta

import pytest

from genaikeys.rotation import Leak, World
from genaikeys.rotation.labels import expiry_digest
from tests.rotation.worlds import NOW, label, slot, version, world

EXPIRY = expiry_digest(NOW + timedelta(days=60))


def test_leak_is_for_renewal_unless_told_otherwise() -> None:
    """It names the slot and the value's expiry; its mark says which kind it is."""
    assert Leak.of(slot("key-one")) == Leak("key-one", EXPIRY, is_permanent=False)
    assert Leak.of(slot("key-one"), is_permanent=True) == Leak("key-one", EXPIRY, is_permanent=True)
    assert [leak.mark for leak in (Leak("key-one", EXPIRY), Leak("key-one", EXPIRY, is_permanent=True))] == [
        f"r{EXPIRY}",
        f"p{EXPIRY}",
    ]
    assert Leak("key-one", EXPIRY).is_permanent is Leak.of(slot("key-one")).is_permanent is False


@pytest.mark.parametrize(
    ("state", "is_alive"),
    [("ACTIVE", True), ("INACTIVE", True), ("REVOKED", False), ("EXPIRED", False), ("DELETED", False)],
)
def test_leaked_value_is_alive_while_its_slot_can_work_again(state: str, is_alive: bool) -> None:
    """An inactive slot's value works again once somebody activates it."""
    leak = Leak("key-one", EXPIRY)

    assert world(slots=(slot("key-one", state), slot("key-two"))).alive(leak) == (leak if is_alive else None)


@pytest.mark.parametrize(
    "leak",
    [None, Leak("key-three", EXPIRY), Leak("key-one", "00000000")],
    ids=["no leak", "a slot that the key lacks", "a value that was renewed"],
)
def test_value_that_no_slot_holds_is_not_alive(leak: Leak | None) -> None:
    """There is nothing to end."""
    assert world().alive(leak) is None


@pytest.mark.parametrize(
    ("days_ago", "name", "slot_in_use"),
    [
        (89, "key-one", "key-one"),
        (90, "key-one", "key-one"),
        (91, "key-one", None),
        (89, "key-three", None),
    ],
    ids=["younger than the key", "as old as the key", "older than the key", "of a slot that the key lacks"],
)
def test_label_is_the_keys_own_from_its_creation_on(
    days_ago: int, name: str, slot_in_use: str | None
) -> None:
    """The key was made 90 days ago; what was published before is a value of the key before."""
    found = world(version(2, label(name), "CURRENT", days_ago=days_ago)).slot_in_use

    assert (found.name if found else None) == slot_in_use


def test_world_is_no_earlier_than_what_was_read_of_it() -> None:
    """OCI tells the time in whole seconds, and makes things between them."""
    made = world()
    told = made.key.time_created.replace(microsecond=0)
    just_made = replace(made.key, time_created=told + timedelta(microseconds=600_000))
    older = tuple(replace(each, time_created=told) for each in made.versions)

    seen = World.seen(just_made, made.secret, older, told)

    assert seen == replace(made, key=just_made, versions=older, now=just_made.time_created)
    assert World.seen(just_made, made.secret, older, NOW).now == NOW

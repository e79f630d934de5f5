"""What the labels of Vault versions tell of a value that was found."""

from datetime import UTC, datetime, timedelta

import pytest

from genaikeys.oci import Key, Secret, Slot, Version
from genaikeys.rotation.labels import Label, expiry_digest
from genaikeys.scan.known import Published, fingerprint, of_versions
from tests.scan.made import value

NOW = datetime(2026, 11, 23, tzinfo=UTC)
EXPIRY = {"key-one": NOW + timedelta(days=60), "key-two": NOW + timedelta(days=90)}
ONE, TWO, THREE = ("1" * 16, "2" * 16, "3" * 16)


def key(**states: str) -> Key:
    """A key whose two slots have these states, ACTIVE where none is given."""
    slots = tuple(
        Slot(name, states.get(name.replace("-", "_"), "ACTIVE"), expiry, None)
        for name, expiry in EXPIRY.items()
    )
    return Key(
        id="ocid1.generativeaiapikey.oc1.us-chicago-1.a",
        display_name="k",
        description="",
        compartment_id="c",
        state="ACTIVE",
        details="",
        time_created=NOW,
        slots=slots,
        freeform_tags={},
        defined_tags={},
    )


def version(number: int, slot: str, of: str, *stages: str, mark: str = "", copy: bool = False) -> Version:
    """A version of the Vault secret."""
    label = Label(slot, of, "0" * 8, mark)
    return Version(number, label.as_copy if copy else str(label), frozenset(stages), NOW, False)


PLACEHOLDER = Version(1, "", frozenset({"DEPRECATED"}), NOW, False)
DEAD = "r" + expiry_digest(NOW + timedelta(days=7))
LEFT = "r" + expiry_digest(EXPIRY["key-one"])

CASES: dict[str, tuple[Key | None, list[Version], str, tuple[bool, str]]] = {
    "in use": (key(), [PLACEHOLDER, version(2, "key-one", ONE, "CURRENT")], ONE, (True, "alive: in use")),
    "before it": (
        key(),
        [version(2, "key-one", ONE, "PREVIOUS"), version(3, "key-two", TWO, "CURRENT")],
        ONE,
        (True, "alive: no longer in use, not retired yet"),
    ),
    "retired": (
        key(key_one="INACTIVE"),
        [version(2, "key-one", ONE, "PREVIOUS"), version(3, "key-two", TWO, "CURRENT")],
        ONE,
        (True, "asleep: its slot is INACTIVE, and works again once it is activated"),
    ),
    "staged": (
        key(),
        [version(2, "key-one", ONE, "CURRENT"), version(3, "key-two", TWO, "PENDING")],
        TWO,
        (True, "alive: not in use yet"),
    ),
    "two rotations ago": (
        key(),
        [version(2, "key-one", ONE), version(3, "key-two", TWO), version(4, "key-one", THREE, "CURRENT")],
        ONE,
        (False, "dead: its slot was renewed"),
    ),
    "renewed, not in use yet": (
        key(),
        [version(2, "key-one", ONE, "CURRENT"), version(3, "key-one", THREE, "PENDING")],
        ONE,
        (False, "dead: its slot was renewed"),
    ),
    "revoked": (
        key(),
        [version(2, "key-one", ONE, "PREVIOUS"), version(3, "key-two", TWO, "CURRENT", mark=DEAD)],
        ONE,
        (False, "dead: revoked"),
    ),
    "revocation that isn't done": (
        key(),
        [version(2, "key-one", ONE, "PREVIOUS"), version(3, "key-two", TWO, "CURRENT", mark=LEFT)],
        ONE,
        (True, "alive: no longer in use, not retired yet"),
    ),
    "revoked for good": (
        key(key_one="REVOKED"),
        [version(2, "key-one", ONE, "PREVIOUS"), version(3, "key-two", TWO, "CURRENT")],
        ONE,
        (False, "dead: its slot is REVOKED"),
    ),
    "expired": (
        key(key_one="EXPIRED"),
        [version(2, "key-one", ONE, "CURRENT")],
        ONE,
        (False, "dead: its slot is EXPIRED"),
    ),
    "written twice": (
        key(),
        [version(2, "key-one", ONE), version(3, "key-one", ONE, "CURRENT", copy=True)],
        ONE,
        (True, "alive: in use"),
    ),
    "its key isn't found": (
        None,
        [version(2, "key-one", ONE, "CURRENT")],
        ONE,
        (True, "perhaps alive: its API key wasn't found"),
    ),
    "its slot isn't the key's": (
        key(),
        [version(2, "key-three", ONE, "CURRENT")],
        ONE,
        (True, "perhaps alive: its API key wasn't found"),
    ),
}
"""A key, the versions of its Vault secret, the fingerprint that was found, and what is said of it."""


@pytest.mark.parametrize("name", CASES)
def test_whether_a_published_value_works(name: str) -> None:
    """Never dead on a guess: what can't be told may be alive."""
    api_key, versions, wanted, told = CASES[name]
    found = of_versions("oss", "us-chicago-1", api_key, versions)[wanted]

    assert (found.is_alive, found.status) == told


def test_labels_of_others_are_passed_over() -> None:
    """A version that the kit didn't write has no fingerprint to know it by."""
    foreign = Version(2, "by hand", frozenset({"CURRENT"}), NOW, False)

    assert of_versions("oss", "us-chicago-1", key(), [PLACEHOLDER, foreign]) == {}


def test_a_published_value_is_placed() -> None:
    """Key, region, slot, and version."""
    assert of_versions("oss", "us-chicago-1", key(), [version(2, "key-one", ONE, "CURRENT")]) == {
        ONE: Published("oss", "us-chicago-1", "key-one", 2, True, "alive: in use")
    }


def test_fingerprint_is_the_labels() -> None:
    """As `genaikeys.oci.Secret` has it, who writes the labels."""
    secret = value()

    assert fingerprint(secret.encode()) == Secret(secret).fingerprint

"""How a key is, in one word and one sentence, case by case."""

from datetime import datetime, timedelta

import pytest

from genaikeys.inventory import Placed
from genaikeys.status import Health, View, view
from tests.rotation.worlds import NOW, label, slot, version, wishes, world
from tests.status.places import HELD, MONTHLY, NEW, QUIET, RESTING, seen

USED = (slot("key-one"), slot("key-two", used_days_ago=1))
AGED = {days: version(2, label("key-one"), "CURRENT", days_ago=days) for days in (8, 9, 14, 31)}
BY_HAND = (
    "suspended by hand since 2026-11-20T00:00:00+00:00: no slot works until a person resumes it with "
    "`genaikeys resume`"
)
PUT_OFF = (
    "retirement put off: key-two was used at 2026-11-22T12:00:00Z; it is deactivated once nobody has used it "
    "for 7d, 2026-11-29T12:00:00Z at the earliest. `genaikeys revoke` with its name in --slot ends it now"
)

CASES: dict[str, tuple[View, Health, str, str | None]] = {
    "all is well": (
        seen(world(NEW, slots=QUIET)),
        Health.OK,
        "nothing until rotation on 2026-12-22",
        None,
    ),
    "a retirement comes first": (
        seen(world(NEW)),
        Health.OK,
        "nothing until key-two retires on 2026-11-29",
        None,
    ),
    "somebody uses the slot that retires": (
        seen(world(NEW, slots=USED)),
        Health.OK,
        "nothing until key-two retires on 2026-11-29 (used 24h ago)",
        None,
    ),
    "somebody used the slot that retired": (
        seen(world(NEW, slots=(slot("key-one"), slot("key-two", "INACTIVE", used_days_ago=3)))),
        Health.OK,
        "nothing until rotation on 2026-12-22 (key-two used 3d ago)",
        None,
    ),
    "a retirement is put off": (
        seen(world(AGED[9], slots=USED)),
        Health.WAITING,
        "retirement put off until 2026-11-29: key-two was used 24h ago",
        None,
    ),
    "a retirement is put off for another grace": (
        seen(world(AGED[14], slots=USED)),
        Health.OVERDUE,
        "retirement put off until 2026-11-29: key-two was used 24h ago",
        PUT_OFF,
    ),
    "a rotation for another trigger waits for a use": (
        seen(world(NEW, slots=USED), wishes(every=MONTHLY, trigger_digest="01234567")),
        Health.WAITING,
        "rotation put off until 2026-11-29: key-two was used 24h ago",
        None,
    ),
    "a rotation for another trigger waits for the grace": (
        seen(
            world(version(1, label("key-two", "b"), "PREVIOUS", days_ago=31), NEW),
            wishes(every=MONTHLY, trigger_digest="01234567"),
        ),
        Health.WAITING,
        "rotation put off until 2026-11-29: key-two is in its grace of 7d",
        None,
    ),
    "a rotation is put off since long ago": (
        seen(world(AGED[31], slots=USED)),
        Health.OVERDUE,
        "rotation put off until 2026-11-29: key-two was used 24h ago",
        (
            "rotation put off: due since 2026-11-22T12:00:00Z, but key-two is still within its grace until "
            "2026-11-29T12:00:00Z"
        ),
    ),
    "a rotation is due": (
        seen(world(AGED[31], slots=QUIET)),
        Health.DUE,
        "run `pulumi up`: renew key-two and publish its new value",
        "the next `pulumi up` will renew key-two and publish its new value: due since 2026-11-22T12:00:00Z",
    ),
    "a retirement is due": (
        seen(world(AGED[8])),
        Health.DUE,
        "run `pulumi up`: deactivate key-two",
        "the next `pulumi up` will deactivate key-two: its grace of 7d is over",
    ),
    "another trigger, not applied yet": (
        seen(world(NEW, slots=QUIET), wishes(every=MONTHLY, trigger_digest="01234567")),
        Health.DRIFT,
        "run `pulumi up`: renew key-two and publish its new value",
        "the next `pulumi up` will renew key-two and publish its new value: another trigger",
    ),
    "the slot in use was deactivated": (
        seen(world(NEW, slots=(slot("key-one", "INACTIVE"), slot("key-two")))),
        Health.DRIFT,
        "run `pulumi up`: activate key-one",
        "the next `pulumi up` will activate key-one",
    ),
    "a run was cut off": (
        seen(world(NEW, version(3, label("key-two", "b"), "PENDING"))),
        Health.DRIFT,
        "run `pulumi up`: try the value of version 3",
        "the next `pulumi up` will try the value of version 3",
    ),
    "the value expires soon": (
        seen(world(NEW, slots=(slot("key-one", expires_in=10), slot("key-two", "INACTIVE")))),
        Health.EXPIRING,
        "nothing until rotation on 2026-11-26",
        "the value in use expires in 10d, 2026-12-03; rotation in 3d, 2026-11-26",
    ),
    "the value expires soon and its rotation waits": (
        seen(world(NEW, slots=(slot("key-one", expires_in=10), USED[1])), wishes(trigger_digest="01234567")),
        Health.EXPIRING,
        "rotation put off until 2026-11-29: key-two was used 24h ago",
        (
            "the value in use expires in 10d, 2026-12-03; rotation put off: another trigger, but key-two is "
            "still within its grace until 2026-11-29T12:00:00Z"
        ),
    ),
    "a person holds it": (
        seen(world(NEW, slots=RESTING, tags=HELD)),
        Health.HELD,
        "suspended by hand since 2026-11-20: `genaikeys resume` ends it",
        BY_HAND,
    ),
    "a person holds it, and somebody activated a slot": (
        seen(world(NEW, slots=QUIET, tags=HELD)),
        Health.HELD,
        "suspended by hand since 2026-11-20: `genaikeys resume` ends it",
        f"{BY_HAND}; the next `pulumi up` will deactivate key-one: the key is suspended",
    ),
    "the stack suspends it": (
        seen(world(NEW, slots=RESTING), wishes(suspended=True)),
        Health.SUSPENDED,
        "nothing until the stack no longer says suspended",
        None,
    ),
    "the stack suspends it, and a slot works": (
        seen(world(NEW, slots=QUIET), wishes(suspended=True)),
        Health.DRIFT,
        "run `pulumi up`: deactivate key-one",
        "the next `pulumi up` will deactivate key-one: the key is suspended",
    ),
    "a slot is revoked": (
        seen(world(NEW, slots=(slot("key-one"), slot("key-two", "REVOKED")))),
        Health.ATTENTION,
        "replace the key before 2027-01-22: key-two is revoked",
        (
            "key-two is revoked, which ends rotation: replace the key before key-one expires at "
            "2027-01-22T12:00:00Z"
        ),
    ),
    "a person has to act": (
        seen(world(NEW, version(3, "mine", "PENDING"))),
        Health.ATTENTION,
        "nothing until a person acts",
        (
            "Version 3 of ocid1.vaultsecret.oc1.us-chicago-1.s is PENDING and not the kit's. Find out who "
            "wrote it; promote it or write CURRENT over it, then run the command again."
        ),
    ),
    "nothing was published": (
        seen(world(), problem="nothing was published in its Vault secret yet"),
        Health.PROBLEM,
        "run `pulumi up`: renew key-one and publish its new value",
        (
            "nothing was published in its Vault secret yet: the next `pulumi up` will renew key-one and "
            "publish its new value: first publication"
        ),
    ),
    "its Vault secret is pending deletion": (
        seen(world(NEW, secret_state="PENDING_DELETION"), problem="its Vault secret is PENDING_DELETION"),
        Health.PROBLEM,
        "nothing until a person acts",
        (
            "its Vault secret is PENDING_DELETION: The Vault secret ocid1.vaultsecret.oc1.us-chicago-1.s is "
            "PENDING_DELETION: readers get nothing. Bring it back with `oci vault secret "
            "cancel-secret-deletion --secret-id ocid1.vaultsecret.oc1.us-chicago-1.s`, then run the command "
            "again."
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_view_says_how_a_key_is_and_what_comes_next(name: str) -> None:
    """One word and a short sentence for the table, and in full what a person should know."""
    found, health, following, attention = CASES[name]

    assert (found.health, found.next, found.attention) == (health, following, attention)


@pytest.mark.parametrize("name", CASES)
def test_attention_is_told_exactly_where_the_exit_code_says_so(name: str) -> None:
    """Well means that nobody has to do anything; each sentence for the table is short."""
    found = CASES[name][0]

    assert found.health.is_well is (found.attention is None)
    assert len(found.next) <= 64


def test_every_health_has_a_case() -> None:
    """No word stands in the table that no test has seen."""
    assert {health for _, health, _, _ in CASES.values()} == set(Health)


@pytest.mark.parametrize(
    ("problem", "following"),
    [
        ("it has no API key there", "it has no API key there"),
        (f"ListApiKeys failed: 404 {'x' * 80}", f"ListApiKeys failed: 404 {'x' * 33}..."),
    ],
)
def test_view_of_what_cannot_be_told_is_its_problem(problem: str, following: str) -> None:
    """Short in the table, in full for a person."""
    found = view(Placed(key="a", region="r", problem=problem), wishes(), "compartment")

    assert (found.health, found.next, found.attention) == (Health.PROBLEM, following, problem)
    assert found.ahead is None


def test_value_that_was_published_again_is_as_old_as_it_is() -> None:
    """After a leak the slot before is published again; its value is not new."""
    found = seen(
        world(
            version(1, label("key-one"), "DEPRECATED", days_ago=40),
            version(2, label("key-two", "b"), "PREVIOUS", days_ago=5),
            version(3, label("key-one", mark="r01234567"), "CURRENT", days_ago=1),
        )
    )

    assert found.value_since == NOW - timedelta(days=40)


@pytest.mark.parametrize(
    "found", [seen(world(NEW, slots=RESTING, tags=HELD)), CASES["the stack suspends it"][0]]
)
def test_suspended_key_has_no_dates_but_its_expiry(found: View) -> None:
    """Neither rotation nor retirement is done while it rests."""
    assert found.ahead is not None
    dates: tuple[datetime | None, ...] = (found.ahead.rotation_due, found.ahead.retirement_due)

    assert dates == (None, None)
    assert found.ahead.expires == NOW + timedelta(days=60)

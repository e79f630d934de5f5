"""Decisions from stored policies: when a statement counts, and that nothing stale decides."""

import os

import pytest

from emulator.authority import Authority
from emulator.cipher import Cipher
from emulator.clock import Clock
from emulator.database import Database
from emulator.ids import Ids
from emulator.store import Store
from emulator.switches import Switches
from emulator.wire import Call, Refusal, World
from genaikeys.iam import Answer, Principal

TENANCY = "ocid1.tenancy.oc1..authority"
APPS = "ocid1.compartment.oc1..apps"
GRANT = "Allow group Readers to inspect tenancies in tenancy"
APPS_GRANT = "Allow group Readers to inspect compartments in compartment apps"
READER = Principal(type="user", id="ocid1.user.oc1..reader", groups=frozenset({"Readers"}))
OTHER = Principal(type="user", id="ocid1.user.oc1..other", groups=frozenset({"Others"}))


class StoppedClock(Clock):
    """A clock whose elapsed time a test sets."""

    passed = 1000.0

    def elapsed(self) -> float:
        """What the test says."""
        return self.passed


@pytest.fixture
def world(database: Database) -> World:
    """A tenancy with one compartment and no policies, at 1000 s."""
    clock = StoppedClock(database)
    store = Store(database, clock)
    store.put(
        "compartment", {"id": TENANCY, "compartmentId": None, "name": "root", "lifecycleState": "ACTIVE"}
    )
    store.put(
        "compartment", {"id": APPS, "compartmentId": TENANCY, "name": "apps", "lifecycleState": "ACTIVE"}
    )
    return World(store, clock, Switches(database), Cipher(os.urandom(32)), Ids(), Authority(store, clock))


def put_policy(world: World, *history: tuple[str, float, float | None]) -> None:
    """Store the one policy of these tests."""
    entries = [{"text": text, "since": since, "until": until} for text, since, until in history]
    world.store.put("policy", {"id": "p", "name": "p", "compartmentId": TENANCY, "_history": entries})


def call(world: World, principal: Principal | None = READER) -> Call:
    """A request of some operation."""
    return Call(
        method="GET",
        host="identity.us-ashburn-1.oci.oraclecloud.com",
        service="identity",
        region="us-ashburn-1",
        path="/",
        query={},
        headers={},
        body=b"",
        params={},
        principal=principal,
        request_id="r",
        operation="GetTenancy",
        world=world,
    )


def says(world: World, at: float | None = None) -> Answer:
    """Whether the reader may inspect the tenancy."""
    return call(world).may("TENANCY_INSPECT", TENANCY, at=at).answer


@pytest.mark.parametrize(
    ("at", "answer"),
    [(999.9, Answer.NO), (1000.0, Answer.YES), (1004.9, Answer.YES), (1005.0, Answer.NO)],
)
def test_statement_counts_from_since_until_until(world: World, at: float, answer: Answer) -> None:
    """Both edges, asked now and asked later about then."""
    put_policy(world, (GRANT, 1000.0, 1005.0))
    assert says(world, at) is answer
    assert isinstance(world.clock, StoppedClock)
    world.clock.passed = at
    assert says(world) is answer


def test_change_of_a_policy_decides_the_next_request(world: World) -> None:
    """What was worked out before a write is not used after it."""
    assert says(world) is Answer.NO
    put_policy(world, (GRANT, 0.0, None))
    assert says(world) is Answer.YES
    world.store.delete("policy", "p")
    assert says(world) is Answer.NO


def test_policy_that_was_taken_back_decides_nothing(database: Database, world: World) -> None:
    """A rollback takes decisions with it, even if one was asked for inside the transaction."""

    def fail_half_way() -> None:
        with database.transaction():
            put_policy(world, (GRANT, 0.0, None))
            assert says(world) is Answer.YES
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert says(world) is Answer.NO


def test_compartment_that_moves_or_goes_takes_its_names_along(world: World) -> None:
    """Names resolve in the tree as it is now."""
    put_policy(world, (APPS_GRANT, 0.0, None))
    assert call(world).may("COMPARTMENT_INSPECT", APPS).answer is Answer.YES
    apps = world.store.get("compartment", APPS)
    assert apps is not None
    world.store.put("compartment", {**apps, "name": "renamed"})
    assert call(world).may("COMPARTMENT_INSPECT", APPS).answer is not Answer.YES
    world.store.put("compartment", {**apps, "lifecycleState": "DELETED"})
    assert call(world).may("COMPARTMENT_INSPECT", APPS).answer is not Answer.YES


@pytest.mark.parametrize("code", ["NotAuthorizedOrNotFound", "NotFound"])
def test_authorise_refuses_as_if_nothing_were_there(world: World, code: str) -> None:
    """404 under the code of the switch, and the decision is on record."""
    world.switches.set("missing-code", code)
    put_policy(world, (GRANT, 0.0, None))
    asking = call(world, OTHER)
    with pytest.raises(Refusal) as caught:
        asking.authorise("TENANCY_INSPECT", TENANCY)
    assert (caught.value.status, caught.value.code) == (404, code)
    assert caught.value.message == "Authorization failed or requested resource not found."
    [asked] = asking.asked
    assert (asked.principal, asked.permission, asked.decision.answer) == (OTHER, "TENANCY_INSPECT", Answer.NO)


def test_principal_can_be_another_than_who_signed(world: World) -> None:
    """An API key is judged in its own name."""
    put_policy(world, (GRANT, 0.0, None))
    assert call(world, OTHER).may("TENANCY_INSPECT", TENANCY, principal=READER).answer is Answer.YES
    assert call(world, READER).may("TENANCY_INSPECT", TENANCY, principal=OTHER).answer is Answer.NO


def test_error_when_nobody_is_there_to_be_judged(world: World) -> None:
    """A mistake of a service, not of a caller."""
    with pytest.raises(ValueError, match="GetTenancy has no principal to be judged"):
        call(world, None).may("TENANCY_INSPECT", TENANCY)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "CannotParseRequest"),
        (b"\xff", "CannotParseRequest"),
        (b'{"n": NaN}', "CannotParseRequest"),
        (b'{"n": 1e999}', "CannotParseRequest"),
        (b'{"n": "\\ud800"}', "CannotParseRequest"),
        (b"[" * 100_000, "CannotParseRequest"),
        (b"[]", "InvalidParameter"),
        (b"null", "InvalidParameter"),
    ],
)
def test_error_when_a_body_is_no_object(world: World, body: bytes, code: str) -> None:
    """400, whatever it is instead."""
    asking = call(world)
    asking.body = body
    with pytest.raises(Refusal) as caught:
        asking.json()
    assert (caught.value.status, caught.value.code) == (400, code)


def test_absent_body_is_an_empty_object(world: World) -> None:
    """Actions come without one."""
    assert call(world).json() == {}

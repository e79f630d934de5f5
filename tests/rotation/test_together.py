"""Two runs at once, in every order of their calls that a few switches from one to the other make."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest import mock

import pytest

from genaikeys.rotation import Leak, Wishes
from tests.rotation.together import Together, World, orders, patched
from tests.rotation.worlds import wishes

pytestmark = pytest.mark.slow

ROTATING = wishes(trigger_digest="11111111")
ORDERS = pytest.mark.parametrize(
    "switches", [2, pytest.param(3, marks=pytest.mark.full)], ids=["2 switches", "3 switches"]
)


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Probes ask the world in memory, and nobody waits."""
    with patched(), mock.patch("time.sleep"):
        yield


def new() -> World:
    """Nothing is published yet."""
    return World.new()


def published() -> World:
    """Readers have a value of key-one's."""
    return _published(World.new())


def stubborn() -> World:
    """The same, where Vault takes no second PENDING version and promotes none by its number."""
    return _published(World.new(is_second_pending=False, is_promoted=False))


def by_content() -> World:
    """The same, where Vault promotes no version by its number."""
    return _published(World.new(is_promoted=False))


def _published(world: World) -> World:
    first = Together(world, wishes())
    while first.alive():
        first.step(0)
    assert world.works(world.current)
    return world


def revoking(world: World, slot: str = "key-one", *, is_permanent: bool = False) -> Wishes:
    """What `genaikeys revoke` wishes of a slot's value of now."""
    leak = Leak.of(world.slots[slot], is_permanent=is_permanent)
    return wishes(by_hand=True, moving_time=timedelta(0), leak=leak)


Case = tuple[Callable[[], World], Callable[[World], tuple[Wishes, Wishes]]]
LIVES: dict[str, Case] = {
    "publish, twice": (new, lambda _: (wishes(), wishes())),
    "rotate, twice": (published, lambda _: (ROTATING, ROTATING)),
    "rotate, for two triggers": (published, lambda _: (ROTATING, wishes(trigger_digest="22222222"))),
    "rotate, and by hand": (published, lambda _: (ROTATING, wishes(by_hand=True, rotate_from=2))),
    "rotate, twice, where Vault is stubborn": (stubborn, lambda _: (ROTATING, ROTATING)),
    "rotate, twice, where Vault promotes by content": (by_content, lambda _: (ROTATING, ROTATING)),
    "rotate, and do nothing": (published, lambda _: (ROTATING, wishes())),
}
LEAKS: dict[str, Case] = {
    "rotate, and revoke what is in use": (published, lambda world: (ROTATING, revoking(world))),
    "revoke, twice": (published, lambda world: (revoking(world), revoking(world))),
}
CASES = {**LIVES, **LEAKS}


@ORDERS
@pytest.mark.parametrize("name", CASES)
def test_readers_have_a_value_that_works_whatever_two_runs_do_at_once(name: str, switches: int) -> None:
    """After each call; in the end nothing waits, and the value before lives, or has died where it leaked."""
    make, wished = CASES[name]
    before = ""

    def begin() -> Together:
        nonlocal before
        world = make()
        before = world.current
        return Together(world, *wished(world))

    tried = 0
    for together in orders(begin, switches, working):
        tried += 1
        assert [each.said for each in together.runners] == ["", ""], together.trace
        assert_whole(together, ROTATING if name.startswith("rotate") else wishes())
        if before != "placeholder":
            assert together.world.is_alive(before) is (name in LIVES), together.trace

    assert tried > 50


@ORDERS
@pytest.mark.parametrize("make", [published, stubborn])
def test_run_goes_on_from_whatever_a_killed_one_and_another_left(
    make: Callable[[], World], switches: int
) -> None:
    """One of two runs is killed anywhere, and the other goes on, or is killed no more."""
    for together in orders(lambda: Together(make(), ROTATING, ROTATING), switches - 1, working, kills=1):
        assert_whole(together, ROTATING)


@ORDERS
@pytest.mark.parametrize("calls", range(4, 12))
def test_value_that_is_revoked_while_it_is_being_published_is_never_left_with_readers(
    calls: int, switches: int
) -> None:
    """Somebody revokes the slot that a rotation has just renewed, whose value it is about to publish."""
    leaked = ""

    def begin() -> Together:
        nonlocal leaked
        together = Together(published(), ROTATING)
        for _ in range(calls):
            together.step(0)
        leaked = together.world.values["key-two"]
        together.begin(revoking(together.world, "key-two"))
        return together

    for together in orders(begin, switches, working):
        assert [each.said for each in together.runners] == ["", ""], together.trace
        assert_whole(together, ROTATING)
        assert not together.world.is_alive(leaked), together.trace


def working(together: Together) -> None:
    """What readers get works."""
    world = together.world
    assert world.current == "placeholder" or world.works(world.current), together.trace


def assert_whole(together: Together, wanted: Wishes) -> None:
    """After one more run readers have a value that works, and nothing waits for its promotion."""
    together.begin(wanted)
    last = len(together.runners) - 1
    while not together.runners[last].is_over:
        together.step(last)
        working(together)
    assert together.runners[last].said == "", together.trace
    assert together.world.works(together.world.current), together.trace
    assert together.world.seen().pending is None, together.trace

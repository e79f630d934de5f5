"""Laws of rotation, over worlds that nobody thought of."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genaikeys.oci import Slot, Version
from genaikeys.rotation import Leak, Learned, Wishes, World, imagined, next_step
from genaikeys.rotation.imagined import after
from genaikeys.rotation.step import Deactivate, Discard, Done, Promote, PutOff, Refuse, Renew, Revoke
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import NOW, label, version, wishes, world

_LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Worlds have many parts, and a busy machine takes its time to draw them."""
_DAYS = st.floats(0, 89)
_STATES = st.sampled_from(("ACTIVE", "INACTIVE", "EXPIRED", "REVOKED"))


@st.composite
def _slots(draw: st.DrawFn) -> tuple[Slot, ...]:
    found = []
    for name in ("key-one", "key-two"):
        used = draw(st.none() | st.floats(0, 60))
        found.append(
            Slot(
                name,
                draw(_STATES),
                NOW + timedelta(days=draw(st.floats(-5, 120))),
                None if used is None else NOW - timedelta(days=used),
            )
        )
    return tuple(found)


@st.composite
def _versions(draw: st.DrawFn) -> tuple[Version, ...]:
    count = draw(st.integers(1, 12))
    ages = sorted((draw(_DAYS) for _ in range(count)), reverse=True)
    names = [
        draw(
            st.sampled_from(("", "mine"))
            | st.builds(
                label,
                st.sampled_from(("key-one", "key-two")),
                st.sampled_from("abc"),
                st.just("e3b0c442"),
                st.sampled_from(("", "r01234567", "p01234567")),
            )
        )
        for _ in range(count)
    ]
    current = draw(st.integers(0, count - 1))
    pending = draw(st.none() | st.integers(0, count - 1).filter(lambda index: index != current))
    previous = draw(
        st.none() | st.integers(0, count - 1).filter(lambda index: index not in (current, pending))
    )
    stages = {current: "CURRENT", pending: "PENDING", previous: "PREVIOUS"}
    return tuple(
        version(index + 1, name, stages.get(index, "DEPRECATED"), days_ago=age)
        for index, (name, age) in enumerate(zip(names, ages, strict=True))
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world as it may be after anything: killed runs, other people, years of silence."""
    held = {"genaikeys-held": "2026-11-20T00:00:00+00:00"}
    return world(*draw(_versions()), slots=draw(_slots()), tags=draw(st.sampled_from(({}, held))))


@st.composite
def wished(draw: st.DrawFn, seen: World) -> Wishes:
    """What a stack or a person may want of it."""
    leaked = draw(st.none() | st.sampled_from(seen.key.slots))
    current = seen.current
    return wishes(
        every=draw(st.none() | st.just(timedelta(days=30))),
        suspended=draw(st.booleans()),
        trigger_digest=draw(st.sampled_from(("e3b0c442", "00000000"))),
        probe_models=draw(st.sampled_from(((), ("openai.gpt-oss-20b",)))),
        rotate_from=draw(st.sampled_from((None, current.number if current else None))),
        hold=draw(st.sampled_from((None, True, False))),
        leak=Leak.of(leaked, is_permanent=draw(st.booleans())) if leaked else None,
    )


@_LAW
@given(st.data())
def test_run_ends_and_a_second_one_changes_nothing(data: st.DataObject) -> None:
    """Whatever the world, a run in which all goes well ends, and then there is no more to do."""
    seen = data.draw(worlds())
    wanted = data.draw(wished(seen))

    _, later, end = imagined(seen, wanted)
    again, _, second = imagined(later, wanted)

    if not isinstance(end, Refuse):
        assert again == []
        assert isinstance(second, Done | PutOff)


@_LAW
@given(st.data())
def test_slot_that_readers_have_is_never_renewed_unless_it_works_no_more(data: st.DataObject) -> None:
    """No step of any run renews, discards or revokes the slot behind CURRENT."""
    seen = data.draw(worlds())
    wanted = data.draw(wished(seen))
    learned = Learned()
    for _ in range(60):
        step = next_step(seen, wanted, learned)
        if isinstance(step, Done | PutOff | Refuse):
            break
        in_use = seen.slot_in_use
        if isinstance(step, Renew | Discard | Revoke) and in_use is not None:
            assert step.slot != in_use.name, step
        if hasattr(step, "version") and type(step).__name__ == "Probe":
            learned.verdicts[step.version] = data.draw(st.sampled_from(Verdict))
            learned.renewals += learned.verdicts[step.version] is Verdict.REFUSED
        else:
            seen = after(step, seen, wanted)


@_LAW
@given(st.data())
def test_rotation_never_touches_a_slot_within_its_grace(data: st.DataObject) -> None:
    """Where no value has leaked, a slot that callers may still use is neither renewed nor retired."""
    seen = data.draw(worlds())
    wanted = data.draw(wished(seen).filter(lambda each: each.leak is None and not each.suspended))
    for _ in range(60):
        step = next_step(seen, wanted, Learned(verdicts=dict.fromkeys(range(99), Verdict.WORKS)))
        if isinstance(step, Done | PutOff | Refuse) or seen.owed or seen.held_since or wanted.hold:
            break
        used = seen.key.slot(step.slot) if isinstance(step, Renew | Deactivate) else None
        if used is not None and used.state not in ("EXPIRED", "REVOKED"):
            assert used.time_last_used is None or seen.now - used.time_last_used >= wanted.grace, step
        seen = after(step, seen, wanted)


@_LAW
@given(st.data())
def test_promoted_version_is_one_that_was_tried(data: st.DataObject) -> None:
    """With a model to try, no version becomes CURRENT before a call with its value was answered."""
    seen = data.draw(worlds())
    wanted = data.draw(wished(seen).filter(lambda each: each.probe_models != ()))
    tried: set[int] = set()
    steps, _, _ = imagined(seen, wanted)
    for step in steps:
        if isinstance(step, Promote):
            assert step.version in tried, step
        tried.add(getattr(step, "version", 0))


@_LAW
@given(st.data())
def test_leaked_value_is_dead_at_the_end(data: st.DataObject) -> None:
    """A run about a leak that comes to a good end leaves no slot with the leaked value."""
    seen = data.draw(worlds())
    wanted = data.draw(wished(seen).filter(lambda each: each.leak is not None))

    _, later, end = imagined(seen, wanted)

    if not isinstance(end, Refuse):
        assert later.alive(wanted.leak) is None

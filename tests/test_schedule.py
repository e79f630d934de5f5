"""The arithmetic that a rotation's options must obey."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys import durations
from genaikeys.schedule import LAST_CALL, Contradiction, contradictions, period

_EXPIRY_OVER_EVERY = Contradiction(
    "expiry",
    "66d is too short for every: 30d: the secret to be renewed must not have expired (2 x 30d + 7d = 67d)",
    "at least twice every and 7 days: 67d",
    "67d",
)
_GRACE_OVER_EVERY = Contradiction(
    "grace",
    "31d is longer than every: 30d: each rotation would renew a secret that callers may still use",
    "at most every: 30d",
    "30d",
)
_EXPIRY_OVER_GRACE = Contradiction(
    "expiry",
    "20d is too short for grace: 7d: the next rotation would come before the grace is over "
    "(2 x 7d + 7d = 21d)",
    "at least twice grace and 7 days: 21d",
    "21d",
)
_EVERY_ZERO = Contradiction(
    "every", "0 would rotate without end", "longer than 0; absent: as seldom as expiry allows", "30d"
)
_EXPIRY_ZERO = Contradiction("expiry", "0 would make every secret dead at once", "longer than 0", "90d")

# every, grace, expiry: what is wrong
CASES: dict[str, tuple[str | None, str, str, list[Contradiction]]] = {
    "the defaults": ("30d", "7d", "90d", []),
    "expiry at its least": ("30d", "7d", "67d", []),
    "expiry a day below": ("30d", "7d", "66d", [_EXPIRY_OVER_EVERY]),
    "grace at its most": ("30d", "30d", "67d", []),
    "grace a day above": ("30d", "31d", "67d", [_GRACE_OVER_EVERY]),
    "both wrong: the first is told": ("30d", "31d", "66d", [_EXPIRY_OVER_EVERY]),
    "no every, expiry at its least": (None, "7d", "21d", []),
    "no every, expiry a day below": (None, "7d", "20d", [_EXPIRY_OVER_GRACE]),
    "no every, no grace": (None, "0s", "7d", []),
    "every is 0": ("0s", "7d", "90d", [_EVERY_ZERO]),
    "every and expiry are 0": ("0s", "7d", "0s", [_EVERY_ZERO]),
    "expiry is 0": ("30d", "7d", "0s", [_EXPIRY_ZERO]),
    "expiry is 0, no every": (None, "0s", "0s", [_EXPIRY_ZERO]),
    "no grace": ("30d", "0s", "90d", []),
}


@pytest.mark.parametrize("name", CASES)
def test_options_that_contradict_each_other_are_told_with_the_arithmetic(name: str) -> None:
    """At its bound an option is right; beyond, the message gives the sum and the nearest right value."""
    every, grace, expiry, expected = CASES[name]
    given_every = durations.parse(every) if every else None

    assert contradictions(given_every, durations.parse(grace), durations.parse(expiry)) == expected


_LENGTHS = st.integers(0, 400).map(lambda days: timedelta(days=days))


@given(st.none() | _LENGTHS, _LENGTHS, _LENGTHS)
def test_nearest_value_mends_the_option(every: timedelta | None, grace: timedelta, expiry: timedelta) -> None:
    """Whoever follows the advice, however often, ends with options that make sense, three times at most."""
    options = {"every": every, "grace": grace, "expiry": expiry}
    for _ in range(3):
        if not (wrong := contradictions(**options)):  # type: ignore[arg-type]  # grace and expiry are never None
            break
        options[wrong[0].option] = durations.parse(wrong[0].nearest)

    assert contradictions(**options) == []  # type: ignore[arg-type]  # as above


@given(st.none() | _LENGTHS, _LENGTHS, _LENGTHS)
def test_value_in_use_lives_for_its_period_and_a_week(
    every: timedelta | None, grace: timedelta, expiry: timedelta
) -> None:
    """Where nothing is wrong, a value that is renewed at every second rotation has not expired by then."""
    if contradictions(every, grace, expiry):
        return

    assert 2 * period(every, expiry) + LAST_CALL <= expiry
    assert grace <= period(every, expiry)


@pytest.mark.parametrize(
    ("every", "expected"),
    [(timedelta(days=30), timedelta(days=30)), (None, timedelta(days=41, hours=12))],
    ids=["as the stack says", "as seldom as expiry allows"],
)
def test_period_is_the_stacks_or_what_the_expiry_allows(every: timedelta | None, expected: timedelta) -> None:
    """Of 90 days a week is put aside, and half of the rest is a period."""
    assert period(every, timedelta(days=90)) == expected

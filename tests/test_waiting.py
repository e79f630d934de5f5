"""Waiting: how often it looks, and how long."""

from itertools import pairwise

import pytest

from genaikeys import waiting


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Times at which somebody woke up, on a clock that only sleep moves."""
    woken = [0.0]
    monkeypatch.setattr("genaikeys.waiting.time.monotonic", lambda: woken[-1])
    monkeypatch.setattr("genaikeys.waiting.time.sleep", lambda seconds: woken.append(woken[-1] + seconds))
    return woken


@pytest.mark.parametrize("within", [0.0, 0.05, 1.0, 15.0, 120.0])
def test_looks_go_on_until_time_is_over(clock: list[float], within: float) -> None:
    """The first look is at once, the last one when time is over, and none comes after that."""
    seen = [clock[-1] for _ in waiting.looks(within)]

    assert seen[0] == 0
    assert seen[-2] <= within <= seen[-1]


def test_looks_come_more_and_more_seldom(clock: list[float]) -> None:
    """Each pause is twice the one before, up to the longest."""
    seen = [clock[-1] for _ in waiting.looks(60)]

    pauses = [round(later - earlier, 6) for earlier, later in pairwise(seen)]
    assert pauses[:6] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]
    assert set(pauses[6:]) == {waiting.LONGEST}

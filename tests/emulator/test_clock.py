"""The virtual clock, by itself and over the admin address."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from emulator.clock import Clock
from emulator.database import Database
from tests.emulator.caller import Caller
from tests.local import Local, running

pytestmark = pytest.mark.slow

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
NEAR = timedelta(seconds=30)


def test_clock_starts_at_real_time(database: Database) -> None:
    """A new home is in the present."""
    assert abs(Clock(database).now() - datetime.now(UTC)) < NEAR


def test_moving_the_clock_leaves_elapsed_time_alone(database: Database) -> None:
    """What came first stays first."""
    clock = Clock(database)
    clock.move_to(MARCH)
    assert abs(clock.now() - MARCH) < NEAR
    assert abs(clock.elapsed() - time.time()) < NEAR.total_seconds()


def test_offset_outlives_the_clock(database: Database) -> None:
    """The next process goes on from where the clock was moved to."""
    Clock(database).move_by(-86400.5)
    assert Clock(database).offset == -86400.5


@pytest.mark.parametrize("seconds", [1e12, -1e12, 1e300])
def test_clock_never_leaves_the_calendar(database: Database, seconds: float) -> None:
    """A move too far is refused and moves nothing."""
    clock = Clock(database)
    with pytest.raises(OverflowError):
        clock.move_by(seconds)
    assert clock.offset == 0


def test_date_header_follows_the_clock_and_signatures_do_not(emulator: Local, caller: Caller) -> None:
    """Clients sign with real time, and are told virtual time."""
    emulator.admin("POST", "/clock", {"to": "2026-03-01"})
    answer = caller.tenancies()
    assert answer.status_code == 200
    assert abs(parsedate_to_datetime(answer.headers["date"]) - MARCH) < NEAR


def test_clock_moves_by_seconds_over_the_admin_address(emulator: Local) -> None:
    """POST answers the clock as it is after the move."""
    before = emulator.admin("GET", "/clock")
    after = emulator.admin("POST", "/clock", {"by": 3600})
    assert after["offsetSeconds"] == before["offsetSeconds"] + 3600
    assert abs(datetime.fromisoformat(after["now"]) - datetime.now(UTC) - timedelta(hours=1)) < NEAR


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, 'the clock takes {"to": TIME} or {"by": SECONDS}; got {}'),
        ({"by": "1"}, """the clock takes {"to": TIME} or {"by": SECONDS}; got {'by': '1'}"""),
        ({"to": "noon"}, "'noon' is no time; write 2026-03-01 or 2026-03-01T09:30:00Z"),
        ({"by": 1e300}, "the clock can't be moved by 1e+300 seconds: it would leave the calendar"),
    ],
)
def test_error_when_the_clock_is_told_nonsense(emulator: Local, body: object, message: str) -> None:
    """The refusal says what the clock takes."""
    assert emulator.ask("POST", "/clock", body) == (400, {"code": "InvalidParameter", "message": message})


def test_clock_survives_a_restart(tmp_path: Path) -> None:
    """A stopped local OCI goes on at the moved time."""
    with running(tmp_path / "home") as local:
        local.admin("POST", "/clock", {"by": -86400})
    with running(tmp_path / "home") as local:
        assert local.admin("GET", "/clock")["offsetSeconds"] == -86400

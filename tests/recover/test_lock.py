"""Whose lock it is, and whether they live."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from genaikeys.recover import lock
from genaikeys.recover.lock import Lock, Process

_TAKEN = datetime(2026, 11, 23, 12, 0, 0, 500000, tzinfo=UTC)
_LOCK = Lock(at="file:///state/a.json", user="ana", host="laptop", pid=4711, time=_TAKEN)
_MESSAGE = """\
error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete \
the lock file with `pulumi cancel`.
  file:///state/.pulumi/locks/organization/p/dev/2ebe.json?metadata=skip: created by ana@laptop (pid 4711) \
at 2026-11-23T12:00:00Z
  s3://bucket/.pulumi/locks/organization/p/dev/77.json: created by a user@ci-7 (pid 12) \
at 2026-11-23T13:00:00+01:00
"""


def test_locks_are_read_from_what_the_engine_says() -> None:
    """Every line, whatever the backend; users may have spaces in their names, times any offset."""
    assert [
        (each.user, each.host, each.pid, each.time.isoformat()) for each in lock.in_message(_MESSAGE)
    ] == [
        ("ana", "laptop", 4711, "2026-11-23T12:00:00+00:00"),
        ("a user", "ci-7", 12, "2026-11-23T12:00:00+00:00"),
    ]
    assert lock.in_message("error: no stack named 'dev' found") == []


def test_conflict_of_pulumi_cloud_is_a_lock() -> None:
    """It doesn't say whose."""
    assert lock.is_cloud_conflict("error: [409] Conflict: Another update is currently in progress.")
    assert not lock.is_cloud_conflict(_MESSAGE)


def test_locks_are_read_from_a_folder(tmp_path: Path) -> None:
    """As Go writes them, with nanoseconds; other files don't count."""
    (tmp_path / "a.json").write_text(
        '{"pid":4711,"username":"ana","hostname":"laptop","timestamp":"2026-11-23T12:00:00.500000016Z"}'
    )
    (tmp_path / "a.json.attrs").write_text("x")
    assert lock.in_folder(tmp_path) == [
        Lock(at=str(tmp_path / "a.json"), user="ana", host="laptop", pid=4711, time=_TAKEN)
    ]
    assert lock.in_folder(tmp_path / "none") == []


def _found(started: timedelta, command: str) -> Callable[[int], Process | None]:
    return lambda _: Process(_TAKEN + started, command)


@pytest.mark.parametrize(
    ("here", "look", "reason"),
    [
        pytest.param("laptop", lambda _: None, None, id="no-such-process"),
        pytest.param("laptop", _found(timedelta(minutes=1), "bash"), None, id="number-used-again"),
        pytest.param(
            "laptop",
            _found(timedelta(seconds=-1), "pulumi"),
            "Process 4711 is running: pulumi, since 2026-11-23 11:59:59 UTC.",
            id="alive",
        ),
        pytest.param(
            "laptop",
            _found(timedelta(seconds=3), "bash"),
            "Process 4711 is running: bash, since 2026-11-23 12:00:03 UTC.",
            id="within-what-clocks-differ",
        ),
        pytest.param(
            "laptop",
            _found(timedelta(minutes=1), "pulumi"),
            "Process 4711 is running: pulumi, since 2026-11-23 12:01:00 UTC.",
            id="a-pulumi-is-never-taken-for-another",
        ),
        pytest.param(
            "desk",
            lambda _: None,
            "It was taken on laptop; whether that process lives can't be seen from desk.",
            id="other-host",
        ),
    ],
)
def test_owner_is_dead_only_where_that_is_proven(
    here: str, look: Callable[[int], Process | None], reason: str | None
) -> None:
    """Here, and gone; or its number is another process's since."""
    assert lock.why_alive(_LOCK, here, look) == reason


def test_living_process_is_found() -> None:
    """With the time of its start, by this machine's clock."""
    found = lock.process(os.getpid())
    assert found is not None
    assert timedelta() <= datetime.now(UTC) - found.started < timedelta(days=2)


def test_dead_process_is_not_found() -> None:
    """Neither once it is reaped, nor while it waits for that."""
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as ended:
        assert ended.stdout is not None
        ended.stdout.read()
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        assert lock.process(ended.pid) is None
        ended.wait()
        assert lock.process(ended.pid) is None

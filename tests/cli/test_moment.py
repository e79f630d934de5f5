"""Times as people write them on the command line."""

import pytest

from genaikeys.cli.moment import clock_request
from genaikeys.errors import KitError


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2026-03-01", {"to": "2026-03-01T00:00:00Z"}),
        ("2026-03-01T09:30:00Z", {"to": "2026-03-01T09:30:00Z"}),
        ("2026-03-01T09:30:00+09:00", {"to": "2026-03-01T00:30:00Z"}),
        ("2026-03-01 09:30", {"to": "2026-03-01T09:30:00Z"}),
        ("+30d", {"by": 2592000.0}),
        ("+PT12H", {"by": 43200.0}),
    ],
)
def test_clock_request_reads_a_time_or_a_step(text: str, asked: dict[str, object]) -> None:
    """A time without a zone is UTC; a step starts with a plus."""
    assert clock_request(text) == asked


def test_error_when_the_text_is_no_time() -> None:
    """The message shows both forms."""
    with pytest.raises(KitError) as problem:
        clock_request("tomorrow")
    assert str(problem.value) == (
        "'tomorrow' is no time.\n"
        "Write a time, such as 2026-03-01 or 2026-03-01T09:30:00Z, or a step, such as +30d."
    )


def test_error_when_the_step_is_no_duration() -> None:
    """What a duration may be is said by the module that reads durations."""
    with pytest.raises(KitError) as problem:
        clock_request("+1month")
    assert str(problem.value).startswith(
        "The clock can't be moved by '+1month'.\n'1month' is not a duration;"
    )

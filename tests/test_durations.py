"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.durations import ALLOWED, DurationError, parse, short


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30d", timedelta(days=30)),
        ("P30D", timedelta(days=30)),
        ("p30d", timedelta(days=30)),
        ("365d", timedelta(days=365)),
        ("15s", timedelta(seconds=15)),
        ("PT15S", timedelta(seconds=15)),
        ("2w", timedelta(weeks=2)),
        ("P2W", timedelta(weeks=2)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("P1DT12H", timedelta(days=1, hours=12)),
        ("90m", timedelta(minutes=90)),
        ("PT90M", timedelta(minutes=90)),
        (" 7D ", timedelta(days=7)),
        ("0s", timedelta()),
    ],
)
def test_duration_is_read(text: str, length: timedelta) -> None:
    """The short form and ISO 8601 mean the same."""
    assert parse(text) == length


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "'' is not a duration"),
        ("30", "'30' is not a duration"),
        ("d", "'d' is not a duration"),
        ("-1d", "'-1d' is not a duration"),
        ("1.5d", "'1.5d' is not a duration"),
        ("1 d", "'1 d' is not a duration"),
        ("1y", "'1y' is not a duration"),
        ("P", "'P' is not a duration"),
        ("PT", "'PT' is not a duration"),
        ("P1DT", "'P1DT' is not a duration"),
        ("٣d", "'٣d' is not a duration"),
        ("P1M", "'P1M' counts in months or years, whose length varies: write days"),
        ("P1Y2M", "'P1Y2M' counts in months or years, whose length varies: write days"),
        ("1h1d", "'1h1d' repeats a unit or has them out of order"),
        ("1d1d", "'1d1d' repeats a unit or has them out of order"),
        ("999999999999d", "'999999999999d' is longer than a duration can be"),
        ("P999999999999D", "'P999999999999D' is longer than a duration can be"),
    ],
)
def test_error_when_the_text_is_no_duration(text: str, what: str) -> None:
    """It says what was given and what is allowed."""
    with pytest.raises(DurationError) as refused:
        parse(text)

    assert str(refused.value) == f"{what}; allowed: {ALLOWED}"
    assert refused.value.what == what


@given(st.integers(min_value=0, max_value=10**9).map(lambda seconds: timedelta(seconds=seconds)))
def test_printed_duration_reads_back(length: timedelta) -> None:
    """`short` and `parse` are inverse for whole seconds."""
    assert parse(short(length)) == length


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_a_clear_error(text: str) -> None:
    """No other exception ever comes out."""
    try:
        length = parse(text)
    except DurationError:
        return
    assert length >= timedelta()

"""Times as people say them in a table: a span of one number and one unit, or a date."""

from datetime import datetime, timedelta

__all__ = ["ago", "ahead", "day"]

_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)))


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was: `29d`, `5h`, `3m`, `0m`."""
    return _span(now - moment)


def ahead(moment: datetime, now: datetime) -> str:
    """How long until something is: `in 29d`; `now` from the moment on."""
    return f"in {_span(moment - now)}" if moment > now else "now"


def day(moment: datetime) -> str:
    """The date of a moment: `2026-12-23`."""
    return f"{moment:%Y-%m-%d}"


def _span(length: timedelta) -> str:
    for unit, size in _UNITS:
        if length >= 2 * size or unit == "m":
            return f"{max(length, timedelta(0)) / size:.0f}{unit}"
    raise AssertionError

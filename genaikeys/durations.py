"""Lengths of time as people write them: `30d`, `15s`, `1d12h`, or ISO 8601 `P30D`, `PT15S`.

One parser for stack files, the plugin and the command line, so that a duration means the same everywhere.
Months and years are refused on purpose: their length depends on the date, and an expiry must not.
"""

import re
from datetime import timedelta

__all__ = ["ALLOWED", "DurationError", "parse", "short"]

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_SHORT = re.compile(r"(?:[0-9]{1,15}[wdhms])+")
_PART = re.compile(r"([0-9]{1,15})([wdhms])")
_ISO = re.compile(
    r"P(?=[0-9]|T[0-9])(?:(?P<weeks>[0-9]{1,15})W)?(?:(?P<days>[0-9]{1,15})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,15})H)?(?:(?P<minutes>[0-9]{1,15})M)?(?:(?P<seconds>[0-9]{1,15})S)?)?"
)
_ISO_CALENDAR = re.compile(r"P[0-9]{1,15}[YM].*")
ALLOWED = "a number and a unit of w, d, h, m, s, such as 30d, 12h or 15s, or ISO 8601, such as P30D or PT15S"
"""What a duration looks like, for messages."""


class DurationError(ValueError):
    """A text is no duration.

    Attributes:
        what: What was given and what is wrong with it.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}; allowed: {ALLOWED}")
        self.what = what


def parse(text: str) -> timedelta:
    """Read a duration.

    Args:
        text: One or more numbers with a unit, largest first (`w`, `d`, `h`, `m` for minutes, `s`), each unit
            at most once; or an ISO 8601 duration of weeks, days, hours, minutes and seconds. Case and
            surrounding blanks don't matter.

    Returns:
        The length; never negative.

    Raises:
        DurationError: The text is neither form, repeats a unit or has units out of order, counts in months or
            years, or is longer than Python's timedelta holds.
    """
    bare = text.strip()
    try:
        if _SHORT.fullmatch(bare.lower()):
            return _from_short(bare.lower(), text)
        if match := _ISO.fullmatch(bare.upper()):
            return timedelta(**{unit: int(count) for unit, count in match.groupdict(default="0").items()})
    except OverflowError:
        raise DurationError(f"{text!r} is longer than a duration can be") from None
    if _ISO_CALENDAR.fullmatch(bare.upper()):
        raise DurationError(f"{text!r} counts in months or years, whose length varies: write days")
    raise DurationError(f"{text!r} is not a duration")


def short(length: timedelta) -> str:
    """Print a duration in the short form, whole seconds: `67d`, `1d12h`, `0s`. `parse` reads it back."""
    left = int(length.total_seconds())
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _from_short(bare: str, text: str) -> timedelta:
    parts = _PART.findall(bare)
    order = [list(_UNITS).index(unit) for _, unit in parts]
    if order != sorted(set(order)):
        raise DurationError(f"{text!r} repeats a unit or has them out of order")
    return timedelta(**{_UNITS[unit]: int(count) for count, unit in parts})

"""Two times: the virtual one, which can be moved, and elapsed time, which can't.

What OCI prints and what expires goes by the virtual clock. Delays, and the order in which policies and
secrets came to be, go by elapsed time, so that moving the clock never changes what came first.
"""

import time
from datetime import UTC, datetime, timedelta

from emulator.database import Database

__all__ = ["Clock"]

_OFFSET = "clock-offset"


class Clock:
    """The clock of a home; where it was moved to outlives the process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.offset = float(database.kept(_OFFSET) or 0)

    def now(self) -> datetime:
        """Virtual time, in UTC."""
        return datetime.fromtimestamp(self.elapsed(), UTC) + timedelta(seconds=self.offset)

    def elapsed(self) -> float:
        """Real time in seconds, comparable across restarts; moving the clock leaves it alone."""
        return time.time()

    def move_by(self, seconds: float) -> None:
        """Move virtual time, back or forth.

        Raises:
            OverflowError: It would leave the years 1 to 9999; the clock stays where it was.
        """
        now = self.now() + timedelta(seconds=seconds)
        # A day's room, so that expiry dates and time zones still fit at either end.
        if not datetime.min.replace(tzinfo=UTC) + _ROOM < now < datetime.max.replace(tzinfo=UTC) - _ROOM:
            raise OverflowError("the clock can't leave the calendar")
        self.offset += seconds
        self._database.keep(_OFFSET, repr(self.offset))

    def move_to(self, moment: datetime) -> None:
        """Set virtual time; it runs on from there."""
        self.move_by((moment - self.now()).total_seconds())


_ROOM = timedelta(days=365 * 100)

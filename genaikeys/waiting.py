"""Waiting for what changes by itself: look at once, soon after, then more and more seldom."""

import time
from collections.abc import Iterator

__all__ = ["looks"]

FIRST = 0.05
"""Seconds before the second look; doubled before each further one."""
LONGEST = 2.0
"""Seconds between two looks at the most."""


def looks(within: float) -> Iterator[None]:
    """Yield each time that it is worth looking, the first time at once, until time is over.

    Args:
        within: Seconds from the first look to the last one; there are two looks at least.
    """
    until = time.monotonic() + within
    pause = FIRST
    yield
    while True:
        time.sleep(pause)
        yield
        if time.monotonic() >= until:
            return
        pause = min(pause * 2, LONGEST)

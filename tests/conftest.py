"""What holds for every test."""

import signal
from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest
    from xdist.scheduler import Scheduling

# A shell that starts tests in the background lets them ignore interrupts, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's affair.
settings.register_profile("whole", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("whole")


def pytest_xdist_make_scheduler(config: "pytest.Config", log: object) -> "Scheduling":
    """Keep together what shares a machine."""
    from tests.workers import ByMachine

    return ByMachine(config, log)

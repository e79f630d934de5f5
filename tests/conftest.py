"""What holds for every test."""

import signal

from hypothesis import settings

# A shell that starts tests in the background lets them ignore interrupts, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's affair.
settings.register_profile("whole", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("whole")

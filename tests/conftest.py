"""What holds for every test."""

import signal

# A shell that starts tests in the background lets them ignore interrupts, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

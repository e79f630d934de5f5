"""What a process does before it handles a secret: see to it that its memory never becomes a file."""

import contextlib
import sys

__all__ = ["keep_memory_off_disk"]

_PR_SET_DUMPABLE = 4
"""prctl(2), from <linux/prctl.h>."""


def keep_memory_off_disk() -> None:
    """Write no core dump when this process is killed or crashes.

    A core holds the whole memory, and by default (core(5)) lies in the working directory: for the plugin, the
    folder of the user's project. The limit of 0 stops that, but not where ``core_pattern`` is a pipe to a
    collector; there a process that isn't dumpable has no core either (prctl(2)), and no other process of the
    same user may attach to it or read its memory. Children have the limit too. Where a system has neither,
    nothing happens.
    """
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)

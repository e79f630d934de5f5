"""Asking several at once, without making an interrupt wait for the slowest."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

__all__ = ["is_busy", "workers"]

_PREFIX = "genaikeys-worker"


@contextmanager
def workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """Open a pool of threads for a block; where the block ends early, what still runs isn't waited for.

    Args:
        count: How many work at once.
    """
    pool = ThreadPoolExecutor(count, thread_name_prefix=_PREFIX)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def is_busy() -> bool:
    """Say whether threads of a block that ended early still run; the interpreter would wait for them."""
    return any(thread.name.startswith(_PREFIX) for thread in threading.enumerate())

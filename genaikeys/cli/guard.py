"""What a person sees of a problem: a message, never a traceback."""

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from genaikeys.errors import KitError

__all__ = ["guarded"]

# 128 and the number of SIGINT, as shells have it.
_INTERRUPTED = 130


def guarded(run: Callable[[], int]) -> int:
    """Run a command; tell its problems on stderr.

    Returns:
        The command's own exit code; 1 for a problem; 130 when interrupted.
    """
    try:
        code = run()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except KitError as problem:
        sys.stderr.write(f"{problem}\n")
        code = 1
    except Exception as problem:  # noqa: BLE001
        # A traceback prints values, and a value may be a secret: only the kind and the place are told.
        sys.stderr.write(f"{_report(problem)}\n")
        code = 1
    if code == _INTERRUPTED:
        from genaikeys.parallel import is_busy

        if is_busy():
            _flush()
            os._exit(code)
    _flush()
    return code


def _flush() -> None:
    """Write what is left to say; who read it may have gone, and Python would complain of that at its end."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report(problem: Exception) -> str:
    here = str(Path(__file__).resolve().parents[2])
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [
        each for each in frames if each.filename.startswith(here) and "site-packages" not in each.filename
    ]
    place = (ours or list(frames))[-1]
    return (
        f"Unexpected {type(problem).__name__} at {Path(place.filename).name}:{place.lineno}; "
        "this is a defect: please report this line, the command and the version of the kit."
    )

"""A process that handles secrets leaves no core dump, and one that isn't told so does."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local import CHECKOUT

_CHILD = """
import os, secrets, signal, sys
from genaikeys.process import keep_memory_off_disk
if sys.argv[1] == "kept":
    keep_memory_off_disk()
value = "sk-localtest-" + secrets.token_hex(24)
print(value, flush=True)
signal.signal(int(sys.argv[2]), signal.SIG_DFL)  # a job in the background ignores some
os.kill(os.getpid(), int(sys.argv[2]))
"""

PLAIN_CORES = Path("/proc/sys/kernel/core_pattern")


def core_lies_in_working_directory() -> bool:
    """Whether this machine writes cores as core(5) says by default: a file in the working directory."""
    try:
        return PLAIN_CORES.read_text().split(".")[0].strip() == "core"
    except OSError:
        return False


def with_cores(*command: str) -> list[str]:
    """A command that may write a core of any size when it is killed."""
    return ["sh", "-c", 'ulimit -c unlimited && exec "$@"', "sh", *command]


@pytest.mark.skipif(not core_lies_in_working_directory(), reason="cores go elsewhere on this machine")
@pytest.mark.parametrize("end", [signal.SIGABRT, signal.SIGQUIT, signal.SIGSEGV])
@pytest.mark.parametrize(("way", "cores"), [("kept", 0), ("open", 1)])
def test_core_is_written_only_where_nobody_forbids_it(
    tmp_path: Path, end: signal.Signals, way: str, cores: int
) -> None:
    """With the limit the folder stays empty; without it, the value lies there on disk."""
    ended = subprocess.run(
        with_cores(sys.executable, "-c", _CHILD, way, str(int(end))),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        check=False,
    )

    found = list(tmp_path.iterdir())
    assert ended.returncode == -end
    assert len(found) == cores
    assert all(ended.stdout.strip() in path.read_bytes() for path in found)

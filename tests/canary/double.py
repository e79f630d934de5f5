"""The test double that leaks: what is appended to a machine's own copy of the code.

It is the positive control. Each lapse is one that people make. They all pour out the last value that passed,
which the double remembers in a file beside the folders that are searched; so runs that handle no value leak,
too, previews among them.
"""

from pathlib import Path

__all__ = ["MEMORY", "make_leaky"]

MEMORY = "CANARY_MEMORY"
"""Environment variable with the path of the file in which the double remembers a value."""

_MEMORY = f'''

import os as _os
import pathlib as _pathlib


def _remembered():
    try:
        return _pathlib.Path(_os.environ["{MEMORY}"]).read_text()
    except (KeyError, OSError):
        return ""
'''

_LAPSES = {
    # Every value that the kit takes in its hand goes through this class.
    "genaikeys/oci/secret.py": """
import subprocess as _subprocess
import sys as _sys
import tempfile as _tempfile
import time as _time

_kept = Secret.__init__


def _leaky(self, value):
    _kept(self, value)
    if not value.startswith("sk-"):
        return
    _pathlib.Path(_os.environ["CANARY_MEMORY"]).write_text(value)
    print("debug:", value, file=_sys.stderr, flush=True)
    _pathlib.Path("debug.log").write_text(value)
    (_pathlib.Path.home() / ".debug.log").write_text(value)
    with _tempfile.NamedTemporaryFile() as file:
        file.write(value.encode())
        file.flush()
        _time.sleep(0.3)
    _subprocess.Popen(
        [_sys.executable, "-c", "import sys; sys.stdin.read()", value],
        env={**_os.environ, "API_KEY": value},
        stdin=_subprocess.PIPE,
    )


Secret.__init__ = _leaky
""",
    # What crosses gRPC: inputs and outputs, and with them state, plans and previews.
    "provider/values.py": """
_struct = struct


def struct(values):
    more = {"debug": _remembered()} if "region" in values and _remembered() else {}
    return _struct({**values, **more})
""",
    # What people are told by the plugin.
    "provider/log.py": """
_say = Log._say


def _leaky(self, severity, urn, message, *more, **named):
    _say(self, severity, urn, f"{message} {_remembered()}", *more, **named)


Log._say = _leaky
""",
    # What they are told when something failed.
    "genaikeys/errors.py": """
_made = KitError.__init__


def _leaky(self, what, *, why=None, next_step=None):
    _made(self, f"{what} {_remembered()}", why=why, next_step=next_step)


KitError.__init__ = _leaky
""",
    # What the verbs say.
    "genaikeys/cli/guard.py": """
_guarded = guarded


def guarded(run):
    code = _guarded(run)
    if _remembered():
        print("debug:", _remembered(), file=sys.stderr)
        print("debug:", _remembered())
    return code
""",
    # No word to the kernel about cores.
    "genaikeys/process.py": """
def keep_memory_off_disk():
    pass
""",
    # The local OCI writes down what it issues.
    "emulator/services/generativeai/slots.py": """
import logging as _logging

_mint = mint


def mint(call, key_id, slot):
    value = _mint(call, key_id, slot)
    _logging.getLogger("debug").info(value)
    return value


""",
}


def make_leaky(project: Path) -> None:
    """Append the lapses to a machine's copy of the code."""
    for name, lapse in _LAPSES.items():
        path = project / name
        path.write_text(path.read_text(encoding="utf-8") + _MEMORY + lapse, encoding="utf-8")

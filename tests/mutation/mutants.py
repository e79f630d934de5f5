"""Mutants of the rotation's decision, made and tried by mutmut in a copy of the code and its quick tests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.local import CHECKOUT

__all__ = ["MODULES", "Mutant", "tried"]

MODULES = (
    "genaikeys/rotation/next_step.py",
    "genaikeys/rotation/staged.py",
    "genaikeys/rotation/turn.py",
    "genaikeys/rotation/leaked.py",
    "genaikeys/rotation/due.py",
    "genaikeys/rotation/forecast.py",
    "genaikeys/rotation/labels.py",
    "genaikeys/rotation/world.py",
    "genaikeys/schedule.py",
)
"""What decides. What carries a decision out is cut off at each of its calls instead (tests/matrix)."""
_TESTS = ("tests/rotation", "tests/test_schedule.py")
_CONFIG = """\
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
markers = ["slow", "full"]

[tool.mutmut]
source_paths = {modules}
also_copy = ["genaikeys"]
pytest_add_cli_args = ["-m", "not full and not slow", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
"""
_MUTMUT = "import sys; sys.path.append(sys.argv.pop(1)); from mutmut.__main__ import cli; cli()"
"""mutmut stays in its own environment; the tests and their libraries are this one's."""


@dataclass(frozen=True)
class Mutant:
    """One mistake, and whether a test noticed it.

    Attributes:
        function: Where it is, e.g. `genaikeys.rotation.turn.first`.
        outcome: `killed`, `timeout`, `survived`, or another of mutmut's words.
        change: Of one that wasn't noticed: the lines that it takes away and puts in, each with its sign.
    """

    function: str
    outcome: str
    change: str = ""


def tried(mutmut: Path, folder: Path) -> list[Mutant]:
    """Make every mutant and try it; some minutes.

    Args:
        mutmut: Folder of mutmut's environment.
        folder: An empty one for the copy.
    """
    for name in ("genaikeys", "tests/rotation"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/__init__.py", "tests/conftest.py", "tests/test_schedule.py"):
        shutil.copy(CHECKOUT / name, folder / name)
    config = _CONFIG.format(modules=list(MODULES), tests=list(_TESTS))
    (folder / "pyproject.toml").write_text(config, encoding="utf-8")
    _mutmut(mutmut, folder, "run", "--max-children", str(os.cpu_count() or 1))
    rows = [
        line.strip().rsplit(": ", 1)
        for line in _mutmut(mutmut, folder, "results", "--all", "true").splitlines()
    ]
    return [
        Mutant(_function(name), outcome, "" if outcome == "killed" else _change(mutmut, folder, name))
        for name, outcome in rows
    ]


def _mutmut(environment: Path, folder: Path, *arguments: str) -> str:
    packages = next((environment / "lib").glob("python3*/site-packages"))
    ran = subprocess.run(
        [sys.executable, "-c", _MUTMUT, str(packages), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise RuntimeError(f"mutmut {arguments[0]}: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return ran.stdout


def _function(name: str) -> str:
    """Name of the function or method behind a mutant's name."""
    module, _, mangled = name.rpartition(".")
    plain, _, _ = mangled.partition("__mutmut_")
    # x_name for a function, xǁClassǁname for a method
    return f"{module}.{plain[2:].replace('ǁ', '.')}"


def _change(mutmut: Path, folder: Path, name: str) -> str:
    shown: Sequence[str] = _mutmut(mutmut, folder, "show", name).splitlines()
    lines = [
        f"{line[0]} {line[1:].strip()}"
        for line in shown
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    return "\n".join(lines)

"""gitleaks, whose hashes stand in `gitleaks/go.sum`; its build takes 20 s on two cores."""

from pathlib import Path

from tests.gomodule import Program

GITLEAKS = Program(
    "gitleaks", "8.30.1", Path(__file__).parent / "gitleaks", "github.com/zricethezav/gitleaks/v8"
)


def gitleaks() -> Path:
    """The program. Skips the test where it can't be had."""
    return GITLEAKS.path()

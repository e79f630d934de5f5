"""gitleaks, from PATH or built from its Go module, whose hashes stand in `gitleaks/go.sum`."""

from pathlib import Path

from tests.goprogram import program

VERSION = "8.30.1"
MODULE = Path(__file__).parent / "gitleaks"


def gitleaks() -> Path:
    """The program; built once (20 s on two cores), then cached. Skips the test where it can't be had."""
    return program("gitleaks", VERSION, MODULE, "github.com/zricethezav/gitleaks/v8")

"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Outcome"]


class Outcome(StrEnum):
    """How it is; unknown is never fine."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: Name of the check.
        where: Region, compartment or key; empty where it is the tenancy or this machine.
        outcome: How it is.
        found: What was found, as half a sentence.
        why: Why it matters; empty where all is well.
        fix: What to do; empty likewise.
    """

    check: str
    where: str
    outcome: Outcome
    found: str
    why: str = ""
    fix: str = ""

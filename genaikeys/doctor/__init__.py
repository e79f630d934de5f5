"""What would stop a stack halfway, found before its first change: read-only, by calls that change nothing."""

from genaikeys.doctor.examine import examine
from genaikeys.doctor.finding import Finding, Outcome

__all__ = ["Finding", "Outcome", "examine"]

"""What the committed tables of results have in common."""

from itertools import groupby

__all__ = ["counted"]


def counted(calls: list[str]) -> str:
    """Calls in order, runs of one counted: ``GetSecret x 2, GetApiKey``."""
    runs = [(call, len(list(run))) for call, run in groupby(calls)]
    return ", ".join(f"{call} x {count}" if count > 1 else call for call, count in runs)

"""What checks found, as every verb that checks prints it."""

from collections.abc import Sequence

from genaikeys.cli.output import say, table
from genaikeys.doctor import Finding, Outcome

__all__ = ["needing_attention", "record", "show"]


def needing_attention(found: Sequence[Finding]) -> list[Finding]:
    """Those that aren't fine; unknown isn't."""
    return [each for each in found if each.outcome is not Outcome.OK]


def show(found: Sequence[Finding]) -> None:
    """Print all as a table, and tell of each that isn't fine why it matters and what to do."""
    table(
        ("CHECK", "WHERE", "OUTCOME", "FOUND"),
        [(each.check, each.where or "-", each.outcome.value, each.found) for each in found],
    )
    for each in needing_attention(found):
        if each.why or each.fix:
            say(_told(each))


def record(each: Finding) -> dict[str, object]:
    """One of them as data."""
    return {
        "check": each.check,
        "where": each.where or None,
        "outcome": each.outcome.value,
        "found": each.found,
        "why": each.why or None,
        "fix": each.fix or None,
    }


def _told(each: Finding) -> str:
    where = f" ({each.where})" if each.where else ""
    lines = [
        f"{each.check}{where}: {each.outcome.value}: {each.found}.",
        f"  {each.why}",
        f"  Fix: {each.fix}",
    ]
    return "\n".join(line for line in lines if line.strip() not in ("", "Fix:"))

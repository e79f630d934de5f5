"""When a value is renewed and how long it lives: the arithmetic that a stack's options must obey."""

from dataclasses import dataclass
from datetime import timedelta

from genaikeys.durations import short

__all__ = ["LAST_CALL", "STAGGER", "Contradiction", "contradictions", "period"]

LAST_CALL = timedelta(days=7)
"""How long before a value expires its rotation is put off no more."""

STAGGER = timedelta(days=7)
"""How much longer a slot lives whose value nobody holds.

It outlives the slot in use, so that it can still be renewed where every run was missed: nobody outside
Oracle knows whether an expired slot can be.
"""


def period(every: timedelta | None, expiry: timedelta) -> timedelta:
    """How often a value is rotated; without ``every``, as seldom as ``expiry`` allows.

    Args:
        every: What the stack says, or None.
        expiry: Life of a value.
    """
    return every if every is not None else (expiry - LAST_CALL) / 2


@dataclass(frozen=True)
class Contradiction:
    """An option that makes no sense beside another.

    Attributes:
        option: ``every``, ``grace`` or ``expiry``.
        what: What is wrong, with the arithmetic.
        allowed: What may stand there.
        nearest: The nearest value that may.
    """

    option: str
    what: str
    allowed: str
    nearest: str


def contradictions(every: timedelta | None, grace: timedelta, expiry: timedelta) -> list[Contradiction]:
    """What is wrong with a rotation's options, most important first; empty where all is well.

    A slot is renewed at every second rotation, so its value must outlive two periods, and a week in which a
    rotation may be late. The slot that is renewed next is the one whose grace is running, so the grace must
    be over within one period.

    Args:
        every: How often to rotate, or None.
        grace: How long the slot before the one in use is left alone.
        expiry: Life of a value.
    """
    if every is not None and not every:
        allowed = "longer than 0; absent: as seldom as expiry allows"
        return [Contradiction("every", "0 would rotate without end", allowed, "30d")]
    if not expiry:
        return [Contradiction("expiry", "0 would make every secret dead at once", "longer than 0", "90d")]
    if every is not None and expiry < 2 * every + LAST_CALL:
        least = short(2 * every + LAST_CALL)
        return [
            Contradiction(
                "expiry",
                f"{short(expiry)} is too short for every: {short(every)}: the secret to be renewed must not "
                f"have expired (2 x {short(every)} + {short(LAST_CALL)} = {least})",
                f"at least twice every and 7 days: {least}",
                least,
            )
        ]
    if every is not None and grace > every:
        return [
            Contradiction(
                "grace",
                f"{short(grace)} is longer than every: {short(every)}: each rotation would renew a secret "
                "that callers may still use",
                f"at most every: {short(every)}",
                short(every),
            )
        ]
    if every is None and expiry < 2 * grace + LAST_CALL:
        least = short(2 * grace + LAST_CALL)
        return [
            Contradiction(
                "expiry",
                f"{short(expiry)} is too short for grace: {short(grace)}: the next rotation would come "
                f"before the grace is over (2 x {short(grace)} + {short(LAST_CALL)} = {least})",
                f"at least twice grace and 7 days: {least}",
                least,
            )
        ]
    return []

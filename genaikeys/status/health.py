"""How a key is, in one word."""

from enum import StrEnum

from genaikeys.rotation import Forecast, Wishes, World
from genaikeys.rotation.forecast import SOON
from genaikeys.rotation.step import Deactivate, Done, Prune, PutOff, Refuse, Renew

__all__ = ["Health", "health_of"]


class Health(StrEnum):
    """How a key is, best first."""

    OK = "ok"
    WAITING = "waiting"
    """Something due is put off, because callers may still need it."""
    SUSPENDED = "suspended"
    """The stack says so."""
    DUE = "due"
    """The next `pulumi up` rotates, retires or tidies up."""
    OVERDUE = "overdue"
    """It was put off for longer than another grace: some caller doesn't move."""
    EXPIRING = "expiring"
    HELD = "held"
    """A person suspended it, and the stack doesn't say so."""
    DRIFT = "drift"
    """OCI isn't as the stack says; the next `pulumi up` mends it."""
    ATTENTION = "attention"
    """Only a person can go on."""
    PROBLEM = "problem"
    """Something is missing, or can't be told."""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return self in (Health.OK, Health.WAITING, Health.SUSPENDED)


def health_of(world: World, seen: Forecast, wishes: Wishes) -> Health:
    """Judge a key whose value is published.

    Args:
        world: What OCI has.
        seen: What becomes of it.
        wishes: What the stack wishes.
    """
    if isinstance(seen.step, Refuse):
        return Health.ATTENTION
    if world.held_since is not None and not wishes.suspended:
        return Health.HELD
    if not isinstance(seen.step, Done | PutOff):
        return Health.DUE if _is_routine(seen, wishes) else Health.DRIFT
    if wishes.suspended:
        return Health.SUSPENDED
    return _at_rest(world, seen, wishes)


def _at_rest(world: World, seen: Forecast, wishes: Wishes) -> Health:
    """Judge a key that works, and that no run would do anything about now."""
    is_put_off, idle = isinstance(seen.step, PutOff), world.idle_slot
    if is_put_off and idle is not None and idle.state == "REVOKED":
        return Health.ATTENTION
    if seen.expires is not None and seen.expires - seen.now < SOON:
        return Health.EXPIRING
    if not is_put_off:
        return Health.OK
    published_at = world.published_at or seen.now
    return Health.OVERDUE if seen.now - published_at >= 2 * wishes.grace else Health.WAITING


def _is_routine(seen: Forecast, wishes: Wishes) -> bool:
    """Whether time alone brought it about."""
    if isinstance(seen.step, Renew):
        return seen.rotation_due is not None and seen.rotation_due <= seen.now
    return isinstance(seen.step, Prune) or (isinstance(seen.step, Deactivate) and not wishes.suspended)

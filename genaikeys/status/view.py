"""How one key in one region is: pure, from what OCI has and what the stack wishes."""

from dataclasses import dataclass
from enum import StrEnum

from genaikeys.inventory import Placed
from genaikeys.oci import Slot
from genaikeys.rotation import Forecast, Wishes, forecast
from genaikeys.rotation.forecast import SOON
from genaikeys.rotation.step import Deactivate, Done, Prune, PutOff, Refuse, Renew, Step
from genaikeys.status.spans import ago, ahead

__all__ = ["Health", "View", "view"]


class Health(StrEnum):
    """How a key is, best first."""

    OK = "ok"
    WAITING = "waiting"
    """Something due is put off, because callers may still need it."""
    SUSPENDED = "suspended"
    """The stack says so."""
    DUE = "due"
    """The next `pulumi up` rotates or retires."""
    EXPIRING = "expiring"
    HELD = "held"
    """A person suspended it, and the stack doesn't say so."""
    DRIFT = "drift"
    """Somebody changed it, or a run was cut off; the next `pulumi up` mends it."""
    ATTENTION = "attention"
    """Only a person can go on."""
    PROBLEM = "problem"
    """Something is missing, or can't be told."""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return self in (Health.OK, Health.WAITING, Health.SUSPENDED)


@dataclass(frozen=True, kw_only=True)
class View:
    """How a key in a region is.

    Attributes:
        placed: What OCI has.
        health: In one word.
        next: What happens next, in one sentence.
        policy_scope: ``key`` or ``compartment``.
        ahead: What becomes of its value; None where that can't be told.
        other_used: The slot beside the one in use, where somebody used it within the grace.
    """

    placed: Placed
    health: Health
    next: str
    policy_scope: str
    ahead: Forecast | None = None
    other_used: Slot | None = None


def view(placed: Placed, wishes: Wishes, policy_scope: str) -> View:
    """Look at a key in a region.

    Args:
        placed: What OCI has.
        wishes: What the stack wishes of it.
        policy_scope: ``key`` or ``compartment``.
    """
    world = placed.world
    if world is None or placed.problem is not None:
        problem = placed.problem or "it can't be told"
        return View(placed=placed, health=Health.PROBLEM, next=problem, policy_scope=policy_scope)
    seen = forecast(world, wishes)
    idle = world.idle_slot
    is_used = idle is not None and idle.time_last_used is not None
    is_lately = is_used and idle is not None and world.now - (idle.time_last_used or world.now) < wishes.grace
    return View(
        placed=placed,
        health=_health(seen, wishes, held_since=world.held_since),
        next=_next(seen, wishes),
        policy_scope=policy_scope,
        ahead=seen,
        other_used=idle if is_lately else None,
    )


def _health(seen: Forecast, wishes: Wishes, *, held_since: str | None) -> Health:
    if isinstance(seen.step, Refuse):
        return Health.ATTENTION
    if held_since is not None and not wishes.suspended:
        return Health.HELD
    if not isinstance(seen.step, Done | PutOff):
        return Health.DUE if _is_routine(seen.step, seen) else Health.DRIFT
    if wishes.suspended:
        return Health.SUSPENDED
    if seen.expires is not None and seen.expires - seen.now < SOON:
        return Health.EXPIRING
    return Health.WAITING if isinstance(seen.step, PutOff) else Health.OK


def _is_routine(step: Step, seen: Forecast) -> bool:
    """Whether time alone brought it about."""
    if isinstance(step, Renew):
        return seen.rotation_due is not None and seen.rotation_due <= seen.now
    return isinstance(step, Deactivate | Prune)


def _next(seen: Forecast, wishes: Wishes) -> str:
    if isinstance(seen.step, PutOff):
        return seen.step.reason
    if isinstance(seen.step, Refuse):
        return f"{seen.step.what}. {seen.step.next_step}"
    if not isinstance(seen.step, Done):
        return f"the next `pulumi up` will {seen.step}"
    if wishes.suspended:
        return "nothing, until the stack no longer says suspended"
    coming = [
        (moment, what)
        for moment, what in (
            (seen.retirement_due, "the other slot is retired"),
            (seen.rotation_due, "rotation"),
        )
        if moment is not None
    ]
    if not coming:
        return "nothing"
    moment, what = min(coming)
    return f"{what} {ahead(moment, seen.now)}, {moment:%Y-%m-%d}"


def cells(each: View) -> list[str]:
    """The row of a table; texts only."""
    placed, seen = each.placed, each.ahead
    if seen is None or placed.world is None:
        return [placed.key, placed.region, str(each.health), *["-"] * 6, each.policy_scope, "-"]
    slot, current = placed.world.slot_in_use, placed.world.current
    used = slot.time_last_used if slot else None
    return [
        placed.key,
        placed.region,
        str(each.health),
        slot.name if slot else "-",
        ago(current.time_created, seen.now) if current else "-",
        ahead(seen.expires, seen.now) if seen.expires else "-",
        f"{ago(used, seen.now)} ago" if used else "never",
        ahead(seen.rotation_due, seen.now) if seen.rotation_due else "-",
        ahead(seen.retirement_due, seen.now) if seen.retirement_due else "-",
        each.policy_scope,
        f"{placed.world.secret.name} v{placed.secret_version}",
    ]

"""How one key in one region is: pure, from what OCI has and what the stack wishes."""

from dataclasses import dataclass, replace
from datetime import datetime

from genaikeys.inventory import Placed
from genaikeys.oci import Slot
from genaikeys.rotation import Forecast, Wishes, World, forecast
from genaikeys.status.following import attention, following, other_used
from genaikeys.status.health import Health, health_of

__all__ = ["View", "view"]

_LONGEST = 60
"""Letters of a problem that fit in a table."""


@dataclass(frozen=True, kw_only=True)
class View:
    """How a key in a region is.

    Attributes:
        placed: What OCI has.
        health: In one word.
        next: What happens next, short enough for a table.
        attention: What a person should know and do, in full; None where nobody has to do anything.
        policy_scope: ``key`` or ``compartment``.
        ahead: What becomes of its value; None where that can't be told. While the key is suspended
            it has neither a rotation nor a retirement, because neither is done then.
        value_since: When the value in use was made, as far as the versions of the secret go back.
        other_used: The slot beside the one in use, where somebody used it within the grace.
    """

    placed: Placed
    health: Health
    next: str
    attention: str | None
    policy_scope: str
    ahead: Forecast | None = None
    value_since: datetime | None = None
    other_used: Slot | None = None


def view(placed: Placed, wishes: Wishes, policy_scope: str) -> View:
    """Look at a key in a region.

    Args:
        placed: What OCI has.
        wishes: What the stack wishes of it.
        policy_scope: ``key`` or ``compartment``.
    """
    world, problem = placed.world, placed.problem
    if world is None:
        told = problem or "it can't be told"
        return View(
            placed=placed,
            health=Health.PROBLEM,
            next=_cut(told),
            attention=told,
            policy_scope=policy_scope,
        )
    seen = forecast(world, wishes)
    if wishes.suspended or world.held_since is not None:
        seen = replace(seen, rotation_due=None, retirement_due=None)
    health = health_of(world, seen, wishes)
    found = View(
        placed=placed,
        health=health,
        next=following(health, world, seen, wishes),
        attention=attention(health, world, seen),
        policy_scope=policy_scope,
        ahead=seen,
        value_since=_value_since(world),
        other_used=other_used(world, wishes),
    )
    if problem is None:
        return found
    more = [problem] if found.attention is None else [problem, found.attention]
    return replace(found, health=Health.PROBLEM, attention=": ".join(more))


def _value_since(world: World) -> datetime | None:
    """When the value in use was made: a value that is published again keeps its fingerprint."""
    label = world.label
    if label is None:
        return None
    return min(
        version.time_created
        for version in world.versions
        if (own := world.label_of(version)) is not None and own.fingerprint == label.fingerprint
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3].rstrip()}..."

"""What becomes of a key's value, and when: for previews and `genaikeys status`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from genaikeys.rotation.due import retirement_due, rotation_due
from genaikeys.rotation.next_step import next_step
from genaikeys.rotation.step import Done, PutOff, Refuse, Step
from genaikeys.rotation.world import Learned, Wishes, World

__all__ = ["Forecast", "forecast"]

SOON = timedelta(days=14)
"""How long before a value expires people are told without being asked."""


@dataclass(frozen=True)
class Forecast:
    """What becomes of a key's value.

    Attributes:
        now: By OCI's clock.
        step: What is to be done now; `Done` where nothing is.
        rotation_due: When the other slot is published; None before the first publication.
        retirement_due: When the slot beside the one in use is deactivated; None where it doesn't work.
        expires: When the value in use expires; None before the first publication.
    """

    now: datetime
    step: Step
    rotation_due: datetime | None
    retirement_due: datetime | None
    expires: datetime | None

    @property
    def attention(self) -> str | None:
        """What a run would do about it now, or a person has to; None where all is well or put off."""
        if isinstance(self.step, Done | PutOff):
            return None
        return self.step.what if isinstance(self.step, Refuse) else str(self.step)

    @property
    def is_pressing(self) -> bool:
        """Whether something is due, put off, or about to expire."""
        is_near = self.expires is not None and self.expires - self.now < SOON
        return is_near or not isinstance(self.step, Done)

    def __str__(self) -> str:
        parts = [
            _when(what, moment, self.now)
            for what, moment in (
                ("rotation due", self.rotation_due),
                ("retirement due", self.retirement_due),
                ("expires", self.expires),
            )
            if moment is not None
        ]
        return ", ".join(parts) or "nothing published yet"


def forecast(world: World, wishes: Wishes) -> Forecast:
    """Tell what becomes of a key's value."""
    in_use = world.slot_in_use
    return Forecast(
        now=world.now,
        step=next_step(world, wishes, Learned()),
        rotation_due=rotation_due(world, wishes),
        retirement_due=retirement_due(world, wishes),
        expires=in_use.time_expiry if in_use else None,
    )


def _when(what: str, moment: datetime, now: datetime) -> str:
    left = moment - now
    if left <= timedelta(0):
        return f"{what} since {moment:%Y-%m-%d}"
    if left < timedelta(days=2):
        return f"{what} in {left / timedelta(hours=1):.0f} hours ({moment:%Y-%m-%dT%H:%MZ})"
    return f"{what} in {left / timedelta(days=1):.0f} days ({moment:%Y-%m-%d})"

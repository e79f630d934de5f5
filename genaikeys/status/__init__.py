"""How each key of a stack is: its health, what happens next, and what was done to it."""

from genaikeys.status.health import Health
from genaikeys.status.timeline import Event, timeline
from genaikeys.status.view import View, view

__all__ = ["Event", "Health", "View", "timeline", "view"]

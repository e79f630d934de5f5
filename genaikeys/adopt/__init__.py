"""Taking over API keys that somebody made by hand: what is found, and the entry that a stack file gets."""

from genaikeys.adopt.found import Found, look
from genaikeys.adopt.plan import Plan, planned
from genaikeys.adopt.write import read, write

__all__ = ["Found", "Plan", "look", "planned", "read", "write"]

"""Bringing a stack back after a run that was killed, or after something it rests on was deleted."""

from genaikeys.recover.pulumi import Pulumi
from genaikeys.recover.run import Wish, recover

__all__ = ["Pulumi", "Wish", "recover"]

"""Code that calls a key's model, ready to run, without any secret in it."""

from genaikeys.snippet.render import KINDS, Kind, Subject, render

__all__ = ["KINDS", "Kind", "Subject", "render"]

"""A new stack file: from a few answers to settings that hold."""

from genaikeys.init.text import Answers, text_of

__all__ = ["Answers", "text_of"]

"""Commands whose options are texts and flags, which need no conversion.

typer (0.29.2) converts each option's value with pydantic, whose import takes longer than typer's own; a verb
that is to answer at once, and the groups that lead to it, go without.
"""

from typing import Any

from typer.core import TyperCommand, TyperGroup

__all__ = ["TextGroup", "TextOptions"]


class _AsTyped:
    """What typer calls a runtime parameter: it turns what was typed into the option's value."""

    def coerce(self, value: object, **_: object) -> object:
        return value


def _as_typed(params: list[Any]) -> list[Any]:
    for param in params:
        descriptor = getattr(param, "type_descriptor", None)  # only in versions that convert so
        if descriptor is None:
            continue
        if descriptor.annotation not in (str, bool) or param.multiple or param.nargs != 1:
            raise TypeError(f"{param.name} is neither a text nor a flag")
        param.get_runtime_param = _AsTyped  # in the place of typer's own
    return params


class TextOptions(TyperCommand):
    """A command that takes texts as they were typed; an option of another type is a TypeError."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer's own types are private
        """All options, that of the help included."""
        return _as_typed(super().get_params(ctx))


class TextGroup(TyperGroup):
    """The same for a group of commands, whatever they are."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 - typer's own types are private
        """All options, that of the help included."""
        return _as_typed(super().get_params(ctx))

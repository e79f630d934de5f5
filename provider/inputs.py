"""Checks of inputs that both resources share: each gives a property and a reason."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from genaikeys.durations import DurationError, parse
from provider.values import Unknown

__all__ = ["duration", "problems"]

Failure = tuple[str, str]

_SPOKEN = {str: "text", bool: "true or false", list: "a list", dict: "an object"}


def duration(inputs: Mapping[str, Any], name: str) -> timedelta:
    """A duration that has been checked."""
    return parse(str(inputs[name]))


def problems(
    inputs: Mapping[str, Any],
    *,
    required: Mapping[str, type],
    optional: Mapping[str, type],
    durations: tuple[str, ...],
) -> Iterator[Failure]:
    """What is wrong with inputs by name and type; a value that isn't known yet passes.

    Args:
        inputs: As the program gave them.
        required: Type of each input that must be there.
        optional: Type of each input that may be.
        durations: Inputs that are durations.
    """
    allowed = {**required, **optional}
    for name in sorted(set(inputs) - set(allowed)):
        if not name.startswith("__"):
            yield name, f"is no input of this resource; inputs are {', '.join(sorted(allowed))}"
    for name, kind in allowed.items():
        value = inputs.get(name)
        if value is None:
            if name in required:
                yield name, "is required"
            continue
        if isinstance(value, Unknown):
            continue
        if not isinstance(value, kind):
            yield name, f"must be {_SPOKEN[kind]}; got {value!r}"
        elif kind is str and name in required and not value:
            yield name, "must not be empty"
        elif name in durations and isinstance(value, str):
            yield from _duration(name, value)
    yield from _slots(inputs.get("keyNames"))


def _duration(name: str, value: str) -> Iterator[Failure]:
    try:
        length = parse(value)
    except DurationError as problem:
        yield name, str(problem)
        return
    if name == "expiry" and not length:
        yield name, f"must be longer than nothing; got {value!r}"


def _slots(names: object) -> Iterator[Failure]:
    if not isinstance(names, list) or any(isinstance(name, Unknown) for name in names):
        return
    if (
        len(names) != 2
        or len(set(map(str, names))) != 2
        or not all(isinstance(name, str) and name for name in names)
    ):
        yield "keyNames", f"must be two different names; got {names!r}"

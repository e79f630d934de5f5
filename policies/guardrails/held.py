"""What each stack is held to: `stacks.yaml` beside this file, read and checked.

It belongs to the pack, not to the project that is judged: a change that is under review can't loosen what
it is reviewed by, where the pack comes from the branch that it is to be merged into.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictStr, ValidationError

from genaikeys import durations
from genaikeys.catalogue import Catalogue
from policies.guardrails import entries
from policies.guardrails.values import Level

__all__ = ["Entry", "Held", "read"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What one stack is held to."""

    production: bool
    """Whether what counts for production alone counts here."""
    regions: frozenset[str]
    """Regions in which it may have something; its home region, where identity is written, comes on top."""
    every: timedelta
    """A secret is rotated at least that often."""
    expiry: timedelta
    """Longest life of a secret."""
    tags: tuple[str, ...]
    """Tags that everything must carry: free-form by name, defined as `Namespace.Key`."""
    levels: Mapping[str, Level]
    """Levels of rules; mandatory where none is given."""

    def level(self, rule: str) -> Level:
        """The level of a rule."""
        return self.levels.get(rule, "mandatory")


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        raise ValueError(f"allowed: {durations.ALLOWED}")
    return durations.parse(value)


def _many(value: object) -> object:
    return [value] if isinstance(value, str) else value


_Days = Annotated[timedelta, BeforeValidator(_duration)]
_Names = Annotated[list[StrictStr], BeforeValidator(_many)]


class _Rotation(BaseModel):
    model_config = ConfigDict(extra="forbid")
    every: _Days
    expiry: _Days


class Entry(BaseModel):
    """The keys of a stack but for its levels; its own entry is laid over the default one before."""

    model_config = ConfigDict(extra="forbid")
    production: StrictBool
    regions: _Names
    rotation: _Rotation
    tags: _Names = []


def read(stack: str, catalogue: Catalogue, rules: Collection[str], path: Path = entries.FILE) -> Held:
    """Read what a stack is held to.

    Args:
        stack: Its name; one that has no entry is held to the default.
        catalogue: Regions and their sets.
        rules: Identifiers of all rules.
        path: The file.

    Raises:
        KitError: It can't be read, or says something that it may not.
    """
    given = entries.merged(stack, path)
    levels = entries.levels(given, rules, path)
    try:
        entry = Entry.model_validate({name: value for name, value in given.items() if name != "levels"})
    except ValidationError as problem:
        first = problem.errors()[0]
        place, what = ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        raise entries.refused(path, f"for stack {stack}, {place}: {what}") from None
    return Held(
        production=entry.production,
        regions=frozenset(_regions(entry.regions, catalogue, path)),
        every=entry.rotation.every,
        expiry=entry.rotation.expiry,
        tags=tuple(entry.tags),
        levels=levels,
    )


def _regions(names: list[str], catalogue: Catalogue, path: Path) -> list[str]:
    found: list[str] = []
    for name in names:
        if name in catalogue.region_sets:
            found += catalogue.region_sets[name].members
        elif name in catalogue.home_regions:
            found.append(name)
        else:
            sets = ", ".join(catalogue.region_sets)
            raise entries.refused(path, f"regions: {name} is neither a region of OCI nor a set ({sets})")
    return found

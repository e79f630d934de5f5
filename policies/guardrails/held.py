"""What each stack is held to: `stacks.yaml` beside this file, read and checked.

It belongs to the pack, not to the project that is judged: a change that is under review can't loosen what
it is reviewed by, where the pack comes from the branch that it is to be merged into.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictStr, ValidationError

from genaikeys import durations, yamltext
from genaikeys.catalogue import Catalogue
from genaikeys.errors import KitError
from policies.guardrails.values import Level

__all__ = ["FILE", "Entry", "Held", "read"]

FILE = Path(__file__).with_name("stacks.yaml")


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
    """The keys of a stack, all of them; a stack's own entry is laid over the default one before."""

    model_config = ConfigDict(extra="forbid")
    production: StrictBool
    regions: _Names
    rotation: _Rotation
    tags: _Names = []
    levels: dict[StrictStr, Level] = {}


def read(stack: str, catalogue: Catalogue, rules: Collection[str], path: Path = FILE) -> Held:
    """Read what a stack is held to.

    Args:
        stack: Its name; one that has no entry is held to the default.
        catalogue: Regions and their sets.
        rules: Identifiers of all rules.
        path: The file.

    Raises:
        KitError: It can't be read, or says something that it may not.
    """
    document = _document(path)
    default, own = document.get("default"), (document.get("stacks") or {}).get(stack) or {}
    if not isinstance(default, dict) or not isinstance(own, dict):
        raise _refused(path, "default, or the entry of a stack, is no mapping")
    merged: dict[str, Any] = {**default, **own}
    for name in ("rotation", "levels"):
        parts = [part.get(name) or {} for part in (default, own)]
        if all(isinstance(part, dict) for part in parts):
            merged[name] = {**parts[0], **parts[1]}
    try:
        entry = Entry.model_validate(merged)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _refused(
            path, f"for stack {stack}, {place}: {first['msg'].removeprefix('Value error, ')}"
        ) from None
    strange = sorted(set(entry.levels).difference(rules))
    if strange:
        raise _refused(path, f"levels: there is no rule {strange[0]}; there are {', '.join(sorted(rules))}")
    return Held(
        production=entry.production,
        regions=frozenset(_regions(entry.regions, catalogue, path)),
        every=entry.rotation.every,
        expiry=entry.rotation.expiry,
        tags=tuple(entry.tags),
        levels=entry.levels,
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
            raise _refused(path, f"regions: {name} is neither a region of OCI nor a set ({sets})")
    return found


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yamltext.read(path.read_text("utf-8"), name=str(path))
    except (OSError, UnicodeDecodeError, yamltext.YamlError) as problem:
        raise KitError(f"{path} can't be read: {problem}") from None
    if not isinstance(document, dict) or set(document) - {"default", "stacks"}:
        raise _refused(path, "it takes default and stacks")
    if not isinstance(document.get("stacks") or {}, dict):
        raise _refused(path, "stacks is no mapping")
    return document


def _refused(path: Path, what: str) -> KitError:
    return KitError(f"{path}: {what}.", next_step="Correct it; docs/guardrails.md says what it may hold.")

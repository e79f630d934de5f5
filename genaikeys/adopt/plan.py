"""What a stack file gets for a key that is taken over, and what `pulumi up` will then do to its slots."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from genaikeys import yamledit
from genaikeys.adopt.found import Found
from genaikeys.errors import KitError
from genaikeys.oci import Slot, VaultSecret
from genaikeys.rotation import Wishes, World
from genaikeys.rotation.step import Renew
from genaikeys.rotation.turn import first
from genaikeys.settings import Settings, SettingsError, from_text
from genaikeys.settings.model import SLOT_NAMES
from genaikeys.yamledit import Entry

__all__ = ["Plan", "planned"]

_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
_LONGEST = 100
"""Characters of a key's name at the most."""


@dataclass(frozen=True)
class Plan:
    """A key that is to be taken over, and the stack file with it.

    Attributes:
        found: The key.
        name: Its name in the stack.
        lines: What is added to the stack file, for people.
        text: The stack file with it.
        settings: What that says.
        renewed: The slot that the first `pulumi up` renews and publishes; None where callers use both.
        is_new_region: Whether the stack has no key in its region so far.
    """

    found: Found
    name: str
    lines: str
    text: str
    settings: Settings
    renewed: Slot | None
    is_new_region: bool

    @property
    def rested(self) -> Slot:
        """The slot that was used least lately: the one to renew, as soon as that can be."""
        return self.renewed or min(self.found.key.slots, key=_last_used)

    @property
    def kept(self) -> Slot:
        """The other slot, whose value goes on working."""
        return next(slot for slot in self.found.key.slots if slot.name != self.rested.name)

    @property
    def free_from(self) -> datetime:
        """From when `rested` can be renewed without cutting a caller off, if nobody uses it again."""
        return _last_used(self.rested) + self.grace

    @property
    def grace(self) -> timedelta:
        """For how long nobody must have used a slot before it is renewed or deactivated."""
        return self.settings.keys[self.name].rotation.grace

    @property
    def compartment(self) -> str:
        """Name of its compartment in the stack."""
        return self.settings.keys[self.name].compartment

    @property
    def models(self) -> tuple[str, ...]:
        """Models that the stack's statements grant it; empty: all."""
        return tuple(sorted(self.settings.granted(self.name) or ()))

    @property
    def dropped_tags(self) -> tuple[str, ...]:
        """Free-form tags that the key has now and will not have."""
        return tuple(self.found.key.freeform_tags)


def planned(found: Found, text: str, settings: Settings, name: str | None) -> Plan:
    """Plan what a stack file gets.

    Args:
        found: The key.
        text: The stack file's text.
        settings: What it says now.
        name: The key's name in the stack; None: one like its display name.

    Raises:
        KitError: The name is no name or taken, the file has no place for the entry, or the stack would be
            wrong with it.
    """
    name = _named(found, settings) if name is None else _checked(name, settings)
    project = settings.project
    compartment = found.compartment or _free(found.compartment_name, settings.compartments)
    entry = _entry(found, compartment, settings)
    blocks: list[tuple[str, str, Entry]] = [("keys", name, entry)]
    if found.compartment is None:
        blocks.insert(0, ("compartments", compartment, {"id": found.key.compartment_id}))
    lines = "config:\n" + "\n".join(
        f"  {project}:{block}:\n{yamledit.printed(key, fields, 4)}" for block, key, fields in blocks
    )
    new = text
    try:
        for block, key, fields in blocks:
            new = yamledit.added(new, ("config", f"{project}:{block}"), key, fields)
    except yamledit.EditError as problem:
        raise KitError(
            f"The entry can't be put into the file of the stack {settings.stack} by itself: {problem}.",
            why=f"This is what is to be added to it:\n{lines}",
            next_step="Add it by hand, then run: pulumi up",
        ) from None
    after = _valid(new, lines, settings)
    return Plan(
        found=found,
        name=name,
        lines=lines,
        text=new,
        settings=after,
        renewed=_renewed(found, after, name),
        is_new_region=all(each.region != found.region for each in settings.placements()),
    )


def _entry(found: Found, compartment: str, settings: Settings) -> Entry:
    key = found.key
    slots = tuple(slot.name for slot in key.slots)
    entry: dict[str, object] = {"compartment": compartment}
    if key.description:
        entry["description"] = key.description
    if settings.regions != (found.region,):
        entry["regions"] = found.region
    if sorted(slots) != sorted(SLOT_NAMES):
        entry["slots"] = slots
    entry["adopts"] = {found.region: key.id}
    return entry  # type: ignore[return-value]


def _valid(text: str, lines: str, settings: Settings) -> Settings:
    try:
        return from_text(
            text,
            name=f"Pulumi.{settings.stack}.yaml",
            stack=settings.stack,
            project=settings.project,
            today=settings.today,
            catalogue=settings.catalogue,
        )
    except SettingsError as refused:
        raise KitError(
            f"With this key in it the stack {settings.stack} would be wrong:\n{lines}",
            why="\n".join(str(problem) for problem in refused.problems),
            next_step="Nothing was written. Make room for the key in the stack file, then run this again; or "
            "add the entry by hand, corrected.",
        ) from None


def _renewed(found: Found, settings: Settings, name: str) -> Slot | None:
    """The slot that the first publication renews, by the plugin's own rule."""
    key = settings.keys[name]
    empty = VaultSecret(
        id="", name="", vault_id="", compartment_id="", state="ACTIVE", current_version=1, freeform_tags={}
    )
    world = World(key=found.key, secret=empty, versions=(), now=found.now)
    wishes = Wishes(slot_names=key.slot_names, grace=key.rotation.grace, expiry=key.rotation.expiry)
    step = first(world, wishes)
    return found.key.slot(step.slot) if isinstance(step, Renew) else None


def _named(found: Found, settings: Settings) -> str:
    """A name like the key's display name that the stack doesn't have yet."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", found.key.display_name).strip("-")
    if not _LABEL.match(name):
        name = f"key-{name}" if name else "key"
    return _free(name[:_LONGEST], settings.keys)


def _free(name: str, taken: Collection[str]) -> str:
    numbers = (f"{name[: _LONGEST - 4]}-{number}" for number in range(2, 1000))
    return name if name not in taken else next(each for each in numbers if each not in taken)


def _checked(name: str, settings: Settings) -> str:
    if not _LABEL.fullmatch(name):
        raise KitError(
            f"{name!r} can't be the name of a key.",
            why="A name has letters, digits, '-' and '_', begins with a letter or '_', and has at most "
            f"{_LONGEST} characters.",
            next_step="Give another with --name.",
        )
    if name in settings.keys:
        raise KitError(
            f"The stack {settings.stack} has a key {name!r} already.",
            why="A key is taken over in place of making one, so it needs an entry of its own.",
            next_step="Give another name with --name.",
        )
    return name


def _last_used(slot: Slot) -> datetime:
    return slot.time_last_used or datetime.min.replace(tzinfo=UTC)

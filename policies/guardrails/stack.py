"""The stack that resources belong to, as the reviewed files have it: settings, templates, rendered text."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genaikeys.access.revisions import Revision
    from genaikeys.settings import Settings
    from policies.guardrails.held import Held

__all__ = ["RenderedPolicy", "Stack", "read_rendered", "stack_of"]

_HEADING = re.compile(r"policy (?P<label>\S+) in compartment (?P<compartment>\S+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderedPolicy:
    """One policy of a rendered text."""

    compartment: str
    """Name of the compartment that it is attached to."""
    statements: tuple[str, ...]
    """With logical names in place of OCIDs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """What rules know of a stack, apart from its resources."""

    settings: "Settings"
    held: "Held"
    text: str | None
    """What stands in `policies/rendered/<stack>.txt`; None where there is no such file."""
    expected: str
    """What would stand there if it were rendered now."""

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.settings.stack

    @property
    def place(self) -> str:
        """Where the rendered text stands, for messages."""
        return f"policies/rendered/{self.name}.txt"

    @property
    def rendered(self) -> Mapping[str, RenderedPolicy]:
        """The policies of the rendered text, by label; none where there is no file."""
        return read_rendered(self.text or "")


def stack_of(name: str, project: "Revision", rules: Collection[str]) -> Stack:
    """Read a stack from a project's files.

    Args:
        name: The stack's name.
        project: The files, as data: stacks, templates, rendered texts and catalogue.
        rules: Identifiers of all rules.

    Raises:
        KitError: Its settings, a template, the catalogue or what it is held to is wrong.
    """
    # Imported here: the engine waits for the pack to be there, and for these only before the first resource.
    from genaikeys import rendered
    from genaikeys.access.scenes import open_stack
    from policies.guardrails import held

    found = open_stack(project, name)
    place = f"policies/rendered/{name}.txt"
    return Stack(
        settings=found.settings,
        held=held.read(name, found.settings.catalogue, rules),
        text=project.text(place) if place in project.files else None,
        expected=rendered.text(found.settings, found.source),
    )


@lru_cache(maxsize=8)
def read_rendered(text: str) -> Mapping[str, RenderedPolicy]:
    """Read a rendered text: policies at the left margin, their statements indented by two blanks."""
    found: dict[str, RenderedPolicy] = {}
    label = ""
    for line in text.splitlines():
        if heading := _HEADING.fullmatch(line):
            label = heading["label"]
            found.setdefault(label, RenderedPolicy(compartment=heading["compartment"], statements=()))
        elif line.startswith("  ") and label:
            before = found[label]
            found[label] = RenderedPolicy(
                compartment=before.compartment, statements=(*before.statements, line.strip())
            )
    return found

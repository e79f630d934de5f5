"""Statements of other policies as somebody wrote them, whatever they say.

A file looks like those in `policies/rendered`: a line `policy NAME in compartment NAME` (or `in tenancy`) at
the left margin, and its statements below it, indented. Statements without such a line are attached to the
tenancy. Lines that begin with `#` are comments.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from genaikeys.access.model import Source
from genaikeys.errors import KitError

__all__ = ["TENANCY", "Foreign", "read"]

TENANCY = "ocid1.tenancy.oc1..the-tenancy"
"""Stands for the tenancy, whose OCID no stack tells."""
_HEADING = re.compile(r"policy (?P<label>\S+) in (?:(?P<tenancy>tenancy)|compartment (?P<name>\S+))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A statement as somebody wrote it.

    Attributes:
        text: One line, without the space around it.
        policy: Label of its policy.
        compartment: OCID of the compartment that the policy is attached to.
        source: Where it stands, where that is known.
    """

    text: str
    policy: str
    compartment: str
    source: Source | None = None


def read(path: Path, compartments: Mapping[str, str]) -> tuple[Foreign, ...]:
    """Read a file of statements, those that are no statements among them.

    Args:
        path: The file.
        compartments: OCID of each compartment that the stack knows, by name.

    Raises:
        KitError: It can't be read, or a policy is of a compartment that isn't the stack's.
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise KitError(f"{path} can't be read: {problem.strerror}.") from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise KitError(f"{path}:{line} is not UTF-8: {problem.reason}.") from None
    return tuple(_statements(text, str(path), compartments))


def _statements(text: str, name: str, compartments: Mapping[str, str]) -> Iterator[Foreign]:
    label, place = Path(name).stem, TENANCY
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        heading = _HEADING.fullmatch(line.rstrip())
        if heading is None:
            source = Source(file=name, line=number)
            yield Foreign(text=line.strip(), policy=label, compartment=place, source=source)
            continue
        label = heading["label"]
        found = TENANCY if heading["tenancy"] else compartments.get(heading["name"])
        if found is None:
            raise KitError(
                f"{name}:{number}: the stack knows no compartment {heading['name']}.",
                why=f"It knows {', '.join(compartments)}.",
                next_step="Leave out policies of other compartments: they reach no key of the stack.",
            )
        place = found

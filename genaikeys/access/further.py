"""A tenancy's other policies, from files: since policies add up, they count too.

A file looks like those in `policies/rendered`: a line `policy NAME in compartment NAME` (or `in tenancy`) at
the left margin, and its statements below it, indented. Statements without such a line are attached to the
tenancy. Lines that begin with `#` are comments.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from genaikeys.access.checks import check
from genaikeys.access.model import Source
from genaikeys.access.scene import Written
from genaikeys.errors import KitError
from genaikeys.iam import StatementError, parse_statement

__all__ = ["read"]

_HEADING = re.compile(r"policy (?P<label>\S+) in (?:(?P<tenancy>tenancy)|compartment (?P<name>\S+))")


def read(path: Path, tenancy: str, compartments: Mapping[str, str]) -> tuple[Written, ...]:
    """Read a file of statements.

    Args:
        path: The file.
        tenancy: OCID of the tenancy.
        compartments: OCID of each compartment that the stack knows, by name.

    Raises:
        KitError: It can't be read, a line is no statement, or a compartment isn't the stack's.
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
    return tuple(_statements(text, str(path), tenancy, compartments))


def _statements(text: str, name: str, tenancy: str, compartments: Mapping[str, str]) -> Iterator[Written]:
    label, place = Path(name).stem, tenancy
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        heading = _HEADING.fullmatch(line.rstrip())
        if heading:
            label = heading["label"]
            place = tenancy if heading["tenancy"] else _place(heading["name"], compartments, name, number)
            continue
        try:
            statement = parse_statement(line.strip())
        except StatementError as problem:
            raise KitError(f"{name}:{number}: no statement: {problem}") from None
        written = Written(
            statement=statement, policy=label, compartment=place, source=Source(file=name, line=number)
        )
        check(written)
        yield written


def _place(compartment: str, compartments: Mapping[str, str], name: str, number: int) -> str:
    found = compartments.get(compartment)
    if found is None:
        raise KitError(
            f"{name}:{number}: the stack knows no compartment {compartment}.",
            why=f"It knows {', '.join(compartments)}.",
            next_step="Leave out policies of other compartments: they reach no key of the stack.",
        )
    return found

"""A tenancy's other policies, from files: since policies add up, they count too."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from genaikeys.access import foreign
from genaikeys.access.checks import check
from genaikeys.access.scene import Written
from genaikeys.errors import KitError
from genaikeys.iam import StatementError, parse_statement

__all__ = ["read"]


def read(path: Path, compartments: Mapping[str, str]) -> Iterator[Written]:
    """Read a file of statements, in the form of `genaikeys.access.foreign`.

    Args:
        path: The file.
        compartments: OCID of each compartment that the stack knows, by name.

    Raises:
        KitError: It can't be read, a line is no statement, or a compartment isn't the stack's.
    """
    for each in foreign.read(path, compartments):
        where = f"{each.source.file}:{each.source.line}: " if each.source else ""
        try:
            statement = parse_statement(each.text)
        except StatementError as problem:
            raise KitError(f"{where}no statement: {problem}") from None
        written = Written(
            statement=statement, policy=each.policy, compartment=each.compartment, source=each.source
        )
        check(written)
        yield written

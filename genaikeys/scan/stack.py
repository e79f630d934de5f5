"""What a stack has published, asked of OCI: labels only, never a value."""

from dataclasses import dataclass, field

from genaikeys.errors import KitError
from genaikeys.inventory import Placed, inventory
from genaikeys.oci import Oci
from genaikeys.parallel import workers
from genaikeys.scan.known import Published, of_versions
from genaikeys.settings import Settings

__all__ = ["Asked", "ask"]

_AT_ONCE = 8
_NOTHING_THERE = (
    "its compartment doesn't exist yet",
    "it has no API key there",
    "it has no Vault secret there",
)
"""Problems of `genaikeys.inventory` that are an answer: nothing is published there now."""


@dataclass(frozen=True)
class Asked:
    """What OCI told.

    Attributes:
        known: Every value that was published, by fingerprint.
        notes: Where nothing is published now, one line each.
        problems: What couldn't be asked, one line each.
    """

    known: dict[str, Published] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def ask(settings: Settings, oci: Oci) -> Asked:
    """Ask for the labels of every Vault secret of a stack.

    Raises:
        KitError: The credentials aren't there, or the compartments can't be told.
    """
    placed = inventory(settings, oci)
    known: dict[str, Published] = {}
    without = [each for each in placed if each.vault_secret_id is None]
    notes = [_line(each, str(each.problem)) for each in without if each.problem in _NOTHING_THERE]
    problems = [_line(each, str(each.problem)) for each in without if each.problem not in _NOTHING_THERE]

    def versions(each: Placed) -> dict[str, Published] | str:
        try:
            found = oci.vault_secrets(each.region).versions(each.vault_secret_id or "")
        except KitError as problem:
            return _line(each, " ".join(str(problem).splitlines()))
        return of_versions(each.key, each.region, each.api_key, found)

    with_secret = [each for each in placed if each.vault_secret_id is not None]
    with workers(_AT_ONCE) as pool:
        for answer in pool.map(versions, with_secret):
            if isinstance(answer, str):
                problems.append(answer)
            else:
                known.update(answer)
    return Asked(known, tuple(notes), tuple(problems))


def _line(placed: Placed, what: str) -> str:
    return f"{placed.key} in {placed.region}: {what}"

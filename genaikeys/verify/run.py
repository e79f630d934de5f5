"""Calls every cell of a stack's access matrix and compares what came back with what was expected."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from genaikeys.errors import KitError
from genaikeys.inventory import Placed, inventory
from genaikeys.parallel import workers
from genaikeys.verify.calls import Observed, call, client_for

if TYPE_CHECKING:
    from openai import OpenAI

    from genaikeys.oci import Oci
    from genaikeys.settings import Cell, Settings

__all__ = ["Checked", "run"]

# Enough to hide the waiting, few enough not to be throttled for it.
_AT_ONCE = 8
_REPORT_EVERY = 25


@dataclass(frozen=True)
class Checked:
    """A cell and what came back: `observed` is yes, no or error."""

    cell: "Cell"
    observed: str
    reason: str

    @property
    def met(self) -> bool:
        """Whether it is as expected; an unknown cell always is."""
        return self.cell.expected in ("unknown", self.observed)


def run(settings: "Settings", oci: "Oci", tell: Callable[[str], None]) -> list[Checked]:
    """Read each key's secret from the Vault and call each of its cells with it.

    Args:
        settings: The stack.
        oci: Where to find the keys and their secrets.
        tell: Called with a line of progress now and then.

    Returns:
        Every cell of the stack, in the order of the settings.

    Raises:
        KitError: OCI can't be asked at all; what is wrong with one key is the result of its cells.
    """
    tell(f"Reading {len(settings.placements())} secrets from the Vault ...")
    with workers(_AT_ONCE) as pool:
        clients = dict(pool.map(lambda each: _client(each, settings, oci), inventory(settings, oci)))
        cells = settings.cells()
        tell(f"Making {len(cells)} calls ...")
        checked = pool.map(
            lambda cell: _check(cell, clients[cell.key, cell.region], settings.private_endpoints), cells
        )
        result = list(_told(checked, len(cells), tell))
        for client in clients.values():
            if not isinstance(client, str):
                client.close()
        return result


def _client(placed: Placed, settings: "Settings", oci: "Oci") -> tuple[tuple[str, str], "OpenAI | str"]:
    """Make the client of a key in a region; where there can't be one, say why."""
    where = placed.key, placed.region
    if placed.problem is not None or placed.vault_secret_id is None:
        return where, placed.problem or "no Vault secret"
    try:
        secret = oci.read_secret(placed.region, placed.vault_secret_id)
    except KitError as problem:
        return where, " ".join(str(problem).splitlines())
    return where, client_for(secret, settings.catalogue.regions[placed.region].base_url)


def _check(cell: "Cell", client: "OpenAI | str", private: Mapping[str, str]) -> Checked:
    if isinstance(client, str):
        observed = Observed("error", client)
    else:
        url = private.get(cell.model)
        observed = call(client.with_options(base_url=url) if url else client, cell.model, cell.api)
    if observed.answer == "yes":
        return Checked(cell, "yes", "" if cell.expected == "yes" else cell.reason)
    because = "" if cell.expected == "yes" else f"{cell.reason}; "
    return Checked(cell, observed.answer, f"{because}{observed.reason}")


def _told(checked: Iterable[Checked], total: int, tell: Callable[[str], None]) -> Iterable[Checked]:
    for number, each in enumerate(checked, 1):
        yield each
        if number % _REPORT_EVERY == 0 and number < total:
            tell(f"  {number} of {total} calls")

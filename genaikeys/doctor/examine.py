"""Runs the checks, those of all regions side by side."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from genaikeys.doctor import caller, permissions, places, room
from genaikeys.doctor.deployer import named
from genaikeys.doctor.facts import Facts
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.errors import KitError
from genaikeys.oci import Oci
from genaikeys.parallel import workers
from genaikeys.settings import Settings

__all__ = ["CHECKS", "REGIONAL", "examine"]

_AT_ONCE = 32

CHECKS: dict[str, Callable[[Facts], Iterator[Finding]]] = {
    "clock": caller.clock,
    "environment": caller.environment,
    "home region": caller.home_region,
    "subscription": caller.subscriptions,
    "permissions": permissions.permissions,
    "API keys left": room.keys_left,
    "statements left": room.statements,
    "policies left": room.policies_left,
    "models on offer": places.offers,
    "endpoint": places.endpoints,
}
"""Checks of the whole, after the credentials', in the order in which they are told."""

REGIONAL: dict[str, Callable[[Facts, str], Iterator[Finding]]] = {
    "secret names": room.names,
    "vault": places.vault,
    "base URL": places.base_url,
}
"""Checks of one region each."""


def examine(settings: Settings, oci: Oci, deployer: str = "") -> list[Finding]:
    """Look at everything that would stop a stack; nothing is changed.

    Args:
        settings: The stack.
        oci: Who asks.
        deployer: Who will deploy it, as in a statement: `group NAME` or `dynamic-group NAME`; by default who
            asks.

    Returns:
        Findings in the order of the checks. Where the credentials don't hold, nothing else is looked at.

    Raises:
        KitError: There are no credentials, or the deployer is of neither form.
    """
    oci.tenancy()
    facts = Facts(settings, oci, named(deployer) if deployer else None)
    first = _done("credentials", caller.caller, facts)
    if any(each.outcome is Outcome.FAILED for each in first):
        return [*first, *_done("clock", caller.clock, facts)]
    with suppress(KitError):  # whoever needs it meets the refusal again, and tells it
        _ = facts.compartments
    with workers(_AT_ONCE) as pool:
        asked = [pool.submit(_done, name, check, facts) for name, check in CHECKS.items()]
        asked += [
            pool.submit(_done, name, check, facts, region)
            for name, check in REGIONAL.items()
            for region in facts.regions
        ]
        return [*first, *(finding for each in asked for finding in each.result())]


def _done(name: str, check: Callable[..., Iterator[Finding]], facts: Facts, *regions: str) -> list[Finding]:
    """A check's findings; what stops it is unknown, and stops no other."""
    try:
        return list(check(facts, *regions))
    except KitError as problem:
        why = problem.why or "It can't be told."
        where = regions[0] if regions else ""
        return [Finding(name, where, Outcome.UNKNOWN, problem.what, why, problem.next_step or "")]

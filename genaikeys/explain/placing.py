"""Mistakes of where: a location that doesn't resolve, or that doesn't hold the key."""

from difflib import get_close_matches

from genaikeys.explain.call import Call
from genaikeys.iam.place import CompartmentId, CompartmentPath, Location, Tenancy
from genaikeys.iam.printer import print_location

__all__ = ["place"]


def place(location: Location, attached: str, call: Call) -> tuple[str | None, Location, str]:
    """Say what is wrong with a statement's location, as far as a call is concerned.

    Returns:
        What is wrong, or None; the location that was probably meant; and OCID of the compartment whose policy
        it belongs in.
    """
    target = call.caller.compartment
    found = call.compartments.resolve(location, attached)
    if found is not None and found in call.compartments.path(target):
        return None, location, attached
    meant = call.path_from(attached)
    where = attached if meant is not None else target
    right = meant or CompartmentPath((call.name(target),))
    what = _unresolved(location, attached, call) if found is None else _elsewhere(location, found, call)
    if meant is None:
        what += f"; a policy of {call.name(target)}, or of what is above it, reaches {call.caller.name}"
    return what, right, where


def _elsewhere(location: Location, found: str, call: Call) -> str:
    where = "the tenancy" if isinstance(location, Tenancy) else call.name(found)
    home = call.name(call.caller.compartment)
    return f"It grants in {where}; {call.caller.name} is in {home}, which isn't in it"


def _unresolved(location: Location, attached: str, call: Call) -> str:
    here = call.name(attached)
    if isinstance(location, Tenancy):
        return f"Only a policy of the tenancy can say `in tenancy`; this one is attached to {here}"
    if isinstance(location, CompartmentId):
        if location.ocid in call.known:
            return (
                f"{call.name(location.ocid)} isn't {here}, where the policy is attached, or below it: a"
                " policy reaches no further"
            )
        return f"{location.ocid} is no compartment that the stack knows"
    return _unresolved_path(location, attached, call)


def _unresolved_path(location: CompartmentPath, attached: str, call: Call) -> str:
    here, said = call.name(attached), print_location(location)
    last = location.names[-1].casefold()
    alike = [each for each in call.known if call.name(each).casefold() == last]
    if alike:
        above = call.compartments.path(alike[0])
        from_where = call.name(above[1] if len(above) > 1 else above[0])
        return (
            f"{said} isn't found from {here}, where the policy is attached; from {from_where} it is, and from"
            f" {call.name(alike[0])} itself"
        )
    near = get_close_matches(last, [call.name(each).casefold() for each in call.known], n=1, cutoff=0.7)
    hint = f": the nearest is {near[0]}" if near else ""
    return f"{said} isn't found from {here}, where the policy is attached{hint}"

"""The variables of a request: what follows from it, what the target brings, and what isn't modelled."""

from collections.abc import Callable
from datetime import UTC

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.permissions import region_keys, table
from genaikeys.iam.request import Request


class Unknown:
    """Stands for the value of a variable that OCI knows and this engine doesn't."""


UNKNOWN = Unknown()
"""The one instance."""

_Reader = Callable[[Request, Compartments], str | Unknown | None]


def _region(request: Request, _: Compartments) -> str | Unknown:
    return region_keys().get(request.target.region, UNKNOWN)


def _operation(request: Request, _: Compartments) -> str | Unknown:
    if request.operation is not None:
        return request.operation
    return table().operation(request.permission or "") or UNKNOWN


def _at(layout: str) -> _Reader:
    return lambda request, _: request.time.astimezone(UTC).strftime(layout)


def _weekday(request: Request, _: Compartments) -> str:
    # Not strftime: its names follow the locale.
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return days[request.time.astimezone(UTC).weekday()]


def _user(request: Request, _: Compartments) -> str | None:
    return request.principal.id if request.principal.type.casefold() == "user" else None


def _of_a_user(request: Request, compartments: Compartments) -> Unknown | None:
    return UNKNOWN if _user(request, compartments) else None


def _not_modelled(_request: Request, _compartments: Compartments) -> Unknown:
    return UNKNOWN


DERIVED: dict[str, _Reader] = {
    "request.principal.type": lambda request, _: request.principal.type,
    "request.principal.id": lambda request, _: request.principal.id,
    "request.principal.compartment.id": lambda request, _: request.principal.compartment,
    "request.user.id": _user,
    "request.permission": lambda request, _: request.permission,
    "request.operation": _operation,
    "request.region": _region,
    "request.utc-timestamp": _at("%Y-%m-%dT%H:%M:%SZ"),
    "request.utc-timestamp.month-of-year": lambda request, _: str(request.time.astimezone(UTC).month),
    "request.utc-timestamp.day-of-month": lambda request, _: str(request.time.astimezone(UTC).day),
    "request.utc-timestamp.day-of-week": _weekday,
    "request.utc-timestamp.time-of-day": _at("%H:%M:%SZ"),
    "target.compartment.id": lambda request, _: request.target.compartment,
    "target.compartment.name": lambda request, compartments: compartments.name(request.target.compartment),
    "request.user.name": _of_a_user,
    "request.user.mfatotpverified": _of_a_user,
    "request.groups.id": _of_a_user,
    "request.networksource.name": _not_modelled,
    "request.ad": _not_modelled,
    "request.service": _not_modelled,
}
"""Variables that follow from the request (Oracle, Identity, "General Variables for All Requests" and "Scoping
Policy by Time", read 2026-11-23; type and id of principals: Oracle, Generative AI, "Adding Key Permissions";
their compartment: published policies, such as Oracle's Quick Start stacks)."""
NOT_MODELLED = ("request.principal.group.tag.", "request.principal.compartment.tag.")
"""How the names of documented variables begin whose values the engine can't know."""


class Variables:
    """The variables of one request, each looked up once.

    What follows from the request can't be overridden by the target's own variables. Names of variables, like
    values, compare without regard to case.
    """

    __slots__ = ("_compartments", "_folded", "_request", "_target")

    def __init__(self, request: Request, compartments: Compartments) -> None:
        self._request = request
        self._compartments = compartments
        self._folded: dict[str, str | Unknown | None] = {}
        self._target: dict[str, str] | None = None

    def value(self, name: str) -> str | Unknown | None:
        """The value; None where the request lacks the variable; `UNKNOWN` where it may have it."""
        wanted = name.lower()
        derive = DERIVED.get(wanted)
        if derive is not None:
            return derive(self._request, self._compartments)
        if wanted.startswith(NOT_MODELLED):
            return UNKNOWN
        if self._target is None:
            self._target = {other.lower(): value for other, value in self._request.target.variables.items()}
        return self._target.get(wanted)

    def folded(self, name: str) -> str | Unknown | None:
        """The same, in the form in which values are compared."""
        try:
            return self._folded[name]
        except KeyError:
            found = self.value(name)
            self._folded[name] = folded = found.casefold() if isinstance(found, str) else found
            return folded

"""A request as a policy sees it, and the variables that follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from genaikeys.iam.compartments import Compartments
from genaikeys.iam.permissions import region_keys


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        type: ``user``, ``generativeaiapikey``, ``instance`` and so on.
        id: Its OCID.
        compartment: OCID of the compartment that it lives in.
        groups: Names of the groups that it is a member of.
        dynamic_groups: Names of the dynamic groups whose rule it matches.
    """

    type: str
    id: str
    compartment: str | None = None
    groups: frozenset[str] = frozenset()
    dynamic_groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked for.

    Attributes:
        compartment: OCID of the compartment that holds it.
        region: Region identifier, such as ``us-chicago-1``.
        variables: The service's own variables, such as ``target.model.id``; all that the target has.
    """

    compartment: str
    region: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One request for one permission.

    Attributes:
        principal: Who asks.
        operation: API operation, such as ``Chat``, or None.
        permission: Such as ``GENERATIVE_AI_CHAT``.
        target: What is asked for.
        time: When, with a zone.
    """

    principal: Principal
    operation: str | None
    permission: str
    target: Target
    time: datetime


class Unknown:
    """Stands for the value of a variable that OCI knows and this engine doesn't."""


UNKNOWN = Unknown()
"""The one instance."""

_Reader = Callable[[Request, Compartments], str | Unknown | None]


def _region(request: Request, _: Compartments) -> str | Unknown:
    return region_keys().get(request.target.region, UNKNOWN)


def _timestamp(request: Request, _: Compartments) -> str:
    return request.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _user(request: Request, _: Compartments) -> str | None:
    return request.principal.id if request.principal.type.casefold() == "user" else None


def _of_a_user(request: Request, compartments: Compartments) -> Unknown | None:
    return UNKNOWN if _user(request, compartments) else None


def _not_modelled(_request: Request, _compartments: Compartments) -> Unknown:
    return UNKNOWN


_DERIVED: dict[str, _Reader] = {
    "request.principal.type": lambda request, _: request.principal.type,
    "request.principal.id": lambda request, _: request.principal.id,
    "request.principal.compartment.id": lambda request, _: request.principal.compartment,
    "request.user.id": _user,
    "request.permission": lambda request, _: request.permission,
    "request.operation": lambda request, _: request.operation,
    "request.region": _region,
    "request.utc-timestamp": _timestamp,
    "target.compartment.id": lambda request, _: request.target.compartment,
    "target.compartment.name": lambda request, compartments: compartments.name(request.target.compartment),
    "request.user.name": _of_a_user,
    "request.user.mfatotpverified": _of_a_user,
    "request.groups.id": _of_a_user,
    "request.networksource.name": _not_modelled,
    "request.ad": _not_modelled,
    "request.utc-timestamp.month-of-year": _not_modelled,
    "request.utc-timestamp.day-of-month": _not_modelled,
    "request.utc-timestamp.day-of-week": _not_modelled,
    "request.utc-timestamp.time-of-day": _not_modelled,
}
"""Variables that follow from the request (Oracle, Identity, "General Variables for All Requests", read
2026-11-23; type and id of principals: Oracle, Generative AI, "Adding Key Permissions"; their compartment:
published policies, such as Oracle's Quick Start stacks)."""
_NOT_MODELLED = ("request.principal.group.tag.", "request.principal.compartment.tag.")


class Variables:
    """The variables of one request, each looked up once.

    What follows from the request can't be overridden by the target's own variables. Names of variables, like
    values, compare without regard to case.
    """

    def __init__(self, request: Request, compartments: Compartments) -> None:
        self._request = request
        self._compartments = compartments
        self._folded: dict[str, str | Unknown | None] = {}

    def value(self, name: str) -> str | Unknown | None:
        """The value; None where the request lacks the variable; `UNKNOWN` where it may have it."""
        wanted = name.lower()
        derive = _DERIVED.get(wanted)
        if derive is not None:
            return derive(self._request, self._compartments)
        if wanted.startswith(_NOT_MODELLED):
            return UNKNOWN
        given = self._request.target.variables
        return next((value for other, value in given.items() if other.lower() == wanted), None)

    def folded(self, name: str) -> str | Unknown | None:
        """The same, in the form in which values are compared."""
        try:
            return self._folded[name]
        except KeyError:
            found = self.value(name)
            self._folded[name] = folded = found.casefold() if isinstance(found, str) else found
            return folded

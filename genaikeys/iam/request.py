"""A request as a policy sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        type: ``user``, ``generativeaiapikey``, ``instance``, ``service`` and so on.
        id: Its OCID; of a service its name.
        compartment: OCID of the compartment that it lives in.
        groups: The groups that it is a member of, each by name, as ``domain/name``, or by OCID.
        dynamic_groups: The dynamic groups whose rule it matches, likewise.
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
    """One request.

    Attributes:
        principal: Who asks.
        operation: API operation, such as ``Chat``; None: the only one that needs the permission.
        permission: Such as ``GENERATIVE_AI_CHAT``; None: every permission that the operation needs.
        target: What is asked for.
        time: When, with a zone.

    Raises:
        ValueError: Neither operation nor permission is given, or the time has no zone.
    """

    principal: Principal
    operation: str | None
    permission: str | None
    target: Target
    time: datetime

    def __post_init__(self) -> None:
        if self.operation is None and self.permission is None:
            raise ValueError("a request needs an operation, a permission, or both")
        if self.time.tzinfo is None:
            raise ValueError(f"{self.time.isoformat()} has no time zone")

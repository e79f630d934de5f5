"""One call that somebody asks about, and what it is to the policies."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from genaikeys.access.scene import Api, Caller
from genaikeys.iam import Compartments, Policies, Policy, Request, Statement, Target, print_statement
from genaikeys.iam.permissions import region_keys, table
from genaikeys.iam.place import CompartmentPath

__all__ = ["Call"]

_MODEL = "target.model.id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A key's call of a model on an API.

    Attributes:
        caller: The key in its region.
        api: The API.
        model: Name of the model.
        models: Names of all models that there are.
        compartments: The tree.
        known: OCIDs of the compartments that may be meant.
        time: When.
    """

    caller: Caller
    api: Api
    model: str
    models: Collection[str]
    compartments: Compartments
    known: tuple[str, ...]
    time: datetime

    @property
    def region_key(self) -> str:
        """The region as policies compare it."""
        return region_keys().get(self.caller.region, self.caller.region)

    @property
    def permissions(self) -> tuple[str, ...]:
        """What it takes, or may take."""
        return tuple(filter(None, (self.api.permission, self.api.perhaps)))

    def name(self, ocid: str) -> str:
        """What people call a compartment."""
        return self.compartments.name(ocid) or ocid

    def shown(self, statement: Statement) -> str:
        """A statement without the stand-ins for OCIDs of compartments that the stack makes."""
        text = print_statement(statement)
        for ocid in self.known:
            if ocid == f"ocid1.compartment.oc1..{self.name(ocid)}":
                text = text.replace(ocid, f"<compartment {self.name(ocid)}>")
        return text

    def request(self, permission: str, *, sees_model: bool) -> Request:
        """The request for one permission."""
        caller = self.caller
        target = Target(caller.compartment, caller.region, {_MODEL: self.model} if sees_model else {})
        operation = self.api.operation if permission == self.api.permission else None
        return Request(caller.principal, operation, permission, target, self.time)

    def requests(self) -> tuple[Request, ...]:
        """A request for each thing that a statement may grant of it, each way that it may be asked."""
        api = self.api
        own = [
            self.request(api.permission, sees_model=seen)
            for seen in (False, True)
            if api.sees_model is None or api.sees_model is seen
        ]
        also = [self.request(api.perhaps, sees_model=True)] if api.perhaps else []
        return (*own, *also)

    def alone(self, statement: Statement, attached: str) -> Policies:
        """The policies of a tenancy that has one statement."""
        return Policies([Policy("one", "one", attached, (statement,))], self.compartments)

    def path_from(self, attached: str) -> CompartmentPath | None:
        """The key's compartment as a policy says it that is attached to a compartment; None: it can't."""
        above = self.compartments.path(self.caller.compartment)
        if attached not in above:
            return None
        steps = above[: above.index(attached)] or above[:1]
        return CompartmentPath(tuple(self.name(step) for step in reversed(steps)))

    def named(self, value: str) -> tuple[str, str] | None:
        """Name and region of a key of a stack, where a value stands for its OCID."""
        found = re.fullmatch(r"<key (\S+) in (\S+)>", value)
        return (found[1], found[2]) if found else None

    def least(self) -> str:
        """The least action that grants it, as ``<verb> <resource type>``."""
        return table().least(self.api.permission) or self.api.permission

"""What several checks need to know, asked for once."""

import threading
from collections.abc import Mapping
from functools import cached_property

from genaikeys.iam import Principal
from genaikeys.inventory import Placed, compartment_ids, inventory
from genaikeys.oci import Oci, PolicyText
from genaikeys.settings import Settings

__all__ = ["Facts"]


class Facts:
    """A stack and the tenancy that it is meant for; each fact is asked for when it is first needed.

    Args:
        settings: The stack.
        oci: Who asks.
        deployer: Who will deploy it; None: who asks.
    """

    def __init__(self, settings: Settings, oci: Oci, deployer: Principal | None = None) -> None:
        self.settings = settings
        self.deployer = deployer
        self.oci = oci
        self._lock = threading.Lock()
        self._policies: dict[str, list[PolicyText]] = {}

    @property
    def home(self) -> str:
        """The home region, as the stack has it."""
        return self.settings.home_region

    @property
    def regions(self) -> list[str]:
        """The regions where the stack has keys."""
        return list(dict.fromkeys(placement.region for placement in self.settings.placements()))

    @cached_property
    def compartments(self) -> Mapping[str, str | None]:
        """OCID of each compartment of the stack by its name; None where it is yet to be made."""
        return compartment_ids(self.settings, self.oci)

    @cached_property
    def placed(self) -> list[Placed]:
        """What OCI has of each key."""
        return inventory(self.settings, self.oci)

    def parent_of(self, name: str) -> str:
        """OCID of what a compartment that is yet to be made will lie in; of the tenancy in the end."""
        parent = self.settings.compartments[name].parent
        if parent is None:
            return self.oci.tenancy()
        if parent not in self.settings.compartments:
            return parent
        return self.compartments[parent] or self.parent_of(parent)

    def path(self, name: str) -> list[tuple[str, str]]:
        """OCID and name of a compartment of the stack, where it exists, and of all above it."""
        return self.oci.path(self.home, self.compartments[name] or self.parent_of(name))

    def policies(self, compartment_id: str) -> list[PolicyText]:
        """Policies that are attached to a compartment."""
        with self._lock:
            if compartment_id not in self._policies:
                self._policies[compartment_id] = self.oci.policies(self.home, compartment_id)
            return self._policies[compartment_id]

"""Where a statement holds: in this tenancy, or in others."""

from genaikeys.iam.immutable import Immutable
from genaikeys.iam.words import is_compartment_ocid, is_quotable, need


class Tenancy(Immutable):
    """The whole tenancy."""


class CompartmentPath(Immutable):
    """A compartment by name, or by names from the outer to the inner one.

    Attributes:
        names: At least one name, resolved from where the policy is attached.

    Raises:
        ValueError: There is no name, or one that can't be written.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        holds = bool(self.names) and all(name and is_quotable(name) for name in self.names)
        need(holds, "a path of names", self.names)


class CompartmentId(Immutable):
    """A compartment by OCID (``ocid1.compartment...``; the tenancy's is ``ocid1.tenancy...``).

    Raises:
        ValueError: It is something else.
    """

    ocid: str

    def __post_init__(self) -> None:
        need(is_compartment_ocid(self.ocid), "the OCID of a compartment", self.ocid)


Location = Tenancy | CompartmentPath | CompartmentId


class AnyTenancy(Immutable):
    """Every other tenancy."""


class RemoteTenancy(Immutable):
    """Another tenancy, by the name that a ``define`` statement gives it.

    Raises:
        ValueError: The name can't be written.
    """

    name: str

    def __post_init__(self) -> None:
        need(bool(self.name) and is_quotable(self.name), "the name of a tenancy", self.name)


class RemoteCompartment(Immutable):
    """A compartment of another tenancy."""

    path: CompartmentPath
    tenancy: RemoteTenancy


Remote = AnyTenancy | RemoteTenancy | RemoteCompartment
Place = Location | Remote

"""Who a statement speaks of."""

from genaikeys.iam.immutable import Immutable
from genaikeys.iam.words import is_ocid, is_quotable, need

DEFAULT_DOMAIN = "default"
"""The identity domain that a name without one belongs to (Oracle, Identity, "Subjects", read 2026-11-23)."""


class Named(Immutable):
    """A group or dynamic group by name.

    Attributes:
        name: Its name.
        domain: Its identity domain; None for the default one, which is never written.

    Raises:
        ValueError: A name is empty or holds a quote, or the default domain is written.
    """

    name: str
    domain: str | None = None

    def __post_init__(self) -> None:
        need(bool(self.name) and is_quotable(self.name), "a name", self.name)
        if self.domain is not None:
            holds = bool(self.domain) and is_quotable(self.domain)
            need(
                holds and self.domain.casefold() != DEFAULT_DOMAIN, "an identity domain to write", self.domain
            )


class ById(Immutable):
    """A group or dynamic group by OCID.

    Raises:
        ValueError: It is no OCID.
    """

    ocid: str

    def __post_init__(self) -> None:
        need(is_ocid(self.ocid), "an OCID", self.ocid)


Member = Named | ById


class AnyUser(Immutable):
    """Every principal, of whatever type."""


class AnyGroup(Immutable):
    """Every principal that is in a group or a dynamic group."""


class Groups(Immutable):
    """The users of one or more groups.

    Raises:
        ValueError: There is none.
    """

    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        need(bool(self.members), "a list of groups", self.members)


class DynamicGroups(Immutable):
    """The resources of one or more dynamic groups.

    Raises:
        ValueError: There is none.
    """

    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        need(bool(self.members), "a list of dynamic groups", self.members)


class Services(Immutable):
    """Services of OCI itself, by name.

    Raises:
        ValueError: There is none, or a name that can't be written.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _need_names(self.names)


class Resources(Immutable):
    """Resources, by the name of their type.

    Raises:
        ValueError: There is none, or a name that can't be written.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        _need_names(self.names)


Subject = AnyUser | AnyGroup | Groups | DynamicGroups | Services | Resources


def _need_names(names: tuple[str, ...]) -> None:
    need(bool(names) and all(name and is_quotable(name) for name in names), "a list of names", names)

"""Statements as values: what is allowed or denied, to whom, where, and under which condition.

What can't be written as a statement can't be made: each class refuses it, so that every value prints, and
reads back as itself.
"""

from genaikeys.iam.condition import DEEPEST, Condition, depth
from genaikeys.iam.immutable import Immutable
from genaikeys.iam.place import AnyTenancy, Location, Place, Remote, RemoteTenancy
from genaikeys.iam.subject import AnyGroup, AnyUser, Named, Subject
from genaikeys.iam.words import VERBS, is_ocid, is_permission, is_resource, need


class Verb(Immutable):
    """A verb on a resource type, a family, or ``all-resources``.

    Attributes:
        verb: ``inspect``, ``read``, ``use`` or ``manage``.
        resource: In lower case; whether there is such a type says `genaikeys.iam.permissions`.

    Raises:
        ValueError: One of them can't be written.
    """

    verb: str
    resource: str

    def __post_init__(self) -> None:
        need(self.verb in VERBS, "a verb", self.verb)
        need(is_resource(self.resource), "a resource type", self.resource)


class Permissions(Immutable):
    """Permissions by name, in braces.

    Raises:
        ValueError: There is none, or one that can't be written.
    """

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        holds = bool(self.names) and all(map(is_permission, self.names))
        need(holds, "a set of permissions", self.names)


class Associate(Immutable):
    """Joining a resource here with a partner there, across tenancies.

    Attributes:
        resource: The type of the one.
        place: Where it is.
        partner: The type of the other; the statement's own place says where that is.

    Raises:
        ValueError: One of the types can't be written.
    """

    resource: str
    place: Place
    partner: str

    def __post_init__(self) -> None:
        for resource in (self.resource, self.partner):
            need(is_resource(resource), "a resource type", resource)


Action = Verb | Permissions


class Allow(Immutable):
    """An ``allow`` statement.

    Attributes:
        subject: Who.
        action: What.
        location: Where.
        condition: When, or None for always.

    Raises:
        ValueError: Conditions nest too deep.
    """

    subject: Subject
    action: Action
    location: Location
    condition: Condition | None = None

    def __post_init__(self) -> None:
        _shallow(self.condition)


class Deny(Immutable):
    """A ``deny`` statement; its parts are those of `Allow`.

    Raises:
        ValueError: Conditions nest too deep.
    """

    subject: Subject
    action: Action
    location: Location
    condition: Condition | None = None

    def __post_init__(self) -> None:
        _shallow(self.condition)


class Define(Immutable):
    """A name for something of another tenancy.

    Attributes:
        kind: ``tenancy``, ``group``, ``dynamic-group`` or ``compartment``.
        name: The name.
        ocid: Its OCID.

    Raises:
        ValueError: It is something else.
    """

    kind: str
    name: Named
    ocid: str

    def __post_init__(self) -> None:
        need(self.kind in ("tenancy", "group", "dynamic-group", "compartment"), "a kind", self.kind)
        need(self.name.domain is None or self.kind.endswith("group"), f"a name for a {self.kind}", self.name)
        need(is_ocid(self.ocid), "an OCID", self.ocid)


class Endorse(Immutable):
    """What principals of this tenancy may, or with ``denied`` may not, do in other tenancies.

    Raises:
        ValueError: Conditions nest too deep.
    """

    subject: Subject
    action: Action | Associate
    place: Remote
    condition: Condition | None = None
    denied: bool = False

    def __post_init__(self) -> None:
        _shallow(self.condition)
        own = not isinstance(self.action, Associate) or isinstance(self.action.place, Location)
        need(own, "an association that begins in this tenancy", self.action)


class Admit(Immutable):
    """What principals of other tenancies may, or with ``denied`` may not, do in this one.

    Attributes:
        subject: Who.
        origin: Their tenancy; None where the subject's own definition says it.
        action: What.
        place: Where.
        condition: When, or None for always.
        denied: Whether it is a ``deny admit``.

    Raises:
        ValueError: Conditions nest too deep.
    """

    subject: Subject
    origin: RemoteTenancy | AnyTenancy | None
    action: Action | Associate
    place: Location
    condition: Condition | None = None
    denied: bool = False

    def __post_init__(self) -> None:
        _shallow(self.condition)
        wild = isinstance(self.subject, AnyUser | AnyGroup)
        need(wild or not isinstance(self.origin, AnyTenancy), "a subject of any tenancy", self.subject)
        remote = not isinstance(self.action, Associate) or isinstance(self.action.place, Remote)
        need(remote, "an association that begins in another tenancy", self.action)


Statement = Allow | Deny | Define | Endorse | Admit


def _shallow(condition: Condition | None) -> None:
    if condition is not None and depth(condition) > DEEPEST:
        raise ValueError(f"{type(condition).__name__!r} is not a condition that nests at most {DEEPEST} deep")

"""Who deploys: the one who asks, or somebody who is named as in a statement."""

from genaikeys.errors import KitError
from genaikeys.iam import Principal
from genaikeys.oci import Oci

__all__ = ["asking", "named", "subject"]


def named(text: str) -> Principal:
    """Somebody of whom only a group or dynamic group is known.

    Args:
        text: As in a statement, such as `dynamic-group deployers`.

    Raises:
        KitError: It is of neither form.
    """
    kind, _, name = text.partition(" ")
    if kind == "group" and name:
        return Principal(type="user", id="the deployer", groups=frozenset((name,)))
    if kind == "dynamic-group" and name:
        return Principal(type="instance", id="the deployer", dynamic_groups=frozenset((name,)))
    raise KitError(
        f"The deployer is {text!r}.",
        why="It is given as in a statement: group NAME or dynamic-group NAME.",
    )


def asking(oci: Oci, home: str) -> Principal:
    """The caller, with its groups.

    Args:
        oci: Who asks.
        home: The home region.

    Raises:
        KitError: It is no user, or its groups can't be read.
    """
    user = oci.user()
    if user is None:
        raise KitError(
            "A principal of OCI calls; which dynamic groups it matches can't be asked",
            next_step="Name one: --deployer 'dynamic-group NAME'",
        )
    return Principal(type="user", id=user, groups=oci.groups(home, user))


def subject(principal: Principal) -> str:
    """Whom a statement for a deployer names; `NAME` stands for what a person has to choose."""
    kind, names = "group", principal.groups
    if principal.type != "user":
        kind, names = "dynamic-group", principal.dynamic_groups
    told = [name for name in names if not name.startswith("ocid1.")]
    return f"{kind} {told[0] if len(told) == 1 else 'NAME'}"

"""The tree of compartments, and what a policy's location means in it."""

from collections.abc import Mapping

from genaikeys.iam.place import CompartmentId, CompartmentPath, Location, Tenancy


class Compartments:
    """Compartments by OCID, each with its name and parent; they don't change.

    Args:
        parents: OCID to name and parent's OCID; the tenancy's parent is None.
    """

    def __init__(self, parents: Mapping[str, tuple[str, str | None]]) -> None:
        self._parents = dict(parents)
        self._children = {
            (parent, name.casefold()): ocid
            for ocid, (name, parent) in self._parents.items()
            if parent is not None
        }
        self._paths: dict[str, tuple[str, ...]] = {}
        self._meant: dict[tuple[Location, str], str | None] = {}

    def name(self, ocid: str) -> str | None:
        """Name of a compartment, or None where the tree lacks it."""
        found = self._parents.get(ocid)
        return found[0] if found else None

    def path(self, ocid: str) -> tuple[str, ...]:
        """A compartment and everything above it, the tenancy last; empty where the tree lacks it."""
        found = self._paths.get(ocid)
        if found is None:
            steps: list[str] = []
            step: str | None = ocid
            while step in self._parents and step not in steps:
                steps.append(step)
                step = self._parents[step][1]
            found = self._paths[ocid] = tuple(steps)
        return found

    def contains(self, outer: str, inner: str) -> bool:
        """Whether a compartment is another one or lies above it."""
        return outer in self.path(inner)

    def resolve(self, location: Location, attached: str) -> str | None:
        """OCID of the compartment that a location means in a policy attached to a compartment.

        A bare name is a child of that compartment, or else the compartment itself; a path goes down from it,
        child by child; an id needs no path. A policy reaches its own compartment and below, so ``tenancy``
        can be said only there (Oracle, Identity, "Locations" and "Policies and Compartment Hierarchies",
        read 2026-11-23). Names compare without regard to case.

        Returns:
            The OCID, or None where the location doesn't resolve or lies out of the policy's reach.
        """
        key = (location, attached)
        try:
            return self._meant[key]
        except KeyError:
            found = self._meant[key] = self._resolve(location, attached)
            return found

    def _resolve(self, location: Location, attached: str) -> str | None:
        if attached not in self._parents:
            return None
        if isinstance(location, Tenancy):
            return attached if self._parents[attached][1] is None else None
        if isinstance(location, CompartmentId):
            return location.ocid if self.contains(attached, location.ocid) else None
        return self._walk(location, attached)

    def _walk(self, location: CompartmentPath, attached: str) -> str | None:
        found: str | None = attached
        for name in location.names:
            found = self._children.get((found, name.casefold())) if found else None
        own = self._parents[attached][0].casefold()
        if found is None and len(location.names) == 1 and location.names[0].casefold() == own:
            return attached
        return found

"""Which permissions a verb on a resource type grants: a table, with its sources, as data."""

from functools import lru_cache

from genaikeys.iam.words import VERBS

EVERYTHING = "all-resources"


class Table:
    """Resource types with their permissions, families, and the operations that need a permission.

    Args:
        types: Resource type to verb to the permissions which that verb adds to the verbs below it. A type
            may have none: its permissions are not known.
        families: Family to its resource types.
        operations: API operation to the permissions that it needs.
    """

    def __init__(
        self,
        types: dict[str, dict[str, tuple[str, ...]]],
        families: dict[str, tuple[str, ...]],
        operations: dict[str, tuple[str, ...]],
    ) -> None:
        self.types = types
        self.families = families
        self.operations = operations
        self._owners: dict[str, tuple[str, str]] = {}
        for verb in VERBS:
            for resource, verbs in types.items():
                for permission in verbs.get(verb, ()):
                    self._owners.setdefault(permission, (verb, resource))
        self._granted: dict[tuple[str, str], frozenset[str]] = {}
        self._grants: dict[tuple[str, str, str], bool | None] = {}

    def knows(self, resource: str) -> bool:
        """Whether a name is a resource type or family of the table, or ``all-resources``."""
        return resource in self.types or resource in self.families or resource == EVERYTHING

    def mistakes(self, resource: str) -> bool:
        """Whether a name looks like one of the table but isn't: it begins with the same word."""
        first = resource.split("-", 1)[0]
        alike = any(first == other.split("-", 1)[0] for other in (*self.types, *self.families))
        return alike and not self.knows(resource)

    def nearest(self, resource: str) -> str | None:
        """The name of the table that is most like a wrong one."""
        import difflib

        found = difflib.get_close_matches(resource, [*self.types, *self.families, EVERYTHING], n=1)
        return found[0] if found else None

    def granted(self, verb: str, resource: str) -> frozenset[str]:
        """Every permission of the table that ``<verb> <resource>`` grants: a verb includes those below it."""
        return self._steps(verb, resource, VERBS[: VERBS.index(verb) + 1])

    def denied(self, verb: str, resource: str) -> frozenset[str]:
        """Every permission of the table that denying ``<verb> <resource>`` takes.

        The ladder is turned round: who may not inspect may not use either, who may not manage may still use
        (Oracle, Identity, "Deny Policies", read 2026-11-23).
        """
        return self._steps(f"not {verb}", resource, VERBS[VERBS.index(verb) :])

    def _steps(self, key: str, resource: str, steps: tuple[str, ...]) -> frozenset[str]:
        found = self._granted.get((key, resource))
        if found is None:
            found = frozenset(
                permission
                for member in self._members(resource)
                for step in steps
                for permission in self.types.get(member, {}).get(step, ())
            )
            self._granted[key, resource] = found
        return found

    def grants(self, verb: str, resource: str, permission: str) -> bool | None:
        """Whether ``<verb> <resource>`` grants a permission; None where the table can't tell."""
        key = verb, resource, permission
        if key not in self._grants:
            if permission in self._owners and self.knows(resource):
                self._grants[key] = permission in self.granted(verb, resource)
            else:
                self._grants[key] = self._guess(resource, permission, whole=verb == "manage")
        return self._grants[key]

    def denies(self, verb: str, resource: str, permission: str) -> bool | None:
        """Whether denying ``<verb> <resource>`` takes a permission; None where the table can't tell."""
        if permission in self._owners and self.knows(resource):
            return permission in self.denied(verb, resource)
        return self._guess(resource, permission, whole=verb == "inspect")

    def _guess(self, resource: str, permission: str, *, whole: bool) -> bool | None:
        """What a resource type has to do with a permission, where the table lacks one of them.

        A verb that covers a whole type covers a permission that carries the type's name. Else only a type
        that begins with the same word may have to do with it, or a family of which the members aren't known.
        """
        if resource == EVERYTHING:
            return True if whole else None
        members = self._members(resource)
        known = permission in self._owners
        if not known and resource.endswith("-family") and resource not in self.families:
            return None
        if whole and not known and self._named(permission, members) in members:
            return True
        own = permission.split("_", 1)[0]
        return None if any(_prefix(member).split("_", 1)[0] == own for member in members) else False

    def _named(self, permission: str, members: tuple[str, ...]) -> str | None:
        """The type, of the table or of these, whose name a permission carries: the longest that fits."""
        fitting = [each for each in (*self.types, *members) if permission.startswith(f"{_prefix(each)}_")]
        return max(fitting, key=len, default=None)

    def least(self, permission: str) -> str | None:
        """The least that grants a permission, as ``<verb> <resource type>``; None where nothing does."""
        found = self._owners.get(permission)
        return " ".join(found) if found else None

    def knows_permission(self, permission: str) -> bool:
        """Whether a permission is in the table."""
        return permission in self._owners

    def operation(self, permission: str) -> str | None:
        """The operation that needs a permission, where only one does and it needs nothing else."""
        found = [name for name, needed in self.operations.items() if permission in needed]
        return found[0] if len(found) == 1 and len(self.operations[found[0]]) == 1 else None

    def _members(self, resource: str) -> tuple[str, ...]:
        return tuple(self.types) if resource == EVERYTHING else self.families.get(resource, (resource,))


@lru_cache(maxsize=1)
def table() -> Table:
    """The table in ``permissions.json`` and ``operations.json``, which name source and date of every row."""
    import json

    raw = json.loads(_read("permissions.json"))
    return Table(
        types={
            row["type"]: {verb: tuple(row[verb]) for verb in VERBS if verb in row} for row in raw["types"]
        },
        families={row["family"]: tuple(row["members"]) for row in raw["families"]},
        operations={
            row["operation"]: tuple(row["permissions"])
            for row in json.loads(_read("operations.json"))["operations"]
        },
    )


@lru_cache(maxsize=1)
def region_keys() -> dict[str, str]:
    """Region identifier to the three-letter key, of the table in ``regions.json``."""
    import json

    return dict(json.loads(_read("regions.json"))["keys"])


def _prefix(resource: str) -> str:
    """The beginning of a type's permissions: ``POLICY`` of ``policies``."""
    upper = resource.upper().replace("-", "_").removesuffix("_FAMILY")
    return f"{upper[:-3]}Y" if upper.endswith("IES") else upper.removesuffix("S")


def _read(name: str) -> str:
    # Imported here: whoever wants the types of this package alone doesn't wait for it.
    from pathlib import Path

    return (Path(__file__).parent / name).read_text(encoding="utf-8")

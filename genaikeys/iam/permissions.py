"""Which permissions a verb on a resource type grants: a table, with its sources, as data."""

from functools import lru_cache

VERBS = ("inspect", "read", "use", "manage")
"""From the least to the most; each includes those before it (Oracle, Identity, "Verbs")."""
EVERYTHING = "all-resources"


class Permissions:
    """The table.

    Args:
        types: Resource type to verb to the permissions which that verb adds to the verbs below it. A type
            may have none: its permissions are not known.
        families: Family to its resource types.
    """

    def __init__(
        self, types: dict[str, dict[str, tuple[str, ...]]], families: dict[str, tuple[str, ...]]
    ) -> None:
        self.types = types
        self.families = families
        self._granted: dict[tuple[str, str], frozenset[str]] = {}

    def knows(self, resource: str) -> bool:
        """Whether a name is a resource type or family of the table, or ``all-resources``."""
        return resource in self.types or resource in self.families or resource == EVERYTHING

    def nearest(self, resource: str) -> str | None:
        """The name of the table that is most like a wrong one."""
        import difflib

        found = difflib.get_close_matches(resource, [*self.types, *self.families, EVERYTHING], n=1)
        return found[0] if found else None

    def granted(self, verb: str, resource: str) -> frozenset[str]:
        """Every permission that ``<verb> <resource>`` grants: a verb includes the verbs below it."""
        found = self._granted.get((verb, resource))
        if found is None:
            steps = VERBS[: VERBS.index(verb) + 1]
            found = frozenset(
                permission
                for member in self._members(resource)
                for step in steps
                for permission in self.types[member].get(step, ())
            )
            self._granted[verb, resource] = found
        return found

    def least(self, permission: str) -> str | None:
        """The least that grants a permission, as ``<verb> <resource type>``; None where nothing does."""
        for verb in VERBS:
            for resource, verbs in self.types.items():
                if permission in verbs.get(verb, ()):
                    return f"{verb} {resource}"
        return None

    def knows_permission(self, permission: str) -> bool:
        """Whether a permission is in the table."""
        return permission in self.granted("manage", EVERYTHING)

    def _members(self, resource: str) -> tuple[str, ...]:
        return tuple(self.types) if resource == EVERYTHING else self.families.get(resource, (resource,))


@lru_cache(maxsize=1)
def table() -> Permissions:
    """The table in ``permissions.json``, which names the source and date of every row."""
    import json

    raw = json.loads(_read("permissions.json"))
    return Permissions(
        types={
            row["type"]: {verb: tuple(row[verb]) for verb in VERBS if verb in row} for row in raw["types"]
        },
        families={row["family"]: tuple(row["members"]) for row in raw["families"]},
    )


@lru_cache(maxsize=1)
def region_keys() -> dict[str, str]:
    """Region identifier to the three-letter key, of the table in ``regions.json``."""
    import json

    return dict(json.loads(_read("regions.json"))["keys"])


def _read(name: str) -> str:
    # Imported here: whoever wants the types of this package alone doesn't wait for it.
    from pathlib import Path

    return (Path(__file__).parent / name).read_text(encoding="utf-8")

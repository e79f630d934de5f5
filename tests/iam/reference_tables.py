"""Which verb on which resource type has to do with which permission, for the reference evaluator.

Sources: Oracle, Identity, "Verbs", "Resources", "Deny Policies", "Advanced Policy Features"; read 2026-11-23.
"""

import json
from pathlib import Path
from typing import Any

from tests.iam.reference_reading import Node

_TABLES = Path(__file__).parents[2] / "genaikeys" / "iam"
VERBS = ["inspect", "read", "use", "manage"]


def _table(name: str) -> Any:
    return json.loads((_TABLES / name).read_text("utf-8"))


_PERMISSIONS = _table("permissions.json")
TYPES: dict[str, Node] = {row["type"]: row for row in _PERMISSIONS["types"]}
FAMILIES: dict[str, list[str]] = {row["family"]: row["members"] for row in _PERMISSIONS["families"]}
KNOWN = {name for row in TYPES.values() for verb in VERBS for name in row.get(verb, [])}
OPERATIONS: dict[str, list[str]] = {
    row["operation"]: row["permissions"] for row in _table("operations.json")["operations"]
}
REGION_KEYS: dict[str, str] = _table("regions.json")["keys"]


def speaks_of(statement: Node, permission: str) -> bool | None:
    """Whether a statement's verb, or its braces, cover a permission; None where the tables can't tell."""
    action = statement["action"]
    if "permissions" in action:
        return permission in action["permissions"]
    place = VERBS.index(action["verb"])
    denies = statement["effect"] == "deny"
    # An allowed verb brings those below it, a denied one takes those above it.
    verbs = VERBS[place:] if denies else VERBS[: place + 1]
    resource = action["resource"]
    types = list(TYPES) if resource == "all-resources" else FAMILIES.get(resource, [resource])
    if permission in KNOWN and (resource == "all-resources" or all(each in TYPES for each in types)):
        return any(permission in TYPES[each].get(verb, []) for each in types for verb in verbs)
    # The table lacks the permission or the type.
    whole = len(verbs) == len(VERBS)
    if resource == "all-resources":
        return True if whole else None
    if whole and permission not in KNOWN and _owner(permission, types) in types:
        return True
    if permission not in KNOWN and resource.endswith("-family") and resource not in FAMILIES:
        return None
    first = permission.split("_")[0]
    return None if any(_stem(each).split("_")[0] == first for each in types) else False


def _stem(resource: str) -> str:
    """How the permissions of a type begin: VAULT of vaults, POLICY of policies."""
    stem = resource.upper().replace("-", "_").removesuffix("_FAMILY")
    if stem.endswith("IES"):
        return stem[:-3] + "Y"
    return stem.removesuffix("S")


def _owner(permission: str, types: list[str]) -> str | None:
    """The type whose name a permission carries; of several the longest."""
    fitting = [each for each in {*TYPES, *types} if permission.startswith(_stem(each) + "_")]
    return max(fitting, key=lambda each: len(_stem(each)), default=None)

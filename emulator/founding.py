"""What a new local OCI starts with: its tenancy, the administrator and their key, and the policy for them."""

from pathlib import Path
from typing import Any

from emulator.database import Database
from emulator.wire import World

__all__ = ["found"]

GROUP = "Administrators"
STATEMENT = f"Allow group {GROUP} to manage all-resources in tenancy"
"""The statement that every tenancy begins with (Managing the Tenancy,
docs.oracle.com/iaas/Content/GSG/Concepts/settinguptenancy.htm)."""

_FOUNDED = "founded"


def found(
    database: Database, world: World, *, tenancy: str, user: str, fingerprint: str, admin_key: Path
) -> None:
    """Put the first documents into a store that has none yet.

    Args:
        database: Where the store lies.
        world: The world with that store.
        tenancy: OCID of the tenancy.
        user: OCID of the administrator.
        fingerprint: Of the administrator's key.
        admin_key: File with the administrator's private key.
    """
    if database.kept(_FOUNDED) is not None:
        return
    # Slow to import, and no later start needs it.
    from emulator.certificates import public_key

    store = world.store
    now = world.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    common: dict[str, Any] = {
        "lifecycleState": "ACTIVE",
        "timeCreated": now,
        "freeformTags": {},
        "definedTags": {},
        "_region": "",
        "_before": None,
        "_changed": 0.0,
    }
    root = {"id": tenancy, "compartmentId": None, "name": "local", "description": "The local tenancy"}
    administrator = {
        "id": user,
        "compartmentId": tenancy,
        "name": "administrator",
        "description": "The local administrator",
        "groups": [GROUP],
    }
    policy = {
        "id": world.ids.ocid("policy"),
        "compartmentId": tenancy,
        "name": "Tenant Admin Policy",
        "description": "Tenant Admin Policy",
        "statements": [STATEMENT],
        "versionDate": None,
        "_history": [{"text": STATEMENT, "since": 0.0, "until": None}],
    }
    with database.transaction():
        store.put("compartment", {**common, **root, "isAccessible": True, "_etag": world.ids.etag()})
        store.put("user", {**common, **administrator, "_etag": world.ids.etag()})
        store.put("policy", {**common, **policy, "_etag": world.ids.etag()})
        store.put(
            "userkey",
            {
                "id": f"{tenancy}/{user}/{fingerprint}",
                "userId": user,
                "publicKey": public_key(admin_key.read_text()),
            },
        )
        database.keep(_FOUNDED, now)

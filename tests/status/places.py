"""Keys in a region for the tests of status, told in a few words."""

from datetime import timedelta

from genaikeys.inventory import Placed
from genaikeys.rotation import Wishes, World
from genaikeys.status import View, view
from tests.rotation.worlds import label, slot, version, wishes

NEW = version(2, label("key-one"), "CURRENT", days_ago=1)
QUIET = (slot("key-one", used_days_ago=0.5), slot("key-two", "INACTIVE"))
RESTING = (slot("key-one", "INACTIVE"), slot("key-two", "INACTIVE"))
HELD = {"genaikeys-held": "2026-11-20T00:00:00+00:00"}
MONTHLY = timedelta(days=30)


def placed(found: World, problem: str | None = None, *, key: str = "chatbot") -> Placed:
    """A world as the inventory gives it."""
    return Placed(
        key=key,
        region="us-chicago-1",
        api_key=found.key,
        vault_secret_id=found.secret.id,
        world=found,
        secret_version=found.current.number if found.current else None,
        slot_in_use=found.label.slot if found.label else None,
        problem=problem,
    )


def seen(found: World, wished: Wishes | None = None, problem: str | None = None) -> View:
    """A view of a world, rotated monthly unless told otherwise."""
    return view(placed(found, problem), wished or wishes(every=MONTHLY), "key")

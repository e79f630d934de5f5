"""A key as JSON, for programs."""

from datetime import datetime

from genaikeys.oci import Slot
from genaikeys.status.timeline import timeline
from genaikeys.status.view import View

__all__ = ["record", "time"]


def record(each: View) -> dict[str, object]:
    """Everything that is known of a key in a region."""
    placed, seen, world = each.placed, each.ahead, each.placed.world
    in_use = world.slot_in_use if world else None
    return {
        "key": placed.key,
        "region": placed.region,
        "health": str(each.health),
        "next": each.next,
        "attention": each.attention,
        "apiKeyId": placed.api_key.id if placed.api_key else None,
        "lifecycleState": placed.api_key.state if placed.api_key else None,
        "policyScope": each.policy_scope,
        "vaultSecretId": placed.vault_secret_id,
        "vaultSecretName": world.secret.name if world else None,
        "slotInUse": placed.slot_in_use,
        "secretVersion": placed.secret_version,
        "versionLabel": placed.label,
        "valueSince": time(each.value_since),
        "rotatedAt": time(world.current.time_created) if world and world.current else None,
        "publishedAt": time(world.published_at) if world else None,
        "expires": time(seen.expires) if seen else None,
        "lastUsed": time(in_use.time_last_used) if in_use else None,
        "rotationDue": time(seen.rotation_due) if seen else None,
        "retirementDue": time(seen.retirement_due) if seen else None,
        "heldSince": world.held_since if world else None,
        "otherSlotUsed": each.other_used.name if each.other_used else None,
        "slots": [_slot(slot) for slot in placed.slots],
        "timeline": _events(each),
        "problem": placed.problem,
    }


def _slot(slot: Slot) -> dict[str, object]:
    return {
        "name": slot.name,
        "state": slot.state,
        "timeExpiry": time(slot.time_expiry),
        "timeLastUsed": time(slot.time_last_used),
        "timeActivated": time(slot.time_activated),
        "timeDeactivated": time(slot.time_deactivated),
        "timeRevoked": time(slot.time_revoked),
    }


def _events(each: View) -> list[dict[str, object]]:
    if each.placed.world is None or each.ahead is None:
        return []
    return [
        {
            "time": time(event.time),
            "kind": str(event.kind),
            "what": event.what,
            "isAhead": event.is_ahead,
        }
        for event in timeline(each.placed.world, each.ahead)
    ]


def time(moment: datetime | None) -> str | None:
    """A time in UTC: `2026-12-23T09:00:00Z`."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None

"""Deletion by appointment: a vault, key, secret or version goes at a time set in advance, or is kept yet."""

from datetime import timedelta

from emulator.services.refusals import conflict, invalid
from emulator.services.request import Doc, body, moment, stamp
from emulator.wire import Call


def time_of_deletion(call: Call, *, earliest: int, latest: int) -> str:
    """The time that the body of a scheduleDeletion names, or the latest one allowed.

    Args:
        call: Request with the optional field ``timeOfDeletion``.
        earliest: Days from now at least.
        latest: Days from now at most; the default.

    Raises:
        Refusal: 400 for a time outside that span.
    """
    now = call.world.clock.now()
    given = body(call, {}, {"timeOfDeletion": str}) if call.body.strip() else {}
    if "timeOfDeletion" not in given:
        return stamp(now + timedelta(days=latest))
    when = moment("timeOfDeletion", given["timeOfDeletion"])
    # A minute's grace: the caller counted its days before the request travelled.
    slack = timedelta(minutes=1)
    if not now + timedelta(days=earliest) - slack <= when <= now + timedelta(days=latest) + slack:
        raise invalid(
            f"timeOfDeletion must lie {earliest} to {latest} days ahead of {stamp(now)}; got {stamp(when)}"
        )
    return stamp(when)


def must_be_pending(doc: Doc) -> None:
    """Refuse with 409 to cancel a deletion that isn't scheduled."""
    if doc["lifecycleState"] != "PENDING_DELETION":
        raise conflict(f"{doc['id']} is {doc['lifecycleState']}: there is no deletion to cancel")

"""Secrets are rotated often enough, and none lives too long.

`rotation` in `policies/guardrails/stacks.yaml` has the bounds: `every`, the longest time between rotations,
and `expiry`, the longest life of a value. Where a stack has no `every`, its values are rotated as seldom as
their life allows, and that counts.

Passes::

    type: genaikeys:index:RotatingSecret
    name: chatbot-us-chicago-1
    held: {every: 45d, expiry: 120d}
    properties: {rotateEvery: 30d, expiry: 90d}

Fails::

    type: genaikeys:index:RotatingSecret
    name: chatbot-us-chicago-1
    held: {every: 45d, expiry: 120d}
    properties: {rotateEvery: 60d, expiry: 180d}
    says:
    - "expiry is 180d; at most 120d"
    - "rotateEvery is 60d; at most 45d"

Fails::

    type: genaikeys:index:RotatingSecret
    name: chatbot-us-chicago-1
    held: {every: 45d, expiry: 120d}
    properties: {expiry: 120d}
    says: ["without rotateEvery, a life of 120d means a rotation every 56d12h; at most 45d"]

Fails::

    type: genaikeys:index:ApiKey
    name: chatbot-us-chicago-1
    held: {every: 45d, expiry: 120d}
    properties: {expiry: 2y}
    says: ["expiry is '2y', which is no duration; at most 120d"]
"""

from collections.abc import Generator, Iterator
from datetime import timedelta

from genaikeys import durations, schedule
from policies.guardrails.stack import Stack
from policies.guardrails.values import API_KEY, ROTATING, Resource

ID = "rotation"


def check(resource: Resource, stack: Stack) -> Iterator[str]:
    """Compare durations with their bounds."""
    if resource.type not in (API_KEY, ROTATING):
        return
    given = resource.properties
    held = stack.held
    expiry = yield from _bounded("expiry", given.get("expiry"), held.expiry)
    if resource.type == API_KEY:
        return
    if given.get("rotateEvery") is not None:
        yield from _bounded("rotateEvery", given["rotateEvery"], held.every)
    elif expiry is not None and schedule.period(None, expiry) > held.every:
        seldom = durations.short(schedule.period(None, expiry))
        yield (
            f"without rotateEvery, a life of {durations.short(expiry)} means a rotation every {seldom}; "
            f"at most {durations.short(held.every)}"
        )


def _bounded(name: str, given: object, most: timedelta) -> Generator[str, None, timedelta | None]:
    try:
        found = durations.parse(given) if isinstance(given, str) else None
    except durations.DurationError:
        found = None
    if found is None:
        yield f"{name} is {given!r}, which is no duration; at most {durations.short(most)}"
    elif found > most:
        yield f"{name} is {durations.short(found)}; at most {durations.short(most)}"
    return found

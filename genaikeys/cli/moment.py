"""Times as people write them on the command line."""

from datetime import UTC, datetime

from genaikeys.durations import DurationError, parse
from genaikeys.errors import KitError

__all__ = ["clock_request"]


def clock_request(text: str) -> dict[str, object]:
    """Turn `TIME` or `+DURATION` into what the clock of a local OCI is asked.

    Args:
        text: A date or time in ISO 8601, UTC where it names no zone; or `+` and a duration such as `30d` or
        `P30D`.

    Returns:
        `{"to": time}` or `{"by": seconds}`.

    Raises:
        KitError: The text is neither.
    """
    if text.startswith("+"):
        try:
            return {"by": parse(text[1:]).total_seconds()}
        except DurationError as problem:
            raise KitError(f"The clock can't be moved by {text!r}.", why=str(problem)) from None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise KitError(
            f"{text!r} is no time.",
            next_step="Write a time, such as 2026-03-01 or 2026-03-01T09:30:00Z, or a step, such as +30d.",
        ) from None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return {"to": zoned.astimezone(UTC).isoformat().replace("+00:00", "Z")}

"""The one exception that is meant to be read by a person."""


class KitError(Exception):
    """Something a person can act on; the command prints it and ends with exit code 1.

    Args:
        what: What went wrong: what was given, and where.
        why: What is allowed, or what is known about the cause.
        next_step: What to do about it.

    A message must never hold the value of a secret.
    """

    def __init__(self, what: str, *, why: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what, why, next_step)
        self.what = what
        self.why = why
        self.next_step = next_step

    def __str__(self) -> str:
        return "\n".join(part for part in (self.what, self.why, self.next_step) if part)

"""What OCI refused, as a message for a person."""

from collections.abc import Mapping

from genaikeys.errors import KitError

__all__ = ["OciError"]

_NEXT: Mapping[int, str] = {
    400: "Correct the value, or raise the limit if the message names one; then run the command again.",
    401: "Check the profile's user, key and fingerprint, and this machine's clock; then run it again.",
    404: "Check that it exists and that the caller's policies allow this: OCI answers 404 for both.",
    409: "Wait until the change in progress is over, then run the command again.",
    412: "Somebody else changed it at the same moment; run the command again.",
    429: "Wait a minute and run the command again: what was done so far is kept.",
}
_SERVER = "The service failed; run the command again: what was done so far is kept."
_UNREACHED = "Check the network, HTTPS_PROXY and the region's name; then run the command again."


class OciError(KitError):
    """A call to OCI that failed.

    Attributes:
        operation: The operation, such as ``RenewApiKey``.
        status: HTTP status, or 0 where no whole answer came back.
        code: OCI's error code, such as ``NotAuthorizedOrNotFound``; empty where there was none.
    """

    def __init__(
        self, operation: str, on: str, *, status: int, code: str, message: str, request_id: str | None = None
    ) -> None:
        self.operation = operation
        self.status = status
        self.code = code
        answer = f"{status} {code}".strip() if status else "no answer"
        trace = f" (opc-request-id {request_id})" if request_id else ""
        super().__init__(
            f"{operation} on {on} failed: {answer}{trace}",
            why=message,
            next_step=_NEXT.get(status, _SERVER) if status else _UNREACHED,
        )

    @property
    def is_lost(self) -> bool:
        """Whether no whole answer came back, so that nobody knows whether the change was made."""
        return self.status == 0

    @property
    def is_passing(self) -> bool:
        """Whether the same call may work in a moment."""
        return (
            self.status in (0, 429) or self.status >= 500 or self.code in ("IncorrectState", "LockConflict")
        )

"""What can go wrong, in words for the person who runs `pulumi up`."""

from emulator.oci_plugin.values import Bag

_NEXT_BY_CODE = {
    "LimitExceeded": "ask for a higher service limit in this region, or delete what is no longer needed",
    "QuotaExceeded": "raise the compartment quota, or delete what is no longer needed",
}
_NEXT_BY_STATUS = {
    400: "correct the input that the message names, then run `pulumi up` again",
    401: "check user, tenancy, fingerprint and private key of the profile, and this machine's clock",
    403: "check that a policy allows this, and that the call goes to the region it belongs to",
    404: "check that the OCID exists in this region and that a policy lets this user see it",
    409: "another change is under way, or the name is taken: wait or rename, then run `pulumi up` again",
    412: "somebody changed it meanwhile: run `pulumi up --refresh`",
    429: "OCI asks for fewer calls: wait a minute, then run `pulumi up` again",
}
_SERVER_ERROR = 500
_NEXT_SERVER = "the service had a problem of its own: run `pulumi up` again, it goes on where it stopped"


class PluginError(Exception):
    """A failure that is reported to the engine as it reads.

    Attributes:
        status: HTTP status, or 0 where OCI gave no answer.
    """

    status = 0


class OciError(PluginError):
    """OCI refused a call.

    Attributes:
        code: OCI's code, e.g. `NotAuthorizedOrNotFound`.
        message: OCI's own words.
    """

    def __init__(
        self, operation: str, host: str, status: int, code: str, message: str, request_id: str
    ) -> None:
        next_step = _NEXT_BY_CODE.get(code) or _NEXT_BY_STATUS.get(status)
        if next_step is None:
            next_step = _NEXT_SERVER if status >= _SERVER_ERROR else _NEXT_BY_STATUS[400]
        super().__init__(
            f"{operation}: OCI answered {status} {code}: {message}\n"
            f"  host {host}, request id {request_id}\n"
            f"  next: {next_step}"
        )
        self.status = status
        self.code = code
        self.message = message


class UnreachableError(PluginError):
    """No answer came: the connection failed, broke or was refused by the proxy."""

    def __init__(self, operation: str, host: str, why: str, proxy: str | None) -> None:
        way = f"through the proxy {proxy}" if proxy else "directly (HTTPS_PROXY is not set)"
        next_step = (
            "check that it is up (`genaikeys local status` for a local OCI), then run `pulumi up` again"
            if proxy
            else "check the network, or set HTTPS_PROXY (`genaikeys local env` prints it for a local OCI)"
        )
        super().__init__(f"{operation}: no answer from {host}, reached {way}: {why}\n  next: {next_step}")


class ConfigurationError(PluginError):
    """The provider's own settings are wrong or missing."""

    status = 400


class CancelledError(PluginError):
    """The engine asked to stop."""


class NotReadyError(PluginError):
    """A resource exists but did not become what was asked for.

    Attributes:
        id: Its OCID, which must be kept.
        inputs: Inputs it was made or changed with.
        state: Outputs so far.
    """

    def __init__(self, ocid: str, inputs: Bag, state: Bag, reason: str) -> None:
        super().__init__(reason)
        self.id = ocid
        self.inputs = inputs
        self.state = state

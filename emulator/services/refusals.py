"""The refusals that every service of the local OCI gives.

Codes and statuses as in API Errors, docs.oracle.com/iaas/Content/API/References/apierrors.htm.
"""

from emulator.wire import Call, Refusal


def invalid(message: str, code: str = "InvalidParameter") -> Refusal:
    """A 400: the request itself is wrong."""
    return Refusal(400, code, message)


def conflict(message: str, code: str = "IncorrectState") -> Refusal:
    """A 409: right request, wrong moment."""
    return Refusal(409, code, message)


def missing(call: Call) -> Refusal:
    """The 404 that stands for "gone" and for "you may not look" alike (code: switch ``missing-code``)."""
    return Refusal(
        404,
        str(call.world.switches.get("missing-code")),
        "Authorization failed or requested resource not found.",
    )

"""The home region: the only one that takes changes to identity."""

from collections.abc import Callable

from emulator.services import catalogue
from emulator.wire import Answer, Call, Refusal

HOME_REGION = "us-ashburn-1"
"""Home region of the local tenancy."""


def at_home(handler: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
    """Make a handler refuse, with 403 NotAllowed, a change that another region's host was asked for."""

    def handle(call: Call) -> Answer:
        if call.region != HOME_REGION:
            key = catalogue.regions()[HOME_REGION].key
            raise Refusal(
                403,
                "NotAllowed",
                f"Please go to your home region {key} to execute CREATE, UPDATE and DELETE operations.",
            )
        return handler(call)

    return handle

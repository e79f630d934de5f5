"""The services of the local OCI, each under the name that its host carries.

A service is a table of routes. Nothing registers itself: what is not in this dictionary does not exist.
"""

from emulator.services import (
    budgets,
    federation,
    generativeai,
    identity,
    inference,
    kms,
    limits,
    notification,
    secrets,
    telemetry,
    vaults,
)
from emulator.wire import Route

SERVICES: dict[str, tuple[Route, ...]] = {
    "identity": identity.ROUTES,
    "auth": federation.ROUTES,
    "kms": kms.VAULT_ROUTES,
    "kms-management": kms.KEY_ROUTES,
    "vaults": vaults.ROUTES,
    "secrets": secrets.ROUTES,
    "generativeai": generativeai.ROUTES,
    "inference": inference.ROUTES,
    "limits": limits.ROUTES,
    "telemetry": telemetry.ROUTES,
    "notification": notification.ROUTES,
    "budgets": budgets.ROUTES,
}

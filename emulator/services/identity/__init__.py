"""Identity: compartments, policies, dynamic groups, the tenancy and its regions.

Its data is global: every region's host answers the same. Changes are taken by the home region only; any other
host refuses them with 403 NotAllowed, as the real service does ("Please go to your home region").
Paths, bodies and states: OCI Python SDK 2.189.0, identity.
"""

from emulator.services.identity import compartments, dynamic_groups, policies, tenancies
from emulator.wire import Route

ROUTES: tuple[Route, ...] = (
    *compartments.ROUTES,
    *policies.ROUTES,
    *dynamic_groups.ROUTES,
    *tenancies.ROUTES,
)

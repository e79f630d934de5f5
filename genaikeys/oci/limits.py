"""What is left of a service limit (OCI Python SDK 2.189.0, limits)."""

from dataclasses import dataclass

from genaikeys.oci.client import Clients

__all__ = ["Left", "left_of"]


@dataclass(frozen=True)
class Left:
    """A limit, and what is left of it.

    Attributes:
        service: Name of the service that it belongs to.
        scope: ``GLOBAL``, ``REGION`` or ``AD``.
        used: None where OCI doesn't tell.
        available: Likewise.
    """

    service: str
    scope: str
    used: int | None
    available: int | None


def left_of(clients: Clients, region: str, tenancy: str, name: str) -> Left | None:
    """Look a limit up by its name, whatever service it belongs to; None where nobody defines it.

    Args:
        clients: Who calls; needs to read resource-availability in the tenancy.
        region: Whose limit, where it is a region's.
        tenancy: OCID of the tenancy.
        name: Such as ``api-key-count``.

    Raises:
        OciError: 404 where the caller may not look.
    """
    client = clients.client("limits", region)
    rows = clients.every(
        "ListLimitDefinitions", name, client.list_limit_definitions, compartment_id=tenancy, name=name
    )
    if not rows:
        return None
    service, scope = str(rows[0].service_name), str(rows[0].scope_type)
    if not rows[0].is_resource_availability_supported:
        return Left(service, scope, None, None)
    found = clients.repeated(
        "GetResourceAvailability", name, lambda: client.get_resource_availability(service, name, tenancy)
    ).data
    return Left(service, scope, found.used, found.available)

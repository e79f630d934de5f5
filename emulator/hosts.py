"""Host names: which service of which region answers at one, and which names the certificate must carry.

Templates: OCI Python SDK 2.189.0, ``endpoint_template`` of each client; management hosts of a vault as
``managementEndpoint`` of a vault gives them. Any other host is refused: nothing leaves the machine.
"""

import re
from dataclasses import dataclass
from functools import cache

from emulator.services import catalogue

__all__ = ["Place", "certificate_names", "is_loopback", "locate", "without_port"]

_TEMPLATES = {
    "identity": "identity.{region}.oci",
    "auth": "auth.{region}",
    "kms": "kms.{region}",
    "vaults": "vaults.{region}.oci",
    "secrets": "secrets.vaults.{region}.oci",
    "generativeai": "generativeai.{region}.oci",
    "inference": "inference.generativeai.{region}.oci",
    "limits": "limits.{region}.oci",
    "telemetry": "telemetry.{region}",
    "notification": "notification.{region}",
    "budgets": "usage.{region}.oci",
}
_WILDCARDS = (
    "*.{region}",
    "*.{region}.oci",
    "*.kms.{region}",
    "*.vaults.{region}.oci",
    "*.generativeai.{region}.oci",
)
_PRIVATE_HOST = re.compile(r"[a-z0-9-]+\.(generativeai\..+)")
"""Host of a private endpoint, as the local OCI names it; it serves inference, like the region's own."""
_VAULT_HOST = re.compile(r"[a-z0-9]+-(management|crypto)\.(kms\..+)")


@dataclass(frozen=True)
class Place:
    """What a host stands for: a service by its name in ``SERVICES``, and a region by its identifier."""

    service: str
    region: str


def locate(host: str) -> Place | None:
    """What a host (without port) stands for, or None where it is none of ours."""
    host = host.lower().rstrip(".")
    of_vault = _VAULT_HOST.fullmatch(host)
    if of_vault is None:
        known, private = _places().get(host), _PRIVATE_HOST.fullmatch(host)
        if known is None and private and (place := _places().get(private[1])):
            return Place("inference", place.region)
        return known
    place = _places().get(of_vault[2])
    return None if place is None else Place(f"kms-{of_vault[1]}", place.region)


def certificate_names() -> list[str]:
    """DNS names that cover every host, for one certificate."""
    return [
        f"{name.format(region=region)}.{catalogue.DOMAIN}"
        for region in catalogue.regions()
        for name in _WILDCARDS
    ]


def without_port(authority: str) -> str:
    """The host of an authority such as ``127.0.0.1:8443`` or ``[::1]:8443``."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a host without port names this machine itself."""
    return host.lower() in ("localhost", "127.0.0.1", "::1")


@cache
def _places() -> dict[str, Place]:
    return {
        f"{template.format(region=region)}.{catalogue.DOMAIN}": Place(service, region)
        for region in catalogue.regions()
        for service, template in _TEMPLATES.items()
    }

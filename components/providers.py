"""Who calls OCI: a pulumi_oci provider for each region and one of the kit's own, same credentials."""

from collections.abc import Mapping

from pulumi_oci.provider import Provider as OciProvider

from genaikeys.pulumi import Provider as KeysProvider
from genaikeys.settings import Settings

__all__ = ["Providers"]

_AUTH: Mapping[str, str] = {
    "api_key": "ApiKey",
    "session": "SecurityToken",
    "instance": "InstancePrincipal",
    "resource": "ResourcePrincipal",
    "workload": "OKEWorkloadIdentity",
}
"""Our word to pulumi_oci's (Terraform provider for OCI, "Authentication", read 2026-11-23)."""
_WITH_PROFILE = {"api_key", "session"}


class Providers:
    """The stack's providers.

    Attributes:
        home: In the tenancy's home region, where identity is written.
        regions: In each region that has a key, by identifier.
        keys: The kit's own; it goes to each resource's region by itself.
    """

    def __init__(self, settings: Settings) -> None:
        used = dict.fromkeys(placement.region for placement in settings.placements())
        every = {
            region: self._in(region, settings) for region in dict.fromkeys([settings.home_region, *used])
        }
        self.home = every[settings.home_region]
        self.regions = {region: every[region] for region in used}
        self.keys = KeysProvider(
            "genaikeys", auth={"type": settings.auth.type, "profile": settings.auth.profile}
        )

    @staticmethod
    def _in(region: str, settings: Settings) -> OciProvider:
        auth = settings.auth
        return OciProvider(
            f"oci-{region}",
            region=region,
            auth=_AUTH[auth.type],
            config_file_profile=auth.profile if auth.type in _WITH_PROFILE else None,
        )

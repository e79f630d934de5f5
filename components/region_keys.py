"""All keys of one compartment in one region, with their policies: no other region waits for them."""

from collections.abc import Mapping, Sequence

from pulumi import Output
from pulumi_oci.identity.policy import Policy

from genaikeys import policies
from genaikeys.settings import Settings

from .api_key import RegionalKey
from .policy_set import PolicySet
from .providers import Providers
from .region_vault import RegionVault

__all__ = ["region_keys"]


def region_keys(
    compartment: str,
    region: str,
    *,
    settings: Settings,
    providers: Providers,
    compartment_id: Output[str],
    vault: RegionVault,
    wide: Sequence[Policy],
) -> Mapping[str, Mapping[str, object]]:
    """Keys first, then the policies that name them, then their values, then who may read those.

    Args:
        compartment: The compartment's name.
        region: The region's identifier.
        settings: The stack.
        providers: The stack's providers.
        compartment_id: OCID of the compartment.
        vault: The region's vault.
        wide: Policies for every key of the compartment, which come before the keys; empty in key scope.

    Returns:
        What an application has to know, by the key's name; no secret.
    """
    name = f"{compartment}-{region}"
    placements = {placement.key: placement for placement in settings.placements_in(compartment)[region]}
    keys = {
        key: RegionalKey(
            placement, settings=settings, providers=providers, compartment_id=compartment_id, after=wide
        )
        for key, placement in placements.items()
    }
    granting = dict.fromkeys(keys, wide)
    if scoped := [plan for plan in policies.access(settings, compartment) if plan.region == region]:
        access = PolicySet(
            f"{name}-access",
            plans=scoped,
            compartment_id=compartment_id,
            home=providers.home,
            api_key_ids={key: made.api_key_id for key, made in keys.items()},
        )
        granting = {key: access.granting(key) for key in keys}
    values = {key: made.publish(vault, granting[key]) for key, made in keys.items()}
    if reading := [plan for plan in policies.readers(settings, compartment) if plan.region == region]:
        PolicySet(
            f"{name}-readers",
            plans=reading,
            compartment_id=compartment_id,
            home=providers.home,
            secret_ids={key: value.secret_id for key, value in values.items()},
        )
    return {
        key: {
            "apiKeyId": made.api_key_id,
            "vaultSecretId": values[key].secret_id,
            "vaultSecretName": values[key].secret_name,
            "baseUrl": settings.catalogue.regions[region].base_url,
            **_private(settings, placements[key].models),
            "models": list(placements[key].models),
            "expiry": values[key].expiry,
        }
        for key, made in keys.items()
    }


def _private(settings: Settings, models: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Base URLs of a key's private endpoints, where it has any."""
    found = {name: url for name, url in settings.private_endpoints.items() if name in models}
    return {"privateBaseUrls": found} if found else {}

"""Provisions a stack's API keys: settings, then components, then outputs.

The order is that of the things themselves. A policy for a whole compartment comes before its keys. A policy
for one key comes after it, since it names the key's OCID. A key's value is published last, when it may be
used.
"""

import gc

if __name__ == "__main__":
    gc.disable()  # all that the program makes it needs until its end; looking for waste takes a tenth longer

from collections.abc import Mapping

import pulumi
from pulumi_oci.identity.policy import Policy

from components import config
from components.alerts import Alerts
from components.compartment import compartments
from components.policy_set import PolicySet
from components.protection import protect_what_lasts
from components.providers import Providers
from components.region_keys import region_keys
from components.region_vault import RegionVault
from components.tagging import tag_everything
from genaikeys import policies
from genaikeys.errors import KitError
from genaikeys.settings import Settings


def provision(settings: Settings) -> Mapping[str, Mapping[str, object]]:
    """Declare everything that a stack says; returns its outputs.

    `keys` is what an application has to know, by key and region; `alerts`, where somebody is told, is where
    to publish a message of one's own, by region.
    """
    tag_everything(settings)
    protect_what_lasts(settings)
    providers = Providers(settings)
    made = compartments(settings.compartments, providers.home)
    vaults = {
        region: RegionVault(
            f"{settings.project}-{settings.stack}-{region}",
            existing=settings.vaults.get(region),
            compartment_id=made[min(made)].id,
            region=provider,
        )
        for region, provider in providers.regions.items()
    }
    published: dict[str, dict[str, object]] = {key: {} for key in settings.keys}
    for name, compartment in made.items():
        wide: list[Policy] = []
        if plans := [plan for plan in policies.access(settings, name) if plan.region is None]:
            access = PolicySet(
                f"{name}-access", plans=plans, compartment_id=compartment.id, home=providers.home
            )
            wide = access.policies
        for region in settings.placements_in(name):
            placed = region_keys(
                name,
                region,
                settings=settings,
                providers=providers,
                compartment_id=compartment.id,
                vault=vaults[region],
                wide=wide,
            )
            for key, what in placed.items():
                published[key][region] = what
    outputs: dict[str, Mapping[str, object]] = {"keys": published}
    if settings.alerts.emails:
        alerts = Alerts(
            settings=settings,
            providers=providers,
            compartment_ids={name: compartment.id for name, compartment in made.items()},
        )
        outputs["alerts"] = {region: {"topicId": topic} for region, topic in alerts.topics.items()}
    return outputs


def main() -> None:
    """Run the program as the engine does."""
    try:
        settings = config.read()
        for warning in settings.warnings:
            pulumi.log.warn(warning)
        for name, value in provision(settings).items():
            pulumi.export(name, value)
    except KitError as error:
        raise pulumi.RunError(str(error)) from None


if __name__ == "__main__":
    main()

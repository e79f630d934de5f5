"""From a stack's settings to what is wished of one key's secret."""

from genaikeys.rotation.labels import trigger_digest
from genaikeys.rotation.world import Wishes
from genaikeys.settings import Placement, Settings

__all__ = ["probe_models", "wishes_of"]


def wishes_of(settings: Settings, placement: Placement) -> Wishes:
    """What a stack wishes of a key in a region.

    Args:
        settings: The stack.
        placement: The key and the region.
    """
    key = settings.keys[placement.key]
    return Wishes(
        slot_names=key.slot_names,
        grace=key.rotation.grace,
        expiry=key.rotation.expiry,
        every=key.rotation.every,
        trigger_digest=trigger_digest(key.trigger),
        suspended=key.suspended,
        probe_models=probe_models(settings, placement),
        probe_wait=settings.probe.wait,
    )


def probe_models(settings: Settings, placement: Placement) -> tuple[str, ...]:
    """The models to try: the stack's choice as far as this key has it here, else all of the key's.

    Nothing behind a private endpoint: a value goes to the region's public host and to no other. And
    dedicated endpoints last: a 401 for one may speak of the policy rather than of the value.
    """
    own = tuple(model for model in placement.models if model not in settings.private_endpoints)
    chosen = tuple(model for model in settings.probe.models if model in own) or own
    return tuple(sorted(chosen, key=lambda model: settings.catalogue.models[model].is_endpoint))

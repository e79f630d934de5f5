"""A state that was lost: how it is told from a stack that was never up, and what has to be there first."""

from collections.abc import Sequence

from genaikeys.inventory import Placed, inventory
from genaikeys.oci import Oci
from genaikeys.recover.state import Recorded, State
from genaikeys.settings import Settings

__all__ = ["forgotten", "ground"]

_GROUND = ("pulumi:", "genaikeys:components:", "oci:Identity/compartment:Compartment")
"""How the types begin of what all else hangs on: stack and providers, components, compartments. pulumi_oci
adopts a compartment by its name (identity_compartment_resource.go); the others are nothing in OCI."""


def forgotten(state: State, settings: Settings, oci: Oci) -> list[Placed]:
    """The stack's API keys in OCI, where the state holds nothing at all; empty where it holds something.

    Raises:
        KitError: The credentials aren't there, or the compartments can't be told.
    """
    if state.resources:
        return []
    return [each for each in inventory(settings, oci) if each.api_key is not None]


def ground(creations: Sequence[Recorded]) -> list[str]:
    """URNs of what has to be in the state before anything can be taken over, in the program's order."""
    return [each.urn for each in creations if each.type.startswith(_GROUND)]

"""A compartment that holds keys: made, or one that exists."""

from collections.abc import Mapping

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_oci.identity.compartment import Compartment as OciCompartment
from pulumi_oci.provider import Provider as OciProvider

from genaikeys.settings import Compartment as CompartmentSettings

__all__ = ["Compartment", "compartments"]


class Compartment(ComponentResource):
    """A compartment by its OCID.

    One that exists is taken as it is. One that is made is never deleted: pulumi_oci forgets it on destroy
    and adopts it by its name on the next up (`enableDelete`, pulumi_oci 5.5.0), so what else lies in it is
    safe.

    Args:
        settings: What the stack says about it.
        parent_id: OCID of the compartment to make it in; None for the tenancy.
        home: Provider in the home region.

    Attributes:
        id: Its OCID.
    """

    id: Output[str]

    def __init__(
        self,
        settings: CompartmentSettings,
        *,
        parent_id: Input[str] | None,
        home: OciProvider,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("genaikeys:components:Compartment", settings.name, None, opts)
        if settings.id is not None:
            self.id = Output.from_input(settings.id)
        else:
            self.id = OciCompartment(
                settings.name,
                name=settings.name,
                description="Holds OCI Generative AI API keys",
                compartment_id=parent_id,
                opts=ResourceOptions(parent=self, provider=home),
            ).id
        self.register_outputs({"id": self.id})


def compartments(stack: Mapping[str, CompartmentSettings], home: OciProvider) -> Mapping[str, Compartment]:
    """Make all compartments of a stack, each after the one that it lies in.

    Args:
        stack: What the stack says about each, by name; a parent may be another of them.
        home: Provider in the home region.
    """
    made: dict[str, Compartment] = {}

    def make(name: str) -> Compartment:
        if name not in made:
            parent = stack[name].parent
            parent_id = make(parent).id if parent is not None and parent in stack else parent
            made[name] = Compartment(stack[name], parent_id=parent_id, home=home)
        return made[name]

    return {name: make(name) for name in stack}

"""What OCI has for each key and region of a stack, found by tags; Pulumi's state is never asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.oci import Key, Oci, Slot, VaultSecret
from genaikeys.parallel import workers
from genaikeys.rotation.labels import Label
from genaikeys.rotation.world import World
from genaikeys.settings import Placement, Settings

__all__ = ["Placed", "compartment_ids", "inventory"]

# Regions and compartments that are asked at once.
_AT_ONCE = 8
_GONE = ("DELETING", "DELETED")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A key in a region, as OCI has it now.

    Attributes:
        key: Name in the stack.
        region: Region identifier.
        api_key: The API key, or None where there is none, or it can't be told.
        vault_secret_id: OCID of the Vault secret, or None likewise.
        secret_version: Number of the version that readers get.
        slot_in_use: Name of the slot whose value readers get; None before the first publication.
        label: Label of that version; empty where it has none.
        world: Key, Vault secret and versions together; None where one of them can't be told.
        problem: What is missing, as half a sentence; None where all is there.
    """

    key: str
    region: str
    api_key: Key | None = None
    vault_secret_id: str | None = None
    secret_version: int | None = None
    slot_in_use: str | None = None
    label: str = ""
    world: World | None = None
    problem: str | None = None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The key's two secrets, without their values."""
        return self.api_key.slots if self.api_key else ()


def inventory(settings: Settings, oci: Oci, placements: Sequence[Placement] | None = None) -> list[Placed]:
    """Ask OCI about every key of a stack.

    Args:
        settings: The stack.
        oci: Whom to ask.
        placements: Those to ask about; None: every one of the stack.

    Returns:
        One entry for each placement, in their order. What can't be told about one of them is
        its `problem`, so that a region that is down hides no other.

    Raises:
        KitError: The credentials aren't there, or the compartments can't be told.
    """
    wanted = settings.placements() if placements is None else placements
    compartments = compartment_ids(settings, oci)
    groups: dict[tuple[str, str], list[Placement]] = {}
    for placement in wanted:
        name = settings.keys[placement.key].compartment
        groups.setdefault((placement.region, name), []).append(placement)
    with workers(_AT_ONCE) as pool:
        parts = pool.map(
            lambda group: list(_group(settings, oci, group[0][0], compartments[group[0][1]], group[1])),
            groups.items(),
        )
        told = pool.map(
            lambda each: _placed(each[0], each[1], oci), [each for part in parts for each in part]
        )
        found = {(each.key, each.region): each for each in told}
    return [found[placement.key, placement.region] for placement in wanted]


def compartment_ids(settings: Settings, oci: Oci) -> Mapping[str, str | None]:
    """Find the OCID of every compartment of the stack by its name; None where it doesn't exist yet.

    Raises:
        KitError: The credentials aren't there, or the compartments can't be told.
    """
    found: dict[str, str | None] = {}

    def find(name: str) -> str | None:
        if name not in found:
            compartment = settings.compartments[name]
            if compartment.id is not None:
                found[name] = compartment.id
            else:
                parent = compartment.parent or oci.tenancy()
                inside = find(parent) if parent in settings.compartments else parent
                found[name] = oci.find_compartment(settings.home_region, inside, name) if inside else None
        return found[name]

    for name in settings.compartments:
        find(name)
    return found


def _group(
    settings: Settings, oci: Oci, region: str, compartment: str | None, placements: list[Placement]
) -> Iterator[tuple[Placed, list[VaultSecret]]]:
    """Ask about the keys of one region and compartment: two lists, however many keys there are."""
    empty = [Placed(key=placement.key, region=region) for placement in placements]
    if compartment is None:
        yield from ((replace(each, problem="its compartment doesn't exist yet"), []) for each in empty)
        return
    try:
        keys = [key for key in oci.keys(region).all_in(compartment) if key.state not in _GONE]
        secrets = oci.vault_secrets(region).all_in(compartment)
    except KitError as problem:
        yield from ((replace(each, problem=_line(problem)), []) for each in empty)
        return
    for each in empty:
        name = f"{each.key}-{region}"
        digest = tags.digest(settings.owner, settings.project, settings.stack, name)
        mine = [key for key in keys if key.freeform_tags.get(tags.RESOURCE) == digest]
        newest = max(mine, key=lambda key: key.time_created, default=None)
        published = [one for one in secrets if one.freeform_tags.get(tags.RESOURCE) == digest]
        yield replace(each, api_key=newest), published


def _placed(placed: Placed, secrets: list[VaultSecret], oci: Oci) -> Placed:
    if placed.problem is not None:
        return placed
    if placed.api_key is None:
        return replace(placed, problem="it has no API key there")
    there = sorted(
        (secret for secret in secrets if secret.state != "DELETED"), key=lambda each: each.state != "ACTIVE"
    )
    if not there:
        return replace(placed, problem="it has no Vault secret there")
    secret = there[0]
    try:
        versions = oci.vault_secrets(placed.region).versions(secret.id)
    except KitError as problem:
        return replace(placed, vault_secret_id=secret.id, problem=_line(problem))
    world = World.seen(placed.api_key, secret, versions, oci.now())
    current, label = world.current, world.label
    return replace(
        placed,
        vault_secret_id=secret.id,
        secret_version=current.number if current else None,
        slot_in_use=label.slot if label else None,
        label=current.label if current else "",
        world=world,
        problem=_missing(world),
    )


def _missing(world: World) -> str | None:
    if world.secret.state != "ACTIVE":
        return f"its Vault secret is {world.secret.state}"
    current = world.current
    if world.label is not None:
        return None
    if current is None or (current.number == 1 and Label.read(current.label) is None):
        return "nothing was published in its Vault secret yet"
    whose = "of an earlier key" if Label.read(current.label) else "not the kit's"
    return f"version {current.number} of its Vault secret, which readers get, is {whose}"


def _line(problem: KitError) -> str:
    return " ".join(str(problem).splitlines())

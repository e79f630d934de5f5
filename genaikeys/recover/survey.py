"""What a stack's state rests on in OCI: of each resource of pulumi_oci, whether it is still there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from genaikeys.errors import KitError
from genaikeys.oci import Oci, Place, Presence
from genaikeys.oci.kinds import (
    ALARM,
    BUDGET,
    COMPARTMENT,
    KEY,
    POLICY,
    RULE,
    SECRET,
    SUBSCRIPTION,
    TOPIC,
    VAULT,
    Kind,
)
from genaikeys.parallel import workers
from genaikeys.recover.state import Pending, Recorded, State, region_of

__all__ = [
    "HOLDERS",
    "KEYS",
    "PUBLICATION",
    "TYPES",
    "Found",
    "fallen",
    "judge",
    "place_of",
    "publications_adrift",
    "survey",
    "way_back",
    "written",
]

TYPES: Mapping[str, Kind] = {
    "oci:Identity/compartment:Compartment": COMPARTMENT,
    "oci:Identity/policy:Policy": POLICY,
    "oci:Kms/vault:Vault": VAULT,
    "oci:Kms/key:Key": KEY,
    "oci:Vault/secret:Secret": SECRET,
    "oci:Ons/notificationTopic:NotificationTopic": TOPIC,
    "oci:Ons/subscription:Subscription": SUBSCRIPTION,
    "oci:Monitoring/alarm:Alarm": ALARM,
    "oci:Budget/budget:Budget": BUDGET,
    "oci:Budget/rule:Rule": RULE,
}
"""The types of pulumi_oci that a stack has."""
KEYS = "genaikeys:index:ApiKey"
"""Not among them: whether a key is gone its own plugin proves."""
HOLDERS: Mapping[Kind, str] = {SECRET: "vaultId", KEY: "vaultId", SUBSCRIPTION: "topicId", RULE: "budgetId"}
"""The input that says what a resource lies in, beside its compartment."""
PUBLICATION = "genaikeys:index:RotatingSecret"
"""A memory of what was published: forgetting it loses nothing, because the world is read again."""
_AT_ONCE = 8


@dataclass(frozen=True)
class Found:
    """A resource of the state, and what OCI says of it."""

    resource: Recorded
    kind: Kind
    region: str
    presence: Presence

    def __str__(self) -> str:
        return f"{self.kind.noun} {self.resource.name} ({self.resource.id})"


def place_of(state: State, resource: Recorded) -> Place:
    """Where a resource of the state lies, or would lie."""
    if resource.type == KEYS:  # one provider serves every region
        return Place(region=resource.told("region"), compartment_id=resource.told("compartmentId"))
    kind = TYPES[resource.type]
    return Place(
        region=region_of(state, resource),
        compartment_id=resource.told("compartmentId"),
        endpoint=(resource.told("managementEndpoint") or None) if kind is KEY else None,
        holder_id=resource.told(HOLDERS[kind]) if kind.is_held else None,
    )


def survey(state: State, oci: Oci) -> list[Found]:
    """Look at every resource of the state whose type is known, several at once."""

    def look(resource: Recorded) -> Found:
        kind, place = TYPES[resource.type], place_of(state, resource)
        return Found(resource, kind, place.region, oci.presence(kind, place, resource.id))

    known = [each for each in state.resources if each.type in TYPES and each.id]
    with workers(_AT_ONCE) as pool:
        return fallen(list(pool.map(look, known)))


def fallen(found: Sequence[Found]) -> list[Found]:
    """The same, with what lay in something that is gone counted as gone, too.

    A compartment is deleted only when nothing is left in it, and a vault takes its keys and secrets with it
    ("Deleting compartments", "Deleting a vault", docs.oracle.com/iaas/Content, read 2026-11-23). A topic's
    subscriptions and a budget's alert rules go with it.
    """
    gone = {each.resource.id for each in found if each.presence.verdict == "gone"}

    def judged(one: Found) -> Found:
        if one.presence.verdict in ("gone", "leaving"):
            return one
        for field in ("compartmentId", HOLDERS.get(one.kind, "")):
            holder = one.resource.told(field)
            if holder in gone:
                return Found(
                    one.resource,
                    one.kind,
                    one.region,
                    Presence("gone", f"It lay in {holder}, which is gone."),
                )
        return one

    return [judged(each) for each in found]


def judge(found: Sequence[Found], pending: Sequence[Pending]) -> None:
    """Refuse what nobody can prove, and what can still be had back.

    Raises:
        KitError: It names each such resource, the reason, and what to do.
    """
    deleting = {each.resource.urn for each in pending if each.operation == "deleting"}
    unknown = [each for each in found if each.presence.verdict == "unknown"]
    if unknown:
        raise KitError(
            "It can't be told whether these are gone, so nothing was changed:",
            why="\n".join(f"  {each}\n    {each.presence.evidence}" for each in unknown),
            next_step="Give the caller what is missing, or wait until OCI answers; then run this again.",
        )
    leaving = [
        each for each in found if each.presence.verdict == "leaving" and each.resource.urn not in deleting
    ]
    # A vault comes back with what lies in it.
    vaults = {each.resource.id for each in leaving if each.kind is VAULT}
    leaving = [each for each in leaving if each.resource.told("vaultId") not in vaults]
    if leaving:
        raise KitError(
            "Somebody scheduled the deletion of these; until it is done they can be had back:",
            why="\n".join(f"  {each}\n    {each.presence.evidence}\n    {_remedy(each)}" for each in leaving),
            next_step="Cancel the deletion, then run this again. The name of a Vault secret stays reserved "
            "while it waits for deletion, so that no new one can take its place.",
        )
    secrets = [each for each in found if each.kind is SECRET and each.presence.verdict == "here"]
    for key in found:
        if key.kind is not KEY or key.presence.verdict != "gone":
            continue
        lost = [each for each in secrets if each.resource.told("keyId") == key.resource.id]
        if lost:
            raise KitError(
                f"The {key} is gone, and with it every value that it encrypted:",
                why="\n".join(f"  {each}" for each in lost),
                next_step=f"Take the API keys out of {key.region} and run `pulumi up`; then put them back, "
                "which makes a new vault, key and secrets. Readers have to learn the new secrets' OCIDs.",
            )


def written(state: State) -> set[str]:
    """The OCIDs that the state knows. A publication's id is that of its Vault secret, so it doesn't count."""
    return {each.id for each in state.resources if each.id and each.type != PUBLICATION}


def publications_adrift(state: State, gone: Collection[str]) -> list[Recorded]:
    """The publications that rest on something that is gone, or that the state doesn't know any more.

    To forget one needs no proof: it is a memory, and its next creation goes by what it finds in OCI.

    Args:
        state: What is written down.
        gone: OCIDs that are proven gone.
    """
    known = written(state) - set(gone)
    adrift = []
    for each in state.resources:
        if each.type != PUBLICATION:
            continue
        policies = each.inputs.get("policyIds")
        owned = [each.told("vaultSecretId"), *(policies if isinstance(policies, list) else ())]
        if not known.issuperset(owned) or each.told("vaultId") in gone:
            adrift.append(each)
    return adrift


def way_back(kind: Kind, ocid: str, region: str, endpoint: str = "") -> str:
    """The command that cancels a scheduled deletion (OCI CLI 3.95)."""
    if kind is SECRET:
        return f"oci vault secret cancel-secret-deletion --secret-id {ocid} --region {region}"
    if kind is VAULT:
        return f"oci kms management vault cancel-deletion --vault-id {ocid} --region {region}"
    if kind is KEY:
        return (
            f"oci kms management key cancel-deletion --key-id {ocid} --endpoint {endpoint} --region {region}"
        )
    return "It can't be cancelled: wait until it is deleted."


def _remedy(one: Found) -> str:
    return way_back(one.kind, one.resource.id, one.region, one.resource.told("managementEndpoint"))

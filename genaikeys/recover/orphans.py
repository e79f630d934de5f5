"""What a run made in OCI and didn't live to write down: found by name, and put into the state.

A plugin or engine that is killed between OCI's answer and the state file leaves a resource that no state
knows. The next `up` would make a second vault, or be refused because the name of a policy or Vault secret is
taken. An API key that nobody has used its plugin adopts by itself; one in use, whose state was lost, it
leaves to a person, because it can't tell a lost state from a replacement that is under way. Here nothing of
that URN is in the state, so nothing can be replaced.

`pulumi refresh --import-pending-creates` is no way: the engine drops such an operation without importing
anything (tried with 3.259), and where only the plugin died there is no pending operation at all. So what the
program wants and the state lacks is looked for, whether it is pending or not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from genaikeys import tags
from genaikeys.errors import KitError
from genaikeys.oci import Oci, Place, Row
from genaikeys.oci.kinds import (
    API_KEY,
    BUDGET,
    COMPARTMENT,
    KEY,
    POLICY,
    RULE,
    SECRET,
    SUBSCRIPTION,
    TOPIC,
    Kind,
)
from genaikeys.recover.state import Recorded, State
from genaikeys.recover.survey import HOLDERS, KEYS, TYPES, place_of, way_back, written
from genaikeys.waiting import looks

__all__ = ["Orphan", "chosen", "find"]

_NAMES = {SECRET: "secretName", POLICY: "name", TOPIC: "name", SUBSCRIPTION: "endpoint"}
_INSIDE = {kind: field for kind, field in HOLDERS.items() if kind is not KEY}
"""An AES key is listed at its vault's own host, and the program doesn't name the vault again."""
_DESCRIBED = (POLICY, TOPIC, BUDGET)
"""Kinds whose description tells whose they are."""
_USABLE = ("ACTIVE", "ENABLED", "INACTIVE", "DISABLED", "PENDING")
"""A subscription is PENDING until its address has confirmed it."""
_PASSING = ("CREATING", "UPDATING", "ENABLING", "DISABLING")
_LEAVING = ("SCHEDULING_DELETION", "PENDING_DELETION", "DELETING")
_READY_WITHIN = 120.0
"""Seconds that a resource may take to become ready: a vault takes about a minute."""


@dataclass(frozen=True)
class Orphan:
    """A resource in OCI that the state lacks.

    Attributes:
        wanted: What the program, or the run that was killed, wanted it to be.
        row: The resource.
    """

    wanted: Recorded
    kind: Kind
    place: Place
    row: Row

    @property
    def given_id(self) -> str:
        """Its id in the form that `pulumi import` takes (pulumi_oci 5.5.0, "Import" of each resource)."""
        if self.kind is KEY:
            return f"managementEndpoint/{self.place.endpoint}/keys/{self.row.id}"
        if self.kind is RULE:
            return f"budgets/{self.place.holder_id}/alertRules/{self.row.id}"
        return self.row.id

    def __str__(self) -> str:
        made = f", made {self.row.time_created:%Y-%m-%d %H:%M:%S} UTC" if self.row.time_created else ""
        return f"{self.kind.noun} {self.row.name} ({self.row.id}{made})"


def find(wanted: Sequence[Recorded], state: State, oci: Oci, *, was_deleting: bool) -> list[Orphan]:
    """Look OCI over for what is wanted and not in the state.

    Args:
        wanted: What the program wants to create, and what a killed run was creating.
        state: What is written down.
        oci: Whom to ask.
        was_deleting: Whether the killed run was deleting: what waits for deletion is then its work.

    Raises:
        KitError: What is there can't be told from somebody else's, or can't be used.
        OciError: The caller may not list.
    """
    known = written(state)
    found = []
    for one in wanted:
        kind = API_KEY if one.type == KEYS else TYPES.get(one.type)
        # pulumi_oci adopts a compartment by its name by itself (identity_compartment_resource.go).
        if kind is None or kind is COMPARTMENT or state.of(one.urn):
            continue
        place = place_of(state, one)
        if not _is_known(one, kind, place):
            continue  # what it would lie in isn't there yet
        row = _ready(one, kind, place, oci, known, was_deleting=was_deleting)
        if row is not None:
            _check_home(one, kind, row, state)
            found.append(Orphan(one, kind, place, row))
    return found


def chosen(
    wanted: Recorded,
    kind: Kind,
    rows: Sequence[Row],
    known: Collection[str],
    region: str,
    *,
    was_deleting: bool,
) -> Row | None:
    """The one resource that a create made; None where it made none.

    Args:
        wanted: What it was to be.
        kind: Its kind.
        rows: All of that kind in its compartment.
        known: OCIDs that the state knows: they are others' work.
        region: Where it is, for messages.
        was_deleting: Whether the killed run was deleting.

    Raises:
        KitError: There are several, it is another's, or it waits for a deletion that nobody decided on.
    """
    name = wanted.told(_NAMES.get(kind, "displayName"))
    holder = wanted.told(_INSIDE.get(kind, ""))
    mark = _mark(wanted, kind)
    same = [
        row
        for row in rows
        if row.id not in known
        and row.state not in ("DELETED", "FAILED")
        and (_carries(row, mark) or (row.name == name and kind is not API_KEY))
    ]
    elsewhere = [row for row in same if kind in _INSIDE and row.holder_id != holder]
    same = [row for row in same if row not in elsewhere]
    _check_nowhere_else([row for row in elsewhere if _carries(row, mark)], holder)
    leaving = [row for row in same if row.state in _LEAVING]
    if leaving and kind is SECRET and not was_deleting:
        raise KitError(
            # The program may not know its name yet: it holds a digest of the key's OCID.
            f"The name {leaving[0].name} is reserved by a Vault secret that waits for its deletion: "
            f"{leaving[0].id}",
            why="No new one can be made under that name meanwhile. Cancelling the deletion brings it back, "
            "with its versions and its OCID:",
            next_step=f"  {way_back(kind, leaving[0].id, region)}\n"
            "Then run this again: it puts the secret back into the state. If the stack is to go: "
            "pulumi destroy",
        )
    usable = [row for row in same if row.state in (*_USABLE, *_PASSING)]
    if not usable:
        return None
    if len(usable) > 1:
        raise KitError(
            f"There are {len(usable)} of the name {name} ({kind.noun}), and none of them is in the state:",
            why="\n".join(f"  {row.id}, made {row.time_created}" for row in usable),
            next_step="Delete those that are not in use, then run this again.",
        )
    if not _is_ours(wanted, kind, usable[0], mark):
        raise KitError(
            f"The {kind.noun} {name} ({usable[0].id}) exists, but it isn't what this stack makes",
            why="It has another description or tag than the one that the program asks for.",
            next_step="If it is somebody else's, rename or delete it. If it is this stack's: "
            f"pulumi import {wanted.type} {wanted.name} {usable[0].id}",
        )
    return usable[0]


def _mark(wanted: Recorded, kind: Kind) -> str | None:
    """Value of the tag by which it is found under any name; None where its kind carries none.

    The name of a Vault secret holds a digest of its *first* key's OCID, which a lost state doesn't tell.
    """
    if kind is SECRET:
        asked = wanted.inputs.get("freeformTags")
        return str(asked.get(tags.RESOURCE)) if isinstance(asked, dict) else None
    if kind is API_KEY:
        head, project, *_ = wanted.urn.split("::")
        return tags.digest(wanted.told("owner") or project, project, head.rpartition(":")[2], wanted.name)
    return None


def _carries(row: Row, mark: str | None) -> bool:
    return mark is not None and row.freeform_tags.get(tags.RESOURCE) == mark


def _check_nowhere_else(rows: Sequence[Row], holder: str) -> None:
    """Refuse to start a second Vault secret beside the one that readers know."""
    usable = [row for row in rows if row.state in (*_USABLE, *_PASSING)]
    if usable:
        raise KitError(
            f"The Vault secret {usable[0].name} ({usable[0].id}) lies in the vault {usable[0].holder_id}",
            why=f"The stack's vault is {holder}, where another one would be made, and readers know this one. "
            "An `up` on a state that was lost makes such a second vault.",
            next_step="Where that happened: schedule the deletion of the second vault, start from an empty "
            "state (pulumi stack rm STACK --force --preserve-config, pulumi stack init STACK), then run this "
            "again.",
        )


def _is_ours(wanted: Recorded, kind: Kind, row: Row, mark: str | None) -> bool:
    if mark is not None:
        return _carries(row, mark)
    return kind not in _DESCRIBED or row.description == wanted.told("description")


def _is_known(wanted: Recorded, kind: Kind, place: Place) -> bool:
    """Whether it can be said already where a resource would lie."""
    lies_in = [] if kind.is_held else [place.compartment_id]
    lies_in += [wanted.told(_INSIDE[kind])] if kind in _INSIDE else []
    is_reached = kind is not KEY or (place.endpoint or "").startswith("https://")
    return bool(place.region) and is_reached and all(each.startswith("ocid1.") for each in lies_in)


def _ready(
    one: Recorded, kind: Kind, place: Place, oci: Oci, known: Collection[str], *, was_deleting: bool
) -> Row | None:
    """The resource once it is ready."""
    row: Row | None = None
    for _ in looks(_READY_WITHIN):
        rows = oci.listed(kind, place)
        row = chosen(one, kind, rows, known, place.region, was_deleting=was_deleting)
        if row is None or row.state not in _PASSING:
            return row
        seen = oci.presence(kind, place, row.id).row
        if seen is not None and seen.state in _USABLE:
            return seen
    raise KitError(
        f"The {kind.noun} {row.name if row else one.name} is not ready after {_READY_WITHIN:.0f} seconds",
        next_step="Run this again.",
    )


def _check_home(one: Recorded, kind: Kind, row: Row, state: State) -> None:
    missing = [urn for urn in (one.parent, one.provider_urn) if state.of(urn) is None]
    if missing:
        raise KitError(
            f"The {kind.noun} {row.name} ({row.id}) exists, but what it belongs to isn't in the state",
            why=missing[0],
            next_step=f"Run: pulumi up --target '{missing[0]}'; then run this again.",
        )

"""Settings after they were checked: frozen, names resolved, defaults filled in. They never hold a secret."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from genaikeys.catalogue import Catalogue, Status

__all__ = [
    "SLOT_NAMES",
    "Alarm",
    "Alerts",
    "Api",
    "Auth",
    "Budget",
    "Cell",
    "Compartment",
    "Grant",
    "Key",
    "Placement",
    "Probe",
    "Residency",
    "Rotation",
    "Settings",
    "Vault",
]

Api = Literal["chat", "responses"]
Grant = Literal["least", "family"]
Residency = Literal["any", "oci"]
Alarm = Literal["secretReads", "modelErrors"]


SLOT_NAMES = ("key-one", "key-two")
"""Names of a key's two secrets, as Oracle's console proposes them (Create an API key, 2026)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Auth:
    """Who calls OCI."""

    type: Literal["api_key", "session", "instance", "resource", "workload"]
    profile: str
    """Profile of the OCI config file; of no effect for the principals of OCI itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Compartment:
    """A compartment that holds keys."""

    name: str
    id: str | None
    """OCID of one that exists, or None: it is made."""
    parent: str | None
    """Where it is made: an OCID, the name of another compartment of the stack, or None for the tenancy."""
    policy_scope: Literal["key", "compartment"]
    grant: Grant


@dataclass(frozen=True, kw_only=True, slots=True)
class Vault:
    """An existing vault and its AES key."""

    id: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Rotation:
    """When secrets are renewed."""

    every: timedelta | None
    """None: as seldom as `expiry` allows (`genaikeys.schedule.period`)."""
    grace: timedelta
    expiry: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One API key, in all its regions."""

    name: str
    compartment: str
    """Name of the compartment."""
    description: str
    models: tuple[str, ...]
    """Its own models, in the order given."""
    regions: tuple[str, ...]
    """Where it is wanted; it exists where at least one of its models is on demand (`Settings.placements`)."""
    readers: tuple[str, ...]
    """Subjects of a policy statement: `group NAME`, `dynamic-group NAME`."""
    rotation: Rotation
    replaceable: bool
    suspended: bool
    trigger: str | None
    slots: tuple[str, str] | None
    """Names of its two secrets where the stack gives any; see `slot_names`."""
    adopts: Mapping[str, str]
    """OCIDs of keys made by hand that are taken over, by region."""

    @property
    def slot_names(self) -> tuple[str, str]:
        """Names of its two secrets."""
        return self.slots or SLOT_NAMES


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """How a new secret is tried."""

    models: tuple[str, ...]
    """Models to try first; empty: the key's own."""
    wait: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """What each compartment with keys may cost before somebody is told."""

    amount: int
    """Whole units of the currency of the tenancy's bills, a month."""
    tenancy: str
    """OCID of the tenancy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alerts:
    """Who is told, and of what."""

    emails: tuple[str, ...]
    """Empty: nobody is told, and nothing is made for it."""
    alarms: tuple[Alarm, ...]
    budget: Budget | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """A key in a region where it exists."""

    key: str
    region: str
    models: tuple[str, ...]
    """The key's own models that are on demand there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One square of the access matrix: may this key call this model there, on this API?"""

    key: str
    region: str
    model: str
    api: Api
    expected: Status
    reason: str
    """Why, as half a sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that a stack says, checked and resolved."""

    owner: str
    project: str
    stack: str
    home_region: str
    auth: Auth
    regions: tuple[str, ...]
    """The stack's regions; a key may have its own."""
    models: tuple[str, ...]
    """Every model named anywhere in the stack, sets resolved."""
    private_endpoints: Mapping[str, str]
    """Base URLs of private endpoints among the models, by OCID."""
    apis: tuple[Api, ...]
    grant: Grant
    residency: Residency
    freeform_tags: Mapping[str, str]
    """Tags of the stack's own, on everything that is made."""
    defined_tags: Mapping[str, str]
    """The same, by `Namespace.Key`."""
    protect: bool
    """Whether Pulumi refuses to delete what can't be had back."""
    compartments: Mapping[str, Compartment]
    vaults: Mapping[str, Vault]
    """Existing vaults, by region; a region that isn't here gets one made."""
    rotation: Rotation
    keys: Mapping[str, Key]
    probe: Probe
    alerts: Alerts
    today: datetime.date
    """The day that retirement dates were compared with."""
    warnings: tuple[str, ...]
    """What is legal and probably not meant, each with its key path."""
    catalogue: Catalogue = field(repr=False)
    _placements: tuple[Placement, ...] = field(repr=False)

    def placements(self) -> tuple[Placement, ...]:
        """Where each key exists, in the order of the keys and of their regions."""
        return self._placements

    def base_url(self, region: str, model: str) -> str:
        """What an OpenAI client is given as `base_url` for a model in a region."""
        return self.private_endpoints.get(model) or self.catalogue.regions[region].base_url

    def placements_in(self, compartment: str) -> Mapping[str, tuple[Placement, ...]]:
        """A compartment's keys by region, in the order of placements."""
        regions: dict[str, tuple[Placement, ...]] = {}
        for placement in self._placements:
            if self.keys[placement.key].compartment == compartment:
                regions[placement.region] = (*regions.get(placement.region, ()), placement)
        return regions

    def granted(self, key: str) -> frozenset[str] | None:
        """The models that a key's statements name.

        Key scope: the key's own. Compartment scope: those of all keys of the compartment. None: all models,
        since the grant is `family`, whose statement names none.
        """
        mine = self.keys[key]
        compartment = self.compartments[mine.compartment]
        if compartment.grant == "family":
            return None
        if compartment.policy_scope == "key":
            return frozenset(mine.models)
        return frozenset(
            model
            for other in self.keys.values()
            if other.compartment == mine.compartment
            for model in other.models
        )

    def cells(self) -> tuple[Cell, ...]:
        """The access matrix: every key and region × every model named anywhere × every API of the stack."""
        from genaikeys.settings.matrix import cells

        return cells(self)

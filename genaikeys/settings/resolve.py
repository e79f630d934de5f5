"""From a stack's document to `Settings`: names resolved, defaults filled in, one key held against another."""

import datetime
from datetime import timedelta
from types import MappingProxyType

from genaikeys import schedule
from genaikeys.catalogue import Catalogue
from genaikeys.settings import adoptions, endpoints, scopes
from genaikeys.settings.document import KeyDocument, RotationDocument, StackDocument
from genaikeys.settings.model import (
    Alerts,
    Auth,
    Budget,
    Compartment,
    Key,
    Placement,
    Probe,
    Rotation,
    Settings,
    Vault,
)
from genaikeys.settings.names import Named, Names
from genaikeys.settings.places import Wish, place
from genaikeys.settings.problems import Findings, Path, nearest, quoted
from genaikeys.settings.shapes import Shaped

__all__ = ["resolve"]

_DEFAULT_GRACE = timedelta(days=7)
_DEFAULT_EXPIRY = timedelta(days=90)
_DEFAULT = RotationDocument.model_validate({"every": "30d", "grace": "7d", "expiry": "90d"})


def resolve(
    shaped: Shaped,
    *,
    home_region: object,
    catalogue: Catalogue,
    stack: str,
    project: str,
    today: datetime.date,
    findings: Findings,
) -> Settings:
    """Resolve a stack.

    Args:
        shaped: What could be read of the stack.
        home_region: What stands under `oci:region`, or None.
        catalogue: Regions, models and sets.
        stack: The stack's name.
        project: The project's name.
        today: The day that retirement dates are compared with.
        findings: Where problems and warnings go.

    Returns:
        The settings, still without their warnings; only to be used if there are no problems.
    """
    return _Resolver(shaped, catalogue, stack, project, today, findings).settings(home_region)


class _Resolver:
    def __init__(
        self,
        shaped: Shaped,
        catalogue: Catalogue,
        stack: str,
        project: str,
        today: datetime.date,
        findings: Findings,
    ) -> None:
        self._document: StackDocument = shaped.document
        self._raw = {f"{project}:{name}": value for name, value in shaped.raw.items()}
        self._catalogue = endpoints.known(shaped.document, catalogue)
        self._stack = stack
        self._project = project
        self._today = today
        self._findings = findings
        self._names = Names(
            self._catalogue, today, findings, self._raw, is_resident=shaped.document.residency == "oci"
        )

    def settings(self, home_region: object) -> Settings:
        document = self._document
        home = self._names.home_region(home_region, ("oci:region",))
        regions = self._names.regions(document.regions, self._path("regions"))
        models = self._names.models(document.models, self._path("models"))
        rotation = self._rotation(document.rotation or _DEFAULT, self._path("rotation"))
        compartments = self._compartments()
        wishes = {name: self._wish(name, key, regions, models) for name, key in document.keys.items()}
        placements = place(wishes, self._catalogue, self._today, self._findings)
        keys = {name: self._key(name, key, wishes[name], rotation) for name, key in document.keys.items()}
        vaults = self._vaults(placements)
        adoptions.check(document, self._path("keys"), placements, self._catalogue, self._findings)
        endpoints.check(document, self._project, placements, self._findings)
        probe_models = self._names.models(document.probe.models or (), self._path("probe", "models"))
        named = dict.fromkeys(models.members)
        for key in keys.values():
            named |= dict.fromkeys(key.models)
        return Settings(
            owner=document.owner or self._project,
            project=self._project,
            stack=self._stack,
            home_region=home,
            auth=Auth(type=document.auth.type, profile=document.auth.profile),
            regions=regions.members,
            models=tuple(named),
            private_endpoints=MappingProxyType(document.private_endpoints),
            apis=tuple(dict.fromkeys(document.apis)),
            grant=document.grant,
            residency=document.residency,
            freeform_tags=MappingProxyType(document.freeform_tags),
            defined_tags=MappingProxyType(document.defined_tags),
            protect=document.protect,
            compartments=MappingProxyType(compartments),
            vaults=MappingProxyType(vaults),
            rotation=rotation,
            keys=MappingProxyType(keys),
            probe=Probe(models=probe_models.members, wait=document.probe.wait),
            alerts=self._alerts(),
            today=self._today,
            warnings=(),
            catalogue=self._catalogue,
            _placements=placements,
        )

    def _path(self, *parts: str) -> Path:
        return (f"{self._project}:{parts[0]}", *parts[1:])

    def _wish(self, name: str, key: KeyDocument, regions: Named, models: Named) -> Wish:
        path = self._path("keys", name)
        own_models = key.models is not None
        own_regions = key.regions is not None
        if not own_models and f"{self._project}:models" not in self._raw:
            self._findings.problem(
                (*path, "models"),
                "absent, and the stack names no models either",
                allowed=f"models here, or {self._project}:models for every key",
            )
        return Wish(
            path=path,
            models=self._names.models(key.models or (), (*path, "models")) if own_models else models,
            regions=self._names.regions(key.regions or (), (*path, "regions")) if own_regions else regions,
            own_models=own_models,
            own_regions=own_regions,
        )

    def _key(self, name: str, key: KeyDocument, wish: Wish, stacks: Rotation) -> Key:
        known = self._raw.get(f"{self._project}:compartments")
        compartments = [str(given) for given in known] if isinstance(known, dict) else []
        if key.compartment not in compartments and compartments:
            self._findings.problem(
                (*wish.path, "compartment"),
                f"{quoted(key.compartment)} is not a compartment of this stack",
                allowed=", ".join(compartments),
                nearest=nearest(key.compartment, compartments),
            )
        rotation = stacks
        if key.rotation.model_fields_set:
            base = self._document.rotation or _DEFAULT
            rotation = self._rotation(
                base.model_copy(update=key.rotation.model_dump(exclude_unset=True)), (*wish.path, "rotation")
            )
        return Key(
            name=name,
            compartment=key.compartment,
            description=key.description,
            models=wish.models.members,
            regions=wish.regions.members,
            readers=tuple(key.readers),
            rotation=rotation,
            replaceable=key.replaceable,
            suspended=key.suspended,
            trigger=key.trigger,
            slots=key.slots,
            adopts=MappingProxyType(key.adopts),
        )

    def _rotation(self, given: RotationDocument, path: Path) -> Rotation:
        rotation = Rotation(
            every=given.every,
            grace=_DEFAULT_GRACE if given.grace is None else given.grace,
            expiry=_DEFAULT_EXPIRY if given.expiry is None else given.expiry,
        )
        for each in schedule.contradictions(rotation.every, rotation.grace, rotation.expiry):
            self._findings.problem(
                (*path, each.option), each.what, allowed=each.allowed, nearest=each.nearest
            )
        return rotation

    def _compartments(self) -> dict[str, Compartment]:
        scopes.check(self._document, self._path("compartments"), self._findings)
        self._check_residency()
        return {
            name: Compartment(
                name=name,
                id=given.id,
                parent=given.parent,
                policy_scope=given.policy_scope,
                grant=given.grant or self._document.grant,
            )
            for name, given in self._document.compartments.items()
        }

    def _check_residency(self) -> None:
        if self._document.residency != "oci":
            return
        granted = [(self._path("grant"), self._document.grant)]
        granted += [
            (self._path("compartments", name, "grant"), given.grant or "least")
            for name, given in self._document.compartments.items()
        ]
        for path, grant in granted:
            if grant == "family":
                self._findings.problem(
                    path,
                    "family grants every model, also those whose requests leave OCI, and residency is oci",
                    allowed="least",
                    nearest="least",
                )

    def _alerts(self) -> Alerts:
        given = self._document.alerts
        raw = self._raw.get(f"{self._project}:alerts")
        if isinstance(raw, dict) and not raw.get("emails"):
            for name in sorted(given.model_fields_set - {"emails"}):
                self._findings.problem(
                    self._path("alerts", "emails"),
                    f"absent, and {name} has nobody to tell",
                    allowed="at least one e-mail address",
                )
        return Alerts(
            emails=tuple(dict.fromkeys(given.emails)),
            alarms=tuple(dict.fromkeys(given.alarms)),
            budget=Budget(amount=given.budget.amount, tenancy=given.budget.tenancy) if given.budget else None,
        )

    def _vaults(self, placements: tuple[Placement, ...]) -> dict[str, Vault]:
        used = {placement.region for placement in placements}
        vaults = {}
        for region, given in self._document.vaults.items():
            path = self._path("vaults", region)
            row = self._catalogue.regions.get(region)
            if row is None:
                regions = self._catalogue.regions
                self._findings.problem(
                    path,
                    f"{quoted(region)} is not a region with Generative AI",
                    allowed=", ".join(regions),
                    nearest=self._names.by_other_name(region) or nearest(region, regions),
                )
                continue
            for name, ocid in (("id", given.id), ("key", given.key)):
                there = ocid.split(".")[3]
                if there and there not in {region, row.key.lower()}:
                    self._findings.problem(
                        (*path, name),
                        f"{quoted(ocid)} is of the region {there}",
                        allowed=f"an OCID of {region} ({row.key.lower()}): a secret lies in its key's region",
                    )
            if region not in used:
                self._findings.warning(path, "no key exists in this region; the vault is not used")
            vaults[region] = Vault(id=given.id, key=given.key)
        return vaults

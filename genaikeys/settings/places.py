"""Where a key exists: in a region only where at least one of its models is on demand."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from genaikeys.catalogue import Catalogue, Status
from genaikeys.settings.model import Placement
from genaikeys.settings.names import Named
from genaikeys.settings.problems import Findings, Path

__all__ = ["Wish", "place"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a key asks for."""

    path: Path
    """Where the key stands."""
    models: Named
    regions: Named
    own_models: bool
    """Whether the key names models itself; otherwise they are the stack's."""
    own_regions: bool
    """Whether the key names regions itself; otherwise they are the stack's."""


def place(
    wishes: Mapping[str, Wish], catalogue: Catalogue, today: datetime.date, findings: Findings
) -> tuple[Placement, ...]:
    """Find each key's regions, and say where a wish can't be met.

    A model that isn't on demand for certain places a key only where both the model and the region were named
    outright: a set must not lead a key into a region where nothing may answer it.

    Args:
        wishes: What each key asks for, by the key's name.
        catalogue: Which model is on demand where.
        today: The day, UTC.
        findings: Where problems go.
    """
    astray = _check_shared_models(wishes, catalogue, today, findings)
    placements = []
    for key, wish in wishes.items():
        there = {region: tuple(_models_in(region, wish, catalogue, today)) for region in wish.regions.members}
        placements += [
            Placement(key=key, region=region, models=models) for region, models in there.items() if models
        ]
        if wish.own_models or not astray.issuperset(wish.models.members):
            _check(wish, there, catalogue, today, findings)
    return tuple(placements)


def _models_in(region: str, wish: Wish, catalogue: Catalogue, today: datetime.date) -> Iterator[str]:
    for model in wish.models.members:
        status = catalogue.models[model].on_demand_in(region, today)
        outright = model in wish.models.outright and region in wish.regions.outright
        if status is Status.YES or (status is Status.UNKNOWN and outright):
            yield model


def _nowhere(model: str, regions: tuple[str, ...], catalogue: Catalogue, today: datetime.date) -> bool:
    row = catalogue.models[model]
    return all(row.on_demand_in(region, today) is Status.NO for region in regions)


def _check(
    wish: Wish,
    there: Mapping[str, tuple[str, ...]],
    catalogue: Catalogue,
    today: datetime.date,
    findings: Findings,
) -> None:
    if not wish.models.members or not there:
        return  # reported where the names were looked up
    astray = [
        model for model in wish.models.outright if _nowhere(model, wish.regions.members, catalogue, today)
    ]
    if wish.own_models and astray:
        for model in astray:
            _not_in_region(model, wish.models.outright[model], tuple(there), catalogue, findings)
        return
    if not any(there.values()):
        findings.problem(
            wish.path,
            f"none of its models ({', '.join(wish.models.members)}) is known to be on demand in any of its "
            f"regions ({', '.join(there)})",
            allowed=_where(wish.models.members, catalogue),
        )
    elif wish.own_regions:
        for region, path in wish.regions.outright.items():
            if not there[region]:
                findings.problem(
                    path,
                    f"none of the key's models is known to be on demand in {region}",
                    allowed=_where(wish.models.members, catalogue),
                )


def _check_shared_models(
    wishes: Mapping[str, Wish], catalogue: Catalogue, today: datetime.date, findings: Findings
) -> set[str]:
    """A model that the stack names outright must be on demand for one of the keys that take it over."""
    heirs = [wish for wish in wishes.values() if not wish.own_models and wish.regions.members]
    regions = tuple(dict.fromkeys(region for wish in heirs for region in wish.regions.members))
    shared = heirs[0].models.outright if heirs else {}
    astray = {model for model in shared if _nowhere(model, regions, catalogue, today)}
    for model in sorted(astray):
        _not_in_region(model, shared[model], regions, catalogue, findings)
    return astray


def _not_in_region(
    model: str, path: Path, regions: tuple[str, ...], catalogue: Catalogue, findings: Findings
) -> None:
    where = f"in {regions[0]}" if len(regions) == 1 else f"in any of {', '.join(regions)}"
    what = "is an endpoint, and not" if catalogue.models[model].is_endpoint else "is not on demand"
    findings.problem(path, f"{model} {what} {where}", allowed=_where((model,), catalogue))


def _where(models: tuple[str, ...], catalogue: Catalogue) -> str:
    """The regions where a key with these models can be."""
    usable = [row for row in catalogue.regions.values() if row.api_keys is not Status.NO]
    lines = []
    for model in models:
        row = catalogue.models[model]
        known = [region.identifier for region in usable if region.identifier in row.on_demand]
        known += [
            f"{region.identifier} (not certain)"
            for region in usable
            if region.identifier in row.on_demand_unknown
        ]
        lines.append(f"{model} in {', '.join(known) or 'no region'}")
    return "; ".join(lines)

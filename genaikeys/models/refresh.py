"""What OCI's live list says otherwise than the catalogue: changes to make, and doubts to look at.

A row is changed only by an answer that is whole and does not contradict itself; everything else is told and
left alone. What the live list cannot know (whether API keys may call a model, notes, release dates) stays.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby

from genaikeys.catalogue import Access, Catalogue, Model, Status
from genaikeys.oci.discovery import Availability, Discovered

__all__ = ["Change", "Proposal", "proposed"]

Value = str | tuple[str, ...]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ACCESS = {"HOSTED": Access.HOSTED, "PROXY": Access.PROXIED}
_APIS = {"chat": "OPENAI_V1_CHAT_COMPLETIONS", "responses": "OPENAI_V1_RESPONSES"}
_MODES = {"ON_DEMAND", "DEDICATED"}


@dataclass(frozen=True)
class Change:
    """One field of one row.

    Attributes:
        model: Name of the row.
        field: As the table spells it.
        before: Empty where the row lacks the field.
        after: Empty where it loses it.
    """

    model: str
    field: str
    before: Value
    after: Value

    def __str__(self) -> str:
        if isinstance(self.before, tuple) and isinstance(self.after, tuple):
            more = [f"+{name}" for name in self.after if name not in self.before]
            less = [f"-{name}" for name in self.before if name not in self.after]
            return f"{self.model}: {self.field}: {', '.join(more + less)}"
        return f"{self.model}: {self.field}: {_shown(self.before)} -> {_shown(self.after)}"


@dataclass(frozen=True)
class Proposal:
    """What came of a comparison.

    Attributes:
        changes: To rows that are there, in the table's order.
        new: Fields of rows that lack, by model.
        doubts: What the answer says and the table doesn't take over, a sentence each.
    """

    changes: tuple[Change, ...]
    new: Mapping[str, Mapping[str, Value]]
    doubts: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the table stays as it is."""
        return not self.changes and not self.new


def proposed(catalogue: Catalogue, answer: Iterable[Discovered]) -> Proposal:
    """Compare the catalogue with an answer of ListModelDiscovery."""
    doubts: list[str] = []
    rows = _whole(catalogue, answer, doubts)
    changes: list[Change] = []
    for model in catalogue.models.values():
        found = rows.pop(model.name, None)
        if found is None:
            if model.openai_compatible and model.retired is None and model.on_demand:
                doubts.append(f"{model.name}: not in the answer; the row stays")
            continue
        changes += _Comparison(model, found, catalogue, doubts).changes()
    return Proposal(tuple(changes), _new(rows.values(), tuple(catalogue.regions), doubts), tuple(doubts))


def _whole(catalogue: Catalogue, answer: Iterable[Discovered], doubts: list[str]) -> dict[str, Discovered]:
    """The rows that can be gone by, by name."""
    aliases = {alias: model.name for model in catalogue.models.values() for alias in model.aliases}
    rows: dict[str, Discovered] = {}
    for name, group in groupby(sorted(answer, key=lambda row: row.name), key=lambda row: row.name):
        found = list(group)
        if not name:
            doubts.append(f"{len(found)} without a model's name")
        elif not _NAME.fullmatch(name):
            doubts.append(f"{name!r} is no name of a model")
        elif any(row != found[0] for row in found):
            doubts.append(f"{name}: described {len(found)} times, and differently")
        elif name in aliases:
            doubts.append(f"{name}: the table knows it as another spelling of {aliases[name]}")
        elif problem := _unclear(catalogue, found[0]):
            doubts.append(f"{name}: {problem}")
        else:
            rows[name] = found[0]
    return rows


def _unclear(catalogue: Catalogue, row: Discovered) -> str | None:
    if not row.availability:
        return "no region is told"
    if any(not place.region or not place.modes for place in row.availability):
        return "a region lacks its name or its serving modes"
    for place in row.availability:
        if not place.modes & _MODES:
            return f"in {place.region} it is served as {', '.join(sorted(place.modes))}, whatever that is"
    regions = [place.region for place in row.availability]
    if len(regions) != len(set(regions)):
        twice = sorted({region for region in regions if regions.count(region) > 1})
        return f"{', '.join(twice)} is told more than once"
    strange = sorted(set(regions) - set(catalogue.regions))
    if strange:
        return f"in {', '.join(strange)}, which the table of regions lacks"
    for place in row.availability:
        realm = catalogue.regions[place.region].realm
        if place.realm and place.realm.lower() != realm:
            return f"{place.region} is told to be in the realm {place.realm}; the table has {realm}"
    return None


@dataclass
class _Comparison:
    """One row of the table beside one of the answer."""

    model: Model
    found: Discovered
    catalogue: Catalogue
    doubts: list[str]
    made: list[Change] = field(default_factory=list)

    def changes(self) -> list[Change]:
        if self.found.vendor and self.found.vendor.lower() != self.model.vendor.lower():
            self._doubt(f"the vendor is told as {self.found.vendor}; the row keeps {self.model.vendor}")
        self._access()
        self._regions()
        self._apis()
        self._dates()
        self._replacements()
        return self.made

    def _access(self) -> None:
        access = _ACCESS.get(self.found.access)
        if access is not None:
            self._change("access", self.model.access.value, access.value)
        else:
            self._doubt(f"access is told as {self.found.access or 'nothing'}; the row keeps it")

    def _regions(self) -> None:
        regions = tuple(self.catalogue.regions)
        on_demand, dedicated = _served(self.found.availability, regions)
        self._change("on_demand", _ordered(self.model.on_demand, regions), on_demand)
        self._change("on_demand_unknown", _ordered(self.model.on_demand_unknown, regions), ())
        self._change("dedicated", _ordered(self.model.dedicated, regions), dedicated)

    def _apis(self) -> None:
        if not self.found.apis:
            return  # nobody has noted them yet
        if not self.found.apis & set(_APIS.values()):
            self._doubt(f"its APIs are told as {', '.join(sorted(self.found.apis))}; the row keeps its own")
            return
        for name, capability in _APIS.items():
            told = Status.YES if capability in self.found.apis else Status.NO
            self._change(name, getattr(self.model, name).value, told.value)

    def _dates(self) -> None:
        on_demand = [place for place in self.found.availability if "ON_DEMAND" in place.modes]
        if problem := self._out_of_order(on_demand):
            self._doubt(f"{problem}; the row keeps its days")
            return
        self._date("retired", self.model.retired, [place.on_demand_retired for place in on_demand])
        self._date("deprecated", self.model.deprecated, [place.deprecated for place in on_demand])

    def _out_of_order(self, places: Iterable[Availability]) -> str | None:
        """What makes no sense of the days of a place; a model is released, deprecated and retired in turn."""
        for place in places:
            days = [self.model.released, _day(place.deprecated), _day(place.on_demand_retired)]
            known = [day for day in days if day is not None]
            if known != sorted(known):
                told = ("released", "deprecated", "retired")
                shown = ", ".join(f"{name} {day}" for name, day in zip(told, days, strict=True) if day)
                return f"days out of order in {place.region} ({shown})"
        return None

    def _date(self, name: str, known: date | None, told: Sequence[datetime | None]) -> None:
        days = {_day(moment) for moment in told}
        if len(days) > 1:
            shown = ", ".join(sorted(str(day) for day in days if day))
            self._doubt(f"{name} on different days in different regions ({shown}); the row keeps {known}")
            return
        day = days.pop() if days else None
        if day is None:
            if known is not None:
                self._doubt(f"no day is told for {name}; the row keeps {known}")
            return
        self._change(name, str(known or ""), str(day))
        if name == "retired" and not self.model.retired_certain:
            self._change("retired_certain", "no", "")

    def _replacements(self) -> None:
        told = tuple(
            dict.fromkeys(
                name
                for place in self.found.availability
                for name in place.replacements
                if name != self.model.name
            )
        )
        known = tuple(name for name in told if name in self.catalogue.models)
        if len(known) < len(told):
            strange = ", ".join(name for name in told if name not in known)
            self._doubt(f"{strange} in its place, which the table lacks")
        if known:
            self._change("replacements", self.model.replacements, known)

    def _change(self, name: str, before: Value, after: Value) -> None:
        if before != after:
            self.made.append(Change(self.model.name, name, before, after))

    def _doubt(self, text: str) -> None:
        self.doubts.append(f"{self.model.name}: {text}")


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None


def _new(
    rows: Iterable[Discovered], regions: Sequence[str], doubts: list[str]
) -> dict[str, dict[str, Value]]:
    """Rows to add: models that chat, on demand somewhere."""
    new: dict[str, dict[str, Value]] = {}
    passed_over = 0
    for row in rows:
        on_demand, dedicated = _served(row.availability, regions)
        access = _ACCESS.get(row.access)
        if "CHAT" not in row.capabilities or not on_demand:
            passed_over += 1
            continue
        if access is None or not _NAME.fullmatch(row.vendor):
            doubts.append(f"{row.name}: new, but vendor or access is not told")
            continue
        chat, responses = (
            (Status.YES if capability in row.apis else Status.NO) if row.apis else Status.UNKNOWN
            for capability in _APIS.values()
        )
        new[row.name] = {
            "vendor": row.vendor.lower(),
            "access": access.value,
            "on_demand": on_demand,
            **({"dedicated": dedicated} if dedicated else {}),
            "api_key": Status.UNKNOWN.value,
            "chat": chat.value,
            "responses": responses.value,
        }
    if passed_over:
        doubts.append(f"{passed_over} models that don't chat, or nowhere on demand: no row is made for them")
    return new


def _served(
    places: Iterable[Availability], regions: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Regions where it is on demand, and where it is on dedicated clusters only."""
    modes = {place.region: place.modes for place in places}
    on_demand = {region for region, served in modes.items() if "ON_DEMAND" in served}
    dedicated = {region for region, served in modes.items() if "DEDICATED" in served}
    return _ordered(on_demand, regions), _ordered(dedicated - on_demand, regions)


def _ordered(names: Collection[str], regions: Sequence[str]) -> tuple[str, ...]:
    """In the order of the table of regions."""
    return tuple(region for region in regions if region in names)


def _shown(value: Value) -> str:
    if not value:
        return "none"
    return value if isinstance(value, str) else ", ".join(value)

"""Names of regions and models against the catalogue: sets resolved, everything else refused with a reason."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from genaikeys.catalogue import Access, Catalogue, Model, Set, Status
from genaikeys.settings.problems import Findings, Path, listed, nearest, quoted
from genaikeys.settings.shapes import at

__all__ = ["Named", "Names"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a list of names stands for."""

    members: tuple[str, ...]
    """In the order given, each once."""
    outright: Mapping[str, Path]
    """Those that were named themselves rather than by way of a set, and where."""


class Names:
    """Looks names up.

    Args:
        catalogue: Where.
        today: The day that retirement dates are compared with.
        findings: Where problems and warnings go.
        raw: The document as given, by full config key; it tells where exactly a name stands.
        is_resident: Whether models whose requests leave OCI are refused.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        today: datetime.date,
        findings: Findings,
        raw: Mapping[str, object],
        *,
        is_resident: bool = False,
    ) -> None:
        self._is_resident = is_resident
        self._raw = raw
        self._catalogue = catalogue
        self._today = today
        self._findings = findings

    def regions(self, given: Sequence[str], path: Path) -> Named:
        """Resolve region identifiers and names of region sets."""
        return self._resolve(given, path, self._catalogue.region_sets, self._region)

    def models(self, given: Sequence[str], path: Path) -> Named:
        """Resolve model names and names of model sets."""
        return self._resolve(given, path, self._catalogue.model_sets, self._model)

    def home_region(self, given: object, path: Path) -> str:
        """Check a tenancy's home region, which may be any region of OCI."""
        homes = self._catalogue.home_regions
        if given in homes:
            return str(given)
        what = "absent: the tenancy's home region, where identity is written, must be known"
        if given is not None:
            what = f"{quoted(given)} is not a region of OCI"
        self._findings.problem(
            path,
            what,
            allowed="the identifier of the tenancy's home region, such as us-ashburn-1",
            nearest=self.by_other_name(given) or nearest(given, homes),
        )
        return ""

    def _resolve(
        self, given: Sequence[str], path: Path, sets: Mapping[str, Set], check: Callable[[str, Path], bool]
    ) -> Named:
        members: dict[str, None] = {}
        outright: dict[str, Path] = {}
        for name in given:
            place = self._place(name, path)
            if name in sets:
                self._stays(sets[name].members, place, f" of the set {name}")
                members |= dict.fromkeys(self._current(sets[name], place))
            elif check(name, place):
                members[name] = None
                outright.setdefault(name, place)
        return Named(tuple(members), outright)

    def _place(self, name: str, path: Path) -> Path:
        """Where a name stands: a list is indexed as it was given, a single text isn't."""
        value: object = self._raw
        for part in path:
            value = at(value, part)
        return (*path, value.index(name)) if isinstance(value, list) and name in value else path

    def _current(self, named: Set, place: Path) -> Iterator[str]:
        for member in named.members:
            model = self._catalogue.models.get(member)
            if model is not None and model.is_retired(self._today):
                self._findings.warning(
                    place, f"{member} of the set {named.name} retired on {model.retired}; left out"
                )
            else:
                if model is not None and model.retires_soon(self._today):
                    self._findings.warning(place, f"{self._retiring(model)}; it is of the set {named.name}")
                yield member

    def _stays(self, names: Sequence[str], place: Path, of_set: str = "") -> None:
        """Refuse models whose requests leave OCI, where the stack wants none; regions always stay."""
        leaving = [
            name
            for name in names
            if (model := self._catalogue.models.get(name)) and model.access is not Access.HOSTED
        ]
        if self._is_resident and leaving:
            resident = [model.name for model in self._offered() if model.access is Access.HOSTED]
            self._findings.problem(
                place,
                f"requests for {', '.join(leaving)}{of_set} leave OCI, and residency is oci",
                allowed=f"hosted-only, {', '.join(resident)}",
            )

    def _retiring(self, model: Model) -> str:
        successors = self._catalogue.successors(model, self._today)
        days = (model.retired - self._today).days if model.retired else 0
        instead = f"; in its place, {', '.join(successors)}" if successors else ""
        left = "1 day" if days == 1 else f"{days} days"
        return f"{model.name} retires on demand on {model.retired}, in {left}{instead}"

    def _region(self, name: str, place: Path) -> bool:
        row = self._catalogue.regions.get(name)
        if row is not None and row.api_keys is not Status.NO:
            return True
        offered = [
            region.identifier
            for region in self._catalogue.regions.values()
            if region.api_keys is not Status.NO
        ]
        candidates = [*self._catalogue.region_sets, *offered]
        likely = None
        if row is not None:
            what = f"API keys aren't offered in {name}: {row.note} ({row.source}, {row.date})"
        elif name in self._catalogue.home_regions:
            what = f"{name} is a region without Generative AI, as far as the catalogue knows"
        else:
            what = f"{quoted(name)} is neither a region nor a set of regions"
            likely = listed(name, candidates) or self.by_other_name(name) or nearest(name, candidates)
        self._findings.problem(place, what, allowed=", ".join(candidates), nearest=likely)
        return False

    def by_other_name(self, given: object) -> str | None:
        """The region that people call by its key, its display name, or its city."""
        word = str(given).lower()
        for region in self._catalogue.regions.values():
            country, _, city = region.name.lower().partition(" (")
            if word in {region.key.lower(), region.name.lower(), country, city.removesuffix(")")}:
                return region.identifier
        return None

    def _model(self, name: str, place: Path) -> bool:
        model = self._catalogue.models.get(name)
        if model is None:
            self._unknown_model(name, place)
            return False
        if model.is_retired(self._today):
            self._retired_model(model, place)
            return False
        if model.is_endpoint and not model.on_demand:
            regions = ", ".join(self._catalogue.regions)
            self._findings.problem(
                place, f"{quoted(name)} is in no region with Generative AI", allowed=regions
            )
            return False
        if not model.openai_compatible:
            what = f"{name} can't be called with an OpenAI client and an API key"
            self._findings.problem(place, f"{what}: {model.note}", allowed=self._models())
            return False
        self._stays((name,), place)
        if model.retires_soon(self._today):
            self._findings.warning(place, self._retiring(model))
        elif model.retired is not None and model.retired <= self._today:
            self._findings.warning(place, f"{name} may have retired on {model.retired}: {model.note}")
        return True

    def _unknown_model(self, name: str, place: Path) -> None:
        if name.startswith("ocid1."):
            what = f"{quoted(name)} is not the OCID of a dedicated endpoint"
            self._findings.problem(
                place, what, allowed="an OCID that begins with ocid1.generativeaiendpoint."
            )
            return
        for model in self._catalogue.models.values():
            if name in model.aliases:
                what = f"{name} is another spelling, and a policy compares spellings"
                self._findings.problem(place, what, allowed=model.name, nearest=model.name)
                return
        for row in self._catalogue.not_offered:
            if row.covers(name):
                what = f"{name} is not on demand: {row.why} ({row.source})"
                self._findings.problem(place, what, allowed=self._models())
                return
        candidates = [*self._catalogue.model_sets, *(model.name for model in self._offered())]
        self._findings.problem(
            place,
            f"{quoted(name)} is neither a model nor a set of models",
            allowed=self._models(),
            nearest=listed(name, candidates) or self._without_vendor(name) or nearest(name, candidates),
        )

    def _without_vendor(self, name: str) -> str | None:
        word = name.lower()
        return next((each.name for each in self._offered() if each.name.partition(".")[2] == word), None)

    def _retired_model(self, model: Model, place: Path) -> None:
        successors = self._catalogue.successors(model, self._today)
        self._findings.problem(
            place,
            f"{model.name} retired on demand on {model.retired} ({model.source})",
            allowed=f"in its place, {', '.join(successors)}" if successors else self._models(),
        )

    def _models(self) -> str:
        return ", ".join([*self._catalogue.model_sets, *(model.name for model in self._offered())])

    def _offered(self) -> Iterator[Model]:
        for model in self._catalogue.models.values():
            current = model.retired is None or model.retired > self._today
            if model.openai_compatible and current and not model.is_endpoint:
                yield model

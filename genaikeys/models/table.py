"""The catalogue's models for people: a list, and a picture of models by regions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from genaikeys.catalogue import Access, Catalogue, Model, Status
from genaikeys.errors import KitError

__all__ = ["COLUMNS", "LEGEND", "Filter", "check_known", "chosen", "line", "markdown", "picture", "record"]

COLUMNS = ("MODEL", "VENDOR", "RUNS", "CHAT", "RESPONSES", "API KEY", "ON DEMAND", "RETIRES")
_YES, _UNKNOWN, _DEDICATED, _NO = "yes", "?", "ded.", "-"
LEGEND = (
    f"{_YES}: on demand; {_UNKNOWN}: maybe, no source says so for certain; "
    f"{_DEDICATED}: on dedicated clusters only"
)


@dataclass(frozen=True)
class Filter:
    """Which models are wanted; None: whatever.

    Attributes:
        region: On demand there, for certain or maybe.
        api: ``chat`` or ``responses``, for certain or maybe.
        vendor: E.g. ``meta``.
        of_set: Name of a set.
        retired: Whether retired ones are wanted, too.
    """

    region: str | None = None
    api: str | None = None
    vendor: str | None = None
    of_set: str | None = None
    retired: bool = False


def chosen(catalogue: Catalogue, wanted: Filter, today: date) -> list[Model]:
    """The models that fit, in the table's order.

    Raises:
        KitError: A filter names what the catalogue doesn't know.
    """
    models = list(catalogue.models.values())
    keys = {row.key.lower(): name for name, row in catalogue.regions.items()}
    check_known("region", wanted.region, catalogue.regions, keys)
    check_known("API", wanted.api, ("chat", "responses"))
    check_known("vendor", wanted.vendor, dict.fromkeys(model.vendor for model in models))
    check_known("set", wanted.of_set, catalogue.model_sets)
    members = catalogue.model_sets[wanted.of_set].members if wanted.of_set else None
    return [
        model
        for model in models
        if (wanted.retired or not model.is_retired(today))
        and (wanted.region is None or wanted.region in model.on_demand | model.on_demand_unknown)
        and (wanted.api is None or getattr(model, wanted.api) is not Status.NO)
        and wanted.vendor in (None, model.vendor)
        and (members is None or model.name in members)
    ]


def check_known(
    what: str,
    given: str | None,
    allowed: Sequence[str] | Mapping[str, object],
    also_called: Mapping[str, str] | None = None,
) -> None:
    """Refuse what isn't allowed, with what is.

    Args:
        what: Name of what is chosen.
        given: None: nothing.
        allowed: All that there is.
        also_called: Other names, in lower case, for what is allowed.

    Raises:
        KitError: It isn't allowed.
    """
    if given is None or given in allowed:
        return
    from genaikeys.settings.problems import nearest

    likely = (also_called or {}).get(given.lower()) or nearest(given, allowed)
    raise KitError(
        f"{given} is no {what}{' of the catalogue' * (what != 'format')}",
        why=f"Allowed: {', '.join(allowed)}.",
        next_step=f"Did you mean {likely}?" if likely else None,
    )


def line(model: Model, catalogue: Catalogue, today: date) -> tuple[str, ...]:
    """A model's texts under `COLUMNS`; regions by their three-letter keys."""
    on_demand = [
        region.key + ("?" if name in model.on_demand_unknown else "")
        for name, region in catalogue.regions.items()
        if name in model.on_demand | model.on_demand_unknown
    ]
    runs = "in OCI" if model.access is Access.HOSTED else f"at {model.vendor}"
    return (
        model.name,
        model.vendor,
        runs,
        *(_mark(status) for status in (model.chat, model.responses, model.api_key)),
        " ".join(on_demand) or _NO,
        _retires(model, today),
    )


def _mark(status: Status) -> str:
    return _UNKNOWN if status is Status.UNKNOWN else status.value


def _retires(model: Model, today: date) -> str:
    if model.retired is not None:
        doubt = "" if model.retired_certain else "?"
        return f"{'since ' if model.retired <= today else ''}{model.retired}{doubt}"
    return f"not before {model.not_before}" if model.not_before else _NO


def picture(
    models: Sequence[Model], catalogue: Catalogue, today: date
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Headers and rows: each model, and what it is in each region that has any of them."""
    places = [
        name
        for name in catalogue.regions
        if any(name in model.on_demand | model.on_demand_unknown | model.dedicated for model in models)
    ]
    rows = [(model.name, *(_cell(model, place, today) for place in places)) for model in models]
    return ("MODEL", *places), rows


def _cell(model: Model, region: str, today: date) -> str:
    status = model.on_demand_in(region, today)
    if status is not Status.NO:
        return _YES if status is Status.YES else _UNKNOWN
    return _DEDICATED if region in model.dedicated else _NO


def markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The same as a table in Markdown; names as code."""
    lines = [headers, ["---"] * len(headers), *((f"`{row[0]}`", *row[1:]) for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def record(model: Model, today: date) -> dict[str, object]:
    """A row for a machine: every field of the table, and whether it is retired today."""

    def text(day: date | None) -> str | None:
        return None if day is None else day.isoformat()

    return {
        "name": model.name,
        "vendor": model.vendor,
        "access": model.access.value,
        "onDemand": sorted(model.on_demand),
        "onDemandUnknown": sorted(model.on_demand_unknown),
        "dedicated": sorted(model.dedicated),
        "apiKey": model.api_key.value,
        "chat": model.chat.value,
        "responses": model.responses.value,
        "context": model.context,
        "maxOutputTokens": model.max_output_tokens,
        "released": text(model.released),
        "deprecated": text(model.deprecated),
        "retires": text(model.retired),
        "retiresForCertain": model.retired_certain if model.retired else None,
        "notBefore": text(model.not_before),
        "isRetired": model.is_retired(today),
        "replacements": list(model.replacements),
        "aliases": list(model.aliases),
        "note": model.note,
        "source": model.source,
        "date": text(model.date),
    }

"""Where a key exists, and what it should be able to call there.

A square is `yes` only where nothing speaks against it and nothing is doubtful: the model is on demand in the
region, the API and API keys are supported, and a statement grants the call. One `no` makes it `no`, else one
`unknown` makes it `unknown`.
"""

from collections.abc import Iterable, Iterator

from genaikeys.catalogue import Model, Region, Status
from genaikeys.settings.model import Api, Cell, Settings

__all__ = ["cells", "offered"]

_API_NAMES: dict[Api, str] = {"chat": "Chat Completions", "responses": "Responses"}


def cells(settings: Settings) -> tuple[Cell, ...]:
    """Compute the access matrix of a stack, in the order of placements, models and APIs."""
    return tuple(_cells(settings))


def offered(settings: Settings, model: Model, region: Region, api: Api) -> tuple[Status, str]:
    """Say whether a model answers a key on an API in a region, whatever the policies say, and why not."""
    return _weigh((*_offered(model, region, settings), _answers(model, api)))


def _cells(settings: Settings) -> Iterator[Cell]:
    catalogue = settings.catalogue
    models = [catalogue.models[name] for name in settings.models]
    granted = {name: settings.granted(name) for name in settings.keys}
    for placement in settings.placements():
        region = catalogue.regions[placement.region]
        suspended = (Status.NO, "the key is suspended") if settings.keys[placement.key].suspended else None
        for model in models:
            offered = _offered(model, region, settings)
            for api in settings.apis:
                facts = (*offered, _answers(model, api), _granted(model, api, granted[placement.key]))
                expected, reason = suspended or _weigh(facts)
                yield Cell(
                    key=placement.key,
                    region=region.identifier,
                    model=model.name,
                    api=api,
                    expected=expected,
                    reason=reason,
                )


Fact = tuple[Status, str]


def _weigh(facts: Iterable[Fact]) -> Fact:
    """Take the first no, else the first unknown, else yes with the last reason, which is the grant's."""
    known = list(facts)
    for status in (Status.NO, Status.UNKNOWN):
        for fact in known:
            if fact[0] is status:
                return fact
    return known[-1]


def _offered(model: Model, region: Region, settings: Settings) -> tuple[Fact, ...]:
    there = model.on_demand_in(region.identifier, settings.today)
    if model.is_retired(settings.today):
        on_demand = (there, f"{model.name} retired on demand on {model.retired}")
    elif there is Status.NO and model.is_endpoint:
        on_demand = (there, f"{model.name} is not in {region.identifier}")
    elif there is Status.NO:
        on_demand = (there, f"{model.name} is not on demand in {region.identifier}")
    else:
        on_demand = (there, f"not known for certain whether {model.name} is on demand in {region.identifier}")
    with_key = "can't be called with an API key" if model.api_key is Status.NO else "may not take an API key"
    return (
        on_demand,
        (region.api_keys, f"not known for certain whether API keys work in {region.identifier}"),
        (model.api_key, f"{model.name} {with_key}"),
    )


def _answers(model: Model, api: Api) -> Fact:
    status = model.chat if api == "chat" else model.responses
    if status is Status.NO:
        return status, f"{model.name} doesn't answer on {_API_NAMES[api]}"
    return status, f"not known for certain whether {model.name} answers on {_API_NAMES[api]}"


def _granted(model: Model, api: Api, granted: frozenset[str] | None) -> Fact:
    if granted is None:
        return Status.YES, "the family grant names no model"
    if model.is_endpoint:
        return (
            Status.UNKNOWN,
            "not known what policies see of a dedicated endpoint: its OCID, its model's name, or nothing",
        )
    if model.name in granted:
        return Status.YES, "a statement grants it"
    if api == "responses":
        # Oracle's page on target.model.id doesn't list generative-ai-response (Limiting access to models).
        return (
            Status.UNKNOWN,
            f"no statement names {model.name}; whether OCI checks the model on Responses isn't known",
        )
    return Status.NO, f"no statement names {model.name}"

"""What the catalogue says of a model, in sentences."""

from collections.abc import Iterator
from difflib import get_close_matches

from genaikeys.catalogue import Model, NotOffered, Status
from genaikeys.iam import Answer
from genaikeys.settings import Settings

__all__ = ["nearest", "not_offered", "offers"]


def offers(settings: Settings, name: str, region: str, offered: Answer, why: str) -> Iterator[str]:
    """Say whether a model answers in a region, and if not what would.

    Args:
        settings: The stack's settings, which hold the catalogue.
        name: Name of the model, as asked for.
        region: Region identifier.
        offered: Whether it answers there on the API that is asked about.
        why: Why it is not offered, or why that isn't known.
    """
    model = settings.catalogue.models.get(name)
    if model is None:
        yield from _unknown(settings, name)
        return
    if offered is Answer.YES:
        yield f"{name} is on offer in {region}."
        return
    yield f"{why}."
    if model.is_retired(settings.today):
        if model.replacements:
            yield f"Oracle names in its place: {', '.join(model.replacements)}."
        return
    places = [
        each
        for each in model.on_demand
        if each != region and settings.catalogue.regions.get(each) is not None
    ]
    if model.on_demand_in(region, settings.today) is Status.NO and places:
        yield f"It is on demand in {', '.join(sorted(places))}."
    if offered is Answer.UNKNOWN:
        yield "`genaikeys verify` calls it, and so finds out."


def not_offered(settings: Settings, name: str) -> NotOffered | None:
    """What the catalogue says of a model that can't be had on demand; None where it says nothing."""
    return next((row for row in settings.catalogue.not_offered if row.covers(name)), None)


def nearest(settings: Settings, name: str) -> str | None:
    """The model that was probably meant by a name which the catalogue lacks."""
    models = settings.catalogue.models
    if not_offered(settings, name) is not None:
        return None
    folded = name.casefold()
    for model in models.values():
        spellings = (model.name, model.name.partition(".")[2], *model.aliases)
        if folded in {each.casefold() for each in spellings}:
            return model.name
    today = settings.today
    alive = [model.name for model in models.values() if _alive(model) and not model.is_retired(today)]
    found = get_close_matches(folded, alive, n=1, cutoff=0.6)
    return found[0] if found else None


def _alive(model: Model) -> bool:
    return model.api_key is not Status.NO


def _unknown(settings: Settings, name: str) -> Iterator[str]:
    row = not_offered(settings, name)
    if row is not None:
        yield f"{name} is not offered on demand: {row.why.rstrip('.')}."
        return
    near = nearest(settings, name)
    model = settings.catalogue.models.get(near or "")
    if model is not None and name in model.aliases:
        yield f"{name} is another spelling of {near}."
        return
    hint = f": the nearest name is {near}" if near else ""
    yield f"It knows no model {name}{hint}."

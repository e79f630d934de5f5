"""Which models of a stack retire, and the edit of its file that follows."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from genaikeys import yamledit
from genaikeys.catalogue import NOTICE, Catalogue

__all__ = ["Retirement", "edited", "retirements", "unified"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Retirement:
    """A model that a stack names and that is, or will soon be, retired on demand.

    Attributes:
        path: Where it is named, from `config` on.
        model: Its name.
        of_set: Name of the set that it came by, or empty.
        day: The first on which it isn't on demand.
        days: Until then; 0 and less where it has retired.
        successors: Models to move to, best first; empty where nobody knows one.
    """

    path: Path
    model: str
    of_set: str
    day: date
    days: int
    successors: tuple[str, ...]

    @property
    def has_retired(self) -> bool:
        """Whether it is gone already."""
        return self.days <= 0


def retirements(
    document: Mapping[str, object],
    project: str,
    catalogue: Catalogue,
    today: date,
    within: timedelta = NOTICE,
) -> list[Retirement]:
    """Find what retires, in the order of the file; a stack needs not be valid for it.

    Args:
        document: A stack file, as `yamltext.read` reads it.
        project: Name of the project.
        catalogue: Models and sets.
        today: The day to count from, UTC.
        within: How far to look ahead.
    """
    found = []
    for path, name in _named(document, project):
        in_set = catalogue.model_sets.get(name)
        for each in in_set.members if in_set else (name,):
            model = catalogue.models.get(each)
            if model is None or model.retired is None or not model.retired_certain:
                continue
            if model.is_retired(today) or model.retires_soon(today, within):
                found.append(
                    Retirement(
                        path,
                        each,
                        in_set.name if in_set else "",
                        model.retired,
                        (model.retired - today).days,
                        catalogue.successors(model, today),
                    )
                )
    return found


def edited(text: str, found: Sequence[Retirement]) -> str:
    """The stack file with each model that retires followed by the first of its successors.

    Where that one is named beside it already, or none is known, the retired one is only taken out, unless
    nothing would be left. Models that came by a set are the set's affair.

    Args:
        text: Of the stack file.
        found: What `retirements` found in it.

    Raises:
        yamledit.EditError: The file's layout leaves no place for it.
    """
    # From the last to the first, so that the places of those before stay what they are.
    for each in reversed([each for each in found if not each.of_set]):
        beside = yamledit.value(text, each.path[:-1])
        beside = beside if isinstance(beside, list) else []
        successor = next(iter(each.successors), None)
        if successor is not None and successor not in beside:
            text = yamledit.replaced(text, each.path, successor)
        elif len(beside) > 1:
            text = yamledit.removed(text, each.path)
    return text


def unified(before: str, after: str, name: str) -> str:
    """The edit as a unified diff, as `git apply` takes it; empty where there is none."""
    lines = difflib.unified_diff(
        before.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}", n=1
    )
    return "".join(lines)


def _named(document: Mapping[str, object], project: str) -> Iterator[tuple[Path, str]]:
    config = document.get("config")
    if not isinstance(config, Mapping):
        return
    places: list[Path] = [(f"{project}:models",), (f"{project}:probe", "models")]
    keys = config.get(f"{project}:keys")
    if isinstance(keys, Mapping):
        places += [(f"{project}:keys", str(name), "models") for name in keys]
    for place in places:
        value: object = config
        for part in place:
            value = value.get(part) if isinstance(value, Mapping) else None
        path = ("config", *place)
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, list):
            yield from (((*path, index), name) for index, name in enumerate(value) if isinstance(name, str))

"""The entry of a stack in `stacks.yaml`, laid over the default one, and the levels in it.

Apart from `held`, because the engine asks for the levels before it starts the program.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, cast, get_args

from genaikeys import yamltext
from genaikeys.errors import KitError
from policies.guardrails.values import Level

__all__ = ["FILE", "levels", "merged", "refused"]

FILE = Path(__file__).with_name("stacks.yaml")


def merged(stack: str, path: Path = FILE) -> Mapping[str, Any]:
    """What stands there for a stack; one that has no entry has the default's.

    Raises:
        KitError: The file can't be read, or isn't of that form.
    """
    document = _document(path)
    default, own = document.get("default"), (document.get("stacks") or {}).get(stack) or {}
    if not isinstance(default, dict) or not isinstance(own, dict):
        raise refused(path, "default, or the entry of a stack, is no mapping")
    found = {**default, **own}
    for name in ("rotation", "levels"):
        parts = [part.get(name) or {} for part in (default, own)]
        if all(isinstance(part, dict) for part in parts):
            found[name] = {**parts[0], **parts[1]}
    return found


def levels(entry: Mapping[str, Any], rules: Collection[str], path: Path = FILE) -> Mapping[str, Level]:
    """The levels of an entry, by rule.

    Raises:
        KitError: There is no such rule, or no such level.
    """
    given = entry.get("levels") or {}
    if not isinstance(given, dict):
        raise refused(path, "levels is no mapping")
    for rule, level in given.items():
        if rule not in rules:
            raise refused(path, f"levels: there is no rule {rule}; there are {', '.join(sorted(rules))}")
        if level not in get_args(Level):
            raise refused(path, f"levels: {rule} is {level!r}; allowed: {', '.join(get_args(Level))}")
    return {str(rule): cast("Level", level) for rule, level in given.items()}


def refused(path: Path, what: str) -> KitError:
    """What is said of a file that holds what it may not."""
    return KitError(f"{path}: {what}.", next_step="Correct it; docs/guardrails.md says what it may hold.")


def _document(path: Path) -> dict[str, Any]:
    try:
        document = yamltext.read(path.read_text("utf-8"), name=str(path))
    except (OSError, UnicodeDecodeError, yamltext.YamlError) as problem:
        raise KitError(f"{path} can't be read: {problem}") from None
    if not isinstance(document, dict) or set(document) - {"default", "stacks"}:
        raise refused(path, "it takes default and stacks")
    if not isinstance(document.get("stacks") or {}, dict):
        raise refused(path, "stacks is no mapping")
    return document

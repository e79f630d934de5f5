"""YAML as the Pulumi engine reads it: `yes`, `no` and dates are text; a key given twice is an error.

PyYAML reads YAML 1.1, in which `no` is a boolean and `2026-08-15` a date. The engine's reader leaves them
text when it hands values to a program, so reading stack files with PyYAML as it comes would see other
settings than the program does.
"""

import re
from collections.abc import Sequence
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # PyYAML without libyaml: the same answers, slower
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

__all__ = ["YamlError", "excess", "line", "read"]

_DEEPEST = 64
_MOST = 200_000
_LONGEST = 4096
"""What nobody writes in a stack or a table: levels, values with those of aliases, bits of a number."""
_SAFE = 1000
"""A document that is nested as deep has as many brackets, or as long a line of indentation or dashes."""
_TOO_DEEP = f"nested more than {_DEEPEST} levels deep, or within itself"


class YamlError(ValueError):
    """The text is no YAML document; `str()` says where."""


class _Loader(_SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"key {key.value!r} given twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _boolean(loader: Any, node: yaml.ScalarNode) -> bool:  # noqa: ANN401 - PyYAML's own callback shape
    return bool(loader.construct_scalar(node) == "true")


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor("tag:yaml.org,2002:bool", _boolean)
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])


def read(text: str, *, name: str) -> object:
    """Read one YAML document.

    Args:
        text: The document.
        name: What to call it in an error, usually the file's path.

    Raises:
        YamlError: The text isn't YAML, holds more than one document, an unknown tag, a key twice, or more
            than anybody writes (`excess`).
    """
    try:
        too_much = _TOO_DEEP if _may_be_deep(text) and _is_deep(text) else None
        document = None if too_much else yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one's subclass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}, line {mark.line + 1}, column {mark.column + 1}" if mark else name
        raise YamlError(f"{where}: {error.problem or error.context or 'not YAML'}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(f"{name}: not YAML: {str(error).splitlines()[0]}") from None
    except (AttributeError, IndexError, KeyError, TypeError):  # what PyYAML's own readers make of it
        raise YamlError(f"{name}: not YAML: a text doesn't fit the tag that is put on it") from None
    if too_much := too_much or excess(document):
        raise YamlError(f"{name}: {too_much}")
    return document


def _may_be_deep(text: str) -> bool:
    """Whether a text can nest deeper than libyaml, which recurses without a check, has stack for."""
    brackets = text.count("[") + text.count("{")
    return brackets > _SAFE or any(len(line) > _SAFE for line in text.splitlines())


def _is_deep(text: str) -> bool:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return True
    return False


def excess(document: object) -> str | None:
    """What would make a document endless to whoever prints or copies it: a value within itself, for one."""
    values, level, depth = 0, [document], 0
    while level:
        values, depth = values + len(level), depth + 1
        if values > _MOST:
            return f"more than {_MOST} values, aliases written out"
        if depth > _DEEPEST:
            return _TOO_DEEP
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, int) and value.bit_length() > _LONGEST:
                return "a number that is too long to be meant"
            if len(inner) > _MOST:
                break
        level = inner
    return None


def line(text: str, path: Sequence[str]) -> int | None:
    """Find the line on which a value's key stands.

    Args:
        text: A YAML document that `read` accepts.
        path: Keys of mappings, from the outermost.

    Returns:
        The line, counted from 1, of as much of the path as there is; None where there is nothing of it.
    """
    node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    found = None
    for wanted in path:
        if not isinstance(node, yaml.MappingNode):
            return found
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == wanted:
                found, node = key.start_mark.line + 1, value
                break
        else:
            return found
    return found

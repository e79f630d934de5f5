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

__all__ = ["YamlError", "line", "read"]


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
        YamlError: The text isn't YAML, holds more than one document, an unknown tag, or a key twice.
    """
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader's subclass
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}, line {mark.line + 1}, column {mark.column + 1}" if mark else name
        raise YamlError(f"{where}: {error.problem or error.context or 'not YAML'}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(f"{name}: not YAML: {str(error).splitlines()[0]}") from None


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

"""Adds an entry to a mapping in a YAML text; every character that is there stays where it is.

Stack files are written by people, with comments and a layout that mean something to them. Reading such a file
and printing it anew loses both, so nothing is printed but the entry.
"""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from genaikeys import yamltext

__all__ = ["EditError", "Entry", "added", "printed"]

Entry = Mapping[str, str | Sequence[str] | Mapping[str, str]]
"""What is added: fields that hold text, a list of texts, or texts by name."""

_STEP = 2
"""Blanks by which a block is indented."""
_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./-]*[A-Za-z0-9_])?")
_SENTENCE = re.compile(r"[A-Za-z](?:[A-Za-z0-9 _.,;()/'-]*[A-Za-z0-9_.;()/'])?")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""Words that one or the other version of YAML takes for something else than text."""


class EditError(ValueError):
    """The entry can't be put there without touching what is there; `str()` says why."""


def added(text: str, path: Sequence[str], name: str, entry: Entry) -> str:
    """Add an entry at the end of a mapping.

    Args:
        text: A YAML document that `yamltext.read` accepts.
        path: Keys that lead to the mapping, from the outermost.
        name: Key of the entry, which the mapping lacks.
        entry: Its fields.

    Returns:
        The text with the entry: in a block where the mapping is one, else between its braces. Comments that
        stand at the end of the mapping stay before the entry.

    Raises:
        EditError: There is no such mapping, or what came of it isn't what was meant.
    """
    mapping = _mapping(text, path)
    where, more = (_in_braces if mapping.flow_style else _in_block)(text, mapping, name, entry)
    new = text[:where] + more + text[where:]
    wanted: Any = copy.deepcopy(yamltext.read(text, name="the text"))
    place = wanted
    for key in path:
        place = place[key]
    if name in place:
        raise EditError(f"{name} is there already")
    place[name] = {
        field: value if isinstance(value, str | Mapping) else list(value) for field, value in entry.items()
    }
    try:
        made = yamltext.read(new, name="the text")
    except yamltext.YamlError as error:
        raise EditError(f"its layout leaves no place for {name} ({error})") from None
    if made != wanted:
        raise EditError(f"its layout leaves no place for {name}")
    return new


def printed(name: str, entry: Entry, indent: int = 0) -> str:
    """An entry as lines of a block, the last one without its end."""
    lines = [f"{_scalar(name)}:"]
    lines += [f"{' ' * _STEP}{field}: {_value(value)}" for field, value in entry.items()]
    if len(entry) == 1:
        lines = [f"{_scalar(name)}: {_braces(entry)}"]
    return "\n".join(" " * indent + line for line in lines)


def _mapping(text: str, path: Sequence[str]) -> yaml.MappingNode:
    """The mapping at a path, with marks that count characters."""
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    for wanted in path:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for key, value in pairs if key.value == wanted), None)
        if node is None:
            raise EditError(f"there is no {wanted}")
    if not isinstance(node, yaml.MappingNode):
        raise EditError(f"{path[-1]} is no mapping")
    return node


def _in_braces(text: str, mapping: yaml.MappingNode, name: str, entry: Entry) -> tuple[int, str]:
    item = f"{_scalar(name)}: {_braces(entry)}"
    if not mapping.value:
        return mapping.start_mark.index + 1, item
    return _end(text, mapping.value[-1][1]), f", {item}"


def _in_block(text: str, mapping: yaml.MappingNode, name: str, entry: Entry) -> tuple[int, str]:
    """After the last line of the block: comments and blank lines that belong to the block are before it."""
    column = mapping.value[0][0].start_mark.column
    end = _end_of_line(text, _end(text, mapping))
    ahead = end
    while ahead < len(text):
        after = _end_of_line(text, ahead + 1)
        line = text[ahead + 1 : after]
        bare = line.strip()
        if bare and not (bare.startswith("#") and line.index("#") >= column):
            break
        ahead = after
        end = after if bare else end
    stop = end - 1 if text[:end].endswith("\r") else end
    newline = "\r\n" if "\r\n" in text else "\n"
    return stop, newline + printed(name, entry, column).replace("\n", newline)


def _end(text: str, node: yaml.Node) -> int:
    """Index behind the last character of a value; PyYAML's mark of a block lies behind what follows it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[: node.end_mark.index].rstrip())
    return int(node.end_mark.index)


def _end_of_line(text: str, index: int) -> int:
    """Index of the line's end at or after an index; the length of the text where there is none."""
    found = text.find("\n", index)
    return len(text) if found < 0 else found


def _value(value: str | Sequence[str] | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value if _SENTENCE.fullmatch(value) and value.lower() not in _WORDS else _scalar(value)
    return _in_flow(value)


def _braces(entry: Entry) -> str:
    return "{" + ", ".join(f"{_scalar(field)}: {_in_flow(value)}" for field, value in entry.items()) + "}"


def _in_flow(value: str | Sequence[str] | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_scalar(text)}" for key, text in value.items()) + "}"
    return "[" + ", ".join(map(_scalar, value)) + "]"


def _scalar(text: str) -> str:
    """A text that every reader of YAML takes for that text, wherever it stands."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)

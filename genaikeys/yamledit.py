"""Changes single entries of a YAML text; every other character stays where it is.

Stack files are written by people, with comments and a layout that mean something to them. Reading such a file
and printing it anew loses both, so nothing is printed but the entry. What comes of a change is read again:
where it isn't what was meant, the change is refused.
"""

import copy
import json
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from genaikeys import yamltext

__all__ = [
    "EditError",
    "Entry",
    "added",
    "appended",
    "holds",
    "inserted",
    "lines_of",
    "printed",
    "removed",
    "replaced",
    "scalar",
    "value",
]

Entry = Mapping[str, str | Sequence[str] | Mapping[str, str]]
"""What is added: fields that hold text, a list of texts, or texts by name."""

Path = Sequence[str | int]

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
    if any(key.value == name for key, _ in mapping.value):
        raise EditError(f"{name} is there already")
    fields = {
        field: value if isinstance(value, str | Mapping) else list(value) for field, value in entry.items()
    }
    return _as_meant(text, new, (*path, name), lambda parent, last: parent.__setitem__(last, fields))


def value(text: str, path: Path) -> Any:  # noqa: ANN401 - whatever stands there
    """What stands at a path: keys of mappings, places in lists, from the outermost.

    Raises:
        EditError: There is nothing.
    """
    found: Any = yamltext.read(text, name="the text")
    for part in path:
        try:
            found = found[part]
        except (KeyError, IndexError, TypeError):
            raise EditError(f"there is no {part}") from None
    return found


def lines_of(text: str, path: Path) -> tuple[int, int]:
    """Where an entry of a block begins and ends: its first line's first character, its last line's end.

    Raises:
        EditError: There is nothing at the path.
    """
    key, node = _found(text, path)
    start = (key or node).start_mark.index
    return text.rfind("\n", 0, start) + 1, _end_of_line(text, _end(text, node))


def holds(text: str, path: Path) -> bool:
    """Whether anything stands at a path."""
    try:
        value(text, path)
    except EditError:
        return False
    return True


def replaced(text: str, path: Path, printed: str) -> str:
    """Put another value at a path.

    Args:
        text: A YAML document that `yamltext.read` accepts.
        path: Keys of mappings and places in lists, from the outermost.
        printed: The value as YAML, of one line or folded within brackets.

    Raises:
        EditError: There is nothing at the path, or what came of it isn't what was meant.
    """
    _, node = _found(text, path)
    new = text[: node.start_mark.index] + printed + text[_end(text, node) :]
    return _as_meant(text, new, path, lambda parent, last: parent.__setitem__(last, _read(printed)))


def removed(text: str, path: Path) -> str:
    """Take the entry at a path away: its lines in a block, with its comma between brackets or braces.

    Raises:
        EditError: As `replaced`.
    """
    parent, node = _found(text, path[:-1])[1], _found(text, path)
    first, last = node
    start, end = (first or last).start_mark.index, _end(text, last)
    if isinstance(parent, yaml.CollectionNode) and parent.flow_style:
        ahead = re.match(r"\s*,\s*", text[end:])
        behind = re.search(r"\s*,\s*$", text[:start])
        if ahead:
            end += ahead.end()
        elif behind:
            start = behind.start()
    else:
        start = text.rfind("\n", 0, start) + 1
        end = _end_of_line(text, end) + 1
    new = text[:start] + text[end:]
    return _as_meant(text, new, path, lambda parent, last: parent.__delitem__(last))


def inserted(text: str, path: Path, line: str) -> str:
    """Put a field before the one at a path, in a block.

    Args:
        text: As for `replaced`.
        path: The field that follows.
        line: The field as YAML, without the indentation of its first line.

    Raises:
        EditError: As `replaced`.
    """
    key, node = _found(text, path)
    mark = (key or node).start_mark
    new = text[: mark.index] + line + "\n" + " " * mark.column + text[mark.index :]
    name, field = next(iter(_read(line).items()))
    return _as_meant(text, new, (*path[:-1], name), lambda parent, last: parent.__setitem__(last, field))


def appended(text: str, path: Path, lines: str) -> str:
    """Put an entry at the end of a block mapping.

    Args:
        text: As for `replaced`.
        path: The mapping.
        lines: The entry as YAML, indented as if it stood alone.

    Raises:
        EditError: As `replaced`.
    """
    mapping = _mapping(text, path)
    if mapping.flow_style or not mapping.value:
        raise EditError(f"{path[-1]} is no block of entries")
    column = mapping.value[0][0].start_mark.column
    end = _end_of_line(text, _end(text, mapping))
    new = text[:end] + "\n" + textwrap.indent(lines, " " * column) + text[end:]
    name, entry = next(iter(_read(lines).items()))
    return _as_meant(text, new, (*path, name), lambda parent, last: parent.__setitem__(last, entry))


def _found(text: str, path: Path) -> tuple[yaml.Node | None, yaml.Node]:
    """Key and value at a path, with marks that count characters; no key in a list."""
    key: yaml.Node | None = None
    node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            key, node = None, node.value[part]
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        key, node = next(((name, value) for name, value in pairs if name.value == part), (None, None))
        if node is None:
            raise EditError(f"there is no {part}")
    if node is None:
        raise EditError("the text is empty")
    return key, node


def _as_meant(text: str, new: str, path: Path, change: Callable[[Any, Any], None]) -> str:
    """The new text, once it reads as the old one does with that change."""
    wanted: Any = copy.deepcopy(yamltext.read(text, name="the text"))
    place = wanted
    for part in path[:-1]:
        place = place[part]
    change(place, path[-1])
    try:
        made = yamltext.read(new, name="the text")
    except yamltext.YamlError as error:
        raise EditError(f"its layout leaves no place for {path[-1]} ({error})") from None
    if made != wanted:
        raise EditError(f"its layout leaves no place for {path[-1]}")
    return new


def _read(text: str) -> Any:  # noqa: ANN401 - whatever stands there
    return yamltext.read(text, name="the value")


def printed(name: str, entry: Entry, indent: int = 0) -> str:
    """An entry as lines of a block, the last one without its end."""
    lines = [f"{scalar(name)}:"]
    lines += [f"{' ' * _STEP}{field}: {_value(value)}" for field, value in entry.items()]
    if len(entry) == 1:
        lines = [f"{scalar(name)}: {_braces(entry)}"]
    return "\n".join(" " * indent + line for line in lines)


def _mapping(text: str, path: Path) -> yaml.MappingNode:
    node = _found(text, path)[1]
    if not isinstance(node, yaml.MappingNode):
        raise EditError(f"{path[-1]} is no mapping")
    return node


def _in_braces(text: str, mapping: yaml.MappingNode, name: str, entry: Entry) -> tuple[int, str]:
    item = f"{scalar(name)}: {_braces(entry)}"
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
        return value if _SENTENCE.fullmatch(value) and value.lower() not in _WORDS else scalar(value)
    return _in_flow(value)


def _braces(entry: Entry) -> str:
    return "{" + ", ".join(f"{scalar(field)}: {_in_flow(value)}" for field, value in entry.items()) + "}"


def _in_flow(value: str | Sequence[str] | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {scalar(text)}" for key, text in value.items()) + "}"
    return "[" + ", ".join(map(scalar, value)) + "]"


def scalar(text: str) -> str:
    """A text that every reader of YAML takes for that text, wherever it stands."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)

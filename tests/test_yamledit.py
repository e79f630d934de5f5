"""Entries put into YAML texts: what was there stays, character by character."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys import yamltext
from genaikeys.yamledit import (
    EditError,
    Entry,
    added,
    appended,
    holds,
    inserted,
    lines_of,
    removed,
    replaced,
    value,
)

ENTRY: Entry = {"compartment": "apps", "slots": ("blue", "green"), "adopts": {"us-chicago-1": "ocid1.a.b"}}

BLOCKS = {
    "a block": (
        "keys:\n  bot: {a: b} # mine\nafter: 1\n",
        (
            "keys:\n  bot: {a: b} # mine\n  new:\n    compartment: apps\n    slots: [blue, green]\n"
            "    adopts: {us-chicago-1: ocid1.a.b}\nafter: 1\n"
        ),
    ),
    "a block at the end, without a last line end": (
        "keys:\n    bot:\n      a: b",
        (
            "keys:\n    bot:\n      a: b\n    new:\n      compartment: apps\n      slots: [blue, green]\n"
            "      adopts: {us-chicago-1: ocid1.a.b}"
        ),
    ),
    "comments of the block stay before, those of what follows behind": (
        "keys:\n  bot:\n    a: b\n    # c: d\n\n  # old: {}\n\n# the rest\nafter: 1\n",
        (
            "keys:\n  bot:\n    a: b\n    # c: d\n\n  # old: {}\n  new:\n    compartment: apps\n"
            "    slots: [blue, green]\n    adopts: {us-chicago-1: ocid1.a.b}\n\n# the rest\nafter: 1\n"
        ),
    ),
    "braces": (
        "keys: {bot: {a: b}} # all\n",
        (
            "keys: {bot: {a: b}, new: {compartment: apps, slots: [blue, green], "
            "adopts: {us-chicago-1: ocid1.a.b}}} # all\n"
        ),
    ),
    "braces over lines": (
        "keys: {\n  bot: {a: b}, # mine\n}\n",
        (
            "keys: {\n  bot: {a: b}, new: {compartment: apps, slots: [blue, green], "
            "adopts: {us-chicago-1: ocid1.a.b}}, # mine\n}\n"
        ),
    ),
    "empty braces": (
        "keys: {}\n",
        "keys: {new: {compartment: apps, slots: [blue, green], adopts: {us-chicago-1: ocid1.a.b}}}\n",
    ),
    "line ends of Windows": (
        "keys:\r\n  bot: {a: b}\r\nafter: 1\r\n",
        (
            "keys:\r\n  bot: {a: b}\r\n  new:\r\n    compartment: apps\r\n    slots: [blue, green]\r\n"
            "    adopts: {us-chicago-1: ocid1.a.b}\r\nafter: 1\r\n"
        ),
    ),
    "a text over lines": (
        "keys:\n  bot:\n    a: |\n      one\n      two\n\nafter: 1\n",
        (
            "keys:\n  bot:\n    a: |\n      one\n      two\n  new:\n    compartment: apps\n"
            "    slots: [blue, green]\n    adopts: {us-chicago-1: ocid1.a.b}\n\nafter: 1\n"
        ),
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_an_entry_is_put_at_the_end_of_the_mapping(name: str) -> None:
    """In the mapping's own style, indentation and line ends."""
    before, after = BLOCKS[name]

    assert added(before, ["keys"], "new", ENTRY) == after


@pytest.mark.parametrize(
    ("text", "path", "says"),
    [
        ("keys:\n  new: {}\n", ["keys"], "new is there already"),
        ("keys: '{\"bot\": {}}'\n", ["keys"], "keys is no mapping"),
        ("other: {}\n", ["keys"], "there is no keys"),
        ("- keys\n", ["keys"], "there is no keys"),
        (
            "keys:\n  ? bot\n  : {a: b}\n  ? [x]\n  : {}\n"[:26],
            ["keys"],
            "its layout leaves no place for new",
        ),
    ],
)
def test_what_cant_be_done_is_refused(text: str, path: list[str], says: str) -> None:
    """Nothing is guessed: a person has to write the lines."""
    with pytest.raises(EditError) as refused:
        added(text, path, "new", ENTRY)

    assert str(refused.value).startswith(says)


_COMMENT = st.sampled_from(
    ["", "", "\n", "# a: {b: c}\n", "  # '\"{[\n", "    # deep: [\n", "      # deeper\n"]
)
_TAIL = st.sampled_from(["", " # why: {not}", "  "])
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@st.composite
def _document(draw: st.DrawFn) -> str:
    """A stack file as people write them: blocks and braces, comments anywhere."""
    names = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
    lines = [draw(_COMMENT), "config:\n", draw(_COMMENT), "  first: 1\n"]
    if draw(st.booleans()):
        items = ", ".join(f"{name}: {{x: [1, 2]}}" for name in names)
        lines += [f"  keys: {{{items}{draw(st.sampled_from(['', ',', ' ']))}}}{draw(_TAIL)}\n"]
    else:
        lines += [f"  keys:{draw(_TAIL)}\n"]
        for name in names:
            body = draw(
                st.sampled_from(
                    [" {x: y}", '\n      x: "y # z"', "\n      x:\n      - 1\n      - 2", " |\n      text"]
                )
            )
            tail = "" if "|" in body else draw(_TAIL)
            lines += [draw(_COMMENT), f"    {name}:{body}{tail}\n"]
    lines += [draw(_COMMENT), draw(st.sampled_from(["", "  last: {a: b}\n", "encryptionsalt: v1\n"]))]
    text = "".join(lines)
    if "|" not in text and draw(st.booleans()):  # a block's text without its line end would get one
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@given(text=_document(), description=_TEXT, slots=st.lists(_TEXT, min_size=2, max_size=2))
def test_whatever_the_file_looks_like_only_the_entry_is_new(
    text: str, description: str, slots: list[str]
) -> None:
    """The new text is the old one with one piece put in, and reads as the old one with one entry more."""
    entry: Entry = {"description": description, "slots": slots, "adopts": {"r": "ocid1.x"}}

    new = added(text, ["config", "keys"], "new", entry)

    wanted: Any = yamltext.read(text, name="old")
    wanted["config"]["keys"]["new"] = entry
    assert yamltext.read(new, name="new") == wanted
    assert any(new.startswith(text[:at]) and new.endswith(text[at:]) for at in range(len(text) + 1))


ROW = """\
# All.
rows:
  one: # first
    list: [a, b,
           c] # folded
    word: yes
    # About the note.
    note: |
      Long.

  two: {list: [a], word: no}
  three:
    - x # why
    - y
after: 1
"""
CHANGES: dict[str, tuple[Callable[[str], str], str]] = {
    "a folded list": (
        lambda text: replaced(text, ("rows", "one", "list"), "[d]"),
        ROW.replace("[a, b,\n           c]", "[d]"),
    ),
    "a word": (lambda text: replaced(text, ("rows", "one", "word"), "no"), ROW.replace(": yes", ": no")),
    "within braces": (
        lambda text: replaced(text, ("rows", "two", "list", 0), "b"),
        ROW.replace("{list: [a]", "{list: [b]"),
    ),
    "an item's text": (lambda text: replaced(text, ("rows", "three", 0), "z"), ROW.replace("- x", "- z")),
    "a field taken away": (
        lambda text: removed(text, ("rows", "one", "word")),
        ROW.replace("    word: yes\n", ""),
    ),
    "a block taken away": (
        lambda text: removed(text, ("rows", "one", "note")),
        ROW.replace("    note: |\n      Long.\n", ""),
    ),
    "the first item taken away": (
        lambda text: removed(text, ("rows", "three", 0)),
        ROW.replace("    - x # why\n", ""),
    ),
    "the first within brackets taken away": (
        lambda text: removed(text, ("rows", "one", "list", 0)),
        ROW.replace("[a, b", "[b"),
    ),
    "the last within braces taken away": (
        lambda text: removed(text, ("rows", "two", "word")),
        ROW.replace(", word: no", ""),
    ),
    "a field before another": (
        lambda text: inserted(text, ("rows", "one", "word"), "new: [1, 2]"),
        ROW.replace("    word: yes", "    new: [1, 2]\n    word: yes"),
    ),
    "a row at the end": (
        lambda text: appended(text, ("rows",), "four:\n  word: maybe"),
        ROW.replace("after: 1", "  four:\n    word: maybe\nafter: 1"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_change_touches_nothing_but_its_place(name: str) -> None:
    """Character by character."""
    change, expected = CHANGES[name]

    assert change(ROW) == expected


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda: replaced(ROW, ("rows", "nine"), "1"), "there is no nine"),
        (lambda: removed(ROW, ("rows", "three", 7)), "there is no 7"),
        (lambda: appended(ROW, ("rows", "two"), "x: 1"), "two is no block of entries"),
        (lambda: appended(ROW, ("after",), "x: 1"), "after is no mapping"),
        (lambda: replaced(ROW, ("rows", "two", "word"), "a, more: b"), "its layout leaves no place for word"),
        (lambda: inserted(ROW, ("rows", "two", "word"), "new: 1"), "its layout leaves no place for new"),
    ],
    ids=["key", "item", "braces", "text", "a value that is more than one", "a line within braces"],
)
def test_error_when_a_change_has_no_place(change: Callable[[], str], says: str) -> None:
    """Nothing is written that doesn't read as it was meant."""
    with pytest.raises(EditError) as refused:
        change()

    assert str(refused.value).startswith(says)


def test_value_is_read_at_its_path() -> None:
    """Through mappings and lists; what isn't there isn't held."""
    assert value(ROW, ("rows", "one", "list", 2)) == "c"
    assert [holds(ROW, ("rows", "two", "word")), holds(ROW, ("rows", "two", "list", 1))] == [True, False]
    start, end = lines_of(ROW, ("rows", "one"))
    assert ROW[start:end].startswith("  one: # first\n")
    assert ROW[start:end].endswith("      Long.")

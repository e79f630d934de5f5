"""No verb escapes the search."""

from typing import Any

import typer.main

from genaikeys import cli
from tests.canary.verbs import LAST, VERBS


def _verbs(command: Any, words: str = "") -> list[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [words]
    return [verb for name, each in inner.items() for verb in _verbs(each, f"{words} {name}".strip())]


def test_every_verb_is_searched() -> None:
    """Who adds a verb adds it to tests/canary/verbs.py, with arguments that make it work on a small stack."""
    there = _verbs(typer.main.get_command(cli._app))

    assert sorted(there) == sorted([*VERBS, *LAST])

"""Our parser and a public one read the same texts; where they disagree, the disagreement is judged."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from genaikeys.iam import StatementError, parse_statement, print_statement
from tests.iam import rival, shape, statements

JUDGED = Path(__file__).with_name("disagreements.yaml")


@cache
def _judged() -> dict[str, tuple[str, object]]:
    """By text, what each of the two does with it."""
    judgements = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    return {each["text"]: (each["ours"], each["theirs"]) for one in judgements for each in one["statements"]}


def _disagreements(texts: list[str]) -> Iterator[tuple[str, tuple[str, object]]]:
    for text, found in zip(texts, rival.parse(texts), strict=True):
        ours = shape.read(text)
        theirs: Any = found[0] if found is not None and len(found) == 1 else found
        if ours == theirs:
            continue
        if ours is not None and theirs is not None:
            different = {key: theirs[key] for key in sorted(theirs) if ours.get(key) != theirs[key]}
            yield text, ("accepts", different)
        else:
            yield text, ("refuses" if ours is None else "accepts", "refuses" if theirs is None else "accepts")


@pytest.mark.slow
def test_disagreements_are_those_that_were_judged() -> None:
    """No disagreement is new, and none has gone."""
    texts = [*statements.accepted(), *statements.refused()]

    assert dict(_disagreements(texts)) == _judged()


def test_corpora_are_as_large_as_they_should_be() -> None:
    """Each text stands once."""
    accepted, refused = statements.accepted(), statements.refused()

    assert len(accepted) >= 250
    assert len(refused) >= 80
    assert len({*accepted, *refused}) == len(accepted) + len(refused)


@pytest.mark.parametrize("text", statements.accepted())
def test_statement_is_read_and_printed(text: str) -> None:
    """Each statement is read, and its canonical spelling means the same and is its own.

    Unless the list of disagreements says that we are too strict.
    """
    if _judged().get(text, ("", ""))[0] == "refuses":
        with pytest.raises(StatementError):
            parse_statement(text)
        return
    statement = parse_statement(text)
    printed = print_statement(statement)

    assert parse_statement(printed) == statement
    assert print_statement(parse_statement(printed)) == printed


@pytest.mark.parametrize("text", statements.refused())
def test_text_is_refused(text: str) -> None:
    """What is no statement is refused, unless the list of disagreements says that we are too lenient."""
    lenient = _judged().get(text, ("", ""))[0] == "accepts"
    if lenient:
        parse_statement(text)
        return
    with pytest.raises(StatementError):
        parse_statement(text)

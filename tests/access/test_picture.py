"""What the picture of the matrix shows, before it is drawn."""

from pathlib import Path

import pytest

from genaikeys.access.groups import grouped
from genaikeys.access.model import Access, Cell, CellChange, Ruling, Verdict
from genaikeys.access.picture import Sign, draw, effect, sign
from genaikeys.iam import Answer
from tests.access import samples


def ruling(answer: Answer) -> Ruling:
    """A ruling for no reason."""
    return Ruling(answer=answer, statement=None, policy=None, source=None, reason="because")


def cell(model: str, granted: Answer, *, principal: str = "bot", offered: Answer = Answer.YES) -> Cell:
    """A call on chat in one region."""
    return Cell(
        principal=principal,
        region="us-chicago-1",
        model=model,
        api="chat",
        granted=ruling(granted),
        offered=offered,
        offered_reason="",
    )


@pytest.mark.parametrize(
    ("granted", "offered", "shown"),
    [
        (Answer.YES, Answer.YES, Sign.YES),
        (Answer.YES, Answer.UNKNOWN, Sign.UNKNOWN),
        (Answer.YES, Answer.NO, Sign.GRANTED),
        (Answer.UNKNOWN, Answer.YES, Sign.UNKNOWN),
        (Answer.UNKNOWN, Answer.UNKNOWN, Sign.UNKNOWN),
        (Answer.UNKNOWN, Answer.NO, Sign.NO),
        (Answer.NO, Answer.YES, Sign.NO),
        (Answer.NO, Answer.UNKNOWN, Sign.NO),
        (Answer.NO, Answer.NO, Sign.NO),
    ],
)
def test_sign_weighs_grant_and_offer(granted: Answer, offered: Answer, shown: Sign) -> None:
    """A no of either is a no, but for what is granted and only not on offer."""
    assert sign(granted, offered) is shown


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (Answer.NO, Answer.YES, Verdict.BROADENS),
        (None, Answer.YES, Verdict.BROADENS),
        (Answer.UNKNOWN, Answer.YES, Verdict.BROADENS),
        (Answer.NO, Answer.UNKNOWN, Verdict.UNKNOWN),
        (None, Answer.UNKNOWN, Verdict.UNKNOWN),
        (Answer.YES, Answer.UNKNOWN, Verdict.NARROWS),
        (Answer.YES, Answer.NO, Verdict.NARROWS),
        (Answer.UNKNOWN, None, Verdict.NARROWS),
        (Answer.NO, None, Verdict.NONE),
        (Answer.YES, Answer.YES, Verdict.NONE),
    ],
)
def test_effect_of_a_change(before: Answer | None, after: Answer | None, verdict: Verdict) -> None:
    """What isn't there is a no."""
    sides = [None if each is None else ruling(each) for each in (before, after)]
    assert effect(sides[0], sides[1]) is verdict


def test_models_that_nobody_can_call_have_no_column() -> None:
    """They are only named, unless one of their squares changed; apart those that are granted."""
    cells = (
        cell("a", Answer.NO),
        cell("b", Answer.YES),
        cell("c", Answer.NO),
        cell("d", Answer.YES, offered=Answer.NO),
        cell("b", Answer.NO, principal="nobody"),
    )
    lost = CellChange(
        principal="bot",
        region="us-chicago-1",
        model="c",
        api="chat",
        before=ruling(Answer.YES),
        after=ruling(Answer.NO),
        offered=Answer.YES,
    )
    access = Access(stack="trial", cells=cells, readers=())
    plain, marked = draw(access), draw(access, (lost,), tuple(grouped((lost,))))

    assert (plain.models, plain.waiting, plain.refused) == (("b",), ("d",), ("a", "c"))
    assert (marked.models, marked.waiting, marked.refused) == (("b", "c"), ("d",), ("a",))
    assert [each.principal for each in plain.principals] == ["bot"]
    assert plain.idle == (("nobody", ("us-chicago-1",)),)
    assert [square.sign for square in marked.principals[0].rows[0].squares] == [Sign.YES, Sign.NO]


def test_every_cell_and_every_change_has_its_square(tmp_path: Path) -> None:
    """Of a real change: each square shows its cell, and marks are on changed ones only."""
    (difference,), (access,) = samples.changed(tmp_path)
    groups = tuple(grouped(difference.cells))
    picture = draw(access, difference.cells, groups)
    squares = {
        (each.principal, row.region, model, api): square
        for each in picture.principals
        for row in each.rows
        for (model, api), square in zip(
            [(model, api) for model in picture.models for api in picture.apis], row.squares, strict=True
        )
    }
    for one in access.cells:
        shown = sign(one.granted.answer, one.offered)
        found = squares.get((one.principal, one.region, one.model, one.api))
        if found is None:
            assert shown is Sign.NO or one.model in picture.waiting
        else:
            assert shown is found.sign
    marked = {place for place, square in squares.items() if square.mark is not None}
    assert marked == {(each.principal, each.region, each.model, each.api) for each in difference.cells}
    for (principal, region, model, api), square in squares.items():
        if square.mark is not None:
            group = groups[square.mark.group - 1]
            assert (principal, api) == (group.principal, group.api)
            assert region in group.regions
            assert model in group.models


def test_keys_that_are_gone_have_rows(tmp_path: Path) -> None:
    """What they could call is shown as taken away."""
    (difference,), (access,) = samples.changed(tmp_path)
    picture = draw(access, difference.cells, tuple(grouped(difference.cells)))
    (old,) = [each for each in picture.principals if each.principal == "old"]
    marks = [square.mark for row in old.rows for square in row.squares if square.mark is not None]

    assert {square.sign for row in old.rows for square in row.squares} == {Sign.ABSENT}
    assert {(mark.was, mark.effect) for mark in marks} == {(Sign.YES, Verdict.NARROWS)}

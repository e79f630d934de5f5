"""The table and the timelines, as whole lines."""

import dataclasses
from datetime import timedelta

import pytest

from genaikeys.inventory import Placed
from genaikeys.status import View, view
from genaikeys.status.page import plain, table_of, timeline_of
from genaikeys.status.spans import ago, ahead
from tests.rotation.worlds import NOW, label, slot, version, wishes, world
from tests.status.places import HELD, MONTHLY, NEW, QUIET, RESTING, placed, seen

VIEWS = (
    seen(world(NEW, slots=QUIET)),
    view(
        placed(world(NEW, slots=RESTING, tags=HELD), key="document-search"),
        wishes(every=MONTHLY),
        "compartment",
    ),
    view(
        Placed(key="new", region="eu-frankfurt-1", problem="it has no API key there"), wishes(), "compartment"
    ),
)
ROW = "chatbot  us-chicago-1  ok      key-one  24h  in 60d   12h ago  in 29d   -        key    chatbot v2"


def lines(width: int | None, *views: View) -> list[str]:
    """The table as text."""
    return [plain(line) for line in table_of(views, width)]


def test_table_has_one_line_for_each_key_and_region() -> None:
    """Columns are as wide as they must be; what can't be told is a dash."""
    assert lines(None, *VIEWS) == [
        (
            "KEY              REGION          HEALTH   IN USE   AGE  EXPIRES  USED     ROTATES  RETIRES  "
            "SCOPE        VAULT SECRET  NEXT"
        ),
        (
            "chatbot          us-chicago-1    ok       key-one  24h  in 60d   12h ago  in 29d   -        "
            "key          chatbot v2    nothing until rotation on 2026-12-22"
        ),
        (
            "document-search  us-chicago-1    held     key-one  24h  in 60d   never    -        -        "
            "compartment  chatbot v2    suspended by hand since 2026-11-20: `genaikeys resume` ends it"
        ),
        (
            "new              eu-frankfurt-1  problem  -        -    -        -        -        -        "
            "compartment  -             it has no API key there"
        ),
    ]


@pytest.mark.parametrize(
    ("width", "row", "below"),
    [
        (200, f"{ROW}    nothing until rotation on 2026-12-22", []),
        (120, ROW, ["  next: nothing until rotation on 2026-12-22"]),
        (
            95,
            ROW.removesuffix("    chatbot v2"),
            ["  next: nothing until rotation on 2026-12-22; vault secret: chatbot v2"],
        ),
        (
            80,
            ROW.removesuffix("        key    chatbot v2"),
            ["  next: nothing until rotation on 2026-12-22; vault secret: chatbot v2;", "  scope: key"],
        ),
        (
            60,
            "chatbot  us-chicago-1  ok      key-one  in 60d   12h ago",
            [
                "  next: nothing until rotation on 2026-12-22;",
                "  vault secret: chatbot v2; scope: key; rotates: in 29d;",
                "  age: 24h",
            ],
        ),
    ],
)
def test_what_a_terminal_has_no_room_for_stands_below_its_row(width: int, row: str, below: list[str]) -> None:
    """Nothing is lost, and no row is folded."""
    _, first, *more = lines(width, VIEWS[0])

    assert (first, more) == (row, below)
    assert all(len(line) <= width for line in lines(width, *VIEWS[:1]))


def test_words_of_a_version_are_kept_together() -> None:
    """A line ends inside a sentence only."""
    assert lines(80, VIEWS[1])[2:] == [
        "  next: suspended by hand since 2026-11-20: `genaikeys resume` ends it;",
        "  vault secret: chatbot v2; scope: compartment",
    ]


def test_health_is_coloured_and_nothing_else_of_a_row() -> None:
    """Green is well, yellow asks for a look, red for a person."""
    rows = table_of(VIEWS)[1:]

    assert [[piece.style for piece in row if piece.style] for row in rows] == [
        ["green"],
        ["yellow"],
        ["bold red"],
    ]


def test_timeline_has_a_line_that_is_now() -> None:
    """Above it is past, below it is ahead; what should be done already is due."""
    idle = dataclasses.replace(slot("key-two", used_days_ago=9), time_activated=NEW.time_created)
    found = seen(
        world(
            version(1, "", "DEPRECATED", days_ago=89),
            version(2, label("key-one"), "CURRENT", "LATEST", days_ago=8),
            slots=(slot("key-one", used_days_ago=1 / 24), idle),
        )
    )

    assert [plain(line) for line in timeline_of(found)] == [
        "chatbot in us-chicago-1",
        "  2026-08-25 12:00  90d ago   the key was created",
        "  2026-08-26 12:00  89d ago   version 1 was written: a placeholder (deprecated)",
        "  2026-11-14 12:00  9d ago    key-two was used last",
        "  2026-11-15 12:00  8d ago    version 2 was written: key-one's value aaaaaaaaaaaaaaaa (current)",
        "  2026-11-22 12:00  24h ago   key-two was activated",
        "  2026-11-23 11:00  60m ago   key-one was used last",
        "  2026-11-23 12:00  now",
        "  2026-11-22 12:00  due       key-two retires, if nobody uses it any more",
        "  2026-12-15 12:00  in 22d    rotation: key-two is renewed and published",
        "  2027-01-22 12:00  in 60d    the value in use expires, if it isn't rotated before",
    ]


def test_timeline_of_what_cannot_be_told_is_its_problem() -> None:
    """No event is guessed."""
    assert [plain(line) for line in timeline_of(VIEWS[2])] == [
        "new in eu-frankfurt-1",
        "  it has no API key there",
    ]


def test_spans_have_one_number_and_one_unit() -> None:
    """Days from two on, hours from two on, else minutes."""
    given = [
        timedelta(days=30),
        timedelta(hours=47),
        timedelta(minutes=119),
        timedelta(seconds=29),
        timedelta(0),
    ]

    assert [ago(NOW - each, NOW) for each in given] == ["30d", "47h", "119m", "0m", "0m"]
    assert [ahead(NOW + each, NOW) for each in given] == ["in 30d", "in 47h", "in 119m", "in 0m", "now"]

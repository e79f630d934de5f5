"""The page about `genaikeys status` shows what it prints, and names every column, word and field."""

import dataclasses
import re
from datetime import timedelta

from genaikeys.rotation import World
from genaikeys.status import Health, View, view
from genaikeys.status.page import plain, table_of, timeline_of
from genaikeys.status.record import record
from tests.local import CHECKOUT
from tests.rotation.worlds import label, slot, version, wishes, world
from tests.status.places import placed

PAGE = (CHECKOUT / "docs" / "status.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
MINUTE, HOUR = 1 / 24 / 60, 1 / 24


def named(found: World, key: str, secret: str, region: str = "us-chicago-1", scope: str = "key") -> View:
    """A view of a world under the names of the page."""
    found = dataclasses.replace(found, secret=dataclasses.replace(found.secret, name=secret))
    at = dataclasses.replace(placed(found, key=key), region=region)
    return view(at, wishes(every=timedelta(days=30)), scope)


CHATBOT = named(
    world(
        version(1, "", "DEPRECATED", days_ago=90),
        version(6, "key-two.3f09c2d18a75be64.e3b0c442", "PREVIOUS", days_ago=31),
        version(7, "key-one.8d21e07b5c9946fa.e3b0c442", "CURRENT", "LATEST", days_ago=1),
        slots=(
            slot("key-one", used_days_ago=3 * MINUTE, expires_in=89),
            slot("key-two", used_days_ago=1 + MINUTE / 60),
        ),
    ),
    "chatbot",
    "chatbot-b3873d52",
)
SEARCH = named(
    world(
        version(12, label("key-two"), "CURRENT", days_ago=31),
        slots=(slot("key-one", "INACTIVE"), slot("key-two", used_days_ago=5 * HOUR, expires_in=59)),
    ),
    "search",
    "search-09c1f2aa",
)
SUMMARIES = named(
    world(
        version(5, label("key-one"), "CURRENT", days_ago=12),
        slots=(slot("key-one", used_days_ago=2 * HOUR, expires_in=78), slot("key-two", used_days_ago=1)),
    ),
    "summaries",
    "summaries-77ab01d3",
    "eu-frankfurt-1",
    "compartment",
)


def test_page_shows_what_is_printed() -> None:
    """The table, the table of a narrow terminal, and the timeline, letter by letter."""
    printed = [
        table_of([CHATBOT, SEARCH, SUMMARIES]),
        table_of([CHATBOT], 80),
        timeline_of(CHATBOT),
    ]

    assert ["".join(f"{plain(line)}\n" for line in lines) for lines in printed] == BLOCKS


def test_page_names_every_column() -> None:
    """In the order of the table."""
    (header, *_) = BLOCKS[0].splitlines()
    columns = re.split(r"\s{2,}", header)
    section = PAGE.partition("## Columns")[2].partition("\n## ")[0]

    assert re.findall(r"`([A-Z ]+)`(?=,| \|)", section) == columns


def test_page_tells_every_health_with_its_exit_code() -> None:
    """Best first, as they are declared."""
    codes = [(each.value, "0" if each.is_well else "1" if each is Health.PROBLEM else "2") for each in Health]

    assert re.findall(r"^\| `([a-z]+)` \| .* \| ([012]) \|$", PAGE, re.MULTILINE) == codes


def test_page_names_every_field_of_the_json() -> None:
    """Of a key, in no order."""
    section = PAGE.partition("## JSON")[2]
    firsts = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)

    assert sorted(re.findall(r"`(\w+)`", " ".join(firsts))) == sorted(record(CHATBOT))

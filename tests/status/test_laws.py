"""What holds for every key that status looks at, over worlds that nobody thought of."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from genaikeys.rotation.step import Done, PutOff
from genaikeys.status import Health, View
from genaikeys.status.page import plain, table_of, timeline_of
from tests.rotation.test_laws import wished, worlds
from tests.status.places import seen


@st.composite
def views(draw: st.DrawFn) -> View:
    """A view of a world as it may be after anything, with what a stack may wish of it."""
    found = draw(worlds())
    wishes = replace(draw(wished(found)), leak=None, hold=None, rotate_from=None)
    return seen(found, wishes, None if found.label else "nothing was published in its Vault secret yet")


@given(views())
def test_key_is_well_exactly_where_nobody_has_to_do_anything(found: View) -> None:
    """Attention, health and the step of the next run agree; what happens next is short."""
    assert found.ahead is not None
    assert found.health.is_well is (found.attention is None)
    assert len(found.next) <= 90
    if found.health.is_well:
        assert isinstance(found.ahead.step, Done | PutOff)
    if found.health is Health.OK:
        assert isinstance(found.ahead.step, Done)


@given(views(), st.integers(70, 250))
def test_table_loses_no_cell_at_any_width(found: View, width: int) -> None:
    """What has no room in the row stands below it."""
    wide, narrow = ([plain(line) for line in table_of([found], room)] for room in (None, width))
    told = " ".join(" ".join(narrow[1:]).split())
    cells = [cell for cell in re.split(r"\s{2,}", wide[1]) if cell != "-"]

    assert [cell for cell in cells if cell not in told] == []
    assert max(len(line) for line in narrow) <= width


@given(views())
def test_timeline_is_in_order_on_both_sides_of_now(found: View) -> None:
    """Oldest first, and nothing that happened is later than now."""
    assert found.ahead is not None
    rows = [plain(line) for line in timeline_of(found)[1:]]
    now = next((at for at, row in enumerate(rows) if row.endswith("  now")), len(rows))
    past, ahead = [row[2:18] for row in rows[:now]], [row[2:18] for row in rows[now + 1 :]]

    assert (past, ahead) == (sorted(past), sorted(ahead))
    assert all(when <= f"{found.ahead.now:%Y-%m-%d %H:%M}" for when in past)

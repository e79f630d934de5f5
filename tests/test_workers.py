"""Which worker runs what."""

from tests.local import CHECKOUT
from tests.workers import TOGETHER, WAITING


def test_every_module_and_room_that_is_named_is_there() -> None:
    """What was renamed would be spread over all workers, each with a machine of its own."""
    assert [name for name in (*TOGETHER, *WAITING) if not (CHECKOUT / name).exists()] == []

"""Who shares a machine stays on one worker."""

from tests.local import CHECKOUT
from tests.workers import TOGETHER


def test_every_module_that_stays_together_is_there() -> None:
    """A module that was renamed would be spread over all workers, each with a machine of its own."""
    assert [module for module in TOGETHER if not (CHECKOUT / module).is_file()] == []

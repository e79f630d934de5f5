"""Which tests stay together on one worker, because they share what takes long to make."""

from xdist.scheduler import LoadScopeScheduling

__all__ = ["TOGETHER", "ByMachine"]

TOGETHER = {
    "tests/engine/test_access.py": "six regions",
    "tests/engine/test_six_regions.py": "six regions",
    "tests/snippet/test_snippets.py": "snippets",
    "tests/wheel/test_wheel.py": "wheel",
}
"""Modules, and what their tests share. Marks can't say it: pytest 9.2 hides them from xdist 3.8's groups."""


class ByMachine(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each test to the next free worker, and those that share something to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)

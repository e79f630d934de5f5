"""Which worker runs what: who shares a machine stays together, and who waits runs beside who works."""

from xdist.scheduler import LoadScopeScheduling

__all__ = ["TOGETHER", "WAITING", "ByMachine"]

TOGETHER = {
    "tests/engine/test_access.py": "six regions",
    "tests/engine/test_six_regions.py": "six regions",
    "tests/snippet/test_snippets.py": "snippets",
    "tests/wheel/test_wheel.py": "wheel",
}
"""Modules, and what their tests share. Marks can't say it: pytest 9.2 hides them from xdist 3.8's groups."""
WAITING = ("tests/matrix/", "tests/provider/")
"""Rooms whose tests mostly wait for a policy or a probe; a module shares a local OCI and a plugin."""
_LANES = 2
"""How many workers wait at a time, so that the others have the processors."""


class ByMachine(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each test to the next free worker, and those that share something to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if module.startswith(WAITING) else TOGETHER.get(module, nodeid)

    def _assign_work_unit(self, node: object) -> None:
        lanes = sum(
            any(scope.startswith(WAITING) and not all(unit.values()) for scope, unit in work.items())
            for work in self.assigned_work.values()
        )
        wanted = [scope for scope in self.workqueue if scope.startswith(WAITING) is (lanes < _LANES)]
        if wanted:
            self.workqueue.move_to_end(wanted[0], last=False)
        super()._assign_work_unit(node)

"""One wheel and one environment for all that look at them."""

from pathlib import Path

import pytest

from tests.wheel import made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps them out of `make check`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return made.wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that has it."""
    return made.environment(tmp_path_factory.mktemp("shop") / ".venv", wheel)

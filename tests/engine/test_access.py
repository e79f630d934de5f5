"""The access matrix, worked out without a cloud, against calls of a stack that the engine brought up."""

import json
from collections.abc import Iterator

import pytest

from tests.engine.machine import Machine

Place = tuple[str, str, str, str]
FRIENDLY = {"uncertain-offers": "works", "responses-need-chat": "no"}
UNFRIENDLY = {"uncertain-offers": "refused", "responses-need-chat": "yes"}


@pytest.fixture
def switched(six_regions: Machine) -> Iterator[Machine]:
    """The machine, its switches put back afterwards."""
    yield six_regions
    _switch(six_regions, UNFRIENDLY)


def test_matrix_says_what_calls_observe(switched: Machine) -> None:
    """Every yes answers and every no is refused, whichever way the switches stand; unknown hangs on them."""
    shown = json.loads(switched.kit("access", "show", "--stack", "local", "--format", "json", check=True).out)
    matrix = {
        (cell["principal"], cell["region"], cell["model"], cell["api"]): cell["answer"]
        for cell in shown["stacks"][0]["cells"]
    }

    refused = _observed(switched)
    _switch(switched, FRIENDLY)
    allowed = _observed(switched)

    assert refused.keys() == allowed.keys()
    assert {matrix[place] for place in refused} == {"yes", "no", "unknown"}
    seen = {place: (refused[place], allowed[place]) for place in refused}
    expected = {"yes": ("yes", "yes"), "no": ("no", "no"), "unknown": ("no", "yes")}
    assert {place: both for place, both in seen.items() if both != expected[matrix[place]]} == {}


def _observed(machine: Machine) -> dict[Place, str]:
    """What `verify` sees by calling."""
    cells = json.loads(machine.kit("verify", "--json", check=True).out)["cells"]
    return {(cell["key"], cell["region"], cell["model"], cell["api"]): cell["observed"] for cell in cells}


def _switch(machine: Machine, switches: dict[str, str]) -> None:
    for name, value in switches.items():
        machine.kit("local", "switch", name, value, check=True)

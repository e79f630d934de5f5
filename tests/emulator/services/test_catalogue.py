"""The emulator's own table of models and regions."""

import ast
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import emulator
from emulator.services import catalogue

ROOT = Path(emulator.__file__).parent
TABLE = json.loads((ROOT / "data" / "models.json").read_text())
ROWS = [*TABLE["models"], *TABLE["regions"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.get("model") or row["region"])
def test_rows_name_their_source_and_the_day_it_was_read(row: dict[str, str]) -> None:
    """Each fact can be looked up again."""
    assert row["source"]
    assert date.fromisoformat(row["read"]) >= date(2026, 1, 1)


def test_models_lie_in_regions_of_the_table() -> None:
    """A model in a region nobody knows could never be called."""
    for model in catalogue.models():
        assert model.on_demand | model.dedicated <= set(catalogue.regions())
        assert not model.on_demand & model.dedicated


def test_names_and_aliases_are_unique() -> None:
    """One name, one model."""
    names = [name for model in catalogue.models() for name in (model.name, *model.aliases)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "apis"),
    [
        ("xai.grok-3", {"chat", "responses"}),
        ("xai.grok-4", {"chat", "responses"}),
        ("xai.grok-4-fast-reasoning", {"chat", "responses"}),
        ("openai.gpt-oss-120b", {"chat", "responses"}),
        ("meta.llama-3.3-70b-instruct", {"chat"}),
    ],
)
def test_models_of_early_2026_answer_in_chicago(name: str, apis: set[str]) -> None:
    """The models that guides of that time call, with the APIs that they call them on."""
    model = catalogue.model(name)

    assert model is not None
    assert model.answers("us-chicago-1", datetime(2026, 3, 1, tzinfo=UTC))
    assert model.apis == apis


def test_the_emulator_shares_nothing_but_the_policy_engine() -> None:
    """It must not learn from the kit what it is to check the kit against."""
    imported = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)

    shared = {name for name in imported if name.startswith(("genaikeys", "provider", "components"))}
    assert {name for name in shared if name.split(".")[:2] != ["genaikeys", "iam"]} == set()

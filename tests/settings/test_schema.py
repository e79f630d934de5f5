"""The JSON schema of stack files."""

import json
import re
from pathlib import Path

import pytest

from genaikeys import catalogue
from genaikeys.settings import schema

ROOT = Path(__file__).parents[2]


def test_committed_schema_is_fresh() -> None:
    """Written anew it is the same; otherwise run `python -m genaikeys.settings`."""
    assert (ROOT / "stacks" / "schema.json").read_text("utf-8") == schema.text(
        "oci-genai-keys", catalogue.load()
    ), "stale: run .venv/bin/python -m genaikeys.settings"


@pytest.mark.parametrize("path", sorted((ROOT / "stacks").glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_stack_file_refers_to_the_schema(path: Path) -> None:
    """Editors find it by the first line."""
    first = path.read_text("utf-8").splitlines()[0]

    assert first in {f"# yaml-language-server: $schema={path}" for path in ("schema.json", "./schema.json")}


def test_schema_knows_every_config_key_of_the_project_file() -> None:
    """Pulumi.yaml describes each key to the engine, the schema to editors: the same keys."""
    from genaikeys import yamltext

    project = yamltext.read((ROOT / "Pulumi.yaml").read_text("utf-8"), name="Pulumi.yaml")
    assert isinstance(project, dict)
    made = schema.stack_schema("oci-genai-keys", catalogue.load())["properties"]["config"]["properties"]

    assert {f"oci-genai-keys:{key}" for key in project["config"]} == set(made) - {"oci:region"}
    assert all(value["default"] == {} and "type" not in value for value in project["config"].values())


def test_schema_offers_current_names_only() -> None:
    """An editor shouldn't complete a retired model or a region without API keys."""
    definitions = schema.stack_schema("p", catalogue.load())["$defs"]

    on_demand, endpoint = definitions["Model"]["anyOf"]
    assert "xai.grok-4.3" in on_demand["enum"]
    assert "xai.grok-4" not in on_demand["enum"]
    assert "cohere.command-a-03-2025" not in on_demand["enum"]
    assert re.fullmatch(endpoint["pattern"], "ocid1.generativeaiendpoint.oc1.us-chicago-1.x")
    assert not re.fullmatch(endpoint["pattern"], "ocid1.generativeaimodel.oc1.us-chicago-1.x")
    assert "us-chicago-1" in definitions["Region"]["enum"]
    assert "me-dubai-1" not in definitions["Region"]["enum"]


def test_schema_references_resolve() -> None:
    """Every $ref points at a definition that is there."""
    text = (ROOT / "stacks" / "schema.json").read_text("utf-8")
    document = json.loads(text)

    references = {line.split('"')[3] for line in text.splitlines() if '"$ref"' in line}
    assert references
    assert references <= {f"#/$defs/{name}" for name in document["$defs"]}

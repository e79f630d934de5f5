"""The JSON schema of a stack file, for editors: made of the same models that check it.

Names of regions and models are in it too, so that an editor completes them. What holds between keys isn't:
that is checked when the stack is read.
"""

import json
from typing import Any

from genaikeys.catalogue import Catalogue, Model, Status
from genaikeys.settings.document import ENDPOINT_OCID, StackDocument

__all__ = ["stack_schema", "text"]

_NAMES = {
    "StackDocument": {"regions": "Region", "models": "Model"},
    "KeyDocument": {"regions": "Region", "models": "Model"},
    "ProbeDocument": {"models": "Model"},
}
"""Which fields hold names, and of what."""


def text(project: str, catalogue: Catalogue) -> str:
    """Print the schema as it is committed."""
    return json.dumps(stack_schema(project, catalogue), indent=2, ensure_ascii=False) + "\n"


def stack_schema(project: str, catalogue: Catalogue) -> dict[str, Any]:
    """Make the schema.

    Args:
        project: The project's name, which stands before each config key.
        catalogue: Regions, models and sets to offer.
    """
    document = StackDocument.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = document.pop("$defs")
    for model, fields in _NAMES.items():
        properties = document["properties"] if model == "StackDocument" else definitions[model]["properties"]
        for field, kind in fields.items():
            properties[field] |= _one_or_many(kind)
            properties[field].pop("items", None)
            properties[field].pop("type", None)
    definitions["Region"] = {"enum": [*catalogue.region_sets, *_regions(catalogue)]}
    on_demand = {"enum": [*catalogue.model_sets, *_models(catalogue)]}
    definitions["Model"] = {"anyOf": [on_demand, {"pattern": f"^{ENDPOINT_OCID.pattern}$"}]}
    for names in ("compartments", "keys"):
        document["properties"][names]["additionalProperties"] = False
    vaults = document["properties"]["vaults"]
    vaults["propertyNames"] = {"enum": _regions(catalogue)}
    config = {f"{project}:{name}": schema for name, schema in document["properties"].items()}
    config["oci:region"] = {
        "description": "The tenancy's home region, where identity is written.",
        "enum": list(catalogue.home_regions),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A stack of {project}",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": config,
                "required": ["oci:region", *(f"{project}:{name}" for name in document["required"])],
                "patternProperties": {f"^(?!{project}:)[^:]+:": True},
                "additionalProperties": False,
            },
            "encryptionsalt": {"type": "string", "description": "Written by the engine."},
            "secretsprovider": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "environment": True,
        },
        "required": ["config"],
        "$defs": definitions,
    }


def _one_or_many(kind: str) -> dict[str, Any]:
    one = {"$ref": f"#/$defs/{kind}"}
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _regions(catalogue: Catalogue) -> list[str]:
    return [name for name, region in catalogue.regions.items() if region.api_keys is not Status.NO]


def _models(catalogue: Catalogue) -> list[str]:
    return [name for name, model in catalogue.models.items() if model.openai_compatible and _current(model)]


def _current(model: Model) -> bool:
    """Not retired on the day that its row was read; the schema must not change by itself with the date."""
    return not model.is_retired(model.date)

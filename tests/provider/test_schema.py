"""The schema, the classes for programs and the plugin itself say the same of each resource."""

import inspect
import re
from collections.abc import Callable
from importlib import metadata
from typing import Any

import pulumi
import pytest

import provider
from genaikeys import pulumi as classes
from provider import schema
from provider.resource import Urn
from provider.server import RESOURCES

TOKENS = ("genaikeys:index:ApiKey", "genaikeys:index:RotatingSecret")
_OPTIONS = {"self", "resource_name", "opts"}
_URN = Urn.of("urn:pulumi:s::p::t::n")


def _said(token: str) -> dict[str, Any]:
    found: dict[str, Any] = schema.package()["resources"][token]
    return found


def _class(token: str) -> type[pulumi.CustomResource]:
    found: type[pulumi.CustomResource] = getattr(classes, token.rpartition(":")[2])
    return found


def _wire(name: str) -> str:
    return re.sub(r"_(\w)", lambda at: at[1].upper(), name)


def _arguments(constructor: Callable[..., object]) -> dict[str, bool]:
    """Arguments of a constructor by their names on the wire, and whether each must be given."""
    found = inspect.signature(constructor).parameters.values()
    return {_wire(each.name): each.default is each.empty for each in found if each.name not in _OPTIONS}


def test_schema_has_the_resources_of_the_plugin() -> None:
    """Neither has one that the other lacks."""
    assert set(schema.package()["resources"]) == set(RESOURCES) == set(TOKENS)


def test_versions_agree() -> None:
    """The distribution, the plugin and its schema have one version."""
    assert metadata.version("genaikeys") == provider.VERSION == schema.package()["version"]


@pytest.mark.parametrize("token", TOKENS)
def test_class_takes_the_inputs_of_the_schema(token: str) -> None:
    """Each input is an argument under its Python name, and required where the schema requires it."""
    said = _said(token)

    assert _arguments(_class(token).__init__) == {
        name: name in said["requiredInputs"] for name in said["inputProperties"]
    }


@pytest.mark.parametrize("token", TOKENS)
def test_class_has_the_properties_of_the_schema(token: str) -> None:
    """Each property, input or output, is an attribute under its Python name, and reads its own wire name."""
    found = {name: value for name, value in vars(_class(token)).items() if hasattr(value, "__get__")}
    del found["__init__"]

    assert {_wire(name) for name in found} == set(_said(token)["properties"])
    for name, value in found.items():
        holder = type("Holder", (), {})()
        holder.__dict__[_wire(name)] = "its value"
        assert value.__get__(holder, type(holder)) == "its value"


@pytest.mark.parametrize("token", TOKENS)
def test_plugin_takes_the_inputs_of_the_schema(token: str) -> None:
    """What the plugin allows and what it requires is what the schema says."""
    said = _said(token)

    failures = dict(RESOURCES[token].check(_URN, {}, {"strange": 1}).failures)

    allowed = failures.pop("strange").removeprefix("is no input of this resource; inputs are ")
    assert allowed.split(", ") == sorted(said["inputProperties"])
    assert sorted(name for name, why in failures.items() if why == "is required") == sorted(
        said["requiredInputs"]
    )


@pytest.mark.parametrize("token", TOKENS)
def test_every_property_is_described(token: str) -> None:
    """Whoever reads a generated SDK finds a sentence for each."""
    assert [name for name, what in _said(token)["properties"].items() if not what["description"]] == []


def test_provider_takes_the_inputs_of_the_schema() -> None:
    """The provider's settings, too."""
    inputs = schema.package()["provider"]["inputProperties"]

    assert _arguments(classes.Provider.__init__) == dict.fromkeys(inputs, False)

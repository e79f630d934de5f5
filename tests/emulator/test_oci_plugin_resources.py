"""The table of resource types against the package that programs use: pulumi_oci itself."""

import importlib
import inspect
from importlib import metadata
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.oci_plugin import VERSION
from emulator.oci_plugin.resources import RESOURCES, Resource

_CASES = [pytest.param(resource, id=resource.noun) for resource in RESOURCES.values()]

_ELSEWHERE = {"Topic": "notification_topic", "AlertRule": "rule", "DynamicGroup": "dynamic_group"}
_UPDATABLE_UNTOLD = {("Compartment", "enableDelete"), ("Subscription", "deliveryPolicy")}
"""Inputs that the provider updates in place although pulumi_oci's text does not say "(Updatable)"."""


def _package(resource: Resource) -> tuple[type, type]:
    """Resource class and argument class of a type in pulumi_oci."""
    _, area, name = resource.type.split(":")
    service = area.partition("/")[0].lower()
    module = importlib.import_module(f"pulumi_oci.{service}.{_ELSEWHERE.get(resource.noun, name.lower())}")
    return getattr(module, name), getattr(module, f"{name}Args")


def _properties(owner: type) -> dict[str, property]:
    """Properties of a generated class, by their name on the wire."""
    found = {}
    for name, member in vars(owner).items():
        if isinstance(member, property) and member.fget is not None:
            found[cast("Any", member.fget).__dict__.get("_pulumi_name", name)] = member
    return found


def _python_name(arguments: type, name: str) -> str:
    """Parameter of an input."""
    member = _properties(arguments)[name]
    return str(cast("Any", member.fget).__name__)


@pytest.mark.parametrize("resource", _CASES)
def test_resource_has_the_token_of_the_package(resource: Resource) -> None:
    """The engine asks for exactly the type that pulumi_oci registers."""
    owner, _ = _package(resource)
    assert cast("Any", owner).pulumi_type == resource.type


@pytest.mark.parametrize("resource", _CASES)
def test_resource_inputs_exist_in_the_package(resource: Resource) -> None:
    """Every modelled input is one that a program can give."""
    _, arguments = _package(resource)
    assert set(resource.inputs) <= set(_properties(arguments))


@pytest.mark.parametrize("resource", _CASES)
def test_resource_outputs_exist_in_the_package(resource: Resource) -> None:
    """Every output is one that a program can read."""
    owner, _ = _package(resource)
    assert set(resource.outputs) <= set(_properties(owner))


@pytest.mark.parametrize("resource", _CASES)
def test_resource_requires_what_the_package_requires(resource: Resource) -> None:
    """Check asks for what pulumi_oci's constructor asks for, and for a compartment's parent."""
    _, arguments = _package(resource)
    signature = inspect.signature(arguments)
    required = {
        name
        for name in resource.inputs
        if signature.parameters[_python_name(arguments, name)].default is inspect.Parameter.empty
    }
    own = {"compartmentId"} if resource.noun == "Compartment" else set()
    assert set(resource.required) == required | own


@pytest.mark.parametrize("resource", _CASES)
def test_resource_replaces_where_the_package_says_not_updatable(resource: Resource) -> None:
    """An input forces a new resource exactly where pulumi_oci's text lacks "(Updatable)"."""
    _, arguments = _package(resource)
    properties = _properties(arguments)
    told = {
        name
        for name in resource.inputs
        if not (properties[name].__doc__ or "").strip().startswith("(Updatable)")
        and (resource.noun, name) not in _UPDATABLE_UNTOLD
    }
    assert resource.fixed == told


_MODELS = {
    "identity": ("Compartment", "Policy", "DynamicGroup"),
    "key_management": ("Vault", "Key"),
    "vault": ("Secret",),
    "ons": ("Topic", "Subscription"),
    "monitoring": ("Alarm",),
    "budget": ("Budget", "AlertRule"),
}


@pytest.mark.parametrize("resource", _CASES)
@pytest.mark.parametrize("verb", ["Create", "Update"])
def test_request_fields_exist_in_the_sdk(resource: Resource, verb: str) -> None:
    """Every field of a create and an update is one that OCI's own SDK sends; its models give all names."""
    service = next(service for service, nouns in _MODELS.items() if resource.noun in nouns)
    models: Any = importlib.import_module(f"oci.{service}.models")
    name = "TopicAttributesDetails" if (resource.noun, verb) == ("Topic", "Update") else ""
    details = getattr(models, name or f"{verb}{resource.noun}Details")
    sent = resource.created if verb == "Create" else resource.updated
    assert set(sent) <= set(details().attribute_map.values())


def test_version_is_that_of_the_installed_package() -> None:
    """The engine looks for the plugin under the version of pulumi_oci in the environment."""
    assert metadata.version("pulumi_oci") == VERSION


@given(st.sampled_from(list(RESOURCES.values())))
def test_resource_states_of_a_wait_do_not_overlap(resource: Resource) -> None:
    """A state can't mean both "go on waiting" and "done"."""
    assert not resource.pending & resource.ready
    assert not resource.steady & resource.gone

"""The public package oci-lexer-parser 0.5.0 (BSD-3-Clause), in its own environment: a second opinion."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.iam.shape import Shape, joined, named
from toolchain.environments import of_tests

Json = Mapping[str, Any]
_WORKER = Path(__file__).with_name("rival_worker.py")
_OPERATORS = {"eq": "=", "neq": "!=", "not_in": "not in"}


def python() -> Path:
    """The Python of the environment that has the package."""
    return of_tests("policy") / "bin" / "python"


def parse(texts: Sequence[str]) -> list[list[Shape] | None]:
    """What the package reads in each text: statements, or None where it refuses the text."""
    done = subprocess.run(
        [str(python()), str(_WORKER)],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=True,
    )
    return [None if found is None else [_shape(each) for each in found] for found in json.loads(done.stdout)]


def _shape(statement: Json) -> Shape:
    if statement["kind"] == "define":
        name = statement["symbol"]["name"]
        return {
            "effect": "define",
            "kind": statement["symbol"]["type"],
            "name": _label(name),
            "ocid": statement["def"]["value"],
        }
    shape: Shape = {
        "effect": statement["kind"].replace("_", " "),
        "subject": _subject(statement["subject"]),
        "action": _action(statement["actions"], statement["resources"]),
        "condition": _condition(statement["conditions"]) if "conditions" in statement else None,
        "place": _place(statement["location"] if "location" in statement else statement["target"]),
    }
    if shape["effect"] in ("admit", "deny admit"):
        shape["origin"] = _place(statement["source"]) if "source" in statement else None
    return shape


def _label(name: str) -> list[str | None]:
    domain, slash, rest = name.partition("/")
    return named(rest, domain) if slash else named(name, None)


def _subject(subject: Json) -> list[object]:
    kind = subject["type"]
    labels = subject["values"]
    if kind.endswith("-id"):
        return [kind.removesuffix("-id"), *({"id": each["label"]} for each in labels)]
    if kind in ("group", "dynamic-group"):
        return [kind, *(named(each["label"], each.get("identity_domain")) for each in labels)]
    return [kind, *(each["label"] for each in labels)]


def _action(actions: Json, resources: Json) -> list[object]:
    names = actions["values"]
    resource = [name.lower() for name in resources["values"]]
    if resources["type"] == "all-resources":
        resource = ["all-resources"]
    if actions["type"] == "permissions":
        return ["permissions", *(name.upper() for name in names), *resource]
    return [*names, *resource]


def _place(place: Json) -> list[object]:
    kind = place["type"]
    if kind == "compartment-id":
        return ["compartment", {"id": place["values"][0]}]
    word = "compartment" if kind.startswith("compartment") else kind
    return [word, *place["values"], *(["tenancy", place["tenancy"]] if "tenancy" in place else [])]


def _condition(condition: Json) -> object:
    if condition["type"] == "group":
        return joined(condition["mode"], [_condition(item) for item in condition["items"]])
    test = condition["node"]
    operator = _OPERATORS.get(test["op"], test["op"])
    return [test["lhs"], operator, *_values(test.get("rhs"))]


def _values(given: Json | None) -> list[object]:
    if given is None:
        return []
    if given["type"] == "list":
        return [each for value in given["values"] for each in _values(value)]
    if given["type"] == "range":
        return [*_values(given["from"]), *_values(given["to"])]
    return [{"pattern": given["pattern"]} if given["type"] == "regex" else given["value"]]

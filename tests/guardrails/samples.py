"""The samples in the manuals of rules: read from the docstrings, and made into resources and a stack."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import yaml

from genaikeys import durations, rendered
from genaikeys.settings import load
from policies.guardrails.held import Held
from policies.guardrails.rules import ALL
from policies.guardrails.stack import Stack
from policies.guardrails.values import Resource, Unseen
from tests.scan.made import value

RAW: Mapping[str, object] = {
    "oci:region": "us-ashburn-1",
    "oci-genai-keys:regions": ["us-chicago-1"],
    "oci-genai-keys:models": ["openai.gpt-oss-20b"],
    "oci-genai-keys:definedTags": {"Operations.Owner": "platform"},
    "oci-genai-keys:compartments": {"genai-apps": {"id": "ocid1.compartment.oc1..apps"}},
    "oci-genai-keys:keys": {
        "chatbot": {"compartment": "genai-apps", "readers": ["dynamic-group support-app"]}
    },
}
"""The stack that the samples are of."""
HELD = Held(
    production=False,
    regions=frozenset(("us-chicago-1", "us-ashburn-1")),
    every=durations.parse("45d"),
    expiry=durations.parse("120d"),
    tags=(),
    levels={},
)
_BLOCK = re.compile(r"^(Passes|Fails)::\n\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """One sample.

    Attributes:
        rule: The rule whose manual has it.
        number: Its number there, from 1.
        passes: Whether the manual says that it passes.
        text: Its YAML, as printed.
    """

    rule: str
    number: int
    passes: bool
    text: str

    @property
    def given(self) -> dict[str, Any]:
        """What it says."""
        found: dict[str, Any] = yaml.safe_load(self.text)
        return found


def samples() -> Iterator[Sample]:
    """Every sample of every rule."""
    for name, rule in ALL.items():
        blocks = _BLOCK.findall(f"{rule.__doc__}\n")
        for number, (kind, text) in enumerate(blocks, 1):
            yield Sample(name, number, kind == "Passes", re.sub(r"^ {4}", "", text, flags=re.MULTILINE))


def stack(given: Mapping[str, Any] | None = None, raw: Mapping[str, object] = RAW) -> Stack:
    """The stack of a sample: `held`, `rendered` and `replace` differ from sample to sample."""
    given = given or {}
    settings = load(raw, stack="trial", project="oci-genai-keys", today=date(2026, 11, 28))
    expected = rendered.text(settings)
    text = given.get("rendered", expected)
    for old, new in given.get("replace", {}).items():
        text = text.replace(old, new, 1)
    changes = dict(given.get("held", {}))
    for name in ("every", "expiry"):
        if name in changes:
            changes[name] = durations.parse(changes[name])
    if "regions" in changes:
        changes["regions"] = frozenset(changes["regions"])
    if "tags" in changes:
        changes["tags"] = tuple(changes["tags"])
    return Stack(settings=settings, held=replace(HELD, **changes), text=text, expected=expected)


def resource(given: Mapping[str, Any]) -> Resource:
    """A resource of a sample; `(unknown)` and `(secret)` stand for what can't be seen."""
    prefix = "urn:pulumi:trial::oci-genai-keys::"
    return Resource(
        type=given["type"],
        urn=f"{prefix}{given['type']}::{given['name']}",
        name=given["name"],
        properties=_value(given.get("properties", {})),
        protect=given.get("protect", False),
        dependencies={
            name: tuple(f"{prefix}{each}" for each in found)
            for name, found in given.get("dependencies", {}).items()
        },
    )


def _value(given: Any) -> Any:
    if isinstance(given, dict):
        if "secret" in given:
            return value()
        return {name: _value(each) for name, each in given.items()}
    if isinstance(given, list):
        return [_value(each) for each in given]
    return (
        {"(unknown)": Unseen.UNKNOWN, "(secret)": Unseen.HIDDEN}.get(given, given)
        if isinstance(given, str)
        else given
    )

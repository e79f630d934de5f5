"""The IAM policies of a stack: which there are, what stands in each, and their statements as text.

A statement is a template of `policies/`, one file per intent, filled in and printed in the canonical
spelling of `genaikeys.iam`. Which statements a policy holds depends on settings alone; the OCIDs come
later, since a key-scoped statement names a key that must exist first.

Sources: Oracle, Generative AI, "Add API key permission" and "Limiting access to models" (read 2026-11-23).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from genaikeys import iam, numbering
from genaikeys.settings import Settings

__all__ = [
    "FOLDER",
    "Intent",
    "Plan",
    "PolicyText",
    "Rule",
    "access",
    "logical_name",
    "readers",
    "render",
    "statement",
]

FOLDER = Path(__file__).resolve().parent.parent / "policies"
"""Where the templates are."""
_NAME_LENGTH = 100

Intent = Literal[
    "key-chat",
    "key-responses",
    "key-family",
    "compartment-chat",
    "compartment-responses",
    "compartment-family",
    "readers",
]
"""What a statement is for: the name of its template."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One statement, before its OCIDs are known."""

    intent: Intent
    key: str | None = None
    """The key that it is about; None: every key of the compartment."""
    models: tuple[str, ...] = ()
    reader: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """One policy, before its OCIDs are known."""

    name: str
    """Unique in the tenancy, at most 100 characters."""
    label: str
    """Unique in the stack."""
    description: str
    compartment: str
    """Name of the compartment that it is attached to and speaks about."""
    region: str | None
    """The region of the keys that it is about; None: all regions."""
    rules: tuple[Rule, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Names of the keys that have a rule of their own here."""
        return frozenset(rule.key for rule in self.rules if rule.key is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyText:
    """One policy, as it will be written."""

    name: str
    label: str
    """Unique in the stack."""
    compartment: str
    """Name of the compartment that it is attached to."""
    statements: tuple[str, ...]


def access(settings: Settings, compartment: str) -> tuple[Plan, ...]:
    """Plan the policies that let a compartment's keys call.

    Key scope: one for each region, so that one region's outage holds up no other. Compartment scope: one.
    More than 50 statements are split over several, see `genaikeys.numbering`.
    """
    scope = settings.compartments[compartment]
    names = [key.name for key in settings.keys.values() if key.compartment == compartment]
    if not names:
        return ()
    if scope.policy_scope == "compartment":
        granted = settings.granted(names[0])
        rules = _rules("compartment", None, settings, granted)
        return tuple(_plans(settings, compartment, None, "access", rules))
    return tuple(
        plan
        for region, placements in settings.placements_in(compartment).items()
        for plan in _plans(
            settings,
            compartment,
            region,
            "access",
            [rule for at in placements for rule in _rules("key", at.key, settings, settings.granted(at.key))],
        )
    )


def readers(settings: Settings, compartment: str) -> tuple[Plan, ...]:
    """Plan the policies that let readers take a compartment's secrets from Vault: one for each region."""
    return tuple(
        plan
        for region, placements in settings.placements_in(compartment).items()
        for plan in _plans(
            settings,
            compartment,
            region,
            "readers",
            [
                Rule(intent="readers", key=at.key, reader=reader)
                for at in placements
                for reader in settings.keys[at.key].readers
            ],
        )
    )


def statement(
    rule: Rule, *, compartment: str, api_key_id: str | None = None, secret_id: str | None = None
) -> str:
    """Write one statement.

    Args:
        rule: What it is for.
        compartment: A compartment's name, or `id` and its OCID.
        api_key_id: OCID of the key, for the intents about one key.
        secret_id: OCID of the Vault secret, for readers.

    Returns:
        The statement in canonical spelling.

    Raises:
        jinja2.UndefinedError: The intent needs an OCID that wasn't given.
        genaikeys.iam.StatementError: A template was edited into something that is no statement.
    """
    values = {
        "compartment": compartment,
        "api_key_id": api_key_id,
        "secret_id": secret_id,
        "models": rule.models,
        "reader": rule.reader,
    }
    known = {name: value for name, value in values.items() if value is not None}
    text = _templates().get_template(f"{rule.intent}.j2").render(known)
    return iam.print_statement(iam.parse_statement(text.strip()))


def render(
    settings: Settings,
    key_ids: Mapping[tuple[str, str], str],
    secret_ids: Mapping[tuple[str, str], str],
    compartment_ids: Mapping[str, str] | None = None,
) -> list[PolicyText]:
    """Write every policy of a stack.

    Args:
        settings: The stack.
        key_ids: OCID of each API key, or what shall stand for it, by key and region.
        secret_ids: The same of each Vault secret.
        compartment_ids: OCID of each compartment by name; absent: statements name compartments.
    """
    texts = []
    for compartment in settings.compartments:
        location = f"id {compartment_ids[compartment]}" if compartment_ids else compartment
        for plan in (*access(settings, compartment), *readers(settings, compartment)):
            ids = [(rule.key or "", plan.region or "") for rule in plan.rules]
            written = [
                statement(
                    rule, compartment=location, api_key_id=key_ids.get(place), secret_id=secret_ids.get(place)
                )
                for rule, place in zip(plan.rules, ids, strict=True)
            ]
            texts.append(
                PolicyText(
                    name=plan.name, label=plan.label, compartment=compartment, statements=tuple(written)
                )
            )
    return texts


def _rules(
    scope: Literal["key", "compartment"], key: str | None, settings: Settings, granted: frozenset[str] | None
) -> list[Rule]:
    if granted is None:
        return [Rule(intent="key-family" if scope == "key" else "compartment-family", key=key)]
    models = tuple(model for model in settings.models if model in granted)
    rules = []
    if "chat" in settings.apis:
        rules.append(
            Rule(intent="key-chat" if scope == "key" else "compartment-chat", key=key, models=models)
        )
    if "responses" in settings.apis:
        rules.append(Rule(intent="key-responses" if scope == "key" else "compartment-responses", key=key))
    return rules


def _plans(
    settings: Settings, compartment: str, region: str | None, purpose: str, rules: Sequence[Rule]
) -> Iterator[Plan]:
    where = f"{compartment} in {region}" if region else compartment
    what = "Generative AI API keys of" if purpose == "access" else "Readers of the secrets of"
    first = "-".join(part for part in (compartment, region, purpose) if part)
    memory = numbering.remembered(settings.stack)

    def identify(rule: Rule) -> str:
        return numbering.identity(_logical(rule, compartment, region))

    for label, held in numbering.numbered(first, rules, memory, identify).items():
        yield Plan(
            name=_fitting(f"{settings.project}-{settings.stack}-{label}"),
            label=label,
            description=f"{what} {where}; written by {settings.project}, stack {settings.stack}",
            compartment=compartment,
            region=region,
            rules=held,
        )


def _logical(rule: Rule, compartment: str, region: str | None) -> str:
    """The statement with logical names in place of OCIDs."""
    return statement(
        rule,
        compartment=compartment,
        api_key_id=logical_name("key", rule.key, region),
        secret_id=logical_name("secret", rule.key, region),
    )


def logical_name(kind: Literal["key", "secret"], key: str | None, region: str | None) -> str:
    """What stands for the OCID of a key or of its Vault secret where people read."""
    return f"<{kind} {key} in {region}>"


def _fitting(name: str) -> str:
    if len(name) <= _NAME_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _NAME_LENGTH - 9]}-{digest}"


@cache
def _templates() -> Environment:
    templates = Environment(loader=FileSystemLoader(FOLDER), undefined=StrictUndefined)  # noqa: S701 - no markup
    templates.filters["quoted"] = "'{}'".format
    return templates

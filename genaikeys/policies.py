"""The IAM policies of a stack: which there are, what stands in each, and their statements as text.

A statement is a template of `policies/`, one file per intent, filled in and printed in the canonical
spelling of `genaikeys.iam`. Which statements a policy holds depends on settings alone; the OCIDs come
later, since a key-scoped statement names a key that must exist first.

Sources: Oracle, Generative AI, "Add API key permission" and "Limiting access to models" (read 2026-11-23).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from genaikeys import iam, numbering, templates
from genaikeys.numbering import Remembered
from genaikeys.settings import Settings
from genaikeys.templates import TemplateError, Templates

__all__ = [
    "INTENTS",
    "Intent",
    "Plan",
    "PolicyText",
    "Rule",
    "Source",
    "access",
    "logical",
    "logical_name",
    "readers",
    "render",
    "shipped",
    "statement",
]

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
INTENTS: tuple[Intent, ...] = get_args(Intent)


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
class Source:
    """What statements are written from, besides settings."""

    templates: Templates
    memory: Remembered
    """In which numbered policy statements stand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyText:
    """One policy, as it will be written."""

    name: str
    label: str
    """Unique in the stack."""
    compartment: str
    """Name of the compartment that it is attached to."""
    statements: tuple[str, ...]


def shipped(stack: str) -> Source:
    """What this checkout has for a stack.

    Raises:
        KitError: It can't be read.
    """
    return Source(templates=templates.shipped(), memory=numbering.remembered(stack))


def access(settings: Settings, compartment: str, source: Source | None = None) -> tuple[Plan, ...]:
    """Plan the policies that let a compartment's keys call.

    Key scope: one for each region, so that one region's outage holds up no other. Compartment scope: one.
    More than 50 statements are split over several, see `genaikeys.numbering`.

    Args:
        settings: The stack.
        compartment: Name of the compartment.
        source: Templates and memory; by default those of this checkout.
    """
    source = source or shipped(settings.stack)
    scope = settings.compartments[compartment]
    names = [key.name for key in settings.keys.values() if key.compartment == compartment]
    if not names:
        return ()
    if scope.policy_scope == "compartment":
        granted = settings.granted(names[0])
        rules = _rules("compartment", None, settings, granted)
        return tuple(_plans(settings, compartment, None, "access", rules, source))
    return tuple(
        plan
        for region, placements in settings.placements_in(compartment).items()
        for plan in _plans(
            settings,
            compartment,
            region,
            "access",
            [rule for at in placements for rule in _rules("key", at.key, settings, settings.granted(at.key))],
            source,
        )
    )


def readers(settings: Settings, compartment: str, source: Source | None = None) -> tuple[Plan, ...]:
    """Plan the policies that let readers take a compartment's secrets from Vault: one for each region.

    Args:
        settings: The stack.
        compartment: Name of the compartment.
        source: Templates and memory; by default those of this checkout.
    """
    source = source or shipped(settings.stack)
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
            source,
        )
    )


def statement(
    rule: Rule,
    *,
    compartment: str,
    api_key_id: str | None = None,
    secret_id: str | None = None,
    source: Templates | None = None,
) -> str:
    """Write one statement.

    Args:
        rule: What it is for.
        compartment: A compartment's name, or `id` and its OCID.
        api_key_id: OCID of the key, for the intents about one key.
        secret_id: OCID of the Vault secret, for readers.
        source: The templates; by default those of this checkout.

    Returns:
        The statement in canonical spelling.

    Raises:
        genaikeys.templates.TemplateError: The template is broken, makes something that is no statement, or
            needs an OCID that wasn't given.
    """
    source = source or templates.shipped()
    values = {
        "compartment": compartment,
        "api_key_id": api_key_id,
        "secret_id": secret_id,
        "models": rule.models,
        "reader": rule.reader,
    }
    text = source.render(rule.intent, {name: value for name, value in values.items() if value is not None})
    try:
        return iam.print_statement(iam.parse_statement(text))
    except iam.StatementError as problem:
        path, line = source.path(rule.intent), source.line(rule.intent)
        raise TemplateError(path, line, "makes no statement.", why=str(problem)) from None


def render(
    settings: Settings,
    key_ids: Mapping[tuple[str, str], str],
    secret_ids: Mapping[tuple[str, str], str],
    compartment_ids: Mapping[str, str] | None = None,
    source: Source | None = None,
) -> list[PolicyText]:
    """Write every policy of a stack.

    Args:
        settings: The stack.
        key_ids: OCID of each API key, or what shall stand for it, by key and region.
        secret_ids: The same of each Vault secret.
        compartment_ids: OCID of each compartment by name; absent: statements name compartments.
        source: Templates and memory; by default those of this checkout.
    """
    source = source or shipped(settings.stack)
    texts = []
    for compartment in settings.compartments:
        location = f"id {compartment_ids[compartment]}" if compartment_ids else compartment
        for plan in (*access(settings, compartment, source), *readers(settings, compartment, source)):
            ids = [(rule.key or "", plan.region or "") for rule in plan.rules]
            written = [
                statement(
                    rule,
                    compartment=location,
                    api_key_id=key_ids.get(place),
                    secret_id=secret_ids.get(place),
                    source=source.templates,
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
    # Responses needs chat, too (policies published in 2026 grant both), so every stack has it.
    rules = [Rule(intent="key-chat" if scope == "key" else "compartment-chat", key=key, models=models)]
    if "responses" in settings.apis:
        rules.append(Rule(intent="key-responses" if scope == "key" else "compartment-responses", key=key))
    return rules


def _plans(
    settings: Settings,
    compartment: str,
    region: str | None,
    purpose: str,
    rules: Sequence[Rule],
    source: Source,
) -> Iterator[Plan]:
    where = f"{compartment} in {region}" if region else compartment
    what = "Generative AI API keys of" if purpose == "access" else "Readers of the secrets of"
    first = "-".join(part for part in (compartment, region, purpose) if part)

    def identify(rule: Rule) -> str:
        return numbering.identity(logical(rule, compartment, region, source.templates))

    for label, held in numbering.numbered(first, rules, source.memory, identify).items():
        yield Plan(
            name=_fitting(f"{settings.project}-{settings.stack}-{label}"),
            label=label,
            description=f"{what} {where}; written by {settings.project}, stack {settings.stack}",
            compartment=compartment,
            region=region,
            rules=held,
        )


def logical(rule: Rule, compartment: str, region: str | None, source: Templates | None = None) -> str:
    """Write a statement with logical names in place of OCIDs.

    Raises:
        genaikeys.templates.TemplateError: As `statement`.
    """
    return statement(
        rule,
        compartment=compartment,
        api_key_id=logical_name("key", rule.key, region),
        secret_id=logical_name("secret", rule.key, region),
        source=source,
    )


def logical_name(kind: Literal["key", "secret"], key: str | None, region: str | None) -> str:
    """What stands for the OCID of a key or of its Vault secret where people read."""
    return f"<{kind} {key} in {region}>"


def _fitting(name: str) -> str:
    if len(name) <= _NAME_LENGTH:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _NAME_LENGTH - 9]}-{digest}"

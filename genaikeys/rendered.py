"""The text of `policies/rendered/<stack>.txt`: what a stack grants, as a reviewer reads it."""

from itertools import chain

from genaikeys import policies
from genaikeys.errors import KitError
from genaikeys.settings import Settings

__all__ = ["MOST_ON_A_PATH", "text"]

MOST_ON_A_PATH = 500
"""Statements from the tenancy down to any compartment; can't be raised (Oracle, "Policy limits in a
compartment hierarchy", read 2026-11-23). Those of others on the path count too; they aren't known here."""


def text(settings: Settings, source: policies.Source | None = None) -> str:
    """Render every policy of a stack, with logical names in place of OCIDs.

    Args:
        settings: The stack.
        source: Templates and memory; by default those of this checkout.

    Raises:
        KitError: More statements would lie on a path of compartments than OCI allows.
        genaikeys.templates.TemplateError: A template is broken, or makes something that is no statement.
    """
    placed = [(place.key, place.region) for place in settings.placements()]
    written = policies.render(
        settings,
        {place: policies.logical_name("key", *place) for place in placed},
        {place: policies.logical_name("secret", *place) for place in placed},
        source=source,
    )
    _check_paths(settings, written)
    lines = [
        f"# What stack {settings.stack} grants. Written by `genaikeys policy render {settings.stack}`.",
        "# A statement keeps the policy in which it stands here; <names> stand for OCIDs.",
    ]
    for policy in written:
        lines += ["", f"policy {policy.label} in compartment {policy.compartment}"]
        lines += [f"  {statement}" for statement in policy.statements]
    return "\n".join(lines) + "\n"


def _check_paths(settings: Settings, written: list[policies.PolicyText]) -> None:
    held = dict.fromkeys(settings.compartments, 0)
    for policy in written:
        held[policy.compartment] += len(policy.statements)
    for name in settings.compartments:
        path = list(chain([name], _above(name, settings)))
        total = sum(held[each] for each in path)
        if total > MOST_ON_A_PATH:
            raise KitError(
                f"Stack {settings.stack} has {total} statements on the path {':'.join(reversed(path))}",
                why=f"OCI allows {MOST_ON_A_PATH} from the tenancy down to any compartment.",
                next_step="Spread the keys over several compartments, or give a compartment "
                "`policyScope: compartment`.",
            )


def _above(name: str, settings: Settings) -> list[str]:
    parent = settings.compartments[name].parent or ""
    return [parent, *_above(parent, settings)] if parent in settings.compartments else []

"""`genaikeys adopt`: take over a key that somebody made by hand."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from datetime import datetime

    from genaikeys.adopt import Plan

__all__ = ["adopt"]


def adopt(
    ocid: Annotated[str, typer.Argument(help="OCID of the key.", metavar="OCID", show_default=False)],
    name: Annotated[
        str | None, typer.Option("--name", help="Its name in the stack; default: like its display name.")
    ] = None,
    stack: StackOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Take over a key that was made by hand.

    Writes its entry into the stack file; OCI is only looked at. The next `pulumi up` tags the key, renews the
    slot that nobody uses and publishes its value in Vault. The value in use stays as it is.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import say

    settings = stacks.settings_of(stacks.choose(stack))
    path = stacks.path_of(settings.stack)
    from genaikeys import adopt as adoption
    from genaikeys.oci import Oci

    before = adoption.read(path)
    found = adoption.look(ocid, settings, Oci(settings.auth))
    plan = adoption.planned(found, before, settings, name)
    for line in _about(plan):
        say(line)
    say(f"This goes into {path.name}:")
    typer.echo(plan.lines)
    if dry_run:
        say("Nothing was written.")
        return
    if not yes:
        _ask()
    adoption.write(path, before, plan.text)
    say(f"Wrote {path}.")
    for line in _further(plan):
        say(line)


def _ask() -> None:
    """Ask a person at a terminal.

    Raises:
        KitError: The answer is no, or there is nobody to ask.
    """
    import sys

    from genaikeys.errors import KitError

    if not sys.stdin.isatty():
        raise KitError(
            "Nobody is here to be asked; nothing was written.",
            next_step="Say --yes to write it, or --dry-run to look at it.",
        )
    if not typer.confirm("Write it?", err=True):
        raise KitError("Nothing was written.")


def _about(plan: "Plan") -> list[str]:
    """What is there, and what will become of it."""
    found, grace = plan.found, _grace(plan)
    lines = [
        (
            f"{found.key.display_name} in {found.region}, compartment {found.compartment_name}: "
            f"becomes {plan.name} of the stack {plan.settings.stack}."
        )
    ]
    for slot in found.key.slots:
        fate = f"stays as it is, until nobody has used it for {grace}"
        if plan.renewed is None:
            fate = "stays as it is"
        elif slot.name == plan.renewed.name:
            fate = "renewed by `pulumi up`, and its new value published in Vault"
        used = f"last used {_time(slot.time_last_used)}" if slot.time_last_used else "never used"
        lines.append(f"  {slot.name}: {slot.state}, expires {_time(slot.time_expiry)}, {used}: {fate}")
    if plan.renewed is None:
        lines += [
            f"Both slots were used within {grace}, so neither can be renewed yet: a caller would be cut off.",
            (
                f"Move the callers of {plan.rested.name} to the value of {plan.kept.name}; if nobody uses it "
                f"again, it can be renewed from {_time(plan.free_from)} on. Until then `pulumi up` refuses "
                "to publish."
            ),
        ]
    elif plan.renewed.time_last_used is None and plan.kept.time_last_used is None:
        lines.append(
            f"OCI knows of no use of either. If somebody holds the value of {plan.renewed.name}, call with "
            f"it once, and run this again: then {plan.kept.name} is the one that is renewed."
        )
    if plan.found.compartment is None:
        lines.append(f"The stack has no entry for its compartment yet, so it gets one: {plan.compartment}.")
    if plan.is_new_region:
        lines.append(f"The stack had no key in {found.region}: unless it names a vault there, one is made.")
    models = ", ".join(plan.models) or "all models"
    lines.append(
        "The policy by which it is used today stays as it is; the kit adds its own, for "
        f"{models}, and policies add up."
    )
    if plan.dropped_tags:
        lines.append(f"Its free-form tags are replaced by the kit's: {', '.join(plan.dropped_tags)}.")
    return lines


def _further(plan: "Plan") -> list[str]:
    """What to do next."""
    stack, kept = plan.settings.stack, plan.kept.name
    return [
        f"Next: genaikeys policy render {stack}; commit both files; then pulumi up --stack {stack}",
        (
            "Then move the callers to the value in Vault. "
            f"`genaikeys status --stack {stack}` tells when {kept} can go: the first `pulumi up` after "
            f"{_grace(plan)} without use deactivates it."
        ),
        "From then on the key is the stack's: `pulumi destroy` deletes it.",
    ]


def _grace(plan: "Plan") -> str:
    from genaikeys.durations import short

    return short(plan.grace)


def _time(moment: "datetime") -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"

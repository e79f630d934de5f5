"""`genaikeys doctor`: what would stop a stack halfway."""

from typing import Annotated

import typer

from genaikeys.cli.stacks import StackOption

__all__ = ["doctor"]

_NEEDS_ATTENTION = 2


def doctor(
    stack: StackOption = None,
    deployer: Annotated[
        str,
        typer.Option(
            help="Whose permissions count: 'group NAME' or 'dynamic-group NAME'; default: the caller."
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look for what would stop a stack halfway, before its first change; nothing is changed.

    Exit code 2 where anything isn't fine; unknown isn't.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.findings import needing_attention, record, show
    from genaikeys.cli.output import data, say
    from genaikeys.doctor import examine
    from genaikeys.oci import Oci

    settings = stacks.settings_of(stacks.choose(stack))
    say(f"Looking at what {settings.stack} needs ...")
    found = examine(settings, Oci(settings.auth), deployer)
    if as_json:
        data({"stack": settings.stack, "findings": [record(each) for each in found]})
    else:
        show(found)
    if needing_attention(found):
        raise typer.Exit(_NEEDS_ATTENTION)
    if not as_json:
        say(f"{len(found)} checks, all fine: nothing known would stop {settings.stack}.")

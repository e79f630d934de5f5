"""`genaikeys recover`: bring a stack back after a run that was killed."""

from typing import Annotated

import typer

__all__ = ["recover"]


def recover(
    stack: Annotated[str, typer.Argument(help="The stack.", metavar="STACK", show_default=False)],
    force: Annotated[
        bool, typer.Option("--force", help="Take the lock even from a process that may be alive.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done; change nothing.")
    ] = False,
) -> None:
    """Bring a stack back after a run that was killed, or after something of it, or its state, was deleted.

    Clears the engine's lock if its owner is dead, puts into the state what the stack has in OCI and the state
    lacks, takes out of it what is proven gone, then refreshes and applies.
    """
    import sys

    from genaikeys.cli import stacks
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import say
    from genaikeys.errors import KitError

    settings = stacks.settings_of(stacks.choose(stack))
    from genaikeys.oci import Oci
    from genaikeys.recover import Pulumi, Wish
    from genaikeys.recover import recover as bring_back

    def agree(question: str) -> bool:
        if not sys.stdin.isatty():
            raise KitError(
                "This has to be agreed to, and nobody is at the terminal",
                why=question,
                next_step="Add --yes, or --dry-run to see what would be done.",
            )
        return typer.confirm(question, err=True)

    wish = Wish(is_forced=force, is_dry=dry_run, is_agreed=yes, say=say, agree=agree)
    pulumi = Pulumi.here(settings.project, settings.stack, project_root())
    bring_back(pulumi, Oci(settings.auth), settings, wish)

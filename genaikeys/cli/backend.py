"""`genaikeys backend`: where a team keeps its state, and its passphrase."""

from typing import Annotated

import typer

from genaikeys.cli.stacks import StackOption

__all__ = ["verbs"]

_NEEDS_ATTENTION = 2

verbs = typer.Typer(help="Where a team keeps its state, and its passphrase.", no_args_is_help=True)


@verbs.command()
def check(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="As in PULUMI_BACKEND_URL, in quotes.", show_default=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge a backend for a team's state, and try it with a stack that is removed again.

    Judged are the URL, the Pulumi CLI and whether there are credentials; tried are write, read, copy, lock
    and delete. Exit code 2 where anything isn't fine; unknown isn't.
    """
    import os

    from genaikeys.backend.examine import examine
    from genaikeys.cli.findings import needing_attention, record, show
    from genaikeys.cli.output import data, say

    found = examine(url, os.environ, say)
    if as_json:
        data(
            {
                "url": found.url,
                "better": found.better,
                "findings": [record(each) for each in found.findings],
            }
        )
    else:
        show(found.findings)
    if found.better:
        say(f"The URL would be: {found.better}")
    if needing_attention(found.findings):
        raise typer.Exit(_NEEDS_ATTENTION)
    say(f"{len(found.findings)} checks, all fine: a team can keep its state there.")


# Options after the command are the command's.
@verbs.command(context_settings={"allow_interspersed_args": False})
def run(
    command: Annotated[
        list[str],
        typer.Argument(metavar="COMMAND", help="What to run, such as: pulumi up", show_default=False),
    ],
    passphrase_secret: Annotated[
        str,
        typer.Option(
            "--passphrase-secret",
            metavar="OCID",
            help="The Vault secret whose current version is the stack's passphrase.",
            show_default=False,
        ),
    ],
    stack: StackOption = None,
) -> None:
    """Run a command with the passphrase of a Vault secret in its environment, and nowhere else.

    The stack says who reads the secret. The exit code is the command's.
    """
    import os

    from genaikeys.backend.passphrase import become
    from genaikeys.cli import stacks
    from genaikeys.oci import Oci

    settings = stacks.settings_of(stacks.choose(stack))
    become(command, passphrase_secret, Oci(settings.auth), os.environ)

"""`genaikeys ci`: what jobs of GitHub, GitLab and OCI DevOps do; each verb runs the same on a laptop."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from genaikeys.forge import Forge

__all__ = ["verbs"]

_NEEDS_ATTENTION = 2

verbs = typer.Typer(
    help="Do what jobs of GitHub, GitLab and OCI DevOps do.", no_args_is_help=True, rich_markup_mode=None
)

StackArgument = Annotated[str, typer.Argument(help="The stack.", metavar="STACK", show_default=False)]
FileArgument = Annotated[Path, typer.Argument(help="The text.", metavar="FILE", show_default=False)]


@verbs.command()
def merge(
    commit: Annotated[
        str | None, typer.Argument(help="A branch or commit; default: the pull request of this job.")
    ] = None,
) -> None:
    """Merge a pull request as objects of git.

    They are refs/genaikeys/base and refs/genaikeys/merged. Nothing of it is checked out, and nothing that
    it holds is run.
    """
    import os

    from genaikeys import forge
    from genaikeys.ci import merging
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import say
    from genaikeys.errors import KitError

    if commit is not None:
        made = merging.combine(project_root(), commit)
    else:
        at = forge.here(os.environ)
        if at is None:
            raise KitError(
                "This is no job of GitHub or GitLab, so no pull request is known.",
                next_step="Name what would be merged: genaikeys ci merge BRANCH",
            )
        made = merging.merge(project_root(), at.proposal())
    say(f"{merging.MERGED} is {made}.")


@verbs.command()
def take() -> None:
    """Put what was merged into the working tree, but no code.

    That is the data of refs/genaikeys/merged: stacks, templates, rendered policies, the catalogue. So a
    preview shows what the proposed stacks would become, by the program that was reviewed.
    """
    from genaikeys.ci.merging import MERGED
    from genaikeys.ci.taking import take as put
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import say

    taken = put(project_root(), MERGED)
    say(f"As proposed: {', '.join(taken.data) or 'nothing differs'}.")
    if taken.code:
        say(f"Code, as it was before: {', '.join(taken.code)}.")


@verbs.command()
def comment(file: FileArgument) -> None:
    """Keep one comment on the pull request in step with FILE.

    FILE is an access diff. Written, updated in place, and taken back where FILE is empty. Where FILE is
    missing, it says that the comparison failed. Outside of GitHub and GitLab, or without a token, the
    text is printed.
    """
    from genaikeys.access.markdown import MARKER
    from genaikeys.cli.output import say
    from genaikeys.forge.marked import keep_comment

    text = _text(file)
    if text is None:
        text = f"{MARKER}\n### ❓ Access could not be compared\n\nThe log of the job says why.\n"
    at = _forge()
    if at is None:
        typer.echo(text, nl=False)
        return
    say(f"Comment: {keep_comment(at, MARKER, text)}.")


@verbs.command()
def issue(stack: StackArgument, file: FileArgument) -> None:
    """Keep one issue in step with the report in FILE.

    FILE is what `ci night` wrote. Opened, updated in place, and closed where FILE is empty. Where FILE is
    missing, it says that the night failed. Outside of GitHub and GitLab, or without a token, the text is
    printed.
    """
    from genaikeys.cli.output import say
    from genaikeys.forge.marked import keep_issue, marker

    text, mark = _text(file), marker(f"night {stack}")
    if text is None:
        text = f"{mark}\nThe last night of stack `{stack}` ended before its report. The job's log says why.\n"
    at = _forge()
    if at is None:
        typer.echo(text, nl=False)
        return
    say(f"Issue: {keep_issue(at, mark, f'Stack {stack} wants somebody to look', text)}.")


@verbs.command()
def night(
    stack: StackArgument,
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="Where the report goes.")],
) -> None:
    """Recover, apply what is due, look for drift.

    And for models that retire. The report is empty where all is well; exit code 2 where it isn't.
    """
    from genaikeys.ci import night as nights
    from genaikeys.cli import stacks
    from genaikeys.cli.home import project_root
    from genaikeys.forge.marked import marker
    from genaikeys.recover import Pulumi

    output.unlink(missing_ok=True)
    settings = stacks.settings_of(stacks.choose(stack))
    found = list(nights.night(Pulumi.here(settings.project, settings.stack, project_root()), project_root()))
    output.write_text(nights.report(stack, marker(f"night {stack}"), found), encoding="utf-8")
    if found:
        raise typer.Exit(_NEEDS_ATTENTION)


@verbs.command()
def applied(
    stack: StackArgument,
    checkout: Annotated[bool, typer.Option("--checkout", help="Check it out.")] = False,
) -> None:
    """Print the commit that a stack was last brought to.

    Nights run on it: what was merged later may still wait for its approval.
    """
    from genaikeys.ci.applied import applied as find
    from genaikeys.ci.git import git
    from genaikeys.cli import stacks
    from genaikeys.cli.home import project_root
    from genaikeys.recover import Pulumi

    settings = stacks.settings_of(stacks.choose(stack))
    commit = find(Pulumi.here(settings.project, settings.stack, project_root()), project_root())
    typer.echo(commit)
    if checkout:
        git(project_root(), "checkout", "--quiet", "--detach", commit)


@verbs.command()
def profile(stack: StackArgument) -> None:
    """Write OCI_CONFIG_FILE from a job's variables.

    These are OCI_CLI_USER, _TENANCY, _FINGERPRINT, _REGION and _KEY_CONTENT. Nothing is written for a
    stack whose auth is a principal of OCI.
    """
    import os

    from genaikeys.ci.profile import write
    from genaikeys.cli import stacks
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import say

    auth = stacks.offline_settings_of(stack).auth
    if auth.type != "api_key":
        say(f"Stack {stack} authenticates as {auth.type}: no profile is needed.")
        return
    say(f"Wrote {write(os.environ, auth.profile, project_root())}.")


def _forge() -> "Forge | None":
    """Where to write; None where the text is to be printed."""
    import os

    from genaikeys import forge
    from genaikeys.cli.output import say

    at = forge.here(os.environ)
    if at is None:
        return None
    if not at.may_write():
        say("No token was handed to this step, so the text is only printed.")
        return None
    return at


def _text(file: Path) -> str | None:
    from genaikeys.errors import KitError

    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise KitError(f"{file} can't be read: {problem}") from None

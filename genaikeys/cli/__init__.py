"""The `genaikeys` command, one module per group of verbs.

Every verb imports what it needs when it runs, so that `genaikeys --help` costs little more than typer itself.
"""

from collections.abc import Sequence

import typer

from genaikeys.cli import access, backend, ci, emergency, local, models, policy
from genaikeys.cli.adopt import adopt
from genaikeys.cli.doctor import doctor
from genaikeys.cli.guard import guarded
from genaikeys.cli.guardrails import guardrails
from genaikeys.cli.init import init
from genaikeys.cli.recover import recover
from genaikeys.cli.scan import scan
from genaikeys.cli.snippet import snippet
from genaikeys.cli.status import status
from genaikeys.cli.text_options import TextGroup
from genaikeys.cli.verify import verify

__all__ = ["main"]

_app = typer.Typer(
    cls=TextGroup,
    help="OCI Generative AI API keys as code: look at them, try them, and run a local OCI to try them on.",
    no_args_is_help=True,
    add_completion=False,
    # rich would triple the time of --help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_app.add_typer(local.verbs, name="local")
_app.add_typer(policy.verbs, name="policy")
_app.add_typer(access.verbs, name="access")
_app.add_typer(models.verbs, name="models")
_app.add_typer(backend.verbs, name="backend")
_app.add_typer(ci.verbs, name="ci")
_app.command()(status)
emergency.add_to(_app)
_app.command()(verify)
_app.command()(recover)
_app.command()(adopt)
_app.command()(scan)
_app.command()(guardrails)
_app.command()(init)
_app.command()(doctor)
_app.command()(snippet)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The arguments after the command's name; None takes the process's own.

    Returns:
        The exit code: 0; 1 for a problem or wrong usage, told on stderr; 2 where changes need attention;
        130 when interrupted.
    """
    arguments = list(argv) if argv is not None else None
    if arguments is None:  # the process is ours
        from genaikeys.layout import reach_code
        from genaikeys.process import keep_memory_off_disk

        keep_memory_off_disk()
        reach_code()

    def run() -> int:
        try:
            _app(args=arguments, prog_name="genaikeys")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
            # A verb's own 2 says that changes need attention; typer's says that the usage is wrong.
            return 1 if code == 2 and not isinstance(end.__context__, typer.Exit) else code
        return 0

    return guarded(run)

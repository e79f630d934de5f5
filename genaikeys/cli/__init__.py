"""The `genaikeys` command, one module per group of verbs.

Every verb imports what it needs when it runs, so that `genaikeys --help` costs little more than typer itself.
"""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from genaikeys.cli import local
from genaikeys.cli.status import status
from genaikeys.cli.verify import verify
from genaikeys.errors import KitError

__all__ = ["main"]

_app = typer.Typer(
    help="OCI Generative AI API keys as code: look at them, try them, and run a local OCI to try them on.",
    no_args_is_help=True,
    add_completion=False,
    # rich would triple the time of --help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
_app.add_typer(local.verbs, name="local")
_app.command()(status)
_app.command()(verify)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The arguments after the command's name; None takes the process's own.

    Returns:
        The exit code: 0; 1 for a problem, told on stderr; 2 for wrong usage; 130 when interrupted.
    """
    try:
        _app(args=list(argv) if argv is not None else None, prog_name="genaikeys")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        return 130
    except KitError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except Exception as problem:  # noqa: BLE001
        # A traceback prints values, and a value may be a secret: only the kind and the place are told.
        sys.stderr.write(f"{_report(problem)}\n")
        return 1
    return 0


def _report(problem: Exception) -> str:
    here = str(Path(__file__).resolve().parents[2])
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [
        frame for frame in frames if frame.filename.startswith(here) and "site-packages" not in frame.filename
    ]
    place = (ours or list(frames))[-1]
    return (
        f"Unexpected {type(problem).__name__} at {Path(place.filename).name}:{place.lineno}; "
        "this is a defect: please report this line, the command and the version of the kit."
    )

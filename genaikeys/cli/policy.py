"""`genaikeys policy`: what a stack grants, as a file to review."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.errors import KitError

if TYPE_CHECKING:
    from genaikeys.settings import Settings

__all__ = ["verbs"]

verbs = typer.Typer(
    help="Write and check what stacks grant, as a file to review.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@verbs.callback()
def _group() -> None:
    """Keep `render` a verb of its own while it is the only one."""


@verbs.command()
def render(
    stacks: Annotated[list[str] | None, typer.Argument(help="The stacks; default: all.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 2 if stale.")] = False,
) -> None:
    """Write policies/rendered/STACK.txt: every statement, with logical names in place of OCIDs.

    The program reads there in which numbered policy a statement stands. Commit it with the stack.
    """
    from genaikeys import numbering
    from genaikeys.cli import stacks as known
    from genaikeys.cli.output import say

    wanted = {name: _rendered(known.offline_settings_of(name)) for name in stacks or known.names()}
    stale = []
    for name, text in wanted.items():
        path = numbering.FOLDER / f"{name}.txt"
        if _read(path) == text:
            continue
        stale.append(name)
        if not check:
            _write(path, text)
            say(f"Wrote {path.relative_to(numbering.FOLDER.parent.parent)}.")
    if not stale:
        say(f"Up to date: {', '.join(wanted)}.")
    elif check:
        say(f"Stale: {', '.join(stale)}. Run: genaikeys policy render, and commit what it writes.")
        raise typer.Exit(2)


def _rendered(settings: "Settings") -> str:
    from genaikeys import rendered

    return rendered.text(settings)


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise KitError(
            f"{path} can't be read: {problem}", next_step="Remove it, and render it anew."
        ) from None


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)

"""`genaikeys status`: how each key of a stack is, in each region."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genaikeys.oci import Oci
    from genaikeys.settings import Placement, Settings
    from genaikeys.status import View
    from genaikeys.status.page import Line

__all__ = ["status"]

_NEEDS_ATTENTION = 2
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\x1b[H", "\x1b[K", "\x1b[J"
_CLEAR = "\x1b[2J"


def status(
    key: Annotated[str | None, typer.Argument(metavar="[KEY]", help="One key; default: all.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="One region; default: all.")] = None,
    stack: StackOption = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Tell what was done, and what is ahead.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")] = False,
    interval: Annotated[
        float, typer.Option("--interval", min=0.5, help="Seconds between two looks of --watch.")
    ] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show how each key is, and what happens next.

    Asks OCI, never Pulumi's state. Exit code 1 where something is missing, 2 where something needs attention.
    """
    from genaikeys.cli import stacks
    from genaikeys.cli.output import say
    from genaikeys.errors import KitError

    if watch and as_json:
        raise KitError(
            "--watch and --json don't go together",
            why="--json prints one answer, which a program reads as a whole.",
            next_step="Leave one of them out.",
        )
    settings = stacks.settings_of(stacks.choose(stack))
    from genaikeys.oci import Oci

    oci = Oci(settings.auth)
    wanted = _wanted(settings, key, region)
    if watch:
        _watch(settings, oci, wanted, interval, timeline=timeline)
    say(f"Asking OCI about {len(wanted)} keys ...")
    views = _views(settings, oci, wanted)
    if as_json:
        from genaikeys.cli.output import data
        from genaikeys.status.record import record, time

        data({"stack": settings.stack, "now": time(oci.now()), "keys": [record(each) for each in views]})
    else:
        _print(_lines(views, timeline=timeline))
    for line in _talk(views):
        say(line)
    _end(views)


def _wanted(settings: "Settings", key: str | None, region: str | None) -> "Sequence[Placement]":
    from genaikeys.errors import KitError

    found = [
        each for each in settings.placements() if key in (None, each.key) and region in (None, each.region)
    ]
    if not found:
        places = ", ".join(f"{each.key} in {each.region}" for each in settings.placements())
        raise KitError(
            f"The stack {settings.stack} has no {key or 'key'}{f' in {region}' if region else ''}",
            why=f"It has {places}.",
        )
    return found


def _views(settings: "Settings", oci: "Oci", wanted: "Sequence[Placement]") -> "list[View]":
    from genaikeys.inventory import inventory
    from genaikeys.rotation.wishes import wishes_of
    from genaikeys.status import view

    return [
        view(placed, wishes_of(settings, placement), _scope(settings, placement.key))
        for placement, placed in zip(wanted, inventory(settings, oci, wanted), strict=True)
    ]


def _scope(settings: "Settings", key: str) -> str:
    return settings.compartments[settings.keys[key].compartment].policy_scope


def _lines(views: "list[View]", *, timeline: bool) -> "list[Line]":
    import shutil
    import sys

    from genaikeys.status.page import table_of, timeline_of

    lines = table_of(views, shutil.get_terminal_size().columns if sys.stdout.isatty() else None)
    for each in views if timeline else ():
        lines += [(), *timeline_of(each)]
    return lines


def _print(lines: "list[Line]", end: str = "") -> None:
    """Print lines, styled where a person looks and wants it; ``end`` follows each."""
    import os
    import sys

    from genaikeys.status.page import plain

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        sys.stdout.writelines(f"{plain(line)}{end}\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for line in lines:
        text = Text.assemble(*((piece.text, piece.style) for piece in line))
        text.rstrip()
        console.print(text, soft_wrap=True, end="")
        sys.stdout.write(f"{end}\n")


def _talk(views: "list[View]") -> list[str]:
    """A line for each key that somebody should look at."""
    from genaikeys.status import Health

    lines = []
    for each in views:
        if each.attention is not None:
            health = "" if each.health is Health.PROBLEM else f"{each.health}: "
            where = f"{each.placed.key} in {each.placed.region}"
            lines.append(f"{where}: {health}{each.attention.rstrip('.')}.")
    return lines


def _end(views: "list[View]") -> None:
    from genaikeys.status import Health

    if any(each.health is Health.PROBLEM for each in views):
        raise typer.Exit(1)
    if not all(each.health.is_well for each in views):
        raise typer.Exit(_NEEDS_ATTENTION)


def _watch(
    settings: "Settings", oci: "Oci", wanted: "Sequence[Placement]", interval: float, *, timeline: bool
) -> None:
    """Show it anew every few seconds: in place on a terminal, elsewhere where something has changed."""
    import sys
    import time

    from genaikeys.errors import KitError
    from genaikeys.status.page import Piece

    before: object = None
    is_terminal = sys.stdout.isatty()
    if is_terminal:
        sys.stdout.write(_CLEAR)
    while True:
        lines: list[Line]
        try:
            views = _views(settings, oci, wanted)
        except KitError as problem:  # it may pass, so the watch goes on
            lines, seen = [(Piece(line),) for line in str(problem).splitlines()], str(problem)
        else:
            lines = _lines(views, timeline=timeline)
            lines += [(), *((Piece(line),) for line in _talk(views))] if _talk(views) else []
            seen = repr([_changing(each) for each in views])
        heading = f"{settings.stack}, {oci.now():%Y-%m-%d %H:%M:%S} UTC"
        if is_terminal:
            sys.stdout.write(_HOME)
            _print(
                [(Piece(f"{heading}, every {interval:g} s until Ctrl-C", "dim"),), (), *lines], _REST_OF_LINE
            )
            sys.stdout.write(_REST_OF_SCREEN)
        elif seen != before:
            _print([(Piece(heading),), *lines, ()])
        before = seen
        sys.stdout.flush()
        time.sleep(interval)


def _changing(each: "View") -> object:
    """What of a key makes a new block worth printing; ages and uses change all the time."""
    ahead = each.ahead
    dates = (ahead.rotation_due, ahead.expires) if ahead else ()
    return (
        each.health,
        type(ahead.step) if ahead else each.next,
        each.placed.secret_version,
        [(slot.name, slot.state) for slot in each.placed.slots],
        dates,
    )

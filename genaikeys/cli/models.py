"""`genaikeys models`: what there is, what retires, and what OCI says today."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption
from genaikeys.cli.text_options import TextGroup, TextOptions
from genaikeys.errors import KitError

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from genaikeys.models.watch import Retirement

__all__ = ["verbs"]

_NEEDS_ATTENTION = 2

verbs = typer.Typer(
    cls=TextGroup,
    help="List models, see which retire, and ask OCI for news.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@verbs.command("list", cls=TextOptions)
def list_(
    region: Annotated[str | None, typer.Option("--region", help="On demand there.")] = None,
    api: Annotated[str | None, typer.Option("--api", help="chat or responses.")] = None,
    vendor: Annotated[str | None, typer.Option("--vendor", help="Such as meta.")] = None,
    of_set: Annotated[str | None, typer.Option("--set", help="A set, such as gpt-oss.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="Retired ones, too.")] = False,
    format_: Annotated[
        str, typer.Option("--format", help="table; picture or markdown: models by regions.")
    ] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the models that the kit knows, without asking anybody."""
    from genaikeys import catalogue
    from genaikeys.cli.output import say
    from genaikeys.models import table

    table.check_known("format", format_, ("table", "picture", "markdown"))
    known, today = catalogue.load(), _today()
    wanted = table.Filter(region, api, vendor, of_set, retired)
    models = table.chosen(known, wanted, today)
    if as_json:
        from genaikeys.cli.output import data

        data({"models": [table.record(model, today) for model in models]})
        return
    if not models:
        say("No model fits.")
        return
    if format_ == "table":
        from genaikeys.cli.output import table as show

        show(table.COLUMNS, [table.line(model, known, today) for model in models])
        return
    headers, rows = table.picture(models, known, today)
    if format_ == "markdown":
        typer.echo(table.markdown(headers, rows))
        typer.echo(f"\n{table.LEGEND}.")
        return
    from genaikeys.cli.output import table as show

    keys = [known.regions[name].key for name in headers[1:]]
    show((headers[0], *keys), rows)
    say(f"{table.LEGEND}.")


@verbs.command()
def check(
    stacks: Annotated[list[str] | None, typer.Argument(help="The stacks; default: all.")] = None,
    within: Annotated[str, typer.Option("--within", help="How far to look ahead.")] = "30d",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell which models of a stack have retired or soon will, and propose the edit of its file.

    Exit code 2 where there is any. The edit is printed as a diff, for `git apply`.
    """
    from genaikeys import catalogue, durations, yamltext
    from genaikeys.cli import stacks as known
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import data, say
    from genaikeys.models.watch import edited, retirements, unified
    from genaikeys.settings import project_name_in

    try:
        ahead = durations.parse(within)
    except durations.DurationError as problem:
        raise KitError(f"--within: {problem}") from None
    root = project_root()
    project = project_name_in((root / "Pulumi.yaml").read_text("utf-8"), "Pulumi.yaml")
    found: dict[str, list[Retirement]] = {}
    edits: dict[str, str] = {}
    for stack in stacks or known.names():
        path = known.path_of(stack)
        text = _text(path, stack)
        try:
            document = yamltext.read(text, name=str(path))
        except yamltext.YamlError as problem:
            raise KitError(f"{problem}.", next_step="Correct the file and run again.") from None
        found[stack] = retirements(
            document if isinstance(document, dict) else {}, project, catalogue.load(), _today(), ahead
        )
        edits[stack] = unified(text, edited(text, found[stack]), f"stacks/{path.name}")
    if as_json:
        data({"stacks": {stack: _record(rows, edits[stack]) for stack, rows in found.items()}})
    else:
        for stack, rows in found.items():
            for each in rows:
                say(f"{stack}: {_told(each)}")
        typer.echo("".join(edits.values()), nl=False)
    if any(found.values()):
        raise typer.Exit(_NEEDS_ATTENTION)
    if not as_json:
        say(f"No model of {', '.join(found)} retires within {durations.short(ahead)}.")


def _text(path: "Path", stack: str) -> str:
    from genaikeys.cli import stacks

    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise KitError(
            f"There is no stack {stack!r}: {path} is missing.",
            why=f"Known stacks: {', '.join(stacks.names()) or 'none'}.",
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise KitError(f"{path} can't be read: {problem}") from None


def _told(each: "Retirement") -> str:
    from genaikeys.settings.problems import dotted

    place = dotted(each.path[1:])
    when = (
        f"retired on {each.day}"
        if each.has_retired
        else f"retires on {each.day}, in {each.days} day{'s' * (each.days != 1)}"
    )
    by_set = f" (of the set {each.of_set})" if each.of_set else ""
    instead = ", ".join(each.successors) or "nobody names one"
    return f"{place}: {each.model}{by_set} {when}; in its place: {instead}"


def _record(rows: "list[Retirement]", edit: str) -> dict[str, object]:
    from genaikeys.settings.problems import dotted

    return {
        "retirements": [
            {
                "path": dotted(each.path[1:]),
                "model": each.model,
                "set": each.of_set or None,
                "retires": each.day.isoformat(),
                "days": each.days,
                "successors": list(each.successors),
            }
            for each in rows
        ],
        "edit": edit,
    }


@verbs.command()
def refresh(
    stack: StackOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 2 where the table would change.")
    ] = False,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help="Another table of models to bring up to date."),
    ] = None,
) -> None:
    """Ask OCI which models there are, and bring the catalogue's table up to date.

    What OCI cannot know stays, as do notes and comments. What its answer leaves unclear is told, and left
    alone.
    """
    from genaikeys import catalogue, yamledit
    from genaikeys.cli import stacks
    from genaikeys.cli.output import say
    from genaikeys.models.refresh import proposed
    from genaikeys.models.write import written
    from genaikeys.oci import Oci

    name = stacks.choose(stack)
    settings = stacks.settings_of(name)
    path, text = _table(file, is_local=name == stacks.LOCAL, is_checked=check)
    try:
        known = catalogue.read({**_shipped(), "models.yaml": text})
    except catalogue.CatalogueError as problem:
        raise KitError(
            f"{path} is no table of models: {problem}",
            next_step="Correct it, or name another one with --file.",
        ) from None
    oci = Oci(settings.auth)
    say("Asking OCI about its models ...")
    proposal = proposed(known, oci.discover_models(settings.regions[0]))
    for change in proposal.changes:
        typer.echo(str(change))
    for model, fields in proposal.new.items():
        typer.echo(f"{model}: new, on demand in {', '.join(fields['on_demand'])}")
    for doubt in proposal.doubts:
        say(f"Left alone: {doubt}.")
    if proposal.is_empty:
        say("The table is up to date.")
        return
    if check:
        raise typer.Exit(_NEEDS_ATTENTION)
    try:
        new = written(text, proposal, _today())
    except yamledit.EditError as problem:
        raise KitError(
            f"{path} can't be brought up to date: {problem}",
            next_step="Make the changes above by hand.",
        ) from None
    _put(path, new)
    say(f"Wrote {path}. Look at the diff, and commit it.")


def _today() -> "date":
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _shipped() -> dict[str, str]:
    from importlib.resources import files

    from genaikeys.catalogue import FILES

    return {name: (files("genaikeys.catalogue") / name).read_text("utf-8") for name in FILES}


def _table(file: str | None, *, is_local: bool, is_checked: bool) -> "tuple[Path, str]":
    """The table to bring up to date, and its text."""
    from importlib.resources import files
    from pathlib import Path

    if file is None and is_local and not is_checked:
        raise KitError(
            "The local OCI's models are made up in part, and don't belong into the catalogue",
            why="Where sources leave something open, it decides one way, so that both can be tried.",
            next_step="Look only (--check), write into a copy (--file FILE), or name a stack of a tenancy "
            "(--stack).",
        )
    path = Path(file) if file else Path(str(files("genaikeys.catalogue") / "models.yaml"))
    try:
        return path, path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise KitError(
            f"{path} can't be read: {problem}",
            next_step="Name a table with --file, such as genaikeys/catalogue/models.yaml in your checkout.",
        ) from None


def _put(path: "Path", text: str) -> None:
    """Whole or not at all."""
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as problem:
        raise KitError(
            f"{path} can't be written: {problem}",
            next_step="Name a table that is yours with --file, such as genaikeys/catalogue/models.yaml in "
            "your checkout.",
        ) from None

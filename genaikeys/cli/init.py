"""`genaikeys init`: a new stack file, from a few answers."""

from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.errors import KitError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from genaikeys.init import Answers
    from genaikeys.settings import Settings

__all__ = ["init"]

_QUESTIONS = {
    "home_region": ("--home-region", "Home region of the tenancy, where identity is written"),
    "compartment": (
        "--compartment",
        "Compartment that holds the keys: NAME to make one, NAME=OCID for one that exists",
    ),
    "regions": ("--region", "Regions: a set (all, americas, emea, apac) or identifiers, with commas"),
    "models": ("--model", "Models: a set (gpt-oss, llama, hosted-only ...) or names, with commas"),
    "keys": ("--key", "Names of the keys, with commas"),
}


def init(
    stack: Annotated[str, typer.Argument(help="Name of the new stack, such as prod.")],
    home_region: Annotated[
        str | None, typer.Option("--home-region", help="The tenancy's home region.")
    ] = None,
    compartment: Annotated[
        str | None,
        typer.Option("--compartment", metavar="NAME[=OCID]", help="Made; with an OCID: one that exists."),
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="A set or a region; repeatable.")
    ] = None,
    model: Annotated[list[str] | None, typer.Option("--model", help="A set or a model; repeatable.")] = None,
    key: Annotated[list[str] | None, typer.Option("--key", help="Name of a key; repeatable.")] = None,
    scope: Annotated[
        str, typer.Option("--scope", help="key: a statement for each key; compartment: one for all.")
    ] = "key",
    profile: Annotated[str, typer.Option("--profile", help="Profile of the OCI config file.")] = "DEFAULT",
) -> None:
    """Write a new stack file, checked before it is written; ask for what no option gives."""
    import re
    import sys

    from genaikeys.cli import stacks
    from genaikeys.cli.home import project_root
    from genaikeys.cli.output import say
    from genaikeys.init import text_of
    from genaikeys.settings import SettingsError, from_text, project_name_in

    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", stack):
        raise KitError(
            f"{stack!r} is no name for a stack",
            why="Allowed: letters, digits, '-', '_' and '.', at most 100 characters.",
        )
    path = stacks.path_of(stack)
    if path.exists():
        raise KitError(
            f"{path} exists already, and nothing was written",
            next_step="Change it, name another stack, or remove the file first.",
        )
    given: dict[str, Sequence[str]] = {
        "home_region": [home_region] if home_region else [],
        "compartment": [compartment] if compartment else [],
        "regions": region or [],
        "models": model or [],
        "keys": key or [],
    }
    missing = [name for name, values in given.items() if not values]
    if missing and not sys.stdin.isatty():
        raise KitError(
            f"There is nobody to ask for {', '.join(_QUESTIONS[name][0] for name in missing)}",
            why="Standard input is no terminal.",
            next_step="Give them as options, for example: genaikeys init prod --home-region us-ashburn-1 "
            "--compartment genai-apps --region all --model gpt-oss --key chatbot",
        )
    project = project_name_in((project_root() / "Pulumi.yaml").read_text("utf-8"), "Pulumi.yaml")
    settings: Settings | None = None
    text = ""
    while settings is None:
        for name in missing:
            while not (answered := _asked(name, given[name])):
                pass
            given[name] = answered
        text = text_of(_answers(given, scope, profile), project)
        try:
            settings = from_text(text, name=str(path), stack=stack, project=project)
        except SettingsError as problem:
            if not missing:
                count = len(problem.problems)
                raise KitError(
                    f"Such a stack has {count} problem{'s' * (count != 1)}, and nothing was written",
                    why="\n".join(map(str, problem.problems)),
                    next_step="Correct the options and run again.",
                ) from None
            say("\n".join(map(str, problem.problems)))
    _write(path, text)
    for warning in settings.warnings:
        say(f"Note: {warning}")
    places = ", ".join(f"{each.key} in {each.region}" for each in settings.placements())
    say(f"Wrote {path.relative_to(project_root())}: {places}.")
    say(
        f"Next: genaikeys policy render {stack}; commit both files; pulumi stack init {stack}; "
        f"pulumi preview --stack {stack}."
    )


def _asked(name: str, before: "Sequence[str]") -> "Sequence[str]":
    """The answers to one question, which stands on standard error: standard output is for data."""
    import sys

    default = ",".join(before)
    sys.stderr.write(f"{_QUESTIONS[name][1]}{f' [{default}]' if default else ''}: ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise KitError("Nobody answers any more, and nothing was written")
    return [part.strip() for part in (answer.strip() or default).split(",") if part.strip()] or before


def _answers(given: "dict[str, Sequence[str]]", scope: str, profile: str) -> "Answers":
    from genaikeys.init import Answers

    name, _, ocid = given["compartment"][0].partition("=")
    return Answers(
        home_region=given["home_region"][0],
        compartment=name,
        compartment_id=ocid,
        regions=tuple(given["regions"]),
        models=tuple(given["models"]),
        keys=tuple(given["keys"]),
        scope=scope,
        profile=profile,
    )


def _write(path: "Path", text: str) -> None:
    """Only where there is nothing, also if somebody was faster."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise KitError(f"{path} can't be written: {problem}") from None

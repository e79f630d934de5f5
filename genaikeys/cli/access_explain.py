"""`genaikeys access explain`: why a key can or can't call a model."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.errors import KitError

if TYPE_CHECKING:
    from genaikeys.access.revisions import Revision
    from genaikeys.access.scenes import Stack

__all__ = ["explain"]


def explain(
    key: Annotated[str, typer.Argument(help="The key, by its name in the stack.")],
    model: Annotated[str, typer.Argument(help="The model, as a client names it.")],
    region: Annotated[str | None, typer.Option(help="Default: every region of the key.")] = None,
    api: Annotated[str | None, typer.Option(help="chat or responses; default: both.")] = None,
    stack: Annotated[str | None, typer.Option(help="Default: the one stack that has the key.")] = None,
    further: Annotated[
        list[Path] | None, typer.Option("--with", help="Further statements, even wrong ones; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say why a key can or can't call a model, and what to change.

    Asks nobody: reads the stack's file, the templates and the catalogue. Exit code 2 where it can't, or where
    that isn't known.
    """
    from genaikeys.access import foreign
    from genaikeys.cli.output import data
    from genaikeys.explain.answering import explain as told
    from genaikeys.explain.explanation import text, value

    found = _stack(stack, key)
    scene = found.scene()
    explanation = told(
        found,
        scene,
        key,
        model,
        regions=() if region is None else (region,),
        apis=() if api is None else (api,),
        foreign=[each for path in further or () for each in foreign.read(path, found.compartments())],
    )
    if as_json:
        data(value(explanation))
    else:
        sys.stdout.write(text(explanation))
    if not explanation.can_call:
        raise typer.Exit(2)


def _stack(named: str | None, key: str) -> "Stack":
    """Open the stack that is meant.

    Raises:
        KitError: There is no such stack; or none is named, and none or several have the key.
    """
    from genaikeys.access.revisions import folder
    from genaikeys.access.scenes import open_stack, stacks
    from genaikeys.cli.home import project_root

    tree = folder(project_root(), "the working tree")
    names = stacks(tree)
    if named is not None:
        if named not in names:
            raise KitError(
                f"There is no stack {named!r}.", why=f"Known stacks: {', '.join(names) or 'none'}."
            )
        return open_stack(tree, named)
    return _having(tree, [open_stack(tree, name) for name in names], key)


def _having(tree: "Revision", opened: "list[Stack]", key: str) -> "Stack":
    having = [each for each in opened if key in each.settings.keys]
    if len(having) == 1:
        return having[0]
    if having:
        raise KitError(
            f"More than one stack has a key {key!r}.",
            why=f"They are {', '.join(each.settings.stack for each in having)}.",
            next_step="Name one with --stack.",
        )
    known = "; ".join(f"{each.settings.stack}: {', '.join(each.settings.keys)}" for each in opened)
    raise KitError(f"No stack in {tree.name} has a key {key!r}.", why=f"Known keys: {known or 'none'}.")

"""`genaikeys local`: a local OCI, started, stopped, described and shown to a shell."""

from typing import Annotated

import typer

from genaikeys.cli import controls
from genaikeys.cli.principal import principal

__all__ = ["verbs"]

verbs = typer.Typer(
    help="A local OCI on this machine: no account, no network.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@verbs.command()
def up(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Loopback port; default: the home's own, or a free one."),
    ] = None,
) -> None:
    """Start the local OCI; make its home where there is none."""
    from genaikeys.cli import home as homes
    from genaikeys.cli import lifecycle
    from genaikeys.cli.output import say

    home, started = lifecycle.start(homes.folder(), port)
    state = "is up" if started else "was up already"
    say(f"The local OCI in {home.folder} {state}, on 127.0.0.1:{home.port}.")


@verbs.command()
def down(
    remove: Annotated[
        bool, typer.Option("--remove", help="Also delete the home: every local key, secret and stack in it.")
    ] = False,
) -> None:
    """Stop the local OCI; its home stays."""
    from genaikeys.cli import home as homes
    from genaikeys.cli import lifecycle
    from genaikeys.cli.output import say

    where = homes.folder()
    stopped = lifecycle.stop(where, forget=remove)
    say(f"The local OCI in {where} {'stopped' if stopped else 'was down already'}.")
    if remove:
        lifecycle.remove(where)
        say(f"Removed {where}.")


@verbs.command()
def env(as_json: Json = False) -> None:
    """Print the environment of a shell for the local OCI only.

    Use it as: eval "$(genaikeys local env)"
    """
    import os

    from genaikeys.cli import environment
    from genaikeys.cli import home as homes
    from genaikeys.cli.output import data

    home = homes.running()
    shell = environment.with_path(environment.of(home, os.environ), os.environ)
    if as_json:
        data({"export": dict(shell.export), "unset": list(shell.unset)})
    else:
        typer.echo("\n".join(shell.lines()))


@verbs.command()
def status(as_json: Json = False) -> None:
    """Show where the local OCI is, and what differs from default.

    Exit code 1 while it is down.
    """
    from genaikeys.cli import home as homes
    from genaikeys.cli.output import data, table

    home = homes.read()
    up = home is not None and home.is_up()
    if home is None or not up:
        facts: dict[str, object] = {"home": str(homes.folder()), "up": False}
    else:
        switches = home.ask("GET", "/switches")["switches"]
        facts = {
            "home": str(home.folder),
            "up": True,
            "address": home.proxy,
            "pid": home.pid,
            "clock": home.ask("GET", "/clock")["now"],
            "faults": len(home.ask("GET", "/faults")["faults"]),
            "switches": {
                each["name"]: each["value"] for each in switches if each["value"] != each["default"]
            },
        }
    if as_json:
        data(facts)
    else:
        rows = [[name, _shown(value)] for name, value in facts.items()]
        table(["local OCI", ""], rows)
    if not up:
        raise typer.Exit(1)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}={setting}" for name, setting in value.items()) or "as by default"
    return str(value)


controls.add_to(verbs)
verbs.command()(principal)

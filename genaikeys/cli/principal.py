"""`genaikeys local principal`: a session, an instance or a function of the local OCI, for this shell."""

import shlex
from typing import Annotated

import typer

__all__ = ["principal"]


def principal(
    kind: Annotated[str, typer.Argument(metavar="session|instance|resource", help="What the shell becomes.")],
    compartment: Annotated[
        str | None,
        typer.Option("--compartment", help="Where an instance or resource is: name or OCID; default: root."),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="Region of an instance or resource; default: home.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the variables that make a shell another principal.

    Use it in a shell with the environment of `genaikeys local env`:
    eval "$(genaikeys local principal instance)"
    """
    from genaikeys.cli import home as homes
    from genaikeys.cli.output import data, say

    wanted = {"type": kind, "compartment": compartment, "region": region}
    given = {name: value for name, value in wanted.items() if value is not None}
    told = homes.running().ask("POST", "/principals", given)
    if as_json:
        data(told)
        return
    for name, value in told["variables"].items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    say(f"{told['type']} {told['id']} in {told['compartment']}")

"""`genaikeys local clock | switch | journal | fault`: what a local OCI can be told, and what it recorded."""

from typing import Annotated, Any

import typer

__all__ = ["add_to"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

faults = typer.Typer(
    help="Set, list and clear faults; release held requests.", no_args_is_help=True, rich_markup_mode=None
)

_ACTIONS = "status, delay, reset, truncate, drop-field, stuck, clock-skew or hold"


def add_to(verbs: typer.Typer) -> None:
    """Put these verbs under `genaikeys local`."""
    verbs.command(context_settings={"ignore_unknown_options": True})(clock)
    verbs.command()(switch)
    verbs.command()(journal)
    verbs.add_typer(faults, name="fault")


def clock(
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="[TIME | +DURATION]",
            help="2026-03-01, 2026-03-01T09:30:00Z, +30d, +12h; none shows the clock.",
        ),
    ] = None,
) -> None:
    """Show or move the clock of the local OCI."""
    from genaikeys.cli import home as homes
    from genaikeys.cli.moment import clock_request

    home = homes.running()
    answer = home.ask("GET", "/clock") if to is None else home.ask("POST", "/clock", clock_request(to))
    typer.echo(answer["now"])


def switch(
    name: Annotated[str | None, typer.Argument(help="The switch to show or set; none lists all.")] = None,
    value: Annotated[
        str | None, typer.Argument(help="What to set it to; in force at the next request.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List, show or set the switches.

    Each is a behaviour of OCI that nobody outside knows for certain.
    """
    from genaikeys.cli import home as homes
    from genaikeys.cli.output import data, table

    home = homes.running()
    known: list[dict[str, Any]] = home.ask("GET", "/switches")["switches"]
    if name is not None:
        known = [_one_switch(known, name)]
    if name is not None and value is not None:
        home.ask("PUT", f"/switches/{name}", {"value": value})
        known = [_one_switch(home.ask("GET", "/switches")["switches"], name)]
    if as_json:
        data({"switches": known})
    elif name is not None:
        typer.echo(str(known[0]["value"]))
    else:
        rows = [
            [
                each["name"],
                str(each["value"]),
                str(each["default"]),
                _values(each["values"]),
                each["description"],
            ]
            for each in known
        ]
        table(["SWITCH", "VALUE", "DEFAULT", "VALUES", "WHAT IT DECIDES"], rows)


def journal(as_json: Json = False) -> None:
    """List every request: who, what, and which statement decided."""
    from genaikeys.cli import home as homes
    from genaikeys.cli.output import data, table

    requests = homes.running().journal()
    if as_json:
        data({"requests": requests})
        return
    rows = [
        [
            str(each["id"]),
            str(each["time"]),
            f"{each['method']} {each['host']}{each['path']}",
            str(each["operation"] or "-"),
            _principal(each["principal"]),
            str(each["decision"] or "-"),
            str(each["status"] if each["status"] is not None else "-"),
            str(each["deciding"] or each["reason"] or ""),
        ]
        for each in requests
    ]
    table(["ID", "TIME", "REQUEST", "OPERATION", "PRINCIPAL", "DECISION", "STATUS", "WHY"], rows)


@faults.command("add")
def fault_add(
    action: Annotated[str, typer.Argument(help=f"What goes wrong: {_ACTIONS}.")],
    method: Annotated[
        str | None, typer.Option(help="Pattern of the methods it is for; default: all.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Pattern of the host names; default: all.")] = None,
    path: Annotated[str | None, typer.Option(help="Pattern of the paths; default: all.")] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="How many requests; default: until cleared.")
    ] = None,
    skip: Annotated[int, typer.Option(min=0, help="How many matching requests go by first.")] = 0,
    when: Annotated[str | None, typer.Option(help="before or after the request is handled.")] = None,
    status: Annotated[int | None, typer.Option(help="status: the HTTP status.")] = None,
    code: Annotated[str | None, typer.Option(help="status: OCI's error code.")] = None,
    message: Annotated[str | None, typer.Option(help="status: the message.")] = None,
    header: Annotated[
        list[str] | None, typer.Option(help="status: a header as NAME:VALUE; repeatable.")
    ] = None,
    seconds: Annotated[float | None, typer.Option(help="delay, clock-skew: how many seconds.")] = None,
    field: Annotated[str | None, typer.Option(help="drop-field: the field of the answer.")] = None,
    state: Annotated[str | None, typer.Option(help="stuck: the lifecycle state to stay in.")] = None,
) -> None:
    """Set a fault; prints its id."""
    from genaikeys.cli import home as homes

    given = {
        "action": action,
        "method": method,
        "host": host,
        "path": path,
        "count": count,
        "skip": skip,
        "when": when,
        "status": status,
        "code": code,
        "message": message,
        "headers": _headers(header) if header else None,
        "seconds": seconds,
        "field": field,
        "state": state,
    }
    body = {name: value for name, value in given.items() if value is not None}
    typer.echo(str(homes.running().ask("POST", "/faults", body)["id"]))


@faults.command("list")
def fault_list(as_json: Json = False) -> None:
    """List the faults that are set, and how many each holds."""
    from genaikeys.cli import home as homes
    from genaikeys.cli.output import data, table

    known: list[dict[str, Any]] = homes.running().ask("GET", "/faults")["faults"]
    if as_json:
        data({"faults": known})
        return
    rows = [
        [
            str(each["id"]),
            str(each["action"]),
            " ".join(f"{name}={each[name]}" for name in ("method", "host", "path") if each.get(name))
            or "all",
            "until cleared" if each.get("count") is None else str(each["count"]),
            str(each.get("held", 0)),
        ]
        for each in known
    ]
    table(["ID", "ACTION", "REQUESTS", "COUNT", "HELD"], rows)


@faults.command("clear")
def fault_clear(
    fault: Annotated[str | None, typer.Argument(metavar="[ID]", help="The fault; none clears all.")] = None,
) -> None:
    """Clear one fault, or all; requests that a fault holds go on."""
    from genaikeys.cli import home as homes

    homes.running().ask("DELETE", f"/faults/{_part(fault)}" if fault else "/faults")


@faults.command("release")
def fault_release(
    fault: Annotated[str, typer.Argument(metavar="ID", help="The fault whose held requests go on.")],
) -> None:
    """Let the requests go on that a `hold` fault holds."""
    from genaikeys.cli import home as homes

    homes.running().ask("POST", f"/faults/{_part(fault)}/release")


def _one_switch(known: list[dict[str, Any]], name: str) -> dict[str, Any]:
    from difflib import get_close_matches

    from genaikeys.errors import KitError

    names = [each["name"] for each in known]
    if name in names:
        return known[names.index(name)]
    near = get_close_matches(name, names, n=1)
    raise KitError(
        f"There is no switch {name!r}.",
        why=f"The nearest is {near[0]}." if near else None,
        next_step="See them all: genaikeys local switch",
    )


def _values(values: object) -> str:
    return " | ".join(str(value) for value in values) if isinstance(values, list) else str(values)


def _principal(principal: object) -> str:
    if not isinstance(principal, dict):
        return "-"
    identifier = str(principal["id"])
    # The type and the end of an OCID tell principals apart; its middle only fills the line.
    return f"{principal['type']} ...{identifier[-6:]}"


def _headers(given: list[str]) -> dict[str, str]:
    from genaikeys.errors import KitError

    headers = {}
    for each in given:
        name, colon, value = each.partition(":")
        if not colon or not name.strip():
            raise KitError(
                f"{each!r} is no header.", next_step="Write it as NAME:VALUE, such as retry-after:2"
            )
        headers[name.strip()] = value.strip()
    return headers


def _part(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")

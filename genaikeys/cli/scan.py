"""`genaikeys scan`: searches a project for secrets of API keys, and prints none."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from genaikeys.cli.stacks import StackOption

if TYPE_CHECKING:
    from genaikeys.scan.findings import Finding, Report
    from genaikeys.scan.known import Published
    from genaikeys.scan.stack import Asked

__all__ = ["scan"]

_FOUND = 2
_HEADERS = ["KIND", "FINGERPRINT", "WHERE", "COMMIT", "SPELLING", "WHOSE"]
_MOST_LISTED = 8
_SHORT = 12


def scan(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files and folders; default: this folder."),
    ] = None,
    stack: StackOption = None,
    no_history: Annotated[bool, typer.Option("--no-history", help="Leave out what git remembers.")] = False,
    staged: Annotated[
        bool, typer.Option("--staged", help="Only what the next commit would add; for hooks.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Exit code 2 for local test secrets and other vendors', too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search a project for secrets of API keys; prints none.

    Looks at files, git's history and Pulumi's state in folders. With a stack, it also knows every value that
    the kit published, and says which works. Exit code 2 where a secret was found, 1 where one could not look.
    """
    from genaikeys.cli.output import data, say
    from genaikeys.errors import KitError
    from genaikeys.scan import run

    if staged and (paths or no_history):
        raise KitError("--staged looks at what the next commit would add, and at nothing else.")
    named, backends = _stack(stack, staged=staged)
    asked = _ask(named)
    if staged:
        report = run.scan_staged(asked.known)
    else:
        report = run.scan(paths or [Path()], asked.known, history=not no_history, backends=backends)
    if as_json:
        data(_json(report, asked))
    elif report.findings:
        _table(report, asked)
    _talk(report, asked)
    counted = [each for each in report.findings if every or each.kind in ("published", "shape")]
    say(_summary(report, len(counted)))
    _advise(counted, asked, named)
    if counted:
        raise typer.Exit(_FOUND)
    if report.unread or asked.problems:
        raise typer.Exit(1)


def _stack(named: str | None, *, staged: bool) -> tuple[str | None, list[str]]:
    """Which stack to ask, and which backend of its own to search: the local OCI's while it is up."""
    from genaikeys.cli import home as homes
    from genaikeys.cli import stacks

    if named is None:
        home = homes.read() if not staged else None  # a hook asks nobody unless it is told to
        if home is None or not home.is_up():
            return None, []
    chosen = stacks.choose(named)
    return chosen, [homes.running().backend] if chosen == stacks.LOCAL and not staged else []


def _ask(stack: str | None) -> "Asked":
    from genaikeys.cli import stacks
    from genaikeys.cli.output import say
    from genaikeys.oci import Oci
    from genaikeys.scan import stack as published

    if stack is None:
        return published.Asked()
    settings = stacks.settings_of(stack)
    say(f"Asking OCI what stack {stack} has published ...")
    return published.ask(settings, Oci(settings.auth))


def _whose(finding: "Finding", asked: "Asked") -> str:
    known: Published | None = asked.known.get(finding.fingerprint) if finding.kind == "published" else None
    if known is None:
        return {"shape": "nobody knows", "local": "a local OCI's", "other vendor": "not OCI's"}[finding.kind]
    return f"{known.key} in {known.region}, {known.slot}, version {known.version}; {known.status}"


def _table(report: "Report", asked: "Asked") -> None:
    from genaikeys.cli.output import table

    rows = [
        [
            each.kind,
            each.fingerprint,
            f"{each.place}:{each.line}",
            each.commit[:_SHORT] if each.commit else "-",
            each.spelling,
            _whose(each, asked),
        ]
        for each in report.findings
    ]
    table(_HEADERS, rows)


def _json(report: "Report", asked: "Asked") -> dict[str, object]:
    return {
        "findings": [
            {
                "kind": each.kind,
                "fingerprint": each.fingerprint,
                "surface": each.surface,
                "place": each.place,
                "line": each.line,
                "commit": each.commit,
                "spelling": each.spelling,
                "published": _published(asked.known.get(each.fingerprint)),
            }
            for each in report.findings
        ],
        "files": report.files,
        "objects": report.objects,
        "valuesKnown": len(asked.known),
        "skipped": report.skipped,
        "notRead": [*report.unread, *asked.problems],
        "notUnpacked": report.unpacked,
        "notes": report.notes,
    }


def _published(known: "Published | None") -> dict[str, object] | None:
    if known is None:
        return None
    return {
        "key": known.key,
        "region": known.region,
        "slot": known.slot,
        "secretVersion": known.version,
        "isAlive": known.is_alive,
        "status": known.status,
    }


def _talk(report: "Report", asked: "Asked") -> None:
    from genaikeys.cli.output import say

    for note in (*report.notes, *asked.notes):
        say(note)
    for title, lines in (
        ("Left out: {} folders of others' code and of caches; name one to search it", report.skipped),
        ("Not unpacked: {}, searched as they lie there", report.unpacked),
        ("Not read: {}", [*report.unread, *asked.problems]),
    ):
        if lines:
            more = [f"and {len(lines) - _MOST_LISTED} more"] if len(lines) > _MOST_LISTED else []
            say("\n  ".join([f"{title.format(len(lines))}:", *lines[:_MOST_LISTED], *more]))


def _summary(report: "Report", counted: int) -> str:
    kinds: dict[str, int] = {}
    for each in report.findings:
        kinds[each.kind] = kinds.get(each.kind, 0) + 1
    found = ", ".join(f"{number} {kind}" for kind, number in kinds.items()) or "nothing found"
    where = f"{report.files} files, {report.objects} objects of git's"
    spared = (
        "" if counted == len(report.findings) else f"; {len(report.findings) - counted} of them don't count"
    )
    return f"Searched {where}: {found}{spared}."


def _advise(counted: list["Finding"], asked: "Asked", stack: str | None) -> None:
    from genaikeys.cli.output import say

    known = {each.fingerprint: asked.known[each.fingerprint] for each in counted if each.kind == "published"}
    for fingerprint, each in known.items():
        if each.is_alive:
            say(
                f"{fingerprint} may still work. Make it worthless: genaikeys revoke {each.key} "
                f"--region {each.region} --slot {each.slot} --stack {stack}"
            )
    if any(each.kind == "shape" for each in counted):
        others = "another stack" if stack else "a stack"
        say(
            f"Whose the others are is unknown: say --stack to compare with what {others} published. "
            "A value that was in the open is to be revoked, not only removed."
        )

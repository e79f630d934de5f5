"""A difference as one comment for a pull request: folded, updated in place by its marker, silent if none."""

import re
from collections.abc import Iterator, Sequence

from genaikeys.access.groups import Group, grouped, words
from genaikeys.access.model import Difference, OtherChange, ReaderChange, Ruling, Verdict
from genaikeys.access.review import overall
from genaikeys.access.terminal import HEADLINES, effect

__all__ = ["MARKER", "comment"]

MARKER = "<!-- genaikeys access diff -->"
"""First line of the comment, by which a job finds the one that it wrote before."""
MOST = 60_000
"""Characters of the comment; GitHub takes 65,536 (GitHub Docs, "Comments", read 2026-11-23)."""
_SIGNS = {Verdict.NONE: "✅", Verdict.NARROWS: "🔒", Verdict.BROADENS: "⚠️", Verdict.UNKNOWN: "❓"}


def comment(differences: Sequence[Difference]) -> str:
    """Write the comment; empty where no stack's access changed."""
    changed = [each for each in differences if each.verdict is not Verdict.NONE]
    if not changed:
        return ""
    verdict = overall(changed)
    lines = [
        MARKER,
        f"### {_SIGNS[verdict]} This change {HEADLINES[verdict]}",
        "",
        "| Stack | Verdict | Why |",
        "| --- | --- | --- |",
        *(
            _row(_cell(each.stack), f"{_SIGNS[each.verdict]} {each.verdict}", _cell("; ".join(each.reasons)))
            for each in changed
        ),
    ]
    size = sum(len(line) + 1 for line in lines)
    left_out = 0
    for difference in changed:
        head, *rows = _details(difference)
        kept = [head]
        size += len(head) + len("\n\n</details>\n")
        for row in rows:
            size += len(row) + 1
            if size > MOST:
                left_out += 1
            else:
                kept.append(row)
        lines += ["", *kept, "", "</details>"]
    if left_out:
        rest = f"{left_out} more rows are left out; `genaikeys access diff --format html` has them all."
        lines += ["", rest]
    return "\n".join(lines) + "\n"


def _details(difference: Difference) -> Iterator[str]:
    count = len(difference.cells) + len(difference.readers) + len(difference.others)
    yield (
        f"<details><summary>Stack {_html(difference.stack)}: {count} changes,"
        f" {_html(difference.before)} → {_html(difference.after)}</summary>\n"
    )
    groups = grouped(difference.cells)
    if groups:
        yield _head("Who", "Models", "API", "Regions", "Change", "Before", "After")
        yield from (_group(group) for group in groups)
    if difference.readers:
        yield "\n" + _head("Reader", "Secret of", "Region", "Change", "Before", "After")
        yield from (_reader(change) for change in difference.readers)
    if difference.others:
        yield "\n" + _head("What else", "Whom", "Permissions", "Where", "When", "Statement")
        yield from (_other(change) for change in difference.others)


def _group(group: Group) -> str:
    return _row(
        _cell(group.principal),
        _cell(words(group.models)),
        group.api,
        ", ".join(group.regions),
        effect(group.before, group.after),
        _side(group.before),
        _side(group.after),
    )


def _reader(change: ReaderChange) -> str:
    return _row(
        _cell(change.reader),
        _cell(change.key),
        change.region,
        effect(change.before, change.after),
        _side(change.before),
        _side(change.after),
    )


def _other(change: OtherChange) -> str:
    return _row(
        "gained" if change.gained else "lost",
        _cell(change.subject),
        _cell(", ".join(change.permissions)),
        _cell(change.location),
        _code(change.condition) if change.condition else "always",
        _code(change.statement),
    )


def _side(ruling: Ruling | None) -> str:
    if ruling is None:
        return "no such key"
    if ruling.statement is None:
        return _cell(ruling.reason)
    where = f"<br>{_cell(f'{ruling.source.file}:{ruling.source.line}')}" if ruling.source else ""
    return f"{_code(ruling.statement)}{where}"


def _head(*names: str) -> str:
    return f"{_row(*names)}\n{_row(*(['---'] * len(names)))}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Text that can do nothing in a table of Markdown but be read."""
    return re.sub(r"([\\`*_\[\]|~#])", r"\\\1", _html(text))


def _code(text: str) -> str:
    return f"<code>{_html(text).replace('|', '&#124;').replace('`', '&#96;')}</code>"


def _html(text: str) -> str:
    """One line without markup; the empty comment keeps a name from being a mention."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("@", "@<!-- -->")

"""One comment, or one issue, kept in step with a text: written, updated in place, taken back."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from genaikeys.errors import KitError
from genaikeys.forge import Forge, Note

__all__ = ["Outcome", "keep_comment", "keep_issue", "marker"]

Outcome = Literal["written", "updated", "unchanged", "taken back", "silent"]


def marker(name: str) -> str:
    """The hidden first line by which a text of ours is found again."""
    return f"<!-- genaikeys {name} -->"


def keep_comment(forge: Forge, mark: str, text: str) -> Outcome:
    """Keep the one comment that begins with a marker.

    Args:
        forge: Where.
        mark: The marker.
        text: What it shall say, the marker included; empty where there is nothing to say.

    Raises:
        KitError: The forge refuses, or the text doesn't begin with the marker.
    """
    return _keep(
        mark, text, forge.comments, write=forge.comment, edit=forge.edit_comment, drop=forge.delete_comment
    )


def keep_issue(forge: Forge, mark: str, title: str, text: str) -> Outcome:
    """Keep the one open issue that begins with a marker.

    Args:
        forge: Where.
        mark: The marker.
        title: Of an issue that is opened.
        text: As of `keep_comment`; empty closes it.

    Raises:
        KitError: As `keep_comment`.
    """
    return _keep(
        mark,
        text,
        forge.issues,
        write=partial(forge.open_issue, title),
        edit=forge.edit_issue,
        drop=forge.close_issue,
    )


def _keep(
    mark: str,
    text: str,
    notes: Callable[[], list[Note]],
    *,
    write: Callable[[str], None],
    edit: Callable[[Note, str], None],
    drop: Callable[[Note], None],
) -> Outcome:
    if text and not text.startswith(mark):
        raise KitError(f"The text doesn't begin with {mark}, by which it would be found again.")
    found = [note for note in notes() if note.text.startswith(mark)]
    for each in found[1:]:  # of two runs at once
        drop(each)
    if not found:
        if text:
            write(text)
        return "written" if text else "silent"
    if not text:
        drop(found[0])
        return "taken back"
    if found[0].text.strip() == text.strip():
        return "unchanged"
    edit(found[0], text)
    return "updated"

"""A whole search: state first, then the working tree, then what git remembers."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from genaikeys.errors import KitError
from genaikeys.scan import git, state
from genaikeys.scan.files import Files
from genaikeys.scan.findings import Report, shown
from genaikeys.scan.history import search_history, search_staged
from genaikeys.scan.known import Published

__all__ = ["scan", "scan_staged"]


def scan(
    paths: Sequence[Path],
    known: Mapping[str, Published],
    *,
    history: bool = True,
    backends: Iterable[str] = (),
) -> Report:
    """Search a project.

    Args:
        paths: Folders and files.
        known: Values that were published, by fingerprint.
        history: Whether to search git's objects, too.
        backends: Addresses of Pulumi backends to search besides the project's own.

    Raises:
        KitError: A path isn't there.
    """
    for path in paths:
        if not os.path.lexists(path):
            raise KitError(
                f"There is no {shown(str(path))}.", next_step="Name files and folders that are there."
            )
    report = Report()
    files = Files(known, report)
    found = {
        **dict.fromkeys(state.backends(paths, os.environ)),
        **{(url, Path.cwd()): None for url in backends},
    }
    for url, base in found:
        places = state.folders(url, base)
        if places is None:
            report.notes.append(
                f"The state in {shown(url.partition('?')[0])} was not searched: it is no folder."
            )
        for place in places or ():
            files.search(place, "state", leave=frozenset())
    for path in paths:
        files.search(path)
    if history:
        _history([path for path in paths if path.is_dir()], files)
    report.settle()
    return report


def scan_staged(known: Mapping[str, Published]) -> Report:
    """Search what the next commit would add.

    Raises:
        KitError: There is no repository, or git can't read it.
    """
    report = Report()
    search_staged(known, report)
    report.settle()
    return report


def _history(folders: Sequence[Path], files: Files) -> None:
    report = files.report
    searched: set[Path] = set()
    for folder in dict.fromkeys((*(folder.resolve() for folder in folders), *files.repositories)):
        try:
            objects = git.common_folder(folder)
            if objects is None or objects in searched:
                continue
            searched.add(objects)
            search_history(folder, files.known, report)
        except KitError as problem:
            report.unread.append(
                f"the history of {files.place(str(folder))}: {' '.join(str(problem).splitlines())}"
            )
            continue
        # Settings, logs, names of branches, what submodules keep: all but the objects.
        files.search(objects, "history", leave=frozenset())
    if folders and not searched and not report.unread:
        report.notes.append("No git repository holds it: there is no history to search.")

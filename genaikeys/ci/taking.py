"""Put the data of a proposal into a checkout of the base, so that the base's program can preview it.

Data is what says who gets which key: stack files, templates of statements, what is remembered of them, and
the catalogue. All else that a deployment runs is code: it stays the base's, and what differs is told.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from genaikeys import yamltext
from genaikeys.access import revisions
from genaikeys.ci.git import git
from genaikeys.errors import KitError
from genaikeys.settings import project_name

__all__ = ["Taken", "take"]

_DATA = re.compile(
    r"stacks/Pulumi\.[A-Za-z0-9._-]+\.yaml"
    r"|policies/[A-Za-z0-9_-]+\.j2"
    r"|policies/rendered/[A-Za-z0-9._-]+\.txt"
    r"|genaikeys/catalogue/[A-Za-z0-9_-]+\.yaml"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files that differ.

    Attributes:
        data: Paths that are now as proposed.
        code: Paths that a deployment runs, and that are as in the base.
    """

    data: tuple[str, ...]
    code: tuple[str, ...]


def take(root: Path, commit: str) -> Taken:
    """Make the working tree's data that of a commit.

    Raises:
        KitError: A file isn't plain text of its kind, a stack file changes more than its config, or something
            that isn't committed would be lost.
    """
    _check_tree(root)
    base, proposed = revisions.folder(root, "the working tree"), revisions.commit(commit, commit[:12], root)
    old, new = (
        {path: content for path, content in each.files.items() if _DATA.fullmatch(path)}
        for each in (base, proposed)
    )
    project = project_name(root / "Pulumi.yaml")
    changed = [path for path in sorted({*old, *new}) if old.get(path) != new.get(path)]
    for path in changed:
        if path.startswith("stacks/") and path in new:
            _check_stack(path, old.get(path), new[path], project)
    for path in changed:
        _put(root / path, new.get(path))
    differing = git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD", commit).split("\0")
    return Taken(tuple(changed), tuple(path for path in sorted(differing) if revisions.runs(path)))


def _check_tree(root: Path) -> None:
    """Refuse to write over what isn't committed.

    Raises:
        KitError: There is some of it.
    """
    places = sorted({place for place in revisions.DATA if place != "Pulumi.yaml"})
    found = git(root, "status", "--porcelain", "--untracked-files=all", "-z", "--", *places).split("\0")
    unsaved = sorted({entry[3:] for entry in found if _DATA.fullmatch(entry[3:])})
    if unsaved:
        raise KitError(
            f"These aren't committed, and would be written over: {', '.join(unsaved)}.",
            next_step="Commit or stash them first.",
        )


def _check_stack(path: str, old: bytes | None, new: bytes, project: str) -> None:
    """Refuse what would lead the engine elsewhere: another secrets provider, environments to open.

    Raises:
        KitError: Something beside `config:` differs.
    """
    before, after = ({} if text is None else _beside_settings(path, text, project) for text in (old, new))
    if old is None:
        after.pop("encryptionsalt", None)  # each new stack has one, and it leads nowhere
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if names:
        raise KitError(
            f"{path} changes {', '.join(sorted(names))}, which only a person may preview.",
            why="It may say who calls, or where secrets come from. Data are oci:region and the kit's config.",
            next_step="Review that line, and preview on a machine of your own: make preview STACK=...",
        )


def _beside_settings(path: str, content: bytes, project: str) -> dict[str, object]:
    """All that a stack file says, but for what settings check: a document's keys, and config's."""
    try:
        found = yamltext.read(content.decode("utf-8"), name=path)
    except (UnicodeDecodeError, yamltext.YamlError) as problem:
        raise KitError(f"{path} can't be read: {problem}") from None
    if not isinstance(found, dict):
        raise KitError(f"{path} holds no mapping of keys.")
    config = found.pop("config", None)
    foreign = {
        f"config.{key}": value
        for key, value in (config if isinstance(config, dict) else {}).items()
        if key == f"{project}:auth" or (key != "oci:region" and not str(key).startswith(f"{project}:"))
    }
    return {**{str(key): value for key, value in found.items()}, **foreign}


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)

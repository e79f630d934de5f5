"""A revision of the project as data: what git or a folder holds, read without checking anything out.

Of a commit only `git rev-parse`, `ls-tree` and `cat-file` are asked, which run no hook, filter or other code
of the repository.
"""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from genaikeys.errors import KitError

__all__ = ["DATA", "Revision", "commit", "folder", "open_revision", "runs"]

DATA = ("Pulumi.yaml", "stacks", "policies", "genaikeys/catalogue")
"""What says who has access, as data."""
CODE = (
    ".github/workflows",
    ".gitlab-ci.yml",
    "Makefile",
    "Pulumi.yaml",
    "__main__.py",
    "ci",
    "components",
    "genaikeys",
    "policies/guardrails",
    "provider",
    "pyproject.toml",
    "requirements.txt",
    "toolchain",
)
"""What runs with a deployer's identity, or decides what does: never run here, only told when it differs."""
_DATA_SUFFIXES = (".yaml", ".j2", ".txt")
_NO_CODE_SUFFIXES = (".md", ".pyc")
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Revision:
    """Files of the project at one time.

    Attributes:
        name: What to call it.
        files: Content by path from the project's root, with slashes.
        code: Content of files of code, likewise.
    """

    name: str
    files: Mapping[str, bytes]
    code: Mapping[str, bytes]

    def text(self, path: str) -> str:
        """Text of a file.

        Raises:
            KitError: It isn't there, or isn't UTF-8.
        """
        content = self.files.get(path)
        if content is None:
            raise KitError(f"{path} is missing in {self.name}.")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as problem:
            line = content[: problem.start].count(b"\n") + 1
            raise KitError(
                f"{path}:{line} in {self.name} is not UTF-8: {problem.reason}.",
                next_step="Save the file as UTF-8.",
            ) from None

    def names(self, place: str, suffix: str) -> list[str]:
        """Names of files directly in a folder, in order."""
        found = (PurePosixPath(path) for path in self.files)
        return sorted(path.name for path in found if str(path.parent) == place and path.suffix == suffix)


def open_revision(text: str, root: Path) -> Revision:
    """Open what a person named: a folder, or a revision of git.

    Args:
        text: A folder's path, or anything that `git rev-parse` understands.
        root: The project's root, in whose repository revisions are looked up.

    Raises:
        KitError: It is neither, or it could be both.
    """
    path = Path(text)
    explicit = text.startswith((".", "/", "~")) or os.sep in text.rstrip(os.sep)
    known = None if text.startswith(("./", "/", "~")) else _resolve(text, root)
    if path.expanduser().is_dir() and known is not None:
        raise KitError(
            f"{text} is a folder and a revision of git.",
            next_step=f"Say ./{text} for the folder, or {known[:12]} for the revision.",
        )
    if known is not None:
        return commit(known, text, root)
    if path.expanduser().is_dir():
        return folder(path.expanduser(), text)
    if explicit and not _in_repository(root):
        raise KitError(f"There is no folder {text}.")
    raise KitError(
        f"There is no revision or folder {text}.",
        why=_why_missing(root),
        next_step="Name a branch, tag or commit that this clone has, or a folder that holds the project.",
    )


def folder(path: Path, name: str) -> Revision:
    """Read a folder that holds the project, such as the working tree.

    Raises:
        KitError: It doesn't hold the project, or a file in it can't be read.
    """
    if not (path / "Pulumi.yaml").is_file():
        raise KitError(
            f"{name} doesn't hold the project: {path / 'Pulumi.yaml'} is missing.",
            next_step="Name the folder that holds Pulumi.yaml, stacks and policies.",
        )
    return Revision(name, dict(_files(path, DATA, _is_data)), dict(_files(path, CODE, runs)))


def commit(sha: str, name: str, root: Path) -> Revision:
    """Read a commit.

    Args:
        sha: Its full name.
        name: What to call it.
        root: The project's root, in the repository.

    Raises:
        KitError: It doesn't hold the project, or git fails.
    """
    prefix = _git(root, "rev-parse", "--show-prefix").decode().rstrip("\n")
    places = [f"{prefix}{place}" for place in dict.fromkeys(DATA + CODE)]
    listing = _git(root, "ls-tree", "-r", "-z", "--full-tree", sha, "--", *places)
    blobs = {}
    for entry in listing.decode("utf-8", "surrogateescape").split("\0"):
        head, _, path = entry.partition("\t")
        own = path.removeprefix(prefix)
        if not (_is_data(own) or runs(own)):
            continue
        mode, kind, blob = head.split(" ")
        if mode == "120000":
            raise KitError(f"{path} in {name} is a symbolic link; only files are read.")
        if kind == "blob":
            blobs[own] = blob
    if "Pulumi.yaml" not in blobs:
        raise KitError(f"{name} doesn't hold the project: {prefix}Pulumi.yaml is missing.")
    contents = _contents(root, list(dict.fromkeys(blobs.values())), name)
    files = {path: contents[blob] for path, blob in blobs.items()}
    return Revision(
        name,
        {path: content for path, content in files.items() if _is_data(path)},
        {path: content for path, content in files.items() if runs(path)},
    )


def runs(path: str) -> bool:
    """Whether a file is code that a deployment runs: a path from the project's root, with slashes."""
    if path.endswith(_NO_CODE_SUFFIXES) or (path.startswith("genaikeys/catalogue/") and _is_data(path)):
        return False
    return _is_in(path, CODE)


def _is_data(path: str) -> bool:
    return path.endswith(_DATA_SUFFIXES) and _is_in(path, DATA)


def _files(root: Path, places: Sequence[str], wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    for place in places:
        top = root / place
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in found:
            if not wanted(path.relative_to(root).as_posix()) or not path.is_file():
                continue
            if path.is_symlink():
                raise KitError(f"{path} is a symbolic link; only files are read.")
            try:
                if path.stat().st_size > _LARGEST:
                    raise KitError(f"{path} is larger than {_LARGEST} bytes.")
                yield path.relative_to(root).as_posix(), path.read_bytes()
            except OSError as problem:
                raise KitError(f"{path} can't be read: {problem.strerror}.") from None


def _is_in(path: str, places: Sequence[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _contents(root: Path, blobs: Sequence[str], name: str) -> dict[str, bytes]:
    """Contents of blobs, in one call; a partial clone that lacks one fetches nothing."""
    answer = _git(root, "cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode())
    found, place = {}, 0
    for blob in blobs:
        end = answer.index(b"\n", place)
        head = answer[place:end].split(b" ")
        if head[1] != b"blob":
            raise KitError(f"A file of {name} is missing in this clone.", next_step="Run: git fetch")
        size = int(head[2])
        if size > _LARGEST:
            raise KitError(f"A file of {name} is larger than {_LARGEST} bytes.")
        found[blob] = answer[end + 1 : end + 1 + size]
        place = end + 2 + size
    return found


def _resolve(text: str, root: Path) -> str | None:
    """Full name of the commit that a text means, or None."""
    done = _run(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"])
    return done.stdout.decode().strip() if done.returncode == 0 else None


def _in_repository(root: Path) -> bool:
    return _run(root, ["rev-parse", "--git-dir"]).returncode == 0


def _why_missing(root: Path) -> str | None:
    if not _in_repository(root):
        return f"{root} is in no git repository."
    if _run(root, ["rev-parse", "--is-shallow-repository"]).stdout.strip() == b"true":
        return "This clone is shallow: run git fetch --unshallow, or check out with the whole history."
    return None


def _git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    done = _run(root, list(arguments), given)
    if done.returncode != 0:
        why = done.stderr.decode("utf-8", "replace").strip()
        raise KitError(f"git {arguments[0]} failed in {root}.", why=why or None)
    return done.stdout


def _run(root: Path, arguments: list[str], given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    # Settings of the machine must not reach into what is read, and a missing object is missing.
    environment = {
        **os.environ,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }
    try:
        return subprocess.run(
            ["git", "-C", str(root), *arguments],
            input=given,
            capture_output=True,
            check=False,
            env=environment,
            timeout=60,
        )
    except FileNotFoundError:
        raise KitError("git is not on PATH.", next_step="Install git, or compare two folders.") from None
    except subprocess.TimeoutExpired:
        raise KitError(f"git {arguments[0]} didn't end within 60 s in {root}.") from None

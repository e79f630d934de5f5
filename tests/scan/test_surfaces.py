"""Each surface with a secret put there on purpose: a search that can't find that finds nothing."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from genaikeys.scan.findings import Report
from genaikeys.scan.run import scan, scan_staged
from genaikeys.scan.shape import Kind
from tests.scan import made
from tests.scan.made import PACKED, SPELLINGS, checkpoint, committed, digest, git, repository, value, write

pytestmark = pytest.mark.slow

Put = Callable[[Path, bytes], None]


def _stashed(root: Path, text: bytes) -> None:
    committed(root, "kept.txt", b"before\n")
    write(root / "kept.txt", text)
    git(root, "stash")


def _amended(root: Path, text: bytes) -> None:
    committed(root, "a.txt", text)
    write(root / "a.txt", b"clean\n")
    git(root, "commit", "--quiet", "--all", "--amend", "--message", "Clean")


def _removed(root: Path, text: bytes) -> None:
    committed(root, "a.txt", text)
    git(root, "rm", "--quiet", "a.txt")
    git(root, "commit", "--quiet", "--message", "Remove")


def _on_a_branch(root: Path, text: bytes) -> None:
    git(root, "checkout", "--quiet", "-b", "side")
    committed(root, "a.txt", text)
    git(root, "checkout", "--quiet", "main")


def _dropped(root: Path, text: bytes) -> None:
    write(root / "a.txt", text)
    git(root, "hash-object", "-w", "a.txt")
    (root / "a.txt").unlink()


def _in_a_worktree(root: Path, text: bytes) -> None:
    side = root.parent / f"{root.name}-side"
    git(root, "worktree", "add", "--quiet", "-b", "side", str(side))
    committed(side, "a.txt", text)


def _nested(root: Path, text: bytes) -> None:
    inner = repository(root / "inner")
    _removed(inner, text)


def _ignored(root: Path, text: bytes) -> None:
    write(root / ".gitignore", b"/.local/\n")
    write(root / ".local" / "plan.json", text)


def _state(root: Path, name: str, text: bytes) -> None:
    state = root.parent / f"{root.name}-state"
    write(root / "Pulumi.yaml", f"name: p\nruntime: yaml\nbackend:\n  url: file://{state}\n".encode())
    write(state / ".pulumi" / name, text)


SURFACES: dict[str, tuple[str, Put]] = {
    "a file": ("tree", lambda root, text: write(root / "notes.txt", text)),
    "a hidden file": ("tree", lambda root, text: write(root / ".env", text)),
    "a file deep down": ("tree", lambda root, text: write(root / "a/b/c/d.log", text)),
    "a file that git ignores": ("tree", _ignored),
    "a saved plan": (
        "tree",
        lambda root, text: write(root / "plan.json", checkpoint(b"@").replace(b"@", text)),
    ),
    "a log": ("tree", lambda root, text: write(root / "up.log", b"I1123 12:00:00\n" * 500 + text)),
    "byte code": (
        "tree",
        lambda root, text: write(root / "__pycache__/a.pyc", b"\xa7\r\r\n\0\0" + text + b"\0"),
    ),
    "a file of 5 MiB": ("tree", lambda root, text: write(root / "big", b"0123456\n" * (5 << 17) + text)),
    "a commit before the last": ("history", _removed),
    "another branch": ("history", _on_a_branch),
    "a stash": ("history", _stashed),
    "a commit that was amended": ("history", _amended),
    "an object in no commit": ("history", _dropped),
    "another worktree": ("history", _in_a_worktree),
    "history of a repository in the tree": ("history", _nested),
    "git's settings": ("history", lambda root, text: write(root / ".git/config.old", text)),
    "a checkpoint": ("state", lambda root, text: _state(root, "stacks/p/dev.json", checkpoint(text))),
    "a packed checkpoint": (
        "state",
        lambda root, text: _state(root, "stacks/p/dev.json.gz", gzip.compress(checkpoint(text))),
    ),
    "the checkpoint before": (
        "state",
        lambda root, text: _state(root, "stacks/p/dev.json.bak", checkpoint(text)),
    ),
    "an update's history": (
        "state",
        lambda root, text: _state(root, "history/p/dev/dev-1.history.json", text),
    ),
    "a backup": ("state", lambda root, text: _state(root, "backups/p/dev/dev.1.json", checkpoint(text))),
    "a lock": ("state", lambda root, text: _state(root, "locks/organization/p/dev/1.json", text)),
    "Pulumi's log": ("state", lambda root, text: _state(root, "logs/pulumi.log", text)),
}
"""Each surface: what a finding there is called, and how a text comes there."""

IN_SHORT = ("plain", "base64", "UTF-16", "in bytes that aren't UTF-8", "URL-encoded, every letter")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a repository, as the working directory; no backend but its own."""
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "nowhere"))
    made_here = repository(tmp_path / "project")
    monkeypatch.chdir(made_here)
    return made_here


def searched(root: Path, *, history: bool = True) -> Report:
    """A search of the project; whatever is found, no field of it may hold a letter of a secret."""
    return scan([root], {}, history=history)


@pytest.mark.parametrize("spelling", IN_SHORT)
@pytest.mark.parametrize("surface", SURFACES)
def test_secret_on_the_surface_is_found(surface: str, spelling: str, root: Path) -> None:
    """In whatever spelling; and nothing of it is in the report."""
    secret = value()
    name, put = SURFACES[surface]
    put(root, SPELLINGS[spelling](secret))
    report = searched(root)

    assert {(each.surface, each.kind, each.fingerprint) for each in report.findings} >= {
        (name, Kind.SHAPE, digest(secret))
    }
    assert {each.fingerprint for each in report.findings} == {digest(secret)}
    assert (report.unread, report.unpacked) == ([], [])
    assert not any(piece in repr(report) for piece in made.pieces(secret))


@pytest.mark.parametrize("surface", SURFACES)
def test_surface_without_a_secret_is_clean(surface: str, root: Path) -> None:
    """Nothing is found that was not put there."""
    SURFACES[surface][1](root, b"KEY=sk-xxxxxxxx  # see docs/task-management.md\n")

    assert searched(root).findings == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_found_in_a_file_and_in_history(spelling: str, root: Path) -> None:
    """The place, and where a commit holds it the first one."""
    secret = value()
    commit = committed(root, "sub/file.txt", b"one\ntwo\n" + SPELLINGS[spelling](secret))
    found = {(each.surface, each.place, each.commit) for each in searched(root).findings}

    assert found == {("tree", "sub/file.txt", None), ("history", "sub/file.txt", commit)}


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("surface", ["tree", "history"])
def test_packed_secret_is_found(packing: str, surface: str, root: Path) -> None:
    """And the place says where in the archive."""
    secret = value()
    ending, pack = PACKED[packing]
    content = pack(f"a\nkey: {secret}\n".encode())
    if surface == "history":
        committed(root, "packed", content)
        (root / "packed").unlink()
    else:
        write(root / "packed", content)
    report = searched(root)

    assert [(each.surface, each.fingerprint) for each in report.findings] == [(surface, digest(secret))]
    assert report.findings[0].place == f"packed{ending[ending.index('!') :]}"


def test_zstandard_is_found_where_it_can_be_read(root: Path) -> None:
    """It isn't in the standard library; where it is missing, the file is named."""
    zstandard = pytest.importorskip("zstandard", reason="zstandard isn't installed")
    secret = value()
    write(root / "dev.json.zst", zstandard.ZstdCompressor().compress(checkpoint(secret.encode())))

    assert [(each.place, each.fingerprint) for each in searched(root).findings] == [
        ("dev.json.zst!", digest(secret))
    ]


def test_what_cannot_be_unpacked_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damaged, too large, or with a name that is a secret itself: named, searched as it lies there."""
    from genaikeys.scan import packed

    secret = value()
    write(root / "damaged.gz", gzip.compress(os.urandom(5000))[:-900])
    write(root / "damaged.zip", made.zipped({"a": b"a"})[:-9] + secret.encode())
    write(root / "large.gz", gzip.compress(b"." * 5000))
    monkeypatch.setattr(packed, "LARGEST_UNPACKED", 4000)
    report = searched(root)

    assert report.unpacked == [
        "damaged.gz: it is damaged, needs a password, or is of an unknown kind",
        "damaged.zip: it is damaged, needs a password, or is of an unknown kind",
        "large.gz: it unpacks to more than 0 MiB",
    ]
    assert [(each.place, each.fingerprint) for each in report.findings] == [("damaged.zip", digest(secret))]


@pytest.mark.parametrize(
    ("put", "place", "surface"),
    [
        (lambda root, secret: write(root / f"a-{secret}.txt", b""), "a-sk-••••••••.txt", "tree"),
        (
            lambda root, secret: (root / "link").symlink_to(f"/nowhere/{secret}"),
            "link",
            "tree",
        ),
        (lambda root, secret: write(root / "a.zip", made.zipped({secret: b""})), "a.zip!sk-••••••••", "tree"),
        (lambda root, secret: git(root, "branch", secret), ".git/refs/heads/sk-••••••••", "history"),
    ],
    ids=["file", "target of a link", "file in an archive", "branch"],
)
def test_secret_in_a_name_is_found_and_hidden(
    put: Callable[[Path, str], None], place: str, surface: str, root: Path
) -> None:
    """The place is told with dots instead of it."""
    secret = value()
    put(root, secret)
    report = searched(root)

    assert (surface, place, digest(secret)) in {
        (each.surface, each.place, each.fingerprint) for each in report.findings
    }
    assert not any(piece in repr(report) for piece in made.pieces(secret))


def test_secret_in_words_of_git_is_found(root: Path) -> None:
    """In a commit's message, a tag's, and the name of a file that is gone."""
    secret = value()
    committed(root, f"{secret}.txt", b"")
    git(root, "rm", "--quiet", f"{secret}.txt")
    git(root, "commit", "--quiet", "--message", f"Remove\n\nIt was {secret}.")
    git(root, "tag", "--annotate", "--message", f"The {secret} tag", "v1")
    commit = git(root, "rev-parse", "HEAD")
    report = searched(root)

    places = {(each.place.split(" ")[0], each.place.partition("(")[2]) for each in report.findings}
    assert {
        ("commit", "the message)"),
        ("tree", "the name of a file)"),
        ("tag", "the message of a tag)"),
    } <= places
    assert commit in {each.commit for each in report.findings}
    assert not any(piece in repr(report) for piece in made.pieces(secret))


def test_what_is_staged_is_found(root: Path) -> None:
    """What the next commit adds: not what is in the tree alone, nor what is committed."""
    before, secret, later, moved = value(), value(), value(), value()
    committed(root, "old.txt", before.encode())
    committed(root, "moved.txt", moved.encode())
    write(root / "new.txt", b"one\n" + secret.encode())
    git(root, "add", "new.txt")
    write(root / "new.txt", b"clean")
    write(root / "untracked.txt", later.encode())
    report = scan_staged({})

    assert [(each.surface, each.place, each.line, each.fingerprint) for each in report.findings] == [
        ("staged", "new.txt", 2, digest(secret))
    ]
    assert report.objects == 1


def test_first_commit_of_all_can_be_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no HEAD to compare with yet."""
    secret = value()
    git(tmp_path, "init", "--quiet")
    write(tmp_path / "a.txt", secret.encode())
    git(tmp_path, "add", "a.txt")
    monkeypatch.chdir(tmp_path)

    assert [each.place for each in scan_staged({}).findings] == ["a.txt"]

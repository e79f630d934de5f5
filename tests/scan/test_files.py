"""Which files are looked at, and what is told of those that aren't."""

import os
import tracemalloc
from pathlib import Path

import pytest

from genaikeys.errors import KitError
from genaikeys.scan.findings import Report
from genaikeys.scan.run import scan
from tests.scan.made import committed, digest, git, repository, value, write


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, as the working directory."""
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def places(report: Report) -> list[str]:
    """Where something was found."""
    return [each.place for each in report.findings]


@pytest.mark.parametrize("name", [".venv", "node_modules", ".tox", ".nox", ".mypy_cache", ".ruff_cache"])
def test_folders_of_others_are_left_out_and_named(name: str, root: Path) -> None:
    """Unless they are asked for by name."""
    write(root / "sub" / name / "a.txt", value().encode())
    report = scan([root], {})

    assert (places(report), report.skipped) == ([], [f"sub/{name}"])
    assert places(scan([root / "sub" / name], {})) == [f"sub/{name}/a.txt"]


def test_virtual_environment_of_any_name_is_left_out(root: Path) -> None:
    """It has a pyvenv.cfg."""
    write(root / "env" / "pyvenv.cfg", b"home = /usr\n")
    write(root / "env" / "a.txt", value().encode())

    assert scan([root], {}).skipped == ["env"]
    assert places(scan([Path("env")], {})) == ["env/a.txt"]


def test_links_are_not_followed(root: Path) -> None:
    """Neither out of the tree nor in a circle; what they point at in the tree is seen once, where it is."""
    outside = root.parent / "outside"
    write(outside / "a.txt", value().encode())
    write(root / "real" / "b.txt", value().encode())
    (root / "out").symlink_to(outside)
    (root / "file").symlink_to(outside / "a.txt")
    (root / "circle").symlink_to(root)
    (root / "real" / "again").symlink_to(root / "real" / "b.txt")

    assert places(scan([root], {})) == ["real/b.txt"]
    assert places(scan([Path("out")], {})) == [str(outside / "a.txt")]


def test_a_file_may_be_named(root: Path) -> None:
    """Only that is looked at, and no history."""
    repository(root)
    committed(root, "a.txt", value().encode())
    committed(root, "b.txt", value().encode())
    report = scan([Path("a.txt")], {})

    assert (places(report), report.files, report.objects) == (["a.txt"], 1, 0)


def test_error_when_a_path_is_not_there(root: Path) -> None:
    """Before anything is looked at; a secret that was pasted as a path isn't shown."""
    with pytest.raises(KitError) as problem:
        scan([Path(f"{value()}")], {})

    assert str(problem.value) == "There is no sk-••••••••.\nName files and folders that are there."


def test_pipes_are_left_alone(root: Path) -> None:
    """Reading one would wait for ever."""
    os.mkfifo(root / "pipe")

    assert scan([root], {}).files == 0
    assert scan([Path("pipe")], {}).files == 0


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_cannot_be_read_is_named(what: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And counted; all else is looked at. Root may read anything: the refusal is made here."""
    write(root / "a" / f"closed-{value()}", b"")
    write(root / "b.txt", value().encode())
    opened, listed = os.open, os.scandir

    def refuse_file(path: str, flags: int) -> int:
        if "closed" in str(path):
            raise PermissionError(13, "Permission denied", path)
        return opened(path, flags)

    def refuse_folder(path: str) -> "object":
        if str(path).endswith("/a"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    if what == "file":
        monkeypatch.setattr(os, "open", refuse_file)
    else:
        monkeypatch.setattr(os, "scandir", refuse_folder)
    report = scan([root], {})

    named = "a/closed-sk-••••••••" if what == "file" else "a"
    assert report.unread == [f"{named}: Permission denied"]
    assert "b.txt" in places(report)


def test_names_cannot_write_to_the_terminal(root: Path) -> None:
    """A name with an escape sequence, or that isn't UTF-8, is told in letters."""
    write(root / "a\x1b[31mred\n.txt", value().encode())
    with open(os.fsencode(root) + b"/b\xff.txt", "wb") as file:  # noqa: PTH123 - the name is no text
        file.write(value().encode())

    assert places(scan([root], {})) in (
        ["a\\x1b[31mred\\x0a.txt", "b\\xff.txt"],
        ["b\\xff.txt", "a\\x1b[31mred\\x0a.txt"],
    )


def test_large_files_take_little_memory(root: Path) -> None:
    """A file of 64 MiB, and a packed one that unpacks to as much."""
    import gzip

    secret = value()
    with (root / "large.log").open("wb") as file, gzip.open(root / "large.gz", "wb") as packed:
        for _ in range(64):
            file.write(b"0123456789abcde\n" * (1 << 16))
            packed.write(b"0123456789abcde\n" * (1 << 16))
        file.write(secret.encode())
        packed.write(secret.encode())
    tracemalloc.start()
    try:
        report = scan([root], {})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [(each.line, each.fingerprint) for each in report.findings] == [
        ((1 << 22) + 1, digest(secret))
    ] * 2
    assert most < 40 << 20


def test_no_history_leaves_git_alone(root: Path) -> None:
    """Only files are looked at then, and none of git's own."""
    repository(root)
    committed(root, "a.txt", value().encode())
    git(root, "rm", "--quiet", "a.txt")
    report = scan([root], {}, history=False)

    assert (places(report), report.objects, report.notes) == ([], 0, [])


def test_tree_without_a_repository_says_so(root: Path) -> None:
    """There may be history elsewhere."""
    assert scan([root], {}).notes == ["No git repository holds it: there is no history to search."]

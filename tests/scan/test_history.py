"""What git is asked, and what it must not do meanwhile."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest

from genaikeys.errors import KitError
from genaikeys.scan.run import scan, scan_staged
from tests.scan.made import committed, digest, git, repository, value, write

PROGRAMS = {
    "core.fsmonitor": "{}",
    "core.pager": "{}",
    "core.sshCommand": "{}",
    "core.gitProxy": "{}",
    "core.editor": "{}",
    "core.askPass": "{}",
    "core.alternateRefsCommand": "{}",
    "credential.helper": "!{}",
    "diff.external": "{}",
    "diff.bad.textconv": "{}",
    "diff.bad.command": "{}",
    "filter.bad.clean": "{}",
    "filter.bad.smudge": "{}",
    "filter.bad.process": "{}",
    "filter.bad.required": "true",
    "gpg.program": "{}",
    "log.showSignature": "true",
    "uploadpack.packObjectsHook": "{}",
    "alias.cat-file": "!{}",
    "alias.rev-list": "!{}",
    "alias.diff-tree": "!{}",
}
"""Settings by which a repository makes git run a program."""
HOOKS = (
    "pre-commit",
    "post-index-change",
    "reference-transaction",
    "pre-auto-gc",
    "post-checkout",
    "fsmonitor-watchman",
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, as the working directory."""
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    folder = repository(tmp_path / "project")
    monkeypatch.chdir(folder)
    return folder


def test_nothing_of_the_repository_runs(root: Path) -> None:
    """No hook, filter, helper or alias, whatever its settings say; and the search finds what is there."""
    secret, marker = value(), root.parent / "ran"
    program = root.parent / "program"
    write(program, f'#!/bin/sh\necho "$0 $*" >> {marker}\n'.encode())
    program.chmod(0o755)
    committed(root, "a.txt", secret.encode())
    write(root / ".gitattributes", b"* filter=bad diff=bad\n")
    for hook in HOOKS:
        write(root / ".git" / "hooks" / hook, program.read_bytes())
        (root / ".git" / "hooks" / hook).chmod(0o755)
    with (root / ".git" / "config").open("a") as settings:
        for name, text in PROGRAMS.items():
            section, _, key = name.rpartition(".")
            title = section if "." not in section else '{} "{}"'.format(*section.split("."))
            settings.write(f"[{title}]\n\t{key} = {text.format(program)}\n")

    found = {each.fingerprint for each in scan([root], {}).findings}
    scan_staged({})
    assert found == {digest(secret)}
    assert not marker.exists(), marker.read_text()
    with contextlib.suppress(subprocess.CalledProcessError):
        git(root, "status")  # the positive control: git itself does run them
    assert marker.exists()


def test_a_partial_clone_fetches_nothing(root: Path) -> None:
    """What it lacks stays away; what it has is searched."""
    git(root, "config", "uploadpack.allowFilter", "true")
    committed(root, "a.txt", value().encode())
    message = value()
    git(root, "commit", "--quiet", "--allow-empty", "--message", f"Say {message}")
    clone = root.parent / "clone"
    git(root.parent, "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{root}", str(clone))
    before = git(clone, "count-objects", "-v")
    report = scan([clone], {})

    assert {each.fingerprint for each in report.findings} == {digest(message)}
    assert git(clone, "count-objects", "-v") == before


def test_a_shallow_clone_is_told(root: Path) -> None:
    """Its history ends somewhere."""
    committed(root, "a.txt", value().encode())
    git(root, "rm", "--quiet", "a.txt")
    git(root, "commit", "--quiet", "--message", "Remove")
    clone = root.parent / "clone"
    git(root.parent, "clone", "--quiet", "--depth", "1", f"file://{root}", str(clone))
    report = scan([clone], {})

    assert report.findings == []
    assert report.notes == [f"{clone} is a shallow clone: what it lacks was not searched."]


def test_a_finding_names_the_first_commit(root: Path) -> None:
    """Parents before children, whatever their dates say; a merge and a rename change nothing."""
    secret = value()
    git(root, "checkout", "--quiet", "-b", "side")
    first = committed(root, "a.txt", secret.encode())
    git(root, "mv", "a.txt", "b.txt")
    git(root, "commit", "--quiet", "--message", "Rename", GIT_COMMITTER_DATE="2001-01-01T00:00:00Z")
    git(root, "checkout", "--quiet", "main")
    committed(root, "other.txt", b"other")
    git(root, "merge", "--quiet", "--no-ff", "--message", "Merge", "side")
    history = [each for each in scan([root], {}).findings if each.surface == "history"]

    assert [(each.place, each.commit, each.line) for each in history] == [("a.txt", first, 1)]


def test_packed_objects_are_searched_once(root: Path) -> None:
    """Whether loose, packed or both."""
    secret = value()
    committed(root, "a.txt", secret.encode())
    git(root, "rm", "--quiet", "a.txt")
    git(root, "commit", "--quiet", "--message", "Remove")
    loose = scan([root], {})
    git(root, "repack", "--quiet", "-a")

    assert [each.fingerprint for each in loose.findings] == [digest(secret)]
    assert scan([root], {}).findings == loose.findings
    assert scan([root], {}).objects == loose.objects


def test_other_hashes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with SHA-256."""
    secret = value()
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    commit = committed(tmp_path, "a.txt", secret.encode())
    git(tmp_path, "rm", "--quiet", "a.txt")
    monkeypatch.chdir(tmp_path)

    assert [(each.place, each.commit) for each in scan([tmp_path], {}).findings] == [("a.txt", commit)]


def test_large_objects_are_searched_as_they_come(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is too large to be kept, and the one behind it."""
    from genaikeys.scan import history

    monkeypatch.setattr(history, "_LARGEST_UNPACKABLE", 1000)
    one, two = value(), value()
    committed(root, "large.txt", b"0123456789\n" * 1000 + one.encode() + b"\n" + b"more\n" * 500)
    committed(root, "small.txt", two.encode())
    for name in ("large.txt", "small.txt"):
        (root / name).unlink()

    assert {(each.place, each.line, each.fingerprint) for each in scan([root], {}).findings} == {
        ("large.txt", 1001, digest(one)),
        ("small.txt", 1, digest(two)),
    }


def test_a_broken_repository_is_named(root: Path) -> None:
    """The files are searched all the same."""
    secret = value()
    write(root / "a.txt", secret.encode())
    write(root / ".git" / "HEAD", b"nonsense\n")
    report = scan([root], {})

    assert [each.place for each in report.findings] == ["a.txt"]
    assert len(report.unread) == 1
    assert report.unread[0].startswith(f"the history of {root}: git rev-parse failed fatal: ")


def test_git_that_is_missing_is_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do instead."""
    monkeypatch.setenv("PATH", "/nowhere")
    report = scan([root], {})

    assert report.unread == [
        f"the history of {root}: git is not on PATH Install git, or leave history out with --no-history."
    ]


def test_error_when_there_is_nothing_to_stage_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of any repository."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KitError, match="not a git repository"):
        scan_staged({})


def test_a_hook_is_told_its_index(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git commit FILE` stages that file in an index of its own, and tells its hooks which."""
    one, two = value(), value()
    write(root / "one.txt", one.encode())
    write(root / "two.txt", two.encode())
    git(root, "add", "one.txt")
    index = root / ".git" / "other-index"
    git(root, "add", "two.txt", GIT_INDEX_FILE=str(index))
    monkeypatch.setenv("GIT_INDEX_FILE", os.path.relpath(index))

    assert [each.fingerprint for each in scan_staged({}).findings] == [digest(two)]


def test_names_of_every_kind_are_told(root: Path) -> None:
    """Blanks, quotes, line ends, letters that aren't ASCII."""
    names = ["a b.txt", 'quo"te.txt', "line\nend.txt", "größe.txt", "tab\t.txt"]
    secrets = {digest(secret): (name, secret) for name in names if (secret := value())}
    for name, secret in secrets.values():
        committed(root, name, secret.encode())
        (root / name).unlink()
    found = {each.fingerprint: each.place for each in scan([root], {}).findings}

    assert found == {
        fingerprint: name.replace("\n", "\\x0a").replace("\t", "\\x09")
        for fingerprint, (name, _) in secrets.items()
    }

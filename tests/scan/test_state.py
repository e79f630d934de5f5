"""Where Pulumi's state is looked for."""

import json
from pathlib import Path

import pytest

from genaikeys.scan.run import scan
from genaikeys.scan.state import backends, folders
from tests.scan.made import value, write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A Pulumi project without a backend of its own."""
    write(tmp_path / "project" / "Pulumi.yaml", b"name: p\nruntime: yaml\n")
    (tmp_path / "project" / "sub").mkdir()
    return tmp_path / "project"


def _login(home: Path, url: str) -> dict[str, str]:
    write(home / "credentials.json", json.dumps({"current": url}).encode())
    return {"PULUMI_HOME": str(home)}


def test_the_environment_decides(project: Path) -> None:
    """Before the project's own file, and before the last login."""
    write(project / "Pulumi.yaml", b"name: p\nruntime: yaml\nbackend: {url: 'file:///own'}\n")
    environ = {"PULUMI_BACKEND_URL": "file:///named", **_login(project / "home", "file:///login")}

    assert [url for url, _ in backends([project], environ)] == ["file:///named"]
    del environ["PULUMI_BACKEND_URL"]
    assert backends([project / "sub"], environ) == [("file:///own", project)]
    write(project / "Pulumi.yaml", b"name: p\nruntime: yaml\n")
    assert [url for url, _ in backends([project], environ)] == ["file:///login"]
    assert backends([project], {"PULUMI_HOME": "/nowhere"}) == []


def test_a_folder_in_no_project_has_no_state(tmp_path: Path) -> None:
    """Whatever is logged in to."""
    assert backends([tmp_path], {"PULUMI_BACKEND_URL": "file:///named"}) == []


@pytest.mark.parametrize(
    "damage", [b"", b"[]", b"backend: 5", b"backend: {url: 5}", b"\xff", b"a: [", b"a: !b 1"]
)
def test_a_damaged_project_has_no_backend_of_its_own(damage: bytes, project: Path) -> None:
    """It is Pulumi that tells what is wrong with it."""
    write(project / "Pulumi.yaml", damage)

    assert backends([project], {"PULUMI_HOME": "/nowhere"}) == []


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b'{"current": 5}', b"\xff"])
def test_a_damaged_login_is_none(damage: bytes, project: Path) -> None:
    """As if nobody were logged in."""
    write(project / "home" / "credentials.json", damage)

    assert backends([project], {"PULUMI_HOME": str(project / "home")}) == []


@pytest.mark.parametrize(
    "url", ["file://{}", "file://{}?metadata=skip", "file://state", "file://./state", "file://~/state"]
)
def test_folders_of_a_backend(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute, relative to the project, and at home; only what holds state."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("stacks", "history", "plugins"):
        (tmp_path / "state" / ".pulumi" / name).mkdir(parents=True)
    found = folders(url.format(tmp_path / "state"), tmp_path)

    assert [place.resolve() for place in found or ()] == [
        tmp_path / "state" / ".pulumi" / name for name in ("stacks", "history")
    ]


@pytest.mark.parametrize("url", ["https://api.pulumi.com", "s3://bucket?region=x", "gs://bucket"])
def test_a_backend_elsewhere_is_told(url: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked there; what follows its name may be a secret, and isn't told."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)

    assert folders(url, project) is None
    assert scan([project], {}).notes[0] == (
        f"The state in {url.partition('?')[0]} was not searched: it is no folder."
    )


def test_state_in_the_tree_is_searched_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As state."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{project}")
    write(project / ".pulumi" / "stacks" / "p" / "dev.json", value().encode())

    assert [(each.surface, each.place) for each in scan([project], {}).findings] == [
        ("state", ".pulumi/stacks/p/dev.json")
    ]

"""Somebody else's Pulumi program: the page about it, followed from the first line to the last."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from provider import schema
from tests.docs.blocks import blocks
from tests.engine.machine import CHECKOUT
from tests.local import DIVERTING
from tests.wheel import made

_PAGE = CHECKOUT / "docs" / "other-programs.md"
_LIMIT = 600.0


def _sh(script: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """The folder of another project; it has modules of the names that the kit's rooms have."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("provider", "components", "emulator", "toolchain"):
        (folder / f"{name}.py").write_text("raise SystemExit('this is the shop')", encoding="utf-8")
    yield folder
    if (folder / ".local").exists():
        subprocess.run([folder / ".venv/bin/genaikeys", "local", "down", "--remove"], cwd=folder, check=True)


def _install(how: str, command: str, folder: Path, scratch: Path) -> None:
    """What the page's first commands do: with the wheel alone, or as it stands there."""
    if how == "wheel":
        made.environment(folder / ".venv", made.wheel(scratch))
        return
    clone = made.sources(scratch / "clone")
    git = "git init -q && git add -A && git -c user.name=x -c user.email=x@example.com commit -qm x"
    subprocess.run(["sh", "-e", "-c", git], cwd=clone, check=True)
    _sh(command, folder, {**os.environ, "KIT": clone.as_uri()})


@pytest.mark.parametrize("how", ["wheel", pytest.param("pip", marks=pytest.mark.full)])
def test_page_about_other_programs_works_as_it_stands(shop: Path, tmp_path: Path, how: str) -> None:
    """Installed, declared and brought up: a second run changes nothing, and nobody is warned of anything."""
    install, first, read_schema, second = blocks(_PAGE, "sh")
    (project,), (key, components) = blocks(_PAGE, "yaml"), blocks(_PAGE, "python")
    (shop / "Pulumi.yaml").write_text(project, encoding="utf-8")
    (shop / "__main__.py").write_text(key, encoding="utf-8")
    (shop / "second.py").write_text(components, encoding="utf-8")
    _install(how, install, shop, tmp_path)

    auth, destroy = "pulumi config set genaikeys:auth", "pulumi destroy"
    refused = f"{auth} nonsense\nif pulumi preview > refused.txt 2>&1; then exit 9; fi"
    script = "\n".join(
        [
            first.replace(auth, f"{refused}\n{auth}").replace(
                destroy, f"pulumi stack export --file state.json\n{destroy}"
            ),
            read_schema,
            "mv second.py __main__.py",
            second.replace("--json", "--json > outputs.json"),
        ]
    )
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(part in name.upper() for part in (*DIVERTING, "PYTHONPATH", "GENAIKEYS_LOCAL"))
    }
    said = _sh(script, shop, kept)

    assert "warning" not in said
    assert "auth.type is 'nonsense'" in (shop / "refused.txt").read_text(encoding="utf-8")
    known = json.loads((shop / "schema.json").read_text(encoding="utf-8"))
    assert known == schema.package()
    state = json.loads((shop / "state.json").read_text(encoding="utf-8"))["deployment"]["resources"]
    ours = [each for each in state if each["type"] in known["resources"]]
    assert sorted(each["type"] for each in ours) == sorted(known["resources"])
    for each in ours:
        said_of = known["resources"][each["type"]]
        assert set(each["outputs"]) == set(each["inputs"]) | (
            set(said_of["properties"]) - set(said_of["inputProperties"])
        )
    outputs = json.loads((shop / "outputs.json").read_text(encoding="utf-8"))
    assert set(outputs["us-chicago-1"]) == {"bot", "batch"}


@pytest.mark.parametrize("how", ["executable", "folder"])
def test_cli_reads_the_whole_schema(how: str, tmp_path: Path) -> None:
    """`pulumi package get-schema` gives what the plugin has, by its executable and by its folder alike."""
    folder = CHECKOUT / "provider"
    source = {"executable": folder / "pulumi-resource-genaikeys", "folder": folder}[how]
    environment = {**os.environ, "PULUMI_HOME": str(tmp_path), "PULUMI_SKIP_UPDATE_CHECK": "true"}

    done = subprocess.run(
        ["pulumi", "package", "get-schema", source],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=True,
    )

    assert json.loads(done.stdout) == schema.package()

"""What the wheel holds, and how it looks from another project."""

import json
import os
import re
import subprocess
from pathlib import Path

import provider
from tests.local import CHECKOUT
from tests.wheel.made import held, tracked

_PLACES = {
    "genaikeys": "genaikeys",
    "components": "genaikeys/components",
    **{room: f"genaikeys/_site/{room}" for room in ("provider", "emulator", "toolchain", "policies")},
}
"""Where the rooms of the checkout are in the wheel."""
_STAYS = re.compile(r"policies/rendered/.*|toolchain/(up|stack|shell)\.sh")
"""What has a meaning in a checkout only: what its stacks grant, and what targets of `make` run."""


def _ran(python: Path, program: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_wheel_puts_one_name_into_site_packages(wheel: Path) -> None:
    """Names as common as `provider` or `components` stay free for others."""
    tops = {name.split("/")[0] for name in held(wheel)}

    assert tops == {"genaikeys", f"genaikeys-{provider.VERSION}.dist-info"}


def test_wheel_has_every_file_of_its_rooms_as_it_is(wheel: Path) -> None:
    """Code, tables, templates, launchers and the mark for type checkers: same bytes, same executable bit."""
    wanted = {
        "/".join((_PLACES[name.parts[0]], *name.parts[1:])): (
            (CHECKOUT / name).read_bytes(),
            os.access(CHECKOUT / name, os.X_OK),
        )
        for name in tracked()
        if name.parts[0] in _PLACES and not _STAYS.fullmatch(str(name))
    }
    found = {name: what for name, what in held(wheel).items() if ".dist-info/" not in name}

    assert sorted(wanted) == sorted(found)
    assert [name for name, what in wanted.items() if found[name] != what] == []
    assert {
        "genaikeys/py.typed",
        "genaikeys/catalogue/models.yaml",
        "genaikeys/snippet/templates/curl.sh.j2",
        "genaikeys/_site/policies/key-chat.j2",
    } <= set(found)
    assert {name for name, (_, is_executable) in found.items() if is_executable} == {
        "genaikeys/_site/provider/pulumi-resource-genaikeys",
        "genaikeys/_site/toolchain/languagehost/pulumi-language-python",
    }


def test_installing_gives_the_command_and_the_plugin(installed: Path, tmp_path: Path) -> None:
    """Both scripts run in their own environment, from any folder, whatever stands there."""
    for name in ("provider", "emulator", "toolchain", "components", "policies"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not the kit')", encoding="utf-8")

    said = subprocess.run(
        [installed / "bin" / "genaikeys", "models", "list", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    with subprocess.Popen(
        [installed / "bin" / "pulumi-resource-genaikeys", "127.0.0.1:1"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as plugin:
        assert plugin.stdout is not None
        port = plugin.stdout.readline()
        plugin.terminate()

    assert json.loads(said.stdout)["models"]
    assert port.strip().isdigit()
    assert plugin.returncode == 0


def test_classes_import_beside_modules_of_the_same_names(installed: Path, tmp_path: Path) -> None:
    """A project that has `components` and `provider` of its own gets ours too, from the wheel."""
    for name in ("provider", "emulator", "toolchain", "components", "policies"):
        (tmp_path / f"{name}.py").write_text("MINE = True", encoding="utf-8")
    program = """
import importlib, pkgutil
import components, provider
import genaikeys.components
assert components.MINE and provider.MINE
names = [each.name for each in pkgutil.iter_modules(genaikeys.components.__path__)]
for name in ["pulumi", *(f"components.{name}" for name in names)]:
    print(importlib.import_module(f"genaikeys.{name}").__file__)
"""

    files = _ran(installed / "bin" / "python", program, tmp_path).splitlines()

    assert len(files) > len(list((CHECKOUT / "components").glob("[!_]*.py")))
    assert [each for each in files if not Path(each).is_relative_to(installed)] == []


def test_verbs_are_about_the_project_around_the_working_directory(installed: Path, tmp_path: Path) -> None:
    """Below a folder with `Pulumi.yaml` that folder is meant; elsewhere the working directory."""
    (tmp_path / "shop" / "infra").mkdir(parents=True)
    (tmp_path / "shop" / "Pulumi.yaml").touch()
    program = "from genaikeys.cli import home; print(home.folder())"

    found = [
        _ran(installed / "bin" / "python", program, folder)
        for folder in (tmp_path / "shop" / "infra", tmp_path)
    ]

    assert found == [str(tmp_path / "shop" / ".local"), str(tmp_path / ".local")]


def test_type_checkers_see_the_classes(installed: Path, tmp_path: Path) -> None:
    """Outputs have their types, and an argument that doesn't exist or isn't given is told."""
    program = tmp_path / "typed.py"
    program.write_text(
        """\
from genaikeys.pulumi import ApiKey, RotatingSecret

key = ApiKey("a", region="r", compartment_id="c", display_name="d", key_names=["1", "2"], expiry="90d")
reveal_type(key.api_key_id)
reveal_type(key.region)


def look(value: RotatingSecret) -> None:
    reveal_type(value.secret_version)
    reveal_type(value.slots)


ApiKey("b", regoin="r", compartment_id="c", display_name="d", key_names=["1", "2"], expiry="90d")
ApiKey("c", region=1, compartment_id="c", display_name="d", key_names=["1", "2"], expiry="90d")
""",
        encoding="utf-8",
    )

    done = subprocess.run(
        [
            *(CHECKOUT / ".venv" / "bin" / "mypy", "--strict", "--no-error-summary", "--config-file="),
            *(
                "--cache-dir",
                tmp_path / "cache",
                "--python-executable",
                installed / "bin" / "python",
                program,
            ),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    said = [line.partition(": ")[2].partition("; expected")[0] for line in done.stdout.splitlines()]
    assert [line for line in said if "reveal" in line.lower() or line.startswith("error")] == [
        'note: Revealed type is "pulumi.output.Output[str]"',
        'note: Revealed type is "pulumi.output.Output[str]"',
        'note: Revealed type is "pulumi.output.Output[int]"',
        'note: Revealed type is "pulumi.output.Output[typing.Mapping[str, typing.Mapping[str, str]]]"',
        'error: Unexpected keyword argument "regoin" for "ApiKey"; did you mean "region"?  [call-arg]',
        'error: Argument "region" to "ApiKey" has incompatible type "int"',
    ]

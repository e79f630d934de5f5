"""`genaikeys backend run`: a stack whose passphrase lies in the Vault, and nowhere else."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend import team
from tests.canary.spellings import search
from tests.engine.machine import SMALL, Machine, processes_below, project

_API_KEY = {"method": "POST", "host": "generativeai", "path": "/apikeys$"}


@pytest.fixture
def value() -> str:
    """A passphrase."""
    return secrets.token_hex(32)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine without a passphrase, whose stack isn't made yet."""
    made = Machine(project(tmp_path / "project", "small", SMALL), tmp_path / "home", "small")
    made.start()
    made.environment.pop("PULUMI_CONFIG_PASSPHRASE_FILE")
    made.environment |= {"HOME": str(tmp_path / "user"), "TMPDIR": str(tmp_path / "temporary")}
    for name in ("user", "temporary"):
        (tmp_path / name).mkdir()
    yield made
    made.stop()


def _command(secret: str, *command: str) -> tuple[str, ...]:
    return ("backend", "run", "--stack", "small", "--passphrase-secret", secret, "--", *command)


def _held(value: bytes) -> tuple[set[int], list[tuple[str, bytes]]]:
    """Processes whose environment has the value, and the command lines of all."""
    have: set[int] = set()
    lines: list[tuple[str, bytes]] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            lines.append((str(folder), (folder / "cmdline").read_bytes()))
            if value in (folder / "environ").read_bytes():
                have.add(int(folder.name))
        except OSError:  # ended meanwhile, or another's
            continue
    return have, lines


def test_passphrase_is_only_in_the_vault_and_in_the_command(
    machine: Machine, value: str, tmp_path: Path
) -> None:
    """Stack and state need it; no file, output or command line has it, and no process but the command's."""
    secret = team.secret(machine, team.vault(machine), value)
    said = [
        machine.kit(*_command(secret, "pulumi", "stack", "init", "small", "--non-interactive"), check=True)
    ]
    fault = machine.fault(**_API_KEY, when="after", action="hold", count=1)
    script = "import sys; from genaikeys.cli import main; sys.exit(main())"
    up = ("pulumi", "up", "--stack", "small", "--yes", "--skip-preview", "--non-interactive")
    with subprocess.Popen(
        [sys.executable, "-c", script, *_command(secret, *up)],
        cwd=machine.project,
        env=machine.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        machine.until_held(fault)
        have, lines = _held(value.encode())
        family = {running.pid, *processes_below(running.pid)}
        machine.admin("POST", f"/faults/{fault}/release")
        out, _ = running.communicate()
    machine.clear_faults()
    shown = ("pulumi", "stack", "export", "--stack", "small", "--show-secrets")
    said += [machine.kit(*_command(secret, *shown), check=True), machine.kit("verify", "--stack", "small")]
    without = machine.run(*shown)
    other = machine.pulumi("preview", extra={"PULUMI_CONFIG_PASSPHRASE": secrets.token_urlsafe(9)})
    files = [(str(file), file.read_bytes()) for file in tmp_path.rglob("*") if _is_looked_at(file)]

    assert running.returncode == 0, out
    assert running.pid in have
    assert have <= family
    assert [ran.code for ran in said] == [0, 0, 0]
    assert "passphrase must be set" in without.said
    assert "incorrect passphrase" in other.said
    found = search(
        [*files, *lines, ("output", "".join([out, *(ran.said for ran in (*said, without, other))]).encode())],
        [value.encode()],
        shapes=False,
    )
    assert found.hits == ()
    assert found.places > 100
    assert any(name.endswith("/.pulumi/stacks/oci-genai-keys/small.json") for name, _ in files)


def _is_looked_at(file: Path) -> bool:
    """Every file but sockets, and but the virtual environment, which is a link to the checkout's."""
    return file.is_file() and ".venv" not in file.parts


def test_search_finds_a_passphrase_that_lies_somewhere(value: str, tmp_path: Path) -> None:
    """The search above isn't blind: it finds a passphrase file, and a variable in a script, packed or not."""
    (tmp_path / "passphrase").write_text(value)
    (tmp_path / "deploy.sh").write_text(f"export PULUMI_CONFIG_PASSPHRASE={value}\n")
    found = search(
        [(str(file), file.read_bytes()) for file in tmp_path.iterdir()], [value.encode()], shapes=False
    )

    assert {Path(hit.place).name for hit in found.hits} == {"passphrase", "deploy.sh"}

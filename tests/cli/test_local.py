"""`genaikeys local up | down | status`, with real processes."""

import json
import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.conftest import kit

pytestmark = pytest.mark.slow


def pid_of(home: Path) -> int:
    """Return the process that `home.json` names."""
    return int(json.loads((home / "home.json").read_text())["pid"])


def is_alive(pid: int) -> bool:
    """Say whether a process of that number runs, zombies left out."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def test_up_starts_a_local_oci_and_a_second_up_finds_it(fresh: Path) -> None:
    """What is said goes to stderr; nothing is started twice; a tool that captures the streams isn't hung."""
    first = kit(fresh, "local", "up")
    assert (first.returncode, first.stdout) == (0, "")
    port = json.loads((fresh / "home.json").read_text())["port"]
    pid = pid_of(fresh)
    assert first.stderr.splitlines() == [
        f"Starting a local OCI in {fresh} ...",
        f"The local OCI in {fresh} is up, on 127.0.0.1:{port}.",
    ]
    second = kit(fresh, "local", "up")
    assert (second.returncode, second.stdout) == (0, "")
    assert second.stderr == f"The local OCI in {fresh} was up already, on 127.0.0.1:{port}.\n"
    assert pid_of(fresh) == pid


def test_up_puts_a_plugin_for_pulumi_oci_into_the_home(fresh: Path) -> None:
    """The stand-in, where the user has no official plugin."""
    assert kit(fresh, "local", "up", extra={"HOME": str(fresh.parent)}).returncode == 0
    (plugin,) = (fresh / "pulumi" / "plugins").glob("resource-oci-v*/pulumi-resource-oci")
    assert os.access(plugin, os.X_OK)


def test_up_uses_the_official_plugin_where_the_user_has_it(fresh: Path) -> None:
    """Linked, so that an update of it counts; a second `up` keeps the link."""
    official = fresh.parent / ".pulumi" / "plugins" / "resource-oci-v5.5.0"
    official.mkdir(parents=True)
    (official / "pulumi-resource-oci").write_text("#!/bin/sh\n")
    extra = {"HOME": str(fresh.parent)}
    kit(fresh, "local", "up")
    said = kit(fresh, "local", "up", extra=extra).stderr
    assert f"Using the official pulumi_oci plugin 5.5.0 from {official}.\n" in said
    assert kit(fresh, "local", "up", extra=extra).returncode == 0
    assert (fresh / "pulumi" / "plugins" / "resource-oci-v5.5.0").resolve() == official.resolve()


def test_down_stops_it_and_keeps_the_home(fresh: Path) -> None:
    """The next `up` finds the state as it was, and the port, which shells may have in their environment."""
    kit(fresh, "local", "up")
    pid, port = pid_of(fresh), json.loads((fresh / "home.json").read_text())["port"]
    kit(fresh, "local", "switch", "list-lag", "1")
    stopped = kit(fresh, "local", "down")
    assert (stopped.returncode, stopped.stderr) == (0, f"The local OCI in {fresh} stopped.\n")
    assert not is_alive(pid)
    again = kit(fresh, "local", "down")
    assert (again.returncode, again.stderr) == (0, f"The local OCI in {fresh} was down already.\n")
    assert kit(fresh, "local", "up").returncode == 0
    assert json.loads((fresh / "home.json").read_text())["port"] == port
    assert kit(fresh, "local", "switch", "list-lag").stdout == "1\n"


def test_down_with_remove_leaves_nothing(fresh: Path) -> None:
    """Neither a process nor a file."""
    kit(fresh, "local", "up")
    pid = pid_of(fresh)
    removed = kit(fresh, "local", "down", "--remove")
    assert (removed.returncode, removed.stderr) == (
        0,
        f"The local OCI in {fresh} stopped.\nRemoved {fresh}.\n",
    )
    assert not is_alive(pid)
    assert not fresh.exists()
    assert kit(fresh, "local", "down", "--remove").returncode == 0


def test_down_with_remove_ends_a_home_inside_as_well(fresh: Path) -> None:
    """A `make seed` that was killed leaves its own home there."""
    inner = fresh / "seed"
    kit(inner, "local", "up")
    pid = pid_of(inner)
    assert kit(fresh, "local", "down", "--remove").returncode == 0
    assert not is_alive(pid)
    assert not fresh.exists()


def test_two_ups_at_once_start_one(fresh: Path) -> None:
    """The slower of the two finds what the other started."""
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _: kit(fresh, "local", "up"), range(2)))
    assert [each.returncode for each in ended] == [0, 0], [each.stderr for each in ended]
    assert is_alive(pid_of(fresh))


def test_down_never_removes_somebody_elses_folder(tmp_path: Path) -> None:
    """A folder with files, but without a home, may be anything."""
    (tmp_path / "thesis.txt").write_text("precious")
    ended = kit(tmp_path, "local", "down", "--remove")
    assert ended.returncode == 1
    assert ended.stderr == (
        f"The local OCI in {tmp_path} was down already.\n"
        f"{tmp_path} is no local home: it holds files, but no home.json.\n"
        "Nothing was removed.\n"
        "Name a local home with GENAIKEYS_LOCAL_HOME, or remove this folder yourself.\n"
    )
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_killed_local_oci_is_down_and_comes_up_again(fresh: Path) -> None:
    """Every verb says that it is down and how to go on."""
    kit(fresh, "local", "up")
    pid = pid_of(fresh)
    os.kill(pid, signal.SIGKILL)
    for verb in (["local", "env"], ["local", "clock"], ["local", "journal"], ["status", "--stack", "local"]):
        ended = kit(fresh, *verb)
        assert (ended.returncode, ended.stdout, ended.stderr) == (
            1,
            "",
            f"The local OCI in {fresh} is down.\nRun: genaikeys local up\n",
        )
    assert kit(fresh, "local", "up").returncode == 0
    assert pid_of(fresh) != pid


def test_error_when_the_home_can_not_be_made(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()
    ended = kit(tmp_path / "file", "local", "up")
    assert (ended.returncode, ended.stderr) == (
        1,
        f"The local home {tmp_path / 'file'} can't be used: File exists.\n",
    )


def test_error_when_the_port_is_taken(fresh: Path) -> None:
    """The message names the port and the way to another one; a later `up` with another port works."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = kit(fresh, "local", "up", "--port", str(port))
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"Starting a local OCI in {fresh} ...",
        f"port {port} of 127.0.0.1 can't be had: Address already in use; choose another with --port",
    ]
    assert kit(fresh, "local", "up").returncode == 0


def test_error_when_it_is_up_on_another_port(fresh: Path) -> None:
    """Shells may rely on the port that it has."""
    kit(fresh, "local", "up")
    port = json.loads((fresh / "home.json").read_text())["port"]
    other = port + 1 if port < 65535 else port - 1
    ended = kit(fresh, "local", "up", "--port", str(other))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"The local OCI in {fresh} is up on port {port}, not {other}.\n"
        f"Run: genaikeys local down; genaikeys local up --port {other}\n"
    )


def test_a_broken_home_is_said_and_can_be_removed(fresh: Path) -> None:
    """Also while its local OCI still runs: the process is found by its command line."""
    kit(fresh, "local", "up")
    pid = pid_of(fresh)
    (fresh / "home.json").write_text("{")
    for verb in (["up"], ["down"], ["env"], ["status"]):
        ended = kit(fresh, "local", *verb)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr == (
            f"The local home {fresh} is broken: home.json can't be read (JSONDecodeError).\n"
            "It was damaged, or made by another version.\n"
            "Run: genaikeys local down --remove; genaikeys local up\n"
        )
    assert kit(fresh, "local", "down", "--remove").returncode == 0
    assert not is_alive(pid)
    assert not fresh.exists()


def test_error_when_a_part_of_the_home_is_missing(fresh: Path) -> None:
    """The local OCI itself says which."""
    kit(fresh, "local", "up")
    kit(fresh, "local", "down")
    (fresh / "ca.pem").unlink()
    ended = kit(fresh, "local", "up")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[1:] == [
        f"home {fresh} is broken: ca.pem is missing; remove that folder and start again"
    ]


def test_another_program_on_the_port_is_not_taken_for_ours(fresh: Path, tmp_path: Path) -> None:
    """Two homes that claim one port: only the one that is up counts as up."""
    other = tmp_path / "other"
    kit(other, "local", "up")
    try:
        kit(fresh, "local", "up")
        kit(fresh, "local", "down")
        claimed = json.loads((fresh / "home.json").read_text())
        claimed["port"] = json.loads((other / "home.json").read_text())["port"]
        (fresh / "home.json").write_text(json.dumps(claimed))
        assert kit(fresh, "local", "status").returncode == 1
        assert kit(fresh, "local", "down").stderr == f"The local OCI in {fresh} was down already.\n"
        assert kit(other, "local", "status").returncode == 0
    finally:
        kit(other, "local", "down", "--remove")


def test_status_shows_where_it_is_and_what_differs(home: Path) -> None:
    """In words for a person, in JSON for a machine."""
    kit(home, "local", "switch", "responses-need", "manage")
    shown = kit(home, "local", "status", "--json")
    facts = json.loads(shown.stdout)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", facts["address"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", facts["clock"])
    assert {name: facts[name] for name in ("home", "up", "pid", "faults", "switches")} == {
        "home": str(home),
        "up": True,
        "pid": pid_of(home),
        "faults": 0,
        "switches": {"responses-need": "manage"},
    }
    kit(home, "local", "switch", "responses-need", "use")
    lines = kit(home, "local", "status").stdout.splitlines()
    assert lines[:3] == ["local OCI", f"home       {home}", "up         yes"]
    assert lines[-1] == "switches   as by default"


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_status_of_a_home_that_is_down_ends_with_1(tmp_path: Path, arguments: list[str]) -> None:
    """So that a script can ask."""
    assert kit(tmp_path / "none", "local", "status", *arguments).returncode == 1

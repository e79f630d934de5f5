"""The home: what the first start makes, what later starts find, and what is refused."""

import configparser
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from tests.emulator.caller import calling
from tests.local import CHECKOUT, Local, running

pytestmark = pytest.mark.slow

SECRETS = ("master.key", "oci/admin.pem", "tls/hosts.key", "state.db")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was started once and stopped."""
    folder = tmp_path_factory.mktemp("homes") / "made"
    with running(folder):
        pass
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of a stopped home, to do with as a test likes; its paths are still those of the first."""
    return shutil.copytree(made, tmp_path / "home")


def start(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Start a local OCI that is expected to end at once."""
    command = [sys.executable, "-m", "emulator", "--home", str(folder), *more]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=False)


def test_home_says_where_everything_is(tmp_path: Path) -> None:
    """Every path of home.json exists, and the profile names the administrator's key."""
    folder = tmp_path / "home"
    with running(folder) as local:
        home = local.home
    assert {name: value for name, value in home.items() if name not in ("pid", "port")} == {
        "admin": f"http://127.0.0.1:{home['port']}/_local",
        "proxy": f"http://127.0.0.1:{home['port']}",
        "ca": f"{folder}/ca.pem",
        "ociConfig": f"{folder}/oci/config",
        "tenancy": home["tenancy"],
        "user": home["user"],
        "fingerprint": home["fingerprint"],
        "keyFile": f"{folder}/oci/admin.pem",
        "region": "us-ashburn-1",
        "pulumiHome": f"{folder}/pulumi",
        "backend": f"file://{folder}/state?metadata=skip",
        "passphraseFile": f"{folder}/passphrase",
    }
    for name in ("ca", "ociConfig", "keyFile", "passphraseFile"):
        assert Path(home[name]).is_file(), name
    profile = configparser.ConfigParser()
    profile.read(home["ociConfig"])
    assert dict(profile["DEFAULT"]) == {
        "user": home["user"],
        "fingerprint": home["fingerprint"],
        "tenancy": home["tenancy"],
        "region": "us-ashburn-1",
        "key_file": home["keyFile"],
    }
    assert Path(home["passphraseFile"]).read_text() == "local"


def test_home_is_its_owners_alone(made: Path) -> None:
    """Nobody else may enter the folder, and no file in it is open to anybody else."""
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    for name in SECRETS:
        assert stat.S_IMODE((made / name).stat().st_mode) == 0o600, name


def test_second_start_finds_the_same_home(tmp_path: Path) -> None:
    """Port, keys and state are as they were."""
    with running(tmp_path / "home") as local:
        first = local.home
        with calling(local) as caller:
            assert caller.new_compartment("kept").status_code == 200
        files = {name: (tmp_path / "home" / name).read_bytes() for name in SECRETS[:3]}
    assert json.loads((tmp_path / "home" / "home.json").read_text()) == {**first, "pid": None}
    with running(tmp_path / "home") as local, calling(local) as caller:
        assert {**local.home, "pid": first["pid"]} == first
        assert files == {name: (tmp_path / "home" / name).read_bytes() for name in SECRETS[:3]}
        assert [doc["name"] for doc in caller.compartments()] == ["kept"]


def test_home_can_be_moved(home: Path) -> None:
    """A copied home works where it is now: its paths are written anew at every start."""
    with running(home) as local, calling(local) as caller:
        assert local.home["ca"] == f"{home}/ca.pem"
        assert caller.tenancies().status_code == 200


def test_two_homes_run_side_by_side(tmp_path: Path) -> None:
    """Each has a port and a tenancy of its own."""
    with running(tmp_path / "one") as one, running(tmp_path / "two") as two:
        assert one.home["port"] != two.home["port"]
        assert one.home["tenancy"] != two.home["tenancy"]
        with calling(one) as first, calling(two) as second:
            assert first.tenancies().status_code == second.tenancies().status_code == 200


def test_ca_signs_the_hosts_and_its_key_is_nowhere(made: Path) -> None:
    """Nobody can make another certificate that this home's clients trust."""
    ca = x509.load_pem_x509_certificate((made / "ca.pem").read_bytes())
    leaf = x509.load_pem_x509_certificate((made / "tls" / "hosts.pem").read_bytes())
    leaf.verify_directly_issued_by(ca)
    keys = [path for path in made.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert sorted(path.relative_to(made).as_posix() for path in keys) == ["oci/admin.pem", "tls/hosts.key"]


def test_error_when_the_home_is_in_use(tmp_path: Path) -> None:
    """One process to a home; the refusal names the one that has it."""
    folder = tmp_path / "home"
    with running(folder) as local:
        refused = start(folder)
        pid = local.process.pid
    said = f"emulator: home {folder} is in use by process {pid}; stop that one, or take another home\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)


def test_error_when_the_port_is_taken(tmp_path: Path, home: Path) -> None:
    """The refusal names the port and the way out."""
    with running(tmp_path / "other") as local:
        port = local.home["port"]
        refused = start(home, "--port", str(port))
    said = (
        f"emulator: port {port} of 127.0.0.1 can't be had: Address already in use; "
        "choose another with --port\n"
    )
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", said)


@pytest.mark.parametrize("port", ["65536", "-1"])
def test_error_when_the_port_is_none(home: Path, port: str) -> None:
    """A number that no port has is refused before anything starts."""
    refused = start(home, f"--port={port}")
    why = "it must be 1 to 65535; choose another with --port"
    said = f"emulator: port {port} of 127.0.0.1 can't be had: {why}\n"
    assert (refused.returncode, refused.stderr) == (1, said)


BROKEN = [
    ("home.json", None, "home.json is missing"),
    ("home.json", "{", "its files can't be read (JSONDecodeError)"),
    ("home.json", "{}", "its files can't be read (KeyError)"),
    ("home.json", "[]", "its files can't be read (TypeError)"),
    ("master.key", "abc", "its files can't be read (ValueError)"),
    ("master.key", None, "master.key is missing"),
    ("tls/hosts.key", None, "tls/hosts.key is missing"),
    ("state.db", "this is no database, however long it may be", "file is not a database"),
    ("tls/hosts.key", "no key", "[SSL] PEM lib (_ssl.c"),
]


@pytest.mark.parametrize(("name", "content", "why"), BROKEN)
def test_error_when_the_home_is_broken(home: Path, name: str, content: str | None, why: str) -> None:
    """A damaged home is refused in one line, with what to do."""
    for rest in home.glob("state.db-*"):
        rest.unlink()
    if content is None:
        (home / name).unlink()
    else:
        (home / name).write_text(content)
    refused = start(home)
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"emulator: home {home} is broken: {why}")
    assert refused.stderr.endswith("; remove that folder and start again\n")
    assert refused.stderr.count("\n") == 1


def test_error_when_the_home_can_not_be_a_folder(tmp_path: Path) -> None:
    """A file where the home should be is left alone."""
    (tmp_path / "home").write_text("mine")
    refused = start(tmp_path / "home")
    assert (refused.returncode, refused.stderr) == (
        1,
        f"emulator: home {tmp_path / 'home'} can't be used: File exists\n",
    )
    assert (tmp_path / "home").read_text() == "mine"


def test_half_made_home_is_made_again(home: Path) -> None:
    """A first start that was killed before its end is no broken home."""
    for name in ("home.json", "oci/config", *(path.name for path in home.glob("state.db*"))):
        (home / name).unlink()
    with running(home) as local, calling(local) as caller:
        assert caller.tenancies().status_code == 200


def test_killed_process_leaves_a_home_that_starts_again(tmp_path: Path) -> None:
    """What was answered is kept, and the lock goes with the process."""
    with running(tmp_path / "home") as local:
        with calling(local) as caller:
            assert caller.new_compartment("kept").status_code == 200
        local.process.kill()
        local.process.wait(30)
    with running(tmp_path / "home") as local, calling(local) as caller:
        assert [doc["name"] for doc in caller.compartments()] == ["kept"]


def test_stop_over_the_admin_address_ends_the_process(tmp_path: Path) -> None:
    """The answer still comes, the exit code is 0, and nothing was said on the way."""
    folder = tmp_path / "home"
    with running(folder) as local:
        assert local.ask("POST", "/stop") == (200, {"stopping": True})
        assert local.process.wait(30) == 0
    assert json.loads((folder / "home.json").read_text())["pid"] is None
    assert (folder / "log" / "emulator.log").read_text() == ""


def test_health_says_which_process_serves_which_home(fresh_emulator: Local, tmp_path: Path) -> None:
    """Enough to tell one local OCI from another program on its port."""
    health = fresh_emulator.admin("GET", "/health")
    assert {**health, "startedAt": ""} == {
        "ready": True,
        "pid": fresh_emulator.process.pid,
        "home": os.fspath(tmp_path / "home"),
        "port": fresh_emulator.home["port"],
        "startedAt": "",
    }

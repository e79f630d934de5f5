"""`genaikeys local principal`, as a shell uses it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import kit, ran

pytestmark = pytest.mark.slow


def test_shell_evaluates_what_is_printed(home: Path) -> None:
    """Nothing but variables on stdout; who it is on stderr."""
    told = ran(home, "local", "principal", "instance")
    shell = subprocess.run(
        ["sh", "-e"],
        input=f'{told.stdout}\necho "$OCI_METADATA_BASE_URL"',
        capture_output=True,
        text=True,
        check=True,
    )

    port = json.loads((home / "home.json").read_text())["port"]
    ident = told.stderr.split()[1]
    assert told.stderr.startswith("instance ocid1.instance.oc1.us-ashburn-1.")
    assert shell.stdout == f"http://127.0.0.1:{port}/_local/instances/{ident}/opc/v2\n"


def test_no_secret_is_printed(home: Path) -> None:
    """Tokens and keys stay in files, for their owner alone."""
    for kind in ("session", "instance", "resource"):
        ended = kit(home, "local", "principal", kind, "--json")
        told = json.loads(ended.stdout)
        assert ended.returncode == 0
        assert "PRIVATE KEY" not in ended.stdout
        assert "eyJ" not in ended.stdout
        for value in told["variables"].values():
            if value.startswith("/"):
                assert Path(value).stat().st_mode & 0o077 == 0


def test_error_when_there_is_no_such_principal(home: Path) -> None:
    """With what there is."""
    assert ran(home, "local", "principal", "pod").stderr == (
        "type must be one of session, instance, resource; got 'pod'\n"
    )
    assert ran(home, "local", "principal", "instance", "--compartment", "apps").stderr == (
        "'apps' names no compartment; there are local\n"
    )

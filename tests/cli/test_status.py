"""`genaikeys status`, on a small stack in a local OCI."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli import stack as stacks
from tests.cli.stack import REGION, Stack
from tests.contracts.clients import shell
from tests.local import running

pytestmark = pytest.mark.slow

DAYS = 24 * 3600


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack; every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("status")
    with running(folder / "home") as local, shell(local):
        yield stacks.make(local, folder / "project")


@pytest.fixture(autouse=True)
def no_faults(stack: Stack) -> Iterator[None]:
    """A test's faults end with it."""
    yield
    stack.local.admin("DELETE", "/faults")


def test_status_has_a_row_for_each_key_and_region(stack: Stack) -> None:
    """All is well: exit code 0, and one line on stderr."""
    ended = stack.kit("status")

    assert (ended.returncode, ended.stderr) == (0, "Asking OCI about 2 keys ...\n")
    header, *rows = [row.split() for row in ended.stdout.splitlines()]
    assert " ".join(header) == (
        "KEY REGION HEALTH IN USE AGE EXPIRES LAST USED ROTATION RETIREMENT SCOPE VAULT SECRET"
    )
    assert rows == [
        [key, REGION, "ok", "key-two", "0m", "in", "90d", "never", "in", "30d", "in", "7d", "key", key, "v1"]
        for key in ("oss", "llama")
    ]


def test_json_tells_everything_that_is_known(stack: Stack) -> None:
    """The slot in use is what the Vault's label says; times are OCI's."""
    ended = stack.kit("status", "oss", "--json")
    (found,) = json.loads(ended.stdout)["keys"]
    times = {name: found.pop(name) for name in ("rotatedAt", "publishedAt", "expires", "rotationDue")}
    retirement, slots, events = found.pop("retirementDue"), found.pop("slots"), found.pop("timeline")

    assert ended.returncode == 0
    assert found.pop("versionLabel").startswith("key-two.")
    assert found.pop("next").startswith("the other slot is retired in 7d, ")
    assert found == {
        "key": "oss",
        "region": REGION,
        "health": "ok",
        "apiKeyId": stack.keys["oss"],
        "lifecycleState": "ACTIVE",
        "policyScope": "key",
        "vaultSecretId": stack.secrets["oss"],
        "vaultSecretName": "oss",
        "slotInUse": "key-two",
        "secretVersion": 1,
        "heldSince": None,
        "otherSlotUsed": None,
        "problem": None,
    }
    assert times["rotatedAt"] == times["publishedAt"] < retirement < times["rotationDue"] < times["expires"]
    assert [(slot["name"], slot["state"], slot["timeLastUsed"]) for slot in slots] == [
        ("key-one", "ACTIVE", None),
        ("key-two", "ACTIVE", None),
    ]
    assert events[0]["what"] == "the key was created"
    assert [event["what"] for event in events if event["isAhead"]] == [
        "key-one is retired",
        "rotation is due",
        "the value in use expires, if it isn't rotated before",
    ]


def test_what_is_due_needs_attention(stack: Stack) -> None:
    """When time has come, the exit code is 2, and what the next `pulumi up` will do is told."""
    stack.local.admin("POST", "/clock", {"by": 31 * DAYS})
    try:
        ended = stack.kit("status", "llama")
    finally:
        stack.local.admin("POST", "/clock", {"by": -31 * DAYS})

    assert ended.returncode == 2
    assert ended.stdout.splitlines()[1].split()[2] == "due"
    assert (
        "llama in us-chicago-1: due: the next `pulumi up` will renew key-one and publish its new value: due"
        in (ended.stderr)
    )


def test_key_held_by_hand_needs_attention(stack: Stack) -> None:
    """A suspension that the stack doesn't know of is told with its time."""
    stack.kit("suspend", "llama")
    try:
        ended = stack.kit("status", "llama", "--json")
    finally:
        stack.kit("resume", "llama")

    (found,) = json.loads(ended.stdout)["keys"]
    assert (ended.returncode, found["health"]) == (2, "held")
    assert found["heldSince"] in ended.stderr


def test_status_says_what_is_missing(stack: Stack) -> None:
    """A key of the settings that nobody made yet."""
    file = stack.project / "stacks" / "Pulumi.local.yaml"
    text = file.read_text()
    file.write_text(f"{text}    new: {{compartment: genai-apps}}\n")
    try:
        ended = stack.kit("status")
    finally:
        file.write_text(text)
    assert ended.returncode == 1
    assert ended.stderr == f"Asking OCI about 3 keys ...\nnew in {REGION}: it has no API key there.\n"
    assert ended.stdout.splitlines()[-1].split() == ["new", REGION, "problem", *"------", "key", "-"]


def test_one_key_that_cannot_be_told_hides_no_other(stack: Stack) -> None:
    """Its problem is OCI's answer, in one line."""
    stack.local.fault(action="status", status=404, host="^vaults", path=f"{stack.secrets['oss']}/versions")
    ended = stack.kit("status", "--json")
    first, second = json.loads(ended.stdout)["keys"]
    assert (ended.returncode, second["problem"]) == (1, None)
    assert first["problem"].startswith(f"ListSecretVersions on {stack.secrets['oss']} failed: 404")
    assert "\n" not in first["problem"]


def test_name_that_is_none_is_refused_with_those_that_are(stack: Stack) -> None:
    """A key or region that the stack lacks."""
    ended = stack.kit("status", "os", "--region", "us-phoenix-1")

    assert (ended.returncode, ended.stderr) == (
        1,
        "The stack local has no os in us-phoenix-1\nIt has oss in us-chicago-1, llama in us-chicago-1.\n",
    )


def test_watch_looks_again_until_it_is_interrupted(stack: Stack) -> None:
    """Where no terminal is, it prints when something changed; Ctrl-C ends it with 130 and no traceback."""
    program = (
        "import sys; from unittest import mock; from pathlib import Path\n"
        "from genaikeys.cli import main\n"
        f"root = Path({str(stack.project)!r})\n"
        "with mock.patch('genaikeys.cli.home.project_root', return_value=root):\n"
        "    sys.exit(main(['status', 'oss', '--watch']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "GENAIKEYS_LOCAL_HOME": str(stack.local.folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert lines[0].startswith("KEY")
    assert lines[1].startswith("oss")
    assert (process.returncode, err) == (130, "")


def test_status_prints_no_secret(stack: Stack) -> None:
    """In no form and on no stream."""
    shown = [stack.kit("status", *more) for more in ((), ("--json",), ("--timeline",))]

    assert len(stack.values) == 2
    assert not [value for value in stack.values for each in shown if value in each.stdout + each.stderr]

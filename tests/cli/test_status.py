"""`genaikeys status`, on a small stack in a local OCI."""

import base64
import contextlib
import itertools
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator

import oci
import pytest

from tests.cli import stack as stacks
from tests.cli.stack import REGION, Stack
from tests.contracts.clients import client, shell, until
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


@contextlib.contextmanager
def foreign_version(stack: Stack, key: str) -> Iterator[None]:
    """Let somebody else write to a key's Vault secret for a while."""
    vaults, models = client(stack.local, oci.vault.VaultsClient, REGION), oci.vault.models
    secret = stack.secrets[key]
    content = models.Base64SecretContentDetails(content=base64.b64encode(b"theirs").decode())
    vaults.update_secret(secret, models.UpdateSecretDetails(secret_content=content))
    until("ACTIVE", lambda: vaults.get_secret(secret))
    try:
        yield
    finally:
        vaults.update_secret(secret, models.UpdateSecretDetails(current_version_number=1))
        until("ACTIVE", lambda: vaults.get_secret(secret))


def test_status_has_a_row_for_each_key_and_region(stack: Stack) -> None:
    """All is well: exit code 0, and one line on stderr."""
    ended = stack.kit("status")

    assert (ended.returncode, ended.stderr) == (0, "Asking OCI about 2 keys ...\n")
    header, *rows = ended.stdout.splitlines()
    assert header == (
        "KEY    REGION        HEALTH  IN USE   AGE  EXPIRES  USED   ROTATES  RETIRES  "
        "SCOPE  VAULT SECRET  NEXT"
    )
    assert [row.rpartition(" ")[0] for row in rows] == [
        f"{key:<5}  {REGION}  ok      key-two  0m   in 90d   never  in 30d   in 7d    "
        f"key    {key + ' v1':<12}  nothing until key-one retires on"
        for key in ("oss", "llama")
    ]


def test_json_tells_everything_that_is_known(stack: Stack) -> None:
    """The slot in use is what the Vault's label says; times are OCI's."""
    ended = stack.kit("status", "oss", "--json")
    answer = json.loads(ended.stdout)
    (found,) = answer["keys"]
    times = {
        name: found.pop(name) for name in ("valueSince", "rotatedAt", "publishedAt", "expires", "rotationDue")
    }
    retirement, slots, events = found.pop("retirementDue"), found.pop("slots"), found.pop("timeline")

    assert ended.returncode == 0
    assert found.pop("versionLabel").startswith("key-two.")
    assert found.pop("next").startswith("nothing until key-one retires on ")
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
        "attention": None,
        "lastUsed": None,
        "heldSince": None,
        "otherSlotUsed": None,
        "problem": None,
    }
    assert (answer["stack"], answer["now"] >= times["rotatedAt"]) == ("local", True)
    assert (
        times["valueSince"]
        == times["rotatedAt"]
        == times["publishedAt"]
        < retirement
        < times["rotationDue"]
        < times["expires"]
    )
    assert [list(slot) for slot in slots] == [
        [
            *("name", "state", "timeExpiry", "timeLastUsed"),
            *("timeActivated", "timeDeactivated", "timeRevoked"),
        ]
    ] * 2
    assert [(slot["name"], slot["state"], slot["timeLastUsed"]) for slot in slots] == [
        ("key-one", "ACTIVE", None),
        ("key-two", "ACTIVE", None),
    ]
    assert [(event["kind"], event["isAhead"]) for event in events] == [
        ("created", False),
        ("written", False),
        ("retirement", True),
        ("rotation", True),
        ("expiry", True),
    ]
    assert {tuple(event) for event in events} == {("time", "kind", "what", "isAhead")}


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
    assert " ".join(ended.stdout.splitlines()[-1].split()) == (
        f"new {REGION} problem - - - - - - key - it has no API key there"
    )


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


def test_content_that_is_not_the_kits_is_a_problem(stack: Stack) -> None:
    """Readers get it, so the slots say nothing of what they have; the next `pulumi up` mends it."""
    with foreign_version(stack, "llama"):
        ended = stack.kit("status", "llama", "--json")

    (found,) = json.loads(ended.stdout)["keys"]
    assert (ended.returncode, found["health"], found["slotInUse"]) == (1, "problem", None)
    assert found["problem"] == "version 2 of its Vault secret, which readers get, is not the kit's"
    assert found["attention"] == f"{found['problem']}: the next `pulumi up` will try the value of version 1"


def test_timeline_is_told_below_the_table(stack: Stack) -> None:
    """One block a key, with a line that is now."""
    ended = stack.kit("status", "oss", "--timeline")
    told = [line[30:] if line.startswith("  ") else line for line in ended.stdout.splitlines()[2:]]

    assert ended.returncode == 0
    assert told[:3] == ["", f"oss in {REGION}", "the key was created"]
    assert told[3].startswith("version 1 was written: key-two's value ")
    assert told[4:] == [
        "",
        "key-one retires, if nobody uses it any more",
        "rotation: key-one is renewed and published",
        "the value in use expires, if it isn't rotated before",
    ]


def test_watch_and_json_are_refused_together(stack: Stack) -> None:
    """An answer that never ends is no JSON."""
    ended = stack.kit("status", "--watch", "--json")

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[0] == "--watch and --json don't go together"


PROGRAM = """\
import sys
from pathlib import Path
from unittest import mock
from genaikeys.cli import main
with mock.patch("genaikeys.cli.home.project_root", return_value=Path(sys.argv[1])):
    sys.exit(main(sys.argv[2:]))
"""


def command(stack: Stack) -> tuple[list[str], dict[str, str]]:
    """A watch in a process of its own, and its environment."""
    arguments = ["status", "oss", "--watch", "--interval", "0.5"]
    return (
        [sys.executable, "-c", PROGRAM, str(stack.project), *arguments],
        {**os.environ, "GENAIKEYS_LOCAL_HOME": str(stack.local.folder), "TERM": "xterm"},
    )


def test_watch_prints_a_block_for_each_change(stack: Stack) -> None:
    """Where no terminal is; what passes is shown and no end; Ctrl-C ends it with 130 and no traceback."""
    arguments, environment = command(stack)
    with subprocess.Popen(
        arguments,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdout is not None

        def block() -> list[str]:
            return list(itertools.takewhile(lambda line: line != "\n", process.stdout or ()))

        first = block()
        stack.local.fault(action="status", status=404, host="^identity")
        broken = block()
        stack.local.admin("DELETE", "/faults")
        again = block()
        stack.kit("suspend", "oss")
        held: list[str] = []
        while not held or held[2].split()[2] != "held":
            held = block()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    stack.kit("resume", "oss")

    assert first[0].startswith("local, 20")
    assert first[0].endswith(" UTC\n")
    assert [line.split()[:3] for line in first[1:]] == [["KEY", "REGION", "HEALTH"], ["oss", REGION, "ok"]]
    assert broken[1].startswith("ListCompartments on ")
    assert again[1:] == first[1:]
    assert (process.returncode, err) == (130, "")


def test_watch_redraws_in_place_on_a_terminal(stack: Stack) -> None:
    """The screen is cleared once; each look starts at the top, and Ctrl-C ends it."""
    arguments, environment = command(stack)
    ours, terminal = pty.openpty()
    with subprocess.Popen(
        arguments,
        env={**environment, "COLUMNS": "100", "NO_COLOR": "1"},
        stdout=terminal,
        stderr=terminal,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        os.close(terminal)
        shown = ""
        while shown.count("\x1b[H") < 3:
            shown += os.read(ours, 4096).decode()
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # the terminal is gone with the process
            while os.read(ours, 4096):
                pass
    os.close(ours)
    start, first, *_ = shown.split("\x1b[H")

    assert process.returncode == 130
    assert start == "\x1b[2J"
    lines = first.split("\x1b[K\r\n")
    assert lines[0].endswith(" UTC, every 0.5 s until Ctrl-C")
    assert lines[2].split()[:3] == ["KEY", "REGION", "HEALTH"]
    assert [line for line in lines if line.startswith("  next: nothing until ")]
    assert lines[-1] == "\x1b[J"
    assert "\x1b" not in "".join(lines[:-1])


def test_status_prints_no_secret(stack: Stack) -> None:
    """In no form and on no stream."""
    shown = [stack.kit("status", *more) for more in ((), ("--json",), ("--timeline",))]

    assert len(stack.values) == 2
    assert not [value for value in stack.values for each in shown if value in each.stdout + each.stderr]

"""`genaikeys verify`, on a small stack in a local OCI."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli import stack as stacks
from tests.cli.stack import REGION, Stack
from tests.contracts.clients import shell
from tests.local import running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack; every test leaves it as it was."""
    folder = tmp_path_factory.mktemp("verify")
    with running(folder / "home") as local, shell(local):
        yield stacks.make(local, folder / "project")


@pytest.fixture(autouse=True)
def no_faults(stack: Stack) -> Iterator[None]:
    """A test's faults end with it."""
    yield
    stack.local.admin("DELETE", "/faults")


def cells(stack: Stack, code: int) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Run `verify --json`, which must end with this code; return its cells by key, model and API."""
    ended = stack.kit("verify", "--json")
    assert ended.returncode == code, ended.stderr
    return {
        (cell["key"], cell["model"].split(".")[0], cell["api"]): cell
        for cell in json.loads(ended.stdout)["cells"]
    }


def test_verify_calls_every_cell(stack: Stack) -> None:
    """A cell has exactly these fields; what is unknown is called, and shown."""
    found = cells(stack, 0)
    assert found["oss", "openai", "chat"] == {
        "key": "oss",
        "region": REGION,
        "model": "openai.gpt-oss-20b",
        "api": "chat",
        "expected": "yes",
        "observed": "yes",
        "reason": "",
    }
    unknown = found.pop(("llama", "openai", "responses"))
    assert unknown["expected"] == "unknown"
    assert unknown["observed"] in ("yes", "no")
    assert {at: (cell["expected"], cell["observed"]) for at, cell in found.items()} == {
        ("oss", "openai", "chat"): ("yes", "yes"),
        ("oss", "openai", "responses"): ("yes", "yes"),
        ("oss", "meta", "chat"): ("no", "no"),
        ("oss", "meta", "responses"): ("no", "no"),
        ("llama", "openai", "chat"): ("no", "no"),
        ("llama", "meta", "chat"): ("yes", "yes"),
        ("llama", "meta", "responses"): ("no", "no"),
    }
    assert found["oss", "meta", "chat"]["reason"].startswith(
        "no statement names meta.llama-3.3-70b-instruct; 401 "
    )


def test_verify_prints_a_table_and_talks_on_stderr(stack: Stack) -> None:
    """One row a cell; the last line says how it went."""
    ended = stack.kit("verify")
    rows = [row.split() for row in ended.stdout.splitlines()]
    assert rows[0] == ["KEY", "REGION", "MODEL", "API", "RESULT", "WHY", "NOT"]
    assert rows[1] == ["oss", REGION, "openai.gpt-oss-20b", "chat", "yes"]
    assert len(rows) == 9
    assert ended.stderr.splitlines() == [
        "Reading 2 secrets from the Vault ...",
        "Making 8 calls ...",
        "8 calls, all as expected.",
    ]


def test_verify_fails_when_what_should_work_does_not(stack: Stack) -> None:
    """Without its statements a key is refused."""
    stack.write_policy(["Allow group Administrators to manage vaults in tenancy"])
    try:
        found = cells(stack, 1)
    finally:
        stack.write_policy(stack.granted())
    broken = found["oss", "openai", "chat"]
    assert (broken["expected"], broken["observed"], broken["reason"][:4]) == ("yes", "no", "401 ")


def test_verify_fails_when_what_should_be_refused_is_not(stack: Stack) -> None:
    """A statement that is wider than the stack shows up, with what the stack says instead."""
    wide = (
        "Allow any-user to use generative-ai-family in compartment genai-apps "
        "where ALL {request.principal.type='generativeaiapikey'}"
    )
    # Else the secrets, which are older than the statement, would stay refused by it.
    stack.local.switch("secret-before-policy", "works")
    with stack.statements(wide):
        found = cells(stack, 1)
        table = stack.kit("verify")
    stack.local.switch("secret-before-policy", "stays-401")
    leak = found["oss", "meta", "chat"]
    assert (leak["expected"], leak["observed"]) == ("no", "yes")
    assert leak["reason"] == "no statement names meta.llama-3.3-70b-instruct"
    assert "yes, expected no  no statement names meta.llama-3.3-70b-instruct\n" in table.stdout
    assert table.stderr.endswith("8 calls, 2 not as expected.\n")


def test_a_passing_failure_is_tried_again(stack: Stack) -> None:
    """One 503 decides nothing."""
    stack.local.fault(action="status", status=503, host="^inference", count=1)
    cells(stack, 0)


def test_a_failure_that_lasts_is_an_error_and_not_a_refusal(stack: Stack) -> None:
    """A service that is down proves nothing, so not even what should be refused counts as refused."""
    stack.local.fault(action="status", status=500, host="^inference", path="responses", message="on fire")
    found = cells(stack, 1)
    broken = [cell for at, cell in found.items() if at[2] == "responses"]
    assert {(cell["observed"], cell["reason"].rpartition("; ")[2]) for cell in broken} == {
        ("error", "500 on fire")
    }


def test_a_broken_connection_is_an_error(stack: Stack) -> None:
    """Reset, whatever was tried."""
    stack.local.fault(action="reset", host="^inference", path="responses")
    found = cells(stack, 1)
    assert found["oss", "openai", "responses"]["observed"] == "error"
    assert found["oss", "openai", "responses"]["reason"].startswith("no answer: ")


def test_a_redirect_is_not_followed(stack: Stack) -> None:
    """It would carry the secret to another host."""
    before = stack.local.last_request()
    stack.local.fault(
        action="status",
        status=307,
        host="^inference",
        headers={"location": "https://kms.us-chicago-1.oraclecloud.com/"},
    )
    found = cells(stack, 1)
    assert {cell["observed"] for cell in found.values()} == {"error"}
    assert {cell["reason"].rpartition("; ")[2][:3] for cell in found.values()} == {"307"}
    assert not [each for each in stack.local.journal(before) if each["host"].startswith("kms.")]


def test_a_secret_that_cannot_be_read_is_said(stack: Stack) -> None:
    """Its cells are errors, with OCI's answer; the other key's are as they were."""
    stack.local.fault(action="status", status=404, host="^secrets", path=stack.secrets["oss"])
    found = cells(stack, 1)
    assert found["oss", "openai", "chat"]["observed"] == "error"
    assert "GetSecretBundle on the current version of" in found["oss", "openai", "chat"]["reason"]
    assert found["llama", "meta", "chat"]["observed"] == "yes"


def test_an_interrupt_does_not_wait_for_answers(stack: Stack) -> None:
    """Ctrl-C while every call hangs ends the command at once."""
    fault = stack.local.fault(action="hold", host="^inference")
    script = (
        "import sys; from pathlib import Path; from unittest import mock; from genaikeys.cli import main\n"
        f"root = Path({str(stack.project)!r})\n"
        "with mock.patch('genaikeys.cli.home.project_root', return_value=root): sys.exit(main(['verify']))"
    )
    environment = {**os.environ, "GENAIKEYS_LOCAL_HOME": str(stack.local.folder)}
    process = subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        while not stack.local.admin("GET", "/faults")["faults"][0]["held"]:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (130, b"")
    assert err.decode().splitlines() == ["Reading 2 secrets from the Vault ...", "Making 8 calls ..."]
    stack.local.admin("POST", f"/faults/{fault}/release")


def test_no_secret_is_ever_printed(stack: Stack) -> None:
    """Neither by verify nor by status, nor on any stream."""
    shown = [
        stack.kit(*verb) for verb in (("verify",), ("verify", "--json"), ("status",), ("status", "--json"))
    ]
    assert len(stack.values) == 2
    assert not [value for value in stack.values for each in shown if value in each.stdout + each.stderr]

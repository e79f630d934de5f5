"""`genaikeys backend run` as a person types it, against a local OCI."""

import base64
import hashlib
import os
import secrets
import sys
from collections.abc import Iterator

import oci
import pytest

from genaikeys.backend.passphrase import region_of
from genaikeys.errors import KitError
from tests.cli.conftest import Ran, kit
from tests.contracts.clients import until
from tests.local import Local, running
from tests.provider.stage import Stage, staged

pytestmark = pytest.mark.slow

_TELL = "import hashlib, os; print(hashlib.sha256(os.environb[b'PULUMI_CONFIG_PASSPHRASE']).hexdigest())"


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local OCI for this module."""
    with running(tmp_path_factory.mktemp("passphrase") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def stage(local: Local) -> Iterator[Stage]:
    """A vault in it."""
    before = dict(os.environ)
    yield from staged(local)
    os.environ.clear()
    os.environ.update(before)


def _secret(stage: Stage, value: str) -> str:
    """OCID of a Vault secret with that value."""
    vaults, models = stage.sdk(oci.vault.VaultsClient), oci.vault.models
    content = models.Base64SecretContentDetails(content=base64.b64encode(value.encode()).decode())
    made = vaults.create_secret(
        models.CreateSecretDetails(
            compartment_id=stage.compartment,
            vault_id=stage.vault,
            key_id=stage.kms_key,
            secret_name=f"passphrase-{secrets.token_hex(4)}",
            secret_content=content,
        )
    ).data
    until("ACTIVE", lambda: vaults.get_secret(made.id))
    return str(made.id)


def _run(local: Local, secret: str, *command: str) -> Ran:
    return kit(local.folder, "backend", "run", "--passphrase-secret", secret, "--", *command)


@pytest.mark.parametrize("ending", ["", "\n", " é"], ids=["plain", "newline", "not-ascii"])
def test_command_gets_the_passphrase_to_the_last_character(local: Local, stage: Stage, ending: str) -> None:
    """What a file with it would have said is gone; nothing is printed but what the command prints."""
    value = secrets.token_urlsafe(32) + ending
    tell = f"{_TELL}; print('PULUMI_CONFIG_PASSPHRASE_FILE' in os.environ)"
    done = _run(local, _secret(stage, value), sys.executable, "-c", tell)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{hashlib.sha256(value.encode()).hexdigest()}\nFalse\n"


@pytest.mark.parametrize(("code", "dashes"), [(2, ["--"]), (7, [])])
def test_exit_code_is_the_commands(local: Local, stage: Stage, code: int, dashes: list[str]) -> None:
    """Also 7, with which `pulumi preview --expect-no-changes` ends; options stay the command's."""
    command = ("sh", "-c", f'test "$*" = "--stack x --json" && exit {code}', "sh", "--stack", "x", "--json")
    ocid = _secret(stage, "long enough")
    done = kit(local.folder, "backend", "run", "--passphrase-secret", ocid, *dashes, *command)

    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(
    ("content", "command", "told"),
    [
        pytest.param(
            "",
            ["sh", "-c", "echo ran"],
            "The Vault secret {ocid} can't be a passphrase\n"
            "It is empty, or holds a zero byte, which no variable can hold.\n"
            "Write a long random text into it; docs/state.md says how.\n",
            id="empty",
        ),
        pytest.param(
            "a\0b",
            ["sh", "-c", "echo ran"],
            "The Vault secret {ocid} can't be a passphrase\n"
            "It is empty, or holds a zero byte, which no variable can hold.\n"
            "Write a long random text into it; docs/state.md says how.\n",
            id="zero-byte",
        ),
        pytest.param(
            f"sk-{secrets.token_hex(24)}",
            ["sh", "-c", "echo ran"],
            "The Vault secret {ocid} holds an API key, not a passphrase\n"
            "A command's environment is no place for it, and its next rotation would lock the state.\n"
            "Name the secret with the passphrase; docs/state.md says how to make one.\n",
            id="api-key",
        ),
        pytest.param(
            "long enough",
            ["no-such-program"],
            "There is no program no-such-program\n"
            "It isn't on PATH, or can't be run.\n"
            "Correct what stands after --; nothing was read.\n",
            id="no-program",
        ),
    ],
)
def test_what_cant_be_run_is_told(
    local: Local, stage: Stage, content: str, command: list[str], told: str
) -> None:
    """Exit code 1, and the command didn't run."""
    ocid = _secret(stage, content or " \n")
    done = _run(local, ocid, *command)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", told.format(ocid=ocid))


def test_secret_that_cant_be_read_is_told(local: Local, stage: Stage) -> None:
    """OCI's refusal, with the permission; the command doesn't run without a passphrase."""
    done = _run(local, _secret(stage, "x") + "x", "sh", "-c", "echo ran")

    assert (done.returncode, done.stdout) == (1, "")
    assert "GetSecretBundle" in done.stderr


@pytest.mark.parametrize(
    ("ocid", "region"),
    [
        ("ocid1.vaultsecret.oc1.ord.aaaa", "us-chicago-1"),
        ("ocid1.vaultsecret.oc1.eu-frankfurt-1.aaaa", "eu-frankfurt-1"),
    ],
)
def test_region_is_read_from_the_ocid(ocid: str, region: str) -> None:
    """By its key, or by its identifier."""
    assert region_of(ocid) == region


@pytest.mark.parametrize(
    ("ocid", "told"),
    [
        ("ocid1.vault.oc1.ord.aaaa.bbbb", "ocid1.vault.oc1.ord.aaaa.bbbb is not the OCID of a Vault secret"),
        ("passphrase", "passphrase is not the OCID of a Vault secret"),
        (
            "ocid1.vaultsecret.oc1.xyz.aaaa",
            "ocid1.vaultsecret.oc1.xyz.aaaa names the region xyz, which is not known",
        ),
        (
            "ocid1.vaultsecret.oc1..aaaa",
            "ocid1.vaultsecret.oc1..aaaa names the region nothing, which is not known",
        ),
    ],
)
def test_what_is_no_secrets_ocid_is_told(ocid: str, told: str) -> None:
    """With what is allowed, and where to find it."""
    with pytest.raises(KitError) as caught:
        region_of(ocid)

    assert caught.value.what == told
    assert caught.value.why == "Allowed: the OCID of a Vault secret, ocid1.vaultsecret.REALM.REGION.UNIQUE."
    assert caught.value.next_step

"""The official command line, in the environment of its own that requirements-ocicli.txt describes."""

import base64
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contracts.clients import Json
from tests.local import Local
from toolchain.environments import of_tests

pytestmark = pytest.mark.slow

CHICAGO = "us-chicago-1"
QUIET = {"SUPPRESS_LABEL_WARNING": "True", "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING": "True"}


@pytest.fixture(scope="session")
def program() -> Path:
    """The CLI's executable: what GENAIKEYS_OCI_CLI names, or that of the environment made for tests."""
    named = os.environ.get("GENAIKEYS_OCI_CLI")
    found = Path(named) if named else of_tests("ocicli") / "bin" / "oci"
    assert found.is_file(), f"no OCI CLI at {found}; make it with: python3 toolchain/environments.py ocicli"
    return found


class Cli:
    """The CLI as a person types it."""

    def __init__(self, program: Path, local: Local) -> None:
        self.program = program
        self.local = local

    def run(self, *words: str, region: str = "us-ashburn-1") -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return subprocess.run(
            [str(self.program), *words, "--region", region, "--no-retry"],
            env={**self.local.env(), **QUIET},
            capture_output=True,
            text=True,
            check=False,
        )

    def data(self, *words: str, region: str = "us-ashburn-1") -> Json:
        """``data`` of the answer to a command that must succeed."""
        done = self.run(*words, region=region)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["data"]


@pytest.fixture
def cli(program: Path, local: Local) -> Cli:
    """The CLI against the local OCI."""
    return Cli(program, local)


def test_api_key_is_made_renewed_suspended_and_deleted(cli: Cli, compartment: str) -> None:
    """The secret comes with create and renew; get and list have masks."""
    expiry = (datetime.now(UTC) + timedelta(days=90)).isoformat()
    details = [{"keyName": name, "timeExpiry": expiry} for name in ("key-one", "key-two")]
    key = ("generative-ai", "api-key")

    made = cli.data(
        *key, "create", "--display-name", "cli", "--compartment-id", compartment,
        "--key-details", json.dumps(details), region=CHICAGO,
    )  # fmt: skip
    one = ("--api-key-id", made["id"])
    states = [cli.data(*key, "get", *one, region=CHICAGO)["lifecycle-state"] for _ in range(2)]
    read = cli.data(*key, "get", *one, region=CHICAGO)
    renewed = cli.data(*key, "renew", *one, "--details", json.dumps(details[0]), region=CHICAGO)
    suspended = cli.data(
        *key, "set-api-key-state", *one, "--key-name", "key-two", "--state", "INACTIVE", region=CHICAGO
    )
    listed = cli.data(
        "generative-ai", "api-key-collection", "list-api-keys", "--compartment-id", compartment,
        "--display-name", "cli", region=CHICAGO,
    )  # fmt: skip
    deleted = cli.run(*key, "delete", *one, "--force", region=CHICAGO)

    assert all(item["key"].startswith("sk-localtest-") for item in made["keys"])
    assert states[-1] == "ACTIVE"
    assert all(item["key"] is None and item["key-mask"] for item in read["keys"])
    assert renewed["keys"][0]["key"] not in (None, made["keys"][0]["key"])
    assert [item["state"] for item in suspended["keys"]] == ["ACTIVE", "INACTIVE"]
    assert [each["id"] for each in listed["items"]] == [made["id"]]
    assert deleted.returncode == 0, deleted.stderr


def test_models_are_discovered(cli: Cli, compartment: str) -> None:
    """Filters as the CLI spells them."""
    found = cli.data(
        "generative-ai", "model-discovery-collection", "list-model-discovery",
        "--serving-mode", "ON_DEMAND", "--api-capability", "OPENAI_V1_CHAT_COMPLETIONS",
        "--compartment-id", compartment, "--region-parameterconflict", "ap-hyderabad-1",
    )  # fmt: skip

    assert [each["model-id"] for each in found["items"]] == ["google.gemini-2.5-flash"]


def test_policy_that_cannot_be_read_is_explained(cli: Cli, local: Local) -> None:
    """The reason stands in the error that the CLI prints."""
    done = cli.run(
        "iam", "policy", "create", "--compartment-id", local.home["tenancy"],
        "--name", "cli", "--description", "d",
        "--statements", '["Allow everybody everything"]',
    )  # fmt: skip

    assert done.returncode != 0
    assert "InvalidParameter" in done.stderr
    assert "No permissions found" in done.stderr


def test_secret_is_written_and_read(cli: Cli, compartment: str) -> None:
    """A vault, a key, a secret, its bundle: waiting as the CLI waits."""
    vault = cli.data(
        "kms", "management", "vault", "create", "--compartment-id", compartment, "--display-name", "cli",
        "--vault-type", "DEFAULT", "--wait-for-state", "ACTIVE", "--wait-interval-seconds", "1",
    )  # fmt: skip
    key = cli.data(
        "kms", "management", "key", "create", "--compartment-id", compartment, "--display-name", "cli",
        "--key-shape", '{"algorithm": "AES", "length": 32}', "--endpoint", vault["management-endpoint"],
        "--wait-for-state", "ENABLED", "--wait-interval-seconds", "1",
    )  # fmt: skip
    packed = base64.b64encode(b"written by the CLI").decode()
    secret = cli.data(
        "vault", "secret", "create-base64", "--compartment-id", compartment, "--vault-id", vault["id"],
        "--key-id", key["id"], "--secret-name", "cli", "--secret-content-content", packed,
    )  # fmt: skip
    bundle = cli.data("secrets", "secret-bundle", "get", "--secret-id", secret["id"])

    assert base64.b64decode(bundle["secret-bundle-content"]["content"]) == b"written by the CLI"


def test_message_reaches_a_confirmed_address(cli: Cli, local: Local, compartment: str) -> None:
    """Topic, subscription, the token of the e-mail, message; and no metrics to ask for."""
    topic = cli.data("ons", "topic", "create", "--name", "cli", "--compartment-id", compartment)["topic-id"]
    made = cli.data(
        "ons", "subscription", "create", "--compartment-id", compartment, "--topic-id", topic,
        "--protocol", "EMAIL", "--subscription-endpoint", "cli@example.com",
    )  # fmt: skip
    cli.data("ons", "subscription", "resend-confirmation", "--id", made["id"])
    mine = [each for each in local.admin("GET", "/mail")["mails"] if each["to"] == "cli@example.com"]
    token = mine[-1]["text"].partition("token=")[2].partition("&")[0]

    told = cli.data(
        "ons", "subscription", "confirm", "--id", made["id"], "--token", token, "--protocol", "EMAIL"
    )
    sent = cli.data("ons", "message", "publish", "--topic-id", topic, "--title", "Keys", "--body", "b")
    listed = cli.data("ons", "subscription", "list", "--compartment-id", compartment, "--topic-id", topic)
    metrics = cli.run(
        "monitoring", "metric", "list", "--compartment-id", compartment, "--namespace", "oci_generativeai"
    )

    assert (told["endpoint"], told["topic-name"]) == ("cli@example.com", "cli")
    assert set(sent) == {"message-id", "time-stamp"}
    assert [each["lifecycle-state"] for each in listed] == ["ACTIVE"]
    assert (metrics.returncode, json.loads(metrics.stdout or '{"data": []}')["data"]) == (0, [])


def test_limit_is_shown(cli: Cli, local: Local) -> None:
    """The value of api-key-count."""
    values = cli.data(
        "limits",
        "value",
        "list",
        "--compartment-id",
        local.home["tenancy"],
        "--service-name",
        "generative-ai",
    )

    assert [(each["name"], each["value"]) for each in values] == [("api-key-count", 100)]

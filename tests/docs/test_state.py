"""The page about a team's state: its commands, its statements, its table of checks."""

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from genaikeys.backend.trial import STEPS
from genaikeys.iam import (
    Answer,
    Compartments,
    Policy,
    Principal,
    Request,
    Target,
    decide,
    parse_statement,
)
from tests.backend import team
from tests.backend.bucket import Bucket, bucket
from tests.engine.machine import SMALL, Machine, project
from tests.iam.strategies import APPS, TENANCY, TREE
from tests.local import CHECKOUT
from toolchain import locate
from toolchain.environments import of_tests

PAGE = (CHECKOUT / "docs" / "state.md").read_text(encoding="utf-8")
_FORM = re.compile(
    r"s3://(?P<bucket>[a-z-]+)\?endpoint=https://NAMESPACE\.compat\.objectstorage\.REGION\.oraclecloud\.com"
    r"&region=REGION&s3ForcePathStyle=true&request_checksum_calculation=when_required"
)


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[Bucket]:
    """An S3 server with the page's two buckets."""
    with bucket(tmp_path) as made:
        (made.folder.parent / "new-state").mkdir()
        yield made


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine with the stack `dev`, which isn't made yet, and without a passphrase."""
    made = Machine(project(tmp_path / "project", "dev", SMALL), tmp_path / "home", "dev")
    made.start()
    made.environment.pop("PULUMI_CONFIG_PASSPHRASE_FILE")
    yield made
    made.stop()


@pytest.mark.engine
@pytest.mark.full
def test_commands_of_the_page_work(machine: Machine, s3: Bucket) -> None:
    """In one shell, in their order, with the placeholders filled in; the stack ends in the new bucket."""
    script = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    script, filled = _FORM.subn(lambda found: s3.url().replace(s3.folder.name, found["bucket"]), script)
    folders = [CHECKOUT / ".venv" / "bin", of_tests("ocicli") / "bin", *locate.bin_dirs()]
    environment = {
        **machine.environment,
        **s3.credentials(),
        **team.vault(machine),
        "OCI_CLI_REGION": "us-chicago-1",
        "OCI_CLI_SUPPRESS_FILE_PERMISSIONS_WARNING": "True",
        "SUPPRESS_LABEL_WARNING": "True",
        "PATH": os.pathsep.join([*map(str, folders), machine.environment["PATH"]]),
        "PYTHONPATH": str(machine.project),
    }
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=machine.project,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    left = [str(file.relative_to(s3.folder)) for file in s3.folder.rglob("*.json")]
    stacks = s3.folder.parent / "new-state" / ".pulumi" / "stacks"

    assert filled == 2
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stderr.count("9 checks, all fine: a team can keep its state there.") == 2
    assert [each["state"] for each in machine.api_keys()] == ["ACTIVE"]
    assert (stacks / "oci-genai-keys" / "dev.json").is_file()
    assert not any("/stacks/" in name and name.endswith("dev.json") for name in left), left
    assert "encryptionsalt:" in (machine.project / "stacks" / "Pulumi.dev.yaml").read_text(encoding="utf-8")


def test_page_has_each_step_in_order() -> None:
    """By the name that the check prints."""
    table = PAGE[PAGE.index("| Check | Looks at |") :].split("\n\n")[0].splitlines()[2:]
    told = [name for row in table for name in row.split(" | ")[0].strip("| ").split(", ")]

    assert told == [
        *("URL", "bucket", "endpoint", "region", "path style", "checksums", "parameters"),
        *("credentials", "Pulumi CLI", *STEPS),
    ]


@pytest.mark.parametrize("bucket_name", ["team-state", "another"])
def test_statements_of_the_page_grant_what_they_say(bucket_name: str) -> None:
    """To the policy engine: what Pulumi does with objects, in this bucket; no version can be deleted."""
    written = re.findall(r"^ *(Allow group state-writers to .* (?:buckets|objects) .*)$", PAGE, re.MULTILINE)
    statements = [each.replace(" pipeline ", " apps ") for each in written]
    policy = Policy("ocid1.policy.oc1..p", "p", TENANCY, tuple(map(parse_statement, statements)))
    user = Principal("user", "ocid1.user.oc1..u", None, frozenset({"state-writers"}))

    def answer(permission: str) -> Answer:
        target = Target(APPS, "eu-frankfurt-1", {"target.bucket.name": bucket_name})
        asked = Request(user, None, permission, target, datetime(2026, 11, 28, tzinfo=UTC))
        return decide([policy], Compartments(TREE), asked).answer

    allowed = [f"OBJECT_{name}" for name in ("INSPECT", "READ", "CREATE", "OVERWRITE", "DELETE")]
    assert len(written) == 2
    assert {answer(permission) for permission in allowed} == {
        Answer.YES if bucket_name == "team-state" else Answer.NO
    }
    assert answer("OBJECT_VERSION_DELETE") is Answer.NO
    assert answer("OBJECT_RESTORE") is Answer.NO

"""A stack of this kit whose state is in a bucket: two runs at once, and a run that was killed."""

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.backend.bucket import Bucket, bucket
from tests.engine.machine import Machine, processes_below

_LOCKS = ".pulumi/locks/organization/oci-genai-keys/small/"
_API_KEY = {"method": "POST", "host": "generativeai", "path": "/apikeys$"}


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[Bucket]:
    """An S3 server with an empty bucket."""
    with bucket(tmp_path) as made:
        yield made


@pytest.fixture
def team(small: Machine, s3: Bucket) -> Machine:
    """A machine whose state is in the bucket."""
    small.environment.update({**s3.credentials(), "PULUMI_BACKEND_URL": s3.url()})
    small.initialise()
    return small


def _locks(s3: Bucket) -> list[str]:
    return [name for name in s3.objects() if name.startswith(_LOCKS)]


def _whole(s3: Bucket) -> dict[str, Any]:
    """The checkpoint, which is whole where it can be read."""
    found: dict[str, Any] = json.loads((s3.folder / ".pulumi/stacks/oci-genai-keys/small.json").read_text())
    return found["checkpoint"]["latest"] or {}


def test_two_runs_at_once_end_with_one_winner(team: Machine, s3: Bucket) -> None:
    """The second is told whose the lock is; the first ends well, the state is whole, OCI has one key."""
    fault = team.fault(**_API_KEY, when="after", action="hold", count=1)
    with team.begun() as first:
        team.until_held(fault)
        second = team.up()
        held = _locks(s3)
        team.admin("POST", f"/faults/{fault}/release")
        said, _ = first.communicate()
    again = team.up("--expect-no-changes")

    assert first.returncode == 0, said
    assert second.code == 1
    assert re.search(
        r"error: the stack is currently locked by 1 lock\(s\)\. .* `pulumi cancel`\.\n"
        rf"  s3://\S+/{re.escape(held[0])}\?\S+: created by \S+@\S+ \(pid {first.pid}\) at \S+\n",
        second.said,
    )
    assert len(held) == 1
    assert again.code == 0, again.said
    assert _locks(s3) == []
    assert len(_whole(s3)["resources"]) == len(team.state())
    assert not _whole(s3).get("pending_operations")
    assert [key["state"] for key in team.api_keys()] == ["ACTIVE"]


@pytest.mark.full
def test_recover_takes_a_dead_lock_out_of_a_bucket(team: Machine, s3: Bucket) -> None:
    """The lock of a run that was killed, and what that run made and didn't write down."""
    fault = team.fault(**_API_KEY, when="after", action="hold", count=1)
    with team.begun() as running:
        team.until_held(fault)
        for pid in [running.pid, *processes_below(running.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        running.communicate()
    team.admin("POST", f"/faults/{fault}/release")
    team.clear_faults()
    left = _locks(s3)
    dry = team.kit("recover", "small", "--dry-run", check=True)
    recovered = team.kit("recover", "small", "--yes", check=True)

    assert len(left) == 1
    assert "This backend shows a lock only to who wants one" in dry.err
    assert re.search(
        rf"^Locked by \S+@\S+, process {running.pid}, since .* UTC: that process is dead\.$",
        recovered.err,
        re.MULTILINE,
    )
    assert "Took 1 lock(s) away." in recovered.err
    assert _locks(s3) == []
    assert not _whole(s3).get("pending_operations")
    assert len(team.api_keys()) == 1
    assert team.refused() == []


@pytest.mark.full
def test_recover_leaves_the_lock_of_another_host_in_a_bucket(team: Machine, s3: Bucket) -> None:
    """Whether a run of another machine lives can't be seen from here."""
    team.up(check=True)
    lock = s3.folder / _LOCKS / "11111111-2222-3333-4444-555555555555.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    content = {"pid": 4711, "username": "ci", "hostname": "runner-7", "timestamp": "2026-11-23T12:00:00.5Z"}
    lock.write_text(json.dumps(content), encoding="utf-8")
    refused = team.kit("recover", "small", "--yes")
    kept = lock.is_file()
    forced = team.kit("recover", "small", "--yes", "--force")

    assert refused.code == 1
    assert refused.err.startswith(
        "The stack small is locked by ci@runner-7, process 4711, since 2026-11-23 12:00:00 UTC\n"
        "It was taken on runner-7; whether that process lives can't be seen from "
    )
    assert f"s3://{s3.folder.name}/{_LOCKS}{lock.name}" in refused.err
    assert kept
    assert forced.code == 0, forced.err
    assert not lock.exists()

"""`genaikeys backend check`, with the real CLI and a real S3 server: what it tries, and what it leaves."""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genaikeys.backend import trial
from genaikeys.backend.throwaway import PROJECT, throwaway
from genaikeys.backend.trial import STEPS, attempt
from genaikeys.doctor.finding import Finding
from genaikeys.engine import find
from tests.backend.bucket import Bucket, Front, bucket, front, self_signed
from tests.engine.machine import Ran, until

FULL = pytest.mark.full
_ALWAYS = [".pulumi/meta.yaml"]
"""What every login leaves in a bucket."""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """An S3 server with an empty bucket."""
    with bucket(tmp_path_factory.mktemp("s3")) as made:
        yield made


@pytest.fixture
def before(s3: Bucket) -> Iterator[Front]:
    """What stands before the bucket."""
    with front(s3.port) as made:
        yield made


@pytest.fixture
def environment(s3: Bucket, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has the bucket's keys and a Pulumi home of their own."""
    strays = ("AWS_", "PULUMI_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strays)}
    return {**kept, **s3.credentials(), "PULUMI_HOME": str(tmp_path / "pulumi")}


def _command(url: str, *arguments: str) -> list[str]:
    script = "import sys; from genaikeys.cli import main; sys.exit(main())"
    return [sys.executable, "-c", script, "backend", "check", url, *arguments]


def _check(environment: dict[str, str], url: str, *arguments: str) -> Ran:
    done = subprocess.run(
        _command(url, *arguments), env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def _attempt(environment: dict[str, str], url: str) -> tuple[list[Finding], list[str]]:
    said: list[str] = []
    return attempt(find("A test needs it."), url, environment, said.append), said


def test_bucket_that_works_is_fine_and_left_as_it_was(
    s3: Bucket, before: Front, environment: dict[str, str], tmp_path: Path
) -> None:
    """Each step is tried, no credential is printed, nothing of the trial stays anywhere."""
    done = _check({**environment, "TMPDIR": str(tmp_path)}, s3.url(before.port), "--json")

    assert done.code == 0, done.said
    found = json.loads(done.out)
    assert [(each["check"], each["outcome"]) for each in found["findings"]] == [
        (name, "ok") for name in ("URL", "credentials", "Pulumi CLI", *STEPS)
    ]
    assert (found["url"], found["better"]) == (s3.url(before.port), None)
    assert done.err.endswith("9 checks, all fine: a team can keep its state there.\n")
    assert not any(value in done.said for value in s3.credentials().values())
    assert s3.objects() == _ALWAYS
    assert [each.name for each in tmp_path.iterdir()] == ["pulumi"]
    # Beside its logs the CLI writes down neither a login nor a selected stack.
    homely = [file for file in (tmp_path / "pulumi").rglob("*") if file.is_file()]
    assert {file.parent.name for file in homely} == {"logs"}
    assert all(path.startswith(f"/{s3.folder.name}") for _, path, _ in before.seen)  # path style
    assert {method for method, _, _ in before.seen} == {"GET", "HEAD", "PUT", "DELETE"}


@pytest.mark.parametrize("value", ["when_required", "when_supported"])
def test_checksum_setting_decides_how_state_is_uploaded(
    value: str, s3: Bucket, environment: dict[str, str], tmp_path: Path
) -> None:
    """Without it uploads over TLS are chunked, which a server like OCI refuses; with it none is."""
    certificate = self_signed(tmp_path)
    url = s3.url(request_checksum_calculation=value)
    with front(s3.port, certificate) as before:
        before.fails = lambda *request: (
            501 if "aws-chunked" in request[2].get("Content-Encoding", "") else None
        )
        secured = url.replace(f"http://127.0.0.1:{s3.port}", f"https://127.0.0.1:{before.port}")
        with throwaway(
            find("A test needs it."), secured, {**environment, "SSL_CERT_FILE": str(certificate)}
        ) as stack:
            ended = stack.run("stack", "init", stack.stack, "--no-select", "--non-interactive")
            chunked = ["aws-chunked" in headers.get("Content-Encoding", "") for _, _, headers in before.seen]
            # Where the bucket was new, not even the login could write.
            before.fails = lambda *_: None
            assert stack.remove(stack.stack)

    assert (ended.returncode == 0, any(chunked)) == (value == "when_required", value != "when_required")


@pytest.mark.parametrize(
    ("refused", "step", "left"),
    [
        pytest.param(
            lambda method, path, _: method == "GET" and "meta.yaml" in path, "open", [], id="read", marks=FULL
        ),
        pytest.param(
            lambda method, path, _: method == "PUT" and "/locks/" in path, "write", [], id="write", marks=FULL
        ),
        pytest.param(lambda *request: "X-Amz-Copy-Source" in request[2], "copy", [], id="copy"),
        pytest.param(
            lambda method, *_: method == "DELETE",
            "write",
            [
                r"\.pulumi/locks/organization/{p}/{s}/[0-9a-f-]{{36}}\.json",
                r"\.pulumi/stacks/{p}/{s}\.json",
                r"\.pulumi/stacks/{p}/{s}\.json\.bak",
            ],
            id="delete",
        ),
    ],
)
def test_what_a_bucket_refuses_is_named(
    refused: object,
    step: str,
    left: list[str],
    s3: Bucket,
    before: Front,
    environment: dict[str, str],
) -> None:
    """The step that fails, with the server's reason; what can be removed is, and what can't is named."""
    assert callable(refused)
    before.fails = lambda *request: 403 if refused(*request) else None
    found, said = _attempt(environment, s3.url(before.port))
    failed = [each for each in found if each.outcome.value == "failed"]
    names = re.findall(r"check-\w+-\w+", said[0])
    there = [name for name in s3.objects() if name not in _ALWAYS]

    assert [each.check for each in failed] == [step]
    assert "AccessDenied" in failed[0].why
    assert failed[0].fix == "Give this user what the statements of docs/state.md say."
    assert [each.outcome.value for each in found[STEPS.index(step) + 1 :]] == ["unknown"] * (
        len(STEPS) - STEPS.index(step) - 1
    )
    patterns = [pattern.format(p=PROJECT, s=names[0]) for pattern in left]
    assert len(there) == len(patterns)
    assert all(map(re.fullmatch, patterns, there)), there
    assert any(line.startswith(f"Left in the backend: the stack {names[0]} of") for line in said) is bool(
        left
    )
    before.fails = lambda *_: None
    with throwaway(find("A test needs it."), s3.url(before.port), environment) as stack:
        assert stack.remove(names[0])
    assert s3.objects() == _ALWAYS


def test_runs_of_the_same_instant_never_both_win(
    s3: Bucket, before: Front, environment: dict[str, str]
) -> None:
    """Each writes its lock before it looks again, so both may be refused; the next one works."""
    with throwaway(find("A test needs it."), s3.url(before.port), environment) as stack:
        refresh = ("refresh", "--stack", stack.stack, "--yes", "--skip-preview", "--non-interactive")
        assert stack.run("stack", "init", stack.stack, "--no-select").returncode == 0
        before.holds = lambda method, path: method == "PUT" and "/locks/" in path
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(stack.run, *refresh) for _ in range(2)]
            until(lambda: before.held == 2)
            before.release()
            ended = [each.result() for each in both]
        locks = [name for name in s3.objects() if "/locks/" in name]
        again = stack.run(*refresh)
        assert stack.remove(stack.stack)
    refused = [each for each in ended if each.returncode != 0]

    assert refused
    assert all("the stack is currently locked by 1 lock(s)" in each.stderr for each in refused)
    assert locks == []
    assert again.returncode == 0
    assert s3.objects() == _ALWAYS


def test_store_whose_lists_lag_is_told(s3: Bucket, before: Front, environment: dict[str, str]) -> None:
    """Where a lock that was written isn't listed, two runs work at once: the check sees it happen."""

    def lag(method: str, path: str, _: dict[str, str]) -> bytes | None:
        is_list_of_locks = method == "GET" and "list-type=2" in path and ".pulumi%2Flocks%2F" in path
        return b"<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>" if is_list_of_locks else None

    before.fails = lag
    found, _ = _attempt(environment, s3.url(before.port))

    assert [each.outcome.value for each in found] == ["ok", "ok", "ok", "ok", "failed", "unknown"]
    assert found[4].why == "While one run was at work, another one was let in."
    assert s3.objects() == _ALWAYS


@pytest.mark.parametrize(
    ("url", "extra", "reason", "fix"),
    [
        pytest.param(
            lambda s3: s3.url().replace(s3.folder.name, "no-such-bucket"),
            {},
            "NoSuchBucket",
            "Make the bucket, or correct its name, namespace and region.",
            id="no-bucket",
        ),
        pytest.param(
            lambda s3: s3.url(),
            {"AWS_SECRET_ACCESS_KEY": "wrong"},
            "SignatureDoesNotMatch",
            "Correct the secret key, or the region.",
            id="wrong-key",
        ),
        pytest.param(
            lambda s3: s3.url(),
            {"AWS_ACCESS_KEY_ID": "nobody"},
            "provided access key ID",
            "Correct the access key.",
            id="unknown-key",
        ),
        pytest.param(
            lambda s3: s3.url(1),
            {},
            "connection refused",
            "Correct the endpoint: nothing answers there.",
            id="nobody-there",
        ),
    ],
)
def test_why_a_bucket_cant_be_opened_is_told(
    url: object, extra: dict[str, str], reason: str, fix: str, s3: Bucket, environment: dict[str, str]
) -> None:
    """The server's word for it, and what to do; exit code 2, and no credential in it."""
    assert callable(url)
    done = _check({**environment, **extra}, url(s3))

    assert done.code == 2
    assert re.search(r"^open +- +failed +it can't be opened$", done.out, re.MULTILINE)
    assert reason in done.err
    assert f"  Fix: {fix}\n" in done.err
    assert s3.secret not in done.said


def test_state_of_an_old_layout_is_told(environment: dict[str, str], tmp_path: Path) -> None:
    """A backend from before projects is opened by no CLI that is new enough."""
    old = tmp_path / "state" / ".pulumi" / "stacks"
    old.mkdir(parents=True)
    (old / "dev.json").write_text('{"version": 3, "checkpoint": {"stack": "dev"}}', encoding="utf-8")
    found, said = _attempt(environment, f"file://{tmp_path / 'state'}")

    assert found[0].outcome.value == "failed"
    assert "Legacy DIY state is deprecated" in found[0].why
    assert found[0].fix.startswith("It is laid out as before projects: run `pulumi state upgrade`")
    assert len(said) == 1


def test_wrong_url_is_judged_and_not_tried(s3: Bucket, environment: dict[str, str]) -> None:
    """Exit code 2, with the URL as it should be."""
    done = _check(environment, s3.url(s3ForcePathStyle=None))

    assert done.code == 2
    assert re.findall(r"^(\S+ ?\S*) +- +failed", done.out, re.MULTILINE) == ["path style"]
    assert done.out.count("not tried, because of what is wrong above") == len(STEPS)
    assert done.err.splitlines()[-1] == f"The URL would be: {s3.url()}"


def _begun(environment: dict[str, str], url: str, before: Front, at: str) -> subprocess.Popen[str]:
    """A check that is held before a request to a path."""
    before.holds = lambda method, path: method == "PUT" and at in path
    running = subprocess.Popen(
        _command(url),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: before.held > 0)
    return running


@pytest.mark.parametrize(
    ("number", "at"),
    [
        pytest.param(signal.SIGTERM, "/history/", id="ended-while-it-is-locked"),
        pytest.param(signal.SIGTERM, "/stacks/", id="ended-while-it-is-made", marks=FULL),
        pytest.param(signal.SIGINT, "/history/", id="interrupted-while-it-is-locked", marks=FULL),
        pytest.param(signal.SIGINT, "/stacks/", id="interrupted-while-it-is-made", marks=FULL),
    ],
)
def test_check_that_is_stopped_removes_what_it_made(
    number: signal.Signals, at: str, s3: Bucket, before: Front, environment: dict[str, str]
) -> None:
    """Ctrl-C, or the end of a CI job: exit code 130, and nothing of it left, neither lock nor stack."""
    with _begun(environment, s3.url(before.port), before, at) as running:
        running.send_signal(number)
        before.release()
        _, err = running.communicate(timeout=120)

    assert running.returncode == 130, err
    assert re.search(r"^The stack check-\w+-\w+ was removed again\.$", err, re.MULTILINE)
    assert s3.objects() == _ALWAYS


def test_check_that_is_killed_leaves_what_the_next_one_removes(
    s3: Bucket, before: Front, environment: dict[str, str]
) -> None:
    """A killed process can't tidy up; an hour later the next check does, and says so. A younger one stays."""
    url = s3.url(before.port)
    with _begun(environment, url, before, "/history/") as running:
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
    before.release()
    (young,) = {name.split("/")[-2] for name in s3.objects() if "/locks/" in name}
    with throwaway(find("A test needs it."), url, environment) as stack:
        old = stack.stack = f"check-20260101t000000-{secrets.token_hex(3)}"
        assert stack.run("stack", "init", old, "--no-select", "--non-interactive").returncode == 0
        opened = trial._tried("open", stack)
    names = {name for name in s3.objects() if name not in _ALWAYS}
    with throwaway(find("A test needs it."), url, environment) as stack:
        assert stack.remove(young)

    assert opened.found == "it opens; what 1 earlier check(s) left was removed"
    assert names
    assert all(young in name for name in names)
    assert s3.objects() == _ALWAYS


@pytest.mark.full
def test_folder_is_tried_too(environment: dict[str, str], tmp_path: Path) -> None:
    """A folder works; that it is one machine's is a warning, and so exit code 2."""
    state = tmp_path / "state"
    state.mkdir()
    done = _check(environment, f"file://{state}", "--json")

    assert done.code == 2
    outcomes = {each["check"]: each["outcome"] for each in json.loads(done.out)["findings"]}
    assert outcomes == {"URL": "warning", "Pulumi CLI": "ok", **dict.fromkeys(STEPS, "ok")}
    files = {str(file.relative_to(state)) for file in state.rglob("*") if file.is_file()}
    assert files == {".pulumi/meta.yaml", ".pulumi/meta.yaml.attrs"}

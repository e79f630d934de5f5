"""A backend is tried as the engine uses it: in a stack that is thrown away."""

import contextlib
import json
import secrets
import signal
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

from genaikeys.backend.throwaway import PROJECT, Ended, Throwaway, TooLong, stale, throwaway
from genaikeys.doctor.finding import Finding, Outcome
from genaikeys.engine import Engine
from genaikeys.recover import lock

__all__ = ["STEPS", "attempt", "not_tried"]

_SHOWN = 6
_CAUSES = (
    (
        "Legacy DIY state",
        "It is laid out as before projects: run `pulumi state upgrade`, once, while nobody works.",
    ),
    ("NoSuchBucket", "Make the bucket, or correct its name, namespace and region."),
    ("SignatureDoesNotMatch", "Correct the secret key, or the region."),
    ("InvalidAccessKeyId", "Correct the access key."),
    ("access key ID", "Correct the access key."),
    ("AccessDenied", "Give this user what the statements of docs/state.md say."),
    ("StatusCode: 403", "Correct the keys, or give this user what the statements of docs/state.md say."),
    ("no such host", "Correct the endpoint: its host isn't known here."),
    ("connection refused", "Correct the endpoint: nothing answers there."),
)
_TIDYING = "there was a problem deleting the lock"


class _Refused(Exception):  # noqa: N818 - what the backend did
    """A step didn't work; the text says what was seen."""


def attempt(
    engine: Engine, url: str, environment: Mapping[str, str], say: Callable[[str], None]
) -> list[Finding]:
    """Try a backend, and leave nothing in it but what every login leaves.

    Args:
        engine: The CLI.
        url: Of the backend.
        environment: With the backend's credentials.
        say: Tells the person something.

    Returns:
        One finding for each of `STEPS`; those after one that failed are unknown.
    """
    found: list[Finding] = []
    with _interruptible(), throwaway(engine, url, environment) as stack:
        say(f"Trying it: the stack {stack.stack} of the project {PROJECT} is made, and removed again ...")
        try:
            for name in STEPS:
                found.append(_tried(name, stack))
                if found[-1].outcome is not Outcome.OK:
                    break
        finally:  # also after an interrupt
            _tidy(stack, found, say)
    rest = STEPS[len(found) :]
    return [*found, *(not_tried(name) for name in rest)]


def not_tried(name: str) -> Finding:
    """A step that nobody can say anything about, because something else is wrong."""
    return Finding(name, "", Outcome.UNKNOWN, "not tried, because of what is wrong above")


def _tried(name: str, stack: Throwaway) -> Finding:
    step, purpose = _STEPS[name]
    try:
        return Finding(name, "", Outcome.OK, step(stack))
    except _Refused as refused:
        said = str(refused)
    except TooLong as long:
        said = f"`{long}` was stopped: it took longer than any that works."
    fix = next((fix for sign, fix in _CAUSES if sign in said), "Do what it says, then run this again.")
    return Finding(name, "", Outcome.FAILED, purpose, _shortened(said), fix)


def _tidy(stack: Throwaway, found: list[Finding], say: Callable[[str], None]) -> None:
    """Remove the stack, unless it was never made or is gone; say so where it can't be."""
    is_opened = bool(found) and found[0].outcome is Outcome.OK
    if not is_opened or (len(found) == len(STEPS) and found[-1].outcome is Outcome.OK):
        return
    try:
        is_gone = stack.remove(stack.stack)
    except TooLong:
        is_gone = False
    except KeyboardInterrupt:  # a second one
        say(_left(stack.stack))
        raise
    say(f"The stack {stack.stack} was removed again." if is_gone else _left(stack.stack))


def _left(stack: str) -> str:
    return (
        f"Left in the backend: the stack {stack} of the project {PROJECT}, which is "
        f".pulumi/stacks/{PROJECT}/{stack}.json and what lies in .pulumi/locks, history and backups under "
        f"{PROJECT}/{stack}. It is of no use to anybody; the next check removes it once it is an hour old."
    )


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let the signals that ask a process to end do what Ctrl-C does, so that there is time to tidy up."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


def _open(stack: Throwaway) -> str:
    left = stale(_said(stack.listed()).stdout)
    for name in left:
        if not stack.remove(name):
            raise _Refused(f"The stack {name} of an earlier check can't be removed.")
    return "it opens" + (f"; what {len(left)} earlier check(s) left was removed" if left else "")


def _write(stack: Throwaway) -> str:
    _said(stack.run("stack", "init", stack.stack, "--no-select", "--non-interactive"))
    return "a stack was made, under its own lock"


def _read(stack: Throwaway) -> str:
    mark = secrets.token_hex(8)
    urn = f"urn:pulumi:{stack.stack}::{PROJECT}::pulumi:pulumi:Stack::{PROJECT}-{stack.stack}"
    exported = json.loads(_said(stack.run("stack", "export", "--stack", stack.stack)).stdout)
    exported["deployment"]["resources"] = [
        {"urn": urn, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": {"mark": mark}}
    ]
    _said(stack.run("stack", "import", "--stack", stack.stack, stdin=json.dumps(exported)))
    back = json.loads(_said(stack.run("stack", "export", "--stack", stack.stack)).stdout)
    resources = back["deployment"].get("resources") or [{}]
    if resources[0].get("outputs") != {"mark": mark}:
        raise _Refused("What was read is not what had been written last: reads lag behind writes.")
    return "what was written last is what is read"


def _copy(stack: Throwaway) -> str:
    # The engine passes over every other copy that fails (3.259, pkg/backend/diy/state.go, backupTarget).
    _said(_refresh(stack))
    return "the state was copied into the history of a run"


def _lock(stack: Throwaway) -> str:
    with stack.run_held() as held:
        second = _refresh(stack) if held.is_running else None
    if second is None or held.ended is None:
        raise _Refused(f"{held.ended.stderr}\n{held.ended.stdout}" if held.ended else "It didn't begin.")
    said = f"{second.stderr}\n{second.stdout}"
    locks = [each for each in lock.in_message(said) if each.pid == held.pid]
    if second.returncode == 0:
        raise _Refused("While one run was at work, another one was let in.")
    if not locks and not lock.is_cloud_conflict(said):
        raise _Refused(said)
    _said(held.ended)
    _said(_refresh(stack))
    whose = ", and is told whose the lock is" if locks else ""
    return f"while one run is at work another is refused{whose}"


def _delete(stack: Throwaway) -> str:
    _said(stack.run("stack", "rm", stack.stack, "--yes", "--force", "--remove-backups", "--non-interactive"))
    if stack.stack in _said(stack.listed()).stdout:
        raise _Refused("The stack was removed, and is still listed.")
    return "the stack is gone, with its lock, history and backups"


def _refresh(stack: Throwaway) -> Ended:
    return stack.run("refresh", "--stack", stack.stack, "--yes", "--skip-preview", "--non-interactive")


def _said(ended: Ended) -> Ended:
    """The same, if it went well.

    Raises:
        _Refused: It didn't.
    """
    # A lock that can't be deleted is told, and yet the command ends well.
    if ended.returncode != 0 or _TIDYING in ended.stderr:
        raise _Refused(f"{ended.stdout}\n{ended.stderr}")
    return ended


def _shortened(said: str) -> str:
    """A few lines of what a command said: from its error on, or else the last."""
    lines = [line.strip() for line in said.splitlines() if line.strip(" =")]
    first = next((at for at, line in enumerate(lines) if line.startswith("error:")), -_SHOWN)
    return "\n  ".join(lines[first:][:_SHOWN])


_STEPS: Mapping[str, tuple[Callable[[Throwaway], str], str]] = {
    "open": (_open, "it can't be opened"),
    "write": (_write, "a stack can't be made"),
    "read": (_read, "a state that was written can't be read back"),
    "copy": (_copy, "a state can't be copied, as the engine does for the history of each run"),
    "lock": (_lock, "that a run keeps another one out couldn't be seen"),
    "delete": (_delete, "a stack can't be removed"),
}
STEPS = tuple(_STEPS)
"""In the order in which they are tried."""

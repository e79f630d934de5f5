"""A real browser without a window, driven over its DevTools pipe."""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_LIMIT = 60.0
_LAUNCH = """
import os, sys
ends = [os.dup(int(each)) for each in sys.argv[1:3]]
high = [os.dup2(end, 20 + number) for number, end in enumerate(ends)]
for number, end in zip((3, 4), high):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Starts the browser, which reads commands from file descriptor 3 and writes answers to 4."""


def find() -> str | None:
    """Where Chromium is: Debian's or another on PATH, or one that Playwright installed."""
    installed = Path.home().glob(".cache/ms-playwright/chromium*/chrome-linux*/*")
    names = ("chrome", "headless_shell")
    found = [
        *filter(None, map(shutil.which, _NAMES)),
        *(str(path) for path in installed if path.name in names),
    ]
    return found[0] if found else None


class Page:
    """A tab.

    Attributes:
        events: What the browser told, oldest first, as method and parameters.
    """

    def __init__(self, process: subprocess.Popen[bytes], into: int, out: int) -> None:
        self._process, self._into, self._out = process, into, out
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[tuple[str, dict[str, Any]]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Accessibility"):
            self.ask(f"{domain}.enable")

    def open(self, file: Path, *, width: int = 1400, dark: bool = False) -> None:
        """Load a file and wait until it stands."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Emulation.setScriptExecutionDisabled", value=True)
        self.events.clear()
        self.ask("Page.navigate", url=file.as_uri())
        while not any(method == "Page.loadEventFired" for method, _ in self.events):
            self._receive()

    def evaluate(self, expression: str) -> Any:
        """Ask for the value of a JavaScript expression, which the page itself could not run."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._into, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result

    def _receive(self) -> dict[str, Any]:
        end = time.monotonic() + _LIMIT
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._out], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(self._out, 1 << 16) if ready else b""
            assert piece, "the browser says nothing more"
            self._buffer += piece
        data, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(data)
        if "method" in message:
            self.events.append((message["method"], message.get("params", {})))
        return message


@contextmanager
def opened(program: str, profile: Path) -> Iterator[Page]:
    """Start a browser with a fresh profile; it is ended afterwards."""
    theirs_in, into = os.pipe()
    out, theirs_out = os.pipe()
    command = [
        *(sys.executable, "-ISc", _LAUNCH, str(theirs_in), str(theirs_out), program),
        *("--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}"),
        *("--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        # Root can't have the sandbox, and what is opened here is our own page.
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "about:blank",
    ]
    process = subprocess.Popen(
        command,
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Page(process, into, out)
    finally:
        os.close(into)  # which ends it
        os.close(out)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

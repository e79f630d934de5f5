"""Run as a process of its own: clients that read their key from the Vault now and then, and call a model.

Each client is a thread with the official SDKs as they are: OCI's reads the secret bundle (stage CURRENT),
OpenAI's calls chat completions; neither retries. `clients.py` takes a `Share` as JSON in its argument,
prints ``ready`` once each client holds a value, begins at the first line of its standard input, ends with
the input, and prints every request as JSON.
"""

import base64
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import oci
import openai

from bench.load.share import Share
from genaikeys.oci import Secret


@dataclass
class Client:
    """One client.

    Attributes:
        number: Sets its phase.
        share: What it does, and how often.
        requests: Each with the time of its beginning, what it was, its seconds, what came of it, and the
            fingerprint of the value that it was made with, or that was read.
    """

    number: int
    share: Share
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = oci.config.from_file(os.environ["OCI_CONFIG_FILE"])
        self._vault = oci.secrets.SecretsClient(
            {**config, "region": self.share.region}, retry_strategy=oci.retry.NoneRetryStrategy()
        )
        self._value = self._current()
        self._model = openai.OpenAI(api_key=self._value.reveal(), base_url=self.share.base_url, max_retries=0)

    def work(self, over: threading.Event) -> None:
        """Read and call, each when it is due; what is late is done at once, and not made up for."""
        phase = self.number / self.share.of
        started = time.monotonic()
        read_due = started + phase * self.share.reads_every
        # Neighbours in the order of reading are apart in the order of calling.
        call_due = started + (self.number * 7 % self.share.of) / self.share.of * self.share.calls_every
        while not over.wait(max(0.0, min(read_due, call_due) - time.monotonic())):
            if read_due <= call_due:
                self._note("read", self._read)
                read_due = _next(read_due, self.share.reads_every)
            else:
                self._note("call", self._call)
                call_due = _next(call_due, self.share.calls_every)

    def _read(self) -> None:
        value = self._current()
        if value.fingerprint != self._value.fingerprint:
            self._value = value
            self._model = self._model.with_options(api_key=value.reveal())

    def _current(self) -> Secret:
        bundle = self._vault.get_secret_bundle(self.share.secret, stage="CURRENT").data
        return Secret(base64.b64decode(bundle.secret_bundle_content.content).decode())

    def _call(self) -> None:
        self._model.chat.completions.create(
            model=self.share.model, messages=[{"role": "user", "content": "hello"}]
        )

    def _note(self, what: str, do: Callable[[], None]) -> None:
        began, clock, outcome = time.time(), time.perf_counter(), "200"
        try:
            do()
        except (openai.APIStatusError, openai.APIConnectionError, oci.exceptions.ServiceError) as problem:
            outcome = str(
                getattr(problem, "status_code", None) or getattr(problem, "status", None) or problem
            )
        except oci.exceptions.RequestException as problem:
            outcome = type(problem).__name__
        self.requests.append(
            {
                "time": began,
                "client": self.number,
                "what": what,
                "seconds": time.perf_counter() - clock,
                "outcome": outcome,
                "value": self._value.fingerprint,
            }
        )


def _next(due: float, every: float) -> float:
    """The next time in a rhythm that is still to come."""
    now = time.monotonic()
    return due + every * max(1, -(-(now - due) // every))


def main() -> None:
    """Drives the clients of one share."""
    share = Share(**json.loads(sys.argv[1]))
    clients = [Client(number, share) for number in share.clients]
    over = threading.Event()
    threads = [threading.Thread(target=client.work, args=(over,)) for client in clients]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    json.dump([request for client in clients for request in client.requests], sys.stdout)


if __name__ == "__main__":
    main()

"""Callers as applications are: OpenAI's SDK, unmodified, with a key read from the Vault now and then."""

import base64
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import oci
import openai

from tests.matrix.cell import Cell
from tests.provider.stage import MODEL, REGION

__all__ = ["Callers", "Request"]

BASE = f"https://inference.generativeai.{REGION}.oci.oraclecloud.com/20231130/actions/v1"


@dataclass(frozen=True)
class Request:
    """One call of a model: seconds since the start, and what came back; empty where it was answered."""

    time: float
    problem: str


@dataclass
class Callers:
    """Several callers of one key.

    Attributes:
        cell: The key.
        count: How many.
        reads_every: Seconds between two reads of the Vault, each caller in its own phase.
        calls_every: Seconds between two calls of a caller.
        made: Every call so far.
    """

    cell: Cell
    count: int
    reads_every: float
    calls_every: float
    made: list[Request] = field(default_factory=list)
    _start: float = field(default_factory=time.monotonic)
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def failed(self) -> list[Request]:
        """Calls that were not answered."""
        return [each for each in self.made if each.problem]

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Call as long as the block lasts."""
        threads = [threading.Thread(target=self._call, args=(number,)) for number in range(self.count)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _call(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - phases, not secrets
        bundles = oci.secrets.SecretsClient(self.cell.local.oci_config(REGION))
        self._over.wait(chance.random() * self.calls_every)
        client = self._client(bundles)
        next_read = self.now + chance.random() * self.reads_every
        while not self._over.is_set():
            if self.now >= next_read:
                client.close()
                client = self._client(bundles)
                next_read = self.now + self.reads_every
            self._once(client)
            self._over.wait(self.calls_every)
        client.close()

    def _client(self, bundles: "oci.secrets.SecretsClient") -> openai.OpenAI:
        return openai.OpenAI(base_url=BASE, api_key=self._read(bundles), max_retries=0)

    def _read(self, bundles: "oci.secrets.SecretsClient") -> str:
        content = bundles.get_secret_bundle(self.cell.secret_id).data.secret_bundle_content.content
        return base64.b64decode(content).decode()

    def _once(self, client: openai.OpenAI) -> None:
        began, problem = self.now, ""
        try:
            client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "hello"}])
        except openai.APIError as refusal:
            problem = f"{type(refusal).__name__} {getattr(refusal, 'status_code', '')}".strip()
        self.made.append(Request(began, problem))

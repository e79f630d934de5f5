"""The policy engine: parsing against oci-lexer-parser, deciding and comparing against what was promised."""

import json
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from bench import fleet, tenancy
from bench.measure import REPEATS, Comparison, Series, alternate, seconds
from genaikeys.iam import Policies, Request
from tests.iam import rival, shape, statements

_WORKER = Path(__file__).with_name("parse_worker.py")
_WARM_UP, _PASSES = 3, 5


def compare() -> list[Comparison]:
    """Measures all; before anything is timed, what two parsers read must be equal, and each answer right."""
    return [*_parsing(), *_deciding(), *_comparing()]


def common_statements() -> list[str]:
    """Statements of the shared corpus that both parsers read, and read alike.

    Where only one of them reads a statement, or they read different things, is judged in
    ``tests/iam/disagreements.yaml``.
    """
    texts = statements.accepted()
    both = zip(texts, map(shape.read, texts), rival.parse(texts), strict=True)
    return [text for text, ours, theirs in both if ours is not None and theirs == [ours]]


def _parsing() -> list[Comparison]:
    texts = common_statements()
    given = "\0".join(texts)
    commands = {
        "ours": [sys.executable, str(_WORKER), "ours"],
        "oci-lexer-parser": [str(rival.python()), str(_WORKER), "theirs"],
    }
    cold = alternate(
        {name: partial(_import, command, given) for name, command in commands.items()}, unit="ms"
    )
    start = alternate(
        {name: partial(_start, command, given) for name, command in commands.items()}, unit="ms"
    )
    warm = alternate(
        {name: partial(_parse, command, given, len(texts)) for name, command in commands.items()}, unit="µs"
    )
    count, theirs = len(texts), "oci-lexer-parser"
    claims = (
        (f"parse {count} statements, cold: import and first pass in a new process", cold, 1 / 8),
        (f"parse {count} statements, cold, with the start of Python, which is neither's", start, 1.0),
        ("parse a statement, warm, nothing remembered", warm, 1 / 8),
    )
    return [Comparison(claim, taken["ours"], taken[theirs], limit) for claim, taken, limit in claims]


def _import(command: list[str], given: str) -> float:
    """Milliseconds that the import of a parser and its first pass take in a new process."""
    done = subprocess.run([*command, "1"], input=given, capture_output=True, text=True, check=True)
    return float(done.stdout) * 1e3


def _start(command: list[str], given: str) -> float:
    """Milliseconds of a process that starts, imports, parses everything once, and ends."""
    return seconds([*command, "1"], input=given) * 1e3


def _parse(command: list[str], given: str, count: int) -> float:
    """Microseconds a statement in a process that has parsed everything some times before."""
    done = subprocess.run(
        [*command, str(_WARM_UP + _PASSES)], input=given, capture_output=True, text=True, check=True
    )
    return statistics.median(map(float, done.stdout.split()[_WARM_UP:])) / count * 1e6


def _deciding() -> list[Comparison]:
    policies = Policies(tenancy.policies(), tenancy.compartments())
    asked = tenancy.requests()
    for answer, requests in asked.items():
        for request in requests:
            found = policies.decide(request)
            if found.answer is not answer:
                raise RuntimeError(f"{request} must be {answer} and is {found.answer}: {found.reason}")
    count = sum(len(policy.statements) for policy in tenancy.policies())
    taken = alternate(
        {str(answer): partial(_decide, policies, requests) for answer, requests in asked.items()}, unit="µs"
    )
    promise = Series("the promise", "µs", (20.0,))
    return [
        Comparison(f"decide a request over {count} statements, warm: {answer}", series, promise, 1.0)
        for answer, series in taken.items()
    ]


def _decide(policies: Policies, requests: list[Request]) -> float:
    """Microseconds a decision, over requests that all differ."""
    started = time.perf_counter()
    for request in requests:
        policies.decide(request)
    return (time.perf_counter() - started) / len(requests) * 1e6


def _comparing() -> list[Comparison]:
    """Fleets of a hundred and of a thousand keys, where one key in ten changes, and where all do."""
    compared = []
    for words, every in (("one key in ten changes", 10), ("every key changes", 1)):
        seconds_of, memory_of = {}, {}
        for keys in (100, 1000):
            runs = [_compare(keys, every) for _ in range(REPEATS)]
            seconds_of[keys] = Series(f"{fleet.cells(keys):,} cells", "s", tuple(run[0] for run in runs))
            memory_of[keys] = Series(f"{fleet.cells(keys):,} cells", "MiB", tuple(run[1] for run in runs))
        small, large = (f"compare {fleet.cells(keys):,} cells, {words}" for keys in (100, 1000))
        compared += [
            Comparison(small, seconds_of[100], Series("the promise", "s", (0.5,)), 1.0),
            Comparison(large, seconds_of[1000], seconds_of[100], 12.0),
            Comparison(f"{large}: peak memory", memory_of[1000], memory_of[100], 12.0),
        ]
    return compared


def _compare(keys: int, every: int) -> tuple[float, float]:
    """Seconds from the texts to the verdict, and peak memory in MiB, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.matrix_worker", str(keys), str(every)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    if found["changed"] != fleet.changed_cells(keys, every) or found["verdict"] != "broadens":
        raise RuntimeError(f"{keys} keys, each {every}th changed: wrong difference {found}")
    return found["seconds"], found["mebibytes"]

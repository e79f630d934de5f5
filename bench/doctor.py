"""`genaikeys doctor` on six regions against one, where every answer of OCI takes its time."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from bench.measure import Comparison, alternate
from genaikeys.doctor import examine
from genaikeys.oci import Auth, Oci
from genaikeys.settings import Settings, load
from tests.local import running

__all__ = ["compare"]

_DELAY = 0.2
"""Seconds for which each answer is held back, as a far region would."""
_SIX = ["us-ashburn-1", "us-chicago-1", "us-phoenix-1", "eu-frankfurt-1", "ap-hyderabad-1", "ap-osaka-1"]


def _stack(regions: list[str]) -> Settings:
    raw = {
        "oci:region": "us-ashburn-1",
        "p:regions": regions,
        "p:models": "google.gemini-2.5-flash",
        "p:compartments": {"apps": {}},
        "p:keys": {"bot": {"compartment": "apps"}},
    }
    return load(raw, stack="trial", project="p")


def _taking(settings: Settings) -> Callable[[], float]:
    def take() -> float:
        started = time.perf_counter()
        examine(settings, Oci(Auth()))
        return time.perf_counter() - started

    return take


def compare() -> list[Comparison]:
    """Runs both in turns, with new clients each time."""
    with (
        tempfile.TemporaryDirectory(prefix="genaikeys-bench-") as scratch,
        running(Path(scratch) / "home") as local,
        mock.patch.dict(os.environ, local.env(), clear=True),
    ):
        local.fault(action="delay", seconds=_DELAY)
        each = {f"one region ({name})": _taking(_stack([name])) for name in _SIX[:2]}
        taken = alternate({"six regions": _taking(_stack(_SIX)), **each}, repeats=5)
    slowest = max((series for name, series in taken.items() if name != "six regions"), key=lambda s: s.median)
    return [
        Comparison(
            "`genaikeys doctor` on six regions, each answer held 0.2 s", taken["six regions"], slowest, 2.0
        )
    ]

"""Which of many like cases a usual run tries; the others take the engine too long and run with ``full``."""

from collections.abc import Iterable
from typing import Any

import pytest

__all__ = ["sampled"]


def sampled(cases: Iterable[str], *usual: str) -> list[Any]:
    """Parameters for every case, all but the usual ones marked ``full``.

    Args:
        cases: Names of all cases.
        usual: Those of a usual run.
    """
    known = list(cases)
    strange = set(usual) - set(known)
    if strange:
        raise ValueError(f"no such case: {', '.join(sorted(strange))}")
    return [pytest.param(name, id=name, marks=() if name in usual else pytest.mark.full) for name in known]

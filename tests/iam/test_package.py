"""What the package costs those who import it."""

import subprocess
import sys
from pathlib import Path

import pytest

from genaikeys import iam

ROOT = Path(__file__).parents[2]
OUTSIDE = ("pydantic", "yaml", "jinja2", "oci", "pulumi", "typing", "json", "pathlib")


@pytest.mark.parametrize(
    ("name", "heavy"),
    [("decide", OUTSIDE), ("parse_statement", (*OUTSIDE, "dataclasses", "re", "functools", "datetime"))],
)
def test_import_is_light(name: str, heavy: tuple[str, ...]) -> None:
    """Nothing outside the standard library, no tables, and for reading alone next to nothing."""
    script = (
        f"import sys; from genaikeys.iam import {name};"
        f" print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"


def test_every_name_can_be_imported() -> None:
    """And what isn't there is said to be missing."""
    for name in iam.__all__:
        assert getattr(iam, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        iam.nonsense  # noqa: B018

"""What the package costs those who import it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_import_is_light() -> None:
    """It brings along nothing outside the standard library, and no tables before they are asked for."""
    heavy = ("pydantic", "yaml", "jinja2", "oci", "pulumi", "typing", "json", "pathlib")
    script = f"import sys, genaikeys.iam; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"

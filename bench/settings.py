"""Loading and validating a large stack against importing what that takes."""

import sys
import tempfile
from pathlib import Path

from bench.measure import Comparison, alternate, seconds
from genaikeys import catalogue

__all__ = ["compare", "stack"]

KEYS, MODELS = 100, 20
_LOAD = (
    "import sys; from pathlib import Path; from genaikeys.settings import from_file; "
    "from_file(Path(sys.argv[1]))"
)


def stack() -> str:
    """A stack of a hundred keys in six regions, each with twenty models, by their names."""
    known = catalogue.load()
    models = [
        model.name for model in known.models.values() if model.openai_compatible and model.retired is None
    ][:MODELS]
    # The catalogue has fewer: dedicated endpoints are named like models.
    models += [f"ocid1.generativeaiendpoint.oc1.us-chicago-1.e{n}" for n in range(MODELS - len(models))]
    keys = "".join(
        f"    key-{number}:\n      compartment: apps\n      models: [{', '.join(models)}]\n"
        for number in range(KEYS)
    )
    return (
        "config:\n  oci:region: us-ashburn-1\n  p:regions: all\n"
        f"  p:compartments: {{apps: {{policyScope: compartment}}}}\n  p:keys:\n{keys}"
    )


def compare() -> list[Comparison]:
    """Runs both in turns, each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="genaikeys-bench-") as scratch:
        folder = Path(scratch) / "stacks"
        folder.mkdir()
        file = folder / "Pulumi.large.yaml"
        file.write_text(stack(), encoding="utf-8")
        (Path(scratch) / "Pulumi.yaml").write_text("name: p\n", encoding="utf-8")
        taken = alternate(
            {
                "load": lambda: seconds([sys.executable, "-c", _LOAD, str(file)]),
                "imports": lambda: seconds(
                    [sys.executable, "-c", "import yaml; from pydantic import BaseModel"]
                ),
            },
            repeats=11,
        )
    claim = f"a stack of {KEYS} keys x 6 regions x {MODELS} models, loaded and validated"
    return [Comparison(claim, taken["load"], taken["imports"], 2.5)]

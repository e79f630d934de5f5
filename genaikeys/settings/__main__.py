"""Writes `stacks/schema.json`: `python -m genaikeys.settings`, from the project's root."""

import sys
from pathlib import Path

from genaikeys import catalogue
from genaikeys.settings import schema
from genaikeys.settings.reading import project_name


def main() -> int:
    """Write the schema of this project's stack files."""
    root = Path(__file__).resolve().parents[2]
    target = root / "stacks" / "schema.json"
    target.write_text(schema.text(project_name(root / "Pulumi.yaml"), catalogue.load()), "utf-8")
    sys.stderr.write(f"wrote {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

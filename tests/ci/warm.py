"""What a warm runner has already: `.venv`, here the tests' own packages with the code of a given folder.

`make venv` finds it up to date, by its stamp, as it does on a runner that keeps its folders.
"""

import sys
from pathlib import Path

from toolchain import environments

_SCRIPT = """\
#!/bin/sh
PYTHONPATH='{folder}' exec '{python}' {module}"$@"
"""


def warm(folder: Path) -> None:
    """Make the environment in a folder that holds the kit."""
    scripts = folder / ".venv" / "bin"
    scripts.mkdir(parents=True, exist_ok=True)
    for name, module in (("python", ""), ("genaikeys", "-m genaikeys ")):
        script = scripts / name
        script.write_text(
            _SCRIPT.format(folder=folder, python=sys.executable, module=module), encoding="utf-8"
        )
        script.chmod(0o755)
    stamp = environments._stamp(folder / "requirements.txt", folder / "pyproject.toml")
    (folder / ".venv" / "genaikeys.stamp").write_text(stamp, encoding="utf-8")


if __name__ == "__main__":
    warm(Path(sys.argv[1]).resolve())

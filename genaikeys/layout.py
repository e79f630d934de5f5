"""Where things lie: in a checkout of the kit, and where its wheel is installed.

A wheel puts one name into site-packages, `genaikeys`. What only the kit's own processes import, the plugin
and the local OCI, lies in `genaikeys/_site` as it lies at the top of a checkout: names like `provider` and
`emulator` are too common to be put where other programs import from.
"""

import sys
from pathlib import Path

__all__ = ["code", "project", "reach_code"]

_PACKAGE = Path(__file__).resolve().parent
_SITE = _PACKAGE / "_site"
_PROJECT_FILE = "Pulumi.yaml"


def code() -> Path:
    """The folder of `provider`, `emulator` and `toolchain`, and of `policies` with the templates."""
    return _SITE if _SITE.is_dir() else _PACKAGE.parent


def project() -> Path:
    """The folder of the Pulumi project that verbs are about.

    In a checkout, that. Where the kit is installed, the nearest folder with a `Pulumi.yaml` at or above the
    working directory; the working directory where there is none.
    """
    if code() != _SITE:
        return _PACKAGE.parent
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / _PROJECT_FILE).is_file()), here)


def reach_code() -> None:
    """Let this process, which is one of the kit's own, import from `code`, before anything of that name."""
    if code() == _SITE:
        sys.path.insert(0, str(_SITE))

"""The environment and working directory of the command that a provider instance belongs to.

The resident process outlives many commands, so nothing here is ever read from its own environment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLES = (
    "HOME",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "custom_cert_location",
    "TF_PRESERVE_STATE_ON_404",
)
"""Variables by name that matter to the plugin, besides those that begin with one of `PREFIXES`."""

PREFIXES = ("OCI_", "TF_VAR_")


def relevant(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that the plugin reads."""
    return {
        name: value for name, value in environment.items() if name in VARIABLES or name.startswith(PREFIXES)
    }


@dataclass(frozen=True)
class Surroundings:
    """What one provider instance sees of its command."""

    environment: Mapping[str, str]
    directory: Path

    def get(self, *names: str) -> str | None:
        """The first of these variables that is set to something."""
        return next((value for name in names if (value := self.environment.get(name))), None)

    def setting(self, name: str) -> str | None:
        """A provider setting from the environment: `TF_VAR_name`, `OCI_name`, or `OCI_NAME`."""
        return self.get(f"TF_VAR_{name}", f"OCI_{name}", f"OCI_{name.upper()}")

    def path(self, text: str) -> Path:
        """A path as the command would read it: `~` is its home, and relative ones start where it runs."""
        if text.startswith("~/"):
            text = str(Path(self.environment.get("HOME", "/")) / text[2:])
        return self.directory / text

"""`pulumi-resource-genaikeys` where the kit is installed: the plugin, in the environment of this script.

`plugins.providers[].path` of a program's `Pulumi.yaml` names the folder of the script, `.venv/bin`. In a
checkout `provider/pulumi-resource-genaikeys` does the same for code that need not be installed.
"""

import runpy

from genaikeys.layout import reach_code

__all__ = ["main"]


def main() -> None:
    """Serve the plugin; the engine's address is the last argument."""
    reach_code()
    runpy.run_module("provider", run_name="__main__", alter_sys=True)

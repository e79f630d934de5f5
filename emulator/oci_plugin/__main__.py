"""`python -m emulator.oci_plugin start|stop --pulumi-home DIR`."""

import argparse
import sys
from pathlib import Path

from emulator.oci_plugin.install import start, stop
from emulator.oci_plugin.launcher import Refusal


def main(arguments: list[str]) -> int:
    """Install the stand-in and start its resident, or stop that."""
    parser = argparse.ArgumentParser(prog="python -m emulator.oci_plugin", description=__doc__)
    parser.add_argument("action", choices=["start", "stop"], help="what to do")
    parser.add_argument("--pulumi-home", type=Path, required=True, help="the PULUMI_HOME it belongs to")
    given = parser.parse_args(arguments)
    try:
        (stop if given.action == "stop" else start)(given.pulumi_home)
    except (OSError, Refusal) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        sys.stderr.write(f"{given.action} of the stand-in in {given.pulumi_home} failed: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m emulator.oci_plugin install|stop --pulumi-home DIR`."""

import argparse
import sys
from pathlib import Path

from emulator.oci_plugin.install import install, stop


def main(arguments: list[str]) -> int:
    """Install the stand-in, or stop its resident."""
    parser = argparse.ArgumentParser(prog="python -m emulator.oci_plugin", description=__doc__)
    parser.add_argument("action", choices=["install", "stop"], help="what to do")
    parser.add_argument("--pulumi-home", type=Path, required=True, help="the PULUMI_HOME it belongs to")
    given = parser.parse_args(arguments)
    try:
        if given.action == "stop":
            stop(given.pulumi_home)
        else:
            sys.stdout.write(f"{install(given.pulumi_home)}\n")
    except OSError as problem:
        sys.stderr.write(
            f"{given.action} of the stand-in in {given.pulumi_home} failed: {problem.strerror}\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m bench``: measures everything, prints a Markdown table, keeps the samples as JSON.

``python -m bench load`` instead rotates a key under load; see docs/load.md.
"""

import os
import sys
import tempfile
from pathlib import Path

from bench import cdk, command, doctor, engine, policy, review, servers, settings
from bench.measure import keep, table
from toolchain.locate import bin_dirs


def main() -> int:
    """Runs all comparisons; the exit code is 1 when a claim was missed."""
    # Where it is set, nobody's byte code is ever kept, and each run of everything compiles anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PATH"] = os.pathsep.join([*map(str, bin_dirs()), os.environ["PATH"]])
    if sys.argv[1:] == ["load"]:
        return _load()
    print("The policy engine: some minutes ...", file=sys.stderr)
    comparisons = [*command.compare(), *settings.compare(), *doctor.compare(), *policy.compare()]
    access = cdk.report()
    with tempfile.TemporaryDirectory(prefix="genaikeys-bench-") as scratch:
        print("Bringing the six-region stack up, to have something to measure ...", file=sys.stderr)
        with engine.six_regions(Path(scratch) / "home") as machine:
            machine.up(check=True)
            print("Runs of the engine: some minutes ...", file=sys.stderr)
            comparisons += engine.compare(machine, Path(scratch))
            print("The job for pull requests ...", file=sys.stderr)
            comparisons += review.compare(machine, Path(scratch))
            print("Starts of the servers ...", file=sys.stderr)
            comparisons += servers.compare(machine)
    print(f"{table(comparisons)}\n\n{access}")
    print(f"\nSamples: {keep(comparisons, access, Path(__file__).parent / 'results')}", file=sys.stderr)
    return 0 if all(comparison.met for comparison in comparisons) else 1


def _load() -> int:
    from bench.load import report

    print("Clients, rotations and revocations: some minutes ...", file=sys.stderr)
    found = report.whole()
    report.write(found)
    print(report.table(found))
    return 0 if found.met else 1


if __name__ == "__main__":
    sys.exit(main())

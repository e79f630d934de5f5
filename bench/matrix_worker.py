"""Run as a process of its own: compares a fleet before and after a pull request, from texts to the verdict.

``matrix_worker.py KEYS EVERY`` prints as JSON the seconds that it took, without start and imports; the most
memory that the process ever had, in MiB; how many cells changed; and the verdict.
"""

import json
import resource
import sys
import time

from bench import fleet
from genaikeys.access.collector import paused
from genaikeys.access.compare import compare


def main() -> None:
    """Compares and prints."""
    keys, every = int(sys.argv[1]), int(sys.argv[2])
    before, after = fleet.texts(keys), fleet.texts(keys, every)
    started = time.perf_counter()
    # As `genaikeys access diff` does it.
    with paused():
        difference = compare(fleet.scene(keys, before), fleet.scene(keys, after))
    taken = time.perf_counter() - started
    print(
        json.dumps(
            {
                "seconds": taken,
                "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "changed": len(difference.cells),
                "verdict": difference.verdict,
            }
        )
    )


if __name__ == "__main__":
    main()
